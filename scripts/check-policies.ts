import { fileURLToPath } from 'node:url';
import { loadBooks } from '../policies/load.js';

/** Every company's policy files against their schemas and each other. Prints each error as `file:line:column: …` and fails if there is one. */
const { errors, files } = await loadBooks(fileURLToPath(new URL('../policies', import.meta.url)));
for (const error of errors) console.log(error);
console.log(`${files} policy files, ${errors.length} errors`);
process.exitCode = errors.length === 0 && files > 0 ? 0 : 1;
