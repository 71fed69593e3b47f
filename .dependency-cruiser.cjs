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
  ['sealing', ['embedded/startup-error']],
  // The procedures themselves are pure; rehearsal renders them in plain Node. The rest of workflows/ is loaded by path, into the isolate.
  [
    'worker',
    ['domain', 'ports', 'activities', 'adapters', 'db', 'policies', 'sealing', 'workflows/procedures', 'workflows/engine/contract'],
  ],
  [
    'client/cli',
    ['client', 'domain', 'ports', 'db', 'embedded', 'policies', 'sealing', 'worker', 'workflows/procedures', 'workflows/engine/contract'],
  ],
  ['client', ['domain', 'ports', 'adapters/documents', 'db', 'embedded', 'policies', 'sealing', 'workflows/engine/contract']],
  ['web', ['domain']],
];

/**
 * The folders of the domain from the bottom up, each with those below that it may import; all may import what stands in domain/ itself, which
 * imports none of them. The engine knows no trade: orders, books, shipments and documents are not in its list.
 * @type {[folder: string, allowed: string[]][]}
 */
const domain = [
  ['texts', []],
  ['time', []],
  ['policy', ['texts', 'time']],
  ['engine', ['time', 'policy']],
  ['engine/commands', ['time', 'policy', 'engine']],
  ['authority', ['policy', 'engine']],
  ['analysis', ['time', 'policy', 'engine', 'engine/commands', 'authority']],
  ['books', ['time', 'policy']],
  ['orders', ['policy', 'books']],
  ['shipments', ['texts', 'books', 'orders']],
  ['documents', ['texts', 'time', 'orders', 'shipments']],
  ['contracts', ['orders', 'shipments']],
];
const files = (folder) => `^domain/${folder}/${folder === 'texts' ? '' : '[^/]+$'}`;
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
    ...domain.map(([folder, allowed]) => ({
      name: `domain-${folder.replace('/', '-')}`,
      comment: `domain/${folder} may import only: ${[folder, ...allowed].join(', ')}, and the files of domain/ itself`,
      severity: 'error',
      from: { path: files(folder) },
      to: { path: '^domain/.+/', pathNot: [folder, ...allowed].map(files) },
    })),
    {
      name: 'domain-base',
      comment: 'What all folders of the domain share imports none of them; a new folder is listed with what it may import.',
      severity: 'error',
      from: { path: '^domain/[^/]+$' },
      to: { path: '^domain/.+/' },
    },
    {
      name: 'domain-listed',
      comment: 'Each folder of the domain has its place in the order.',
      severity: 'error',
      from: {},
      to: { path: '^domain/.+/', pathNot: domain.map(([folder]) => files(folder)) },
    },
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
    // The parser takes no .tsx: what those of web/ may import is judged by oxlint.
    exclude: { path: '^(dist|node_modules/[^@]*/node_modules)|\\.tsx$' },
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.tsx'],
    },
  },
};
