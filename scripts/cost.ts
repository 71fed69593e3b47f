import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadBooks } from '../policies/load.js';

/**
 * What a procedure costs: lines of product and of tests for each clause of its book. Product: its function with what it imports of its company's folder
 * and of the rules of orders and shipments, and its policy. Tests: its stories and its own test file. What several procedures import is shared evenly
 * between them; what is generated, blank, or the kit itself does not count.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const { books } = await loadBooks(join(root, 'policies'));

const own = /^(workflows\/(?!engine\/)[^/]+|domain\/(orders|shipments))\/[^/]+\.ts$/;
const linesOf = (file: string): number =>
  existsSync(join(root, file))
    ? readFileSync(join(root, file), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '').length
    : 0;

/** A file with all that it imports of what is a procedure's own. */
function withImports(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || !own.test(file) || file.endsWith('/policy.ts') || !existsSync(join(root, file))) return found;
  found.add(file);
  for (const [, from = ''] of readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)\.js'/g))
    withImports(`${normalize(join(dirname(file), from)).replaceAll('\\', '/')}.ts`, found);
  return found;
}

const procedures = Object.values(books).flatMap(({ company, procedures: all }) =>
  Object.values(all).map(({ procedure, clauses }) => ({
    name: `${company.company}/${procedure}`,
    procedure,
    clauses: clauses.length,
    code: withImports(`workflows/${company.company}/${procedure}.ts`),
  })),
);
const sharers = (file: string): number => procedures.filter(({ code }) => code.has(file)).length;
const rows = procedures.map(({ name, procedure, clauses, code }) => {
  const product = [...code].reduce((sum, file) => sum + linesOf(file) / sharers(file), linesOf(`policies/${name}.yaml`));
  const tests = linesOf(`stories/${name}.yaml`) + linesOf(`tests/procedures/${procedure}.test.ts`);
  return { name, clauses, product: Math.round(product), tests };
});
const each = (lines: number, clauses: number): string => (lines / clauses).toFixed(1);
const total = rows.reduce(
  (sum, row) => ({ clauses: sum.clauses + row.clauses, product: sum.product + row.product, tests: sum.tests + row.tests }),
  { clauses: 0, product: 0, tests: 0 },
);
console.log('procedure                     clauses  product  a clause  tests  a clause');
for (const { name, clauses, product, tests } of [...rows, { name: 'all', ...total }])
  console.log(
    `${name.padEnd(28)}${String(clauses).padStart(9)}${String(product).padStart(9)}${each(product, clauses).padStart(10)}${String(tests).padStart(7)}${each(tests, clauses).padStart(10)}`,
  );
