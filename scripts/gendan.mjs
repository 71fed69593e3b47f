#!/usr/bin/env node
import { requireNode } from './lib/node-version.mjs';

requireNode();
const { becomeCli, prepare } = await import('./lib/prepare.mjs');
await prepare({ quiet: true, web: ['start', 'api'].some((server) => process.argv.includes(server)) });
await becomeCli(process.argv.slice(2));
