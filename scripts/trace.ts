import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { traceOf } from '../domain/analysis/trace.js';
import { tracePage } from '../domain/analysis/trace-page.js';
import { loadBooks } from '../policies/load.js';
import { loadStories } from '../policies/load-stories.js';
import { traceFiles } from '../policies/trace-files.js';
import { procedures as registry } from '../workflows/procedures.js';

/**
 * The clause trace as a gate: fails on a claimed clause that no story shows by each of its carriers, on a rule that no story sees go, on a clause that the
 * book does not have, and on a page of docs/clauses that is not current. `--write` writes the pages.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const loaded = await loadBooks(join(root, 'policies'));
const told = await loadStories(root, loaded, (implementation) => registry[implementation as keyof typeof registry]);
const { procedures, errors } = traceOf(loaded, await traceFiles(root), told.stories);
const folder = join(root, 'docs', 'clauses');
const stale: string[] = [];
for (const [company, { company: policy }] of Object.entries(loaded.books)) {
  const file = join(folder, `${company}.md`);
  const page = tracePage(
    policy.name.en,
    procedures.filter((one) => one.company === company),
  );
  if (existsSync(file) && readFileSync(file, 'utf8') === page) continue;
  if (process.argv.includes('--write')) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, page);
  } else stale.push(`docs/clauses/${company}.md: not current; allowed: what "npm run trace -- --write" writes`);
}
const faults = [...loaded.errors, ...told.errors, ...errors, ...stale];
for (const fault of faults) console.log(fault);
console.log(`${procedures.reduce((sum, { clauses }) => sum + clauses.length, 0)} clauses, ${faults.length} errors`);
process.exitCode = faults.length === 0 && procedures.length > 0 ? 0 : 1;
