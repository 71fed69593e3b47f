import { startWorkers } from '../worker/run.js';
import { benchBooks, benchWorkflows } from './books.js';
import { serveBench } from './child.js';

/** The worker process of the leg `ours`: the product's own, with the bench's books. */
await serveBench<{ readonly databaseUrl: string; readonly temporalAddress: string }>(async ({ databaseUrl, temporalAddress }) => {
  const workers = await startWorkers({
    databaseUrl,
    temporalAddress,
    namespace: 'default',
    source: { books: await benchBooks(), workflows: benchWorkflows },
    outside: { effects: {}, readings: {} },
    log: (message, values) => process.stderr.write(`worker: ${message} ${JSON.stringify(values)}\n`),
  });
  return { ready: { edition: workers.edition }, stop: () => workers.stop() };
});
