import { buildWeb } from './lib/build.mjs';
import { chromium } from './lib/chromium.mjs';
import { root } from './lib/prepare.mjs';
import { progressTeller } from './lib/progress.mjs';
import { inTurn } from './lib/turn.mjs';

/** What browser tests need: builds the web app when something changed, finds or installs a browser, and prints where that is. */
const tell = progressTeller({ quiet: true });
await inTurn(root, () => buildWeb(root, tell));
process.stdout.write(`${await chromium(root, tell)}\n`);
