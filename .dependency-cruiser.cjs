/**
 * What may import what at run time. Each folder is listed with the folders it may import; anything else is forbidden.
 * @type {[folder: string, allowed: string[]][]}
 */
const folders = [
  ['domain', []],
  ['ports', ['domain']],
  ['activities', ['domain', 'ports']],
  ['adapters', ['domain', 'ports']],
  ['db', ['domain', 'ports']],
  ['workflows', ['domain']],
  ['policies', ['domain']],
  ['embedded', ['domain']],
  // The procedures themselves are pure; rehearsal renders them in plain Node. The rest of workflows/ is loaded by path, into the isolate.
  ['worker', ['domain', 'ports', 'activities', 'adapters', 'db', 'policies', 'workflows/procedures', 'workflows/engine/contract']],
  [
    'client/cli',
    ['client', 'domain', 'ports', 'db', 'embedded', 'policies', 'worker', 'workflows/procedures', 'workflows/engine/contract'],
  ],
  ['client', ['domain', 'ports', 'adapters/documents', 'db', 'embedded', 'policies', 'workflows/engine/contract']],
  ['web', ['domain']],
];
const every = folders.map(([folder]) => folder).join('|');
const nested = { client: 'client/cli' };

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folders.map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      comment: `${folder} may import only: ${[folder, ...allowed].join(', ')}`,
      severity: 'error',
      from: { path: `^${folder}/`, ...(nested[folder] && { pathNot: `^${nested[folder]}/` }) },
      to: { path: `^(${every}|tests|bench|scripts)/`, pathNot: [folder, ...allowed].map((name) => `^${name}[/.]`) },
    })),
    {
      name: 'pure-folders',
      comment: 'What runs in the workflow isolate or describes it: no database, no network, no Temporal client or worker.',
      severity: 'error',
      from: { path: '^(domain|workflows|ports)/' },
      to: {
        path: 'node_modules/(pg|drizzle-orm|graphile-worker|hono|@hono|pino|commander|@temporalio/(client|worker|activity|core-bridge|testing))/',
      },
    },
    {
      name: 'domain-without-temporal',
      severity: 'error',
      comment: 'The case engine is a pure function; Temporal is one way to run it.',
      from: { path: '^(domain|ports)/' },
      to: { path: 'node_modules/@temporalio/' },
    },
    {
      name: 'no-node-in-domain',
      comment: 'Pure code needs nothing of Node.',
      severity: 'error',
      from: { path: '^(domain|workflows|ports)/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nothing-missing',
      comment: 'gendan-edition is put in place by the bundler, edition by edition.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^gendan-edition$' },
    },
    {
      name: 'nothing-from-tests',
      comment: 'The program does not need its tests.',
      severity: 'error',
      from: { pathNot: '^(tests|bench|scripts)/|\\.config\\.ts$' },
      to: { path: '^(tests|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/[^@]*/node_modules)' },
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
