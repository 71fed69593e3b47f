import { pino } from 'pino';
import { startApi } from '../client/api/server.js';
import { serveBench } from './child.js';

/** The API process of the leg `ours`: the product's own. */
await serveBench<{ readonly databaseUrl: string; readonly temporalAddress: string }>(async ({ databaseUrl, temporalAddress }) => {
  const log = pino({ level: 'warn' }, pino.destination(2));
  const api = await startApi({
    rehearse: () => undefined,
    databaseUrl,
    temporal: { address: temporalAddress },
    namespace: 'default',
    host: '127.0.0.1',
    port: 0,
    log,
  });
  return { ready: { url: api.url }, stop: () => api.stop() };
});
