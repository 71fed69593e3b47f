import { pino } from 'pino';
import { startApi } from '../client/api/server.js';
import { serveBench } from './child.js';
import { benchSealer, type OursSetting } from './sealers.js';

/** The API process of the leg `ours`: the product's own. */
await serveBench<OursSetting>(async ({ databaseUrl, temporalAddress, namespace = 'default', sealing }) => {
  const log = pino({ level: 'warn' }, pino.destination(2));
  const api = await startApi({
    rehearse: () => undefined,
    databaseUrl,
    temporal: { address: temporalAddress },
    namespace,
    sealer: benchSealer(sealing),
    host: '127.0.0.1',
    port: 0,
    log,
  });
  return { ready: { url: api.url }, stop: () => api.stop() };
});
