import { requireNode } from './lib/node-version.mjs';

requireNode();
const { becomeCli, prepare } = await import('./lib/prepare.mjs');
await prepare({ web: true });
await becomeCli(['start', ...process.argv.slice(2)]);
