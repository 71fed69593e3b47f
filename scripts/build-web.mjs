import { buildWeb } from './lib/build.mjs';
import { root } from './lib/prepare.mjs';
import { progressTeller } from './lib/progress.mjs';
import { inTurn } from './lib/turn.mjs';

/** Builds the web app when something that it is made of changed. */
await inTurn(root, () => buildWeb(root, progressTeller({ quiet: true })));
