import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of source text that exist. */
function present(root, folders) {
  return folders.filter((folder) => existsSync(join(root, folder)));
}

const sources = [
  'domain',
  'workflows',
  'activities',
  'ports',
  'adapters',
  'db',
  'policies',
  'worker',
  'client',
  'embedded',
  'sealing',
  'web',
];

/**
 * The checks before the tests, in order: name and command. Each fails by its exit code.
 * @param {string} root the repository
 * @returns {{ name: string, command: [string, ...string[]] }[]}
 */
export function gates(root) {
  const bin = (name) => join(root, 'node_modules', '.bin', name);
  const all = [
    { name: 'format', command: [bin('biome'), 'ci', '--max-diagnostics=50', '.'] },
    { name: 'lint', command: [bin('oxlint'), '--type-aware', '--deny-warnings', '.'] },
    { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json', '--noEmit'] },
    { name: 'web types', command: [bin('tsc'), '-p', 'web/tsconfig.json', '--noEmit'] },
    { name: 'api types', command: [bin('tsx'), 'scripts/api-types.ts'] },
    { name: 'procedure rule', command: [bin('tsx'), 'scripts/check-procedures.ts'] },
    {
      name: 'boundaries',
      command: [bin('depcruise'), '--config', '.dependency-cruiser.cjs', ...present(root, [...sources, 'tests', 'bench'])],
    },
    { name: 'dead code', command: [bin('knip'), '--no-progress'] },
  ];
  // Each company's policies against their schema.
  if (existsSync(join(root, 'scripts', 'check-policies.ts')))
    all.push({ name: 'policies', command: [bin('tsx'), 'scripts/check-policies.ts'] });
  // The types of procedures and their list say what the policies say.
  all.push({ name: 'generated files', command: [bin('tsx'), 'scripts/generate.ts', '--check'] });
  // Each clause of an implemented procedure in code and stories, and the pages that say where.
  all.push({ name: 'clause trace', command: [bin('tsx'), 'scripts/trace.ts'] });
  // Each thing that a procedure or its policy says is seen by a story.
  all.push({ name: 'mutations', command: [bin('tsx'), 'scripts/mutate.ts', '--procedures'] });
  // The page of verbs says what the engine does.
  all.push({ name: 'verbs page', command: [bin('tsx'), 'scripts/verbs.ts'] });
  return all;
}
