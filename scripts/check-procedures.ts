import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { procedureFaults } from './lib/procedure-rule.js';

/**
 * Rule R5 over every procedure: workflows/<company>/*.ts. Prints `file:line what` for each violation and fails if there is one.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folders = readdirSync(join(root, 'workflows'), { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && entry.name !== 'engine',
);
const files = folders.flatMap(({ name }) =>
  readdirSync(join(root, 'workflows', name), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, 'workflows', name, file)),
);
const faults = files.flatMap((file) =>
  procedureFaults(readFileSync(file, 'utf8')).map(({ line, what }) => `${relative(root, file)}:${line} ${what}`),
);
for (const fault of faults) console.log(fault);
console.log(`${files.length} procedure files, ${faults.length} violations`);
process.exitCode = faults.length === 0 ? 0 : 1;
