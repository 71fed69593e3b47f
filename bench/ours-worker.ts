import { startOutbox } from '../db/outbox.js';
import { createPool } from '../db/pool.js';
import { startWorkers } from '../worker/run.js';
import { benchBooks, benchWorkflows } from './books.js';
import { serveBench } from './child.js';
import { benchSealer, type OursSetting } from './sealers.js';

const say = (text: string): void => void process.stderr.write(`worker: ${text}\n`);

/** The worker process of the leg `ours`: what `gendan worker` runs, with the bench's books. */
await serveBench<OursSetting>(async ({ databaseUrl, temporalAddress, namespace = 'default', sealing }) => {
  const workers = await startWorkers({
    databaseUrl,
    temporal: { address: temporalAddress },
    namespace,
    sealer: benchSealer(sealing),
    source: { books: await benchBooks(), workflows: benchWorkflows },
    outside: { effects: {}, readings: {} },
    log: (message, values) => say(`${message} ${JSON.stringify(values)}`),
  });
  const pool = createPool({ databaseUrl, applicationName: 'gendan outbox', max: 4, onError: (error) => say(error.message) });
  const outbox = await startOutbox(pool, { onError: (error) => say(String(error)) });
  return {
    ready: { edition: workers.edition },
    stop: async () => {
      await workers.stop();
      await outbox.stop();
      await pool.end();
    },
  };
});
