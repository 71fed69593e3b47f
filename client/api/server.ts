import { type ServerType, serve } from '@hono/node-server';
import type { Connection, ConnectionOptions } from '@temporalio/client';
import type { Logger } from 'pino';
import { createPool } from '../../db/pool.js';
import { findPlain, unsealedAlarm } from '../../db/sealing.js';
import { StartupError } from '../../embedded/startup-error.js';
import { connectTemporal } from '../../embedded/temporal.js';
import { sealedClient } from '../../sealing/client.js';
import type { Sealer } from '../../sealing/codec.js';
import { createDispatcher } from '../dispatch/dispatcher.js';
import { packageVersion } from '../install.js';
import { createApp } from './app.js';
import { createBookCache, createCalendarCache } from './http/cache.js';
import type { ApiContext, Rehearser } from './http/context.js';
import { createEventHub } from './http/event-hub.js';

export interface ApiOptions {
  readonly databaseUrl: string;
  /** How to reach Temporal: address, TLS, API key. */
  readonly temporal: ConnectionOptions;
  readonly namespace: string;
  readonly sealer: Sealer;
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** Tries moves to the release of this process out. */
  readonly rehearse: Rehearser;
  /** The people are invented, and whoever is at this machine may be any of them. */
  readonly demoPeople?: boolean;
}

export interface Api {
  /** `http://127.0.0.1:4280` */
  readonly url: string;
  /** Takes nothing new, lets what is under way come to its end, and closes. */
  stop(): Promise<void>;
}

/** How long requests under way may take when the server stops. */
const drainMs = 15_000;

/**
 * Serves the API.
 * @throws StartupError TEMPORAL_UNREACHABLE, TEMPORAL_TOO_OLD or PORT_TAKEN
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { databaseUrl, temporal, namespace, sealer, host, port, log, rehearse, demoPeople = false } = options;
  const connection = await connectTemporal(temporal);
  const pool = createPool({
    databaseUrl,
    applicationName: 'gendan api',
    onError: (error) => log.warn({ reason: error.message }, 'a database connection broke'),
  });
  const onTrouble = (what: string, cause: unknown): void =>
    log.warn({ what, reason: cause instanceof Error ? cause.message : String(cause) }, 'trouble in the background');
  const plainBefore = { find: (caseId: string, hash: string) => findPlain(pool, caseId, hash) };
  const client = sealedClient({ connection, namespace, sealer, plainBefore, onRefused: unsealedAlarm(pool, onTrouble) });
  const dispatcher = createDispatcher({ pool, client, onTrouble });
  const events = createEventHub(databaseUrl, log);
  let stopping = false;
  const api: ApiContext = {
    db: pool,
    dispatcher: dispatcher,
    books: createBookCache(pool),
    calendars: createCalendarCache(pool, log),
    events,
    rehearse,
    log,
    demoPeople: demoPeople && isLoopback(host),
    stopping: () => stopping,
    temporalAnswers: () => answers(connection),
  };
  const close = async (): Promise<void> => {
    await events.stop();
    await pool.end();
    await connection.close();
  };
  const server = await listen(createApp(api, packageVersion()), host, port).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const reconciling = dispatcher.reconcile();
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async stop() {
      stopping = true;
      await events.stop();
      await drain(server);
      await reconciling.stop();
      await close();
    },
  };
}

/** Whether Temporal answers within three seconds. */
function answers(connection: Connection): Promise<boolean> {
  return connection
    .withDeadline(Date.now() + 3_000, () => connection.workflowService.getSystemInfo({}))
    .then(
      () => true,
      () => false,
    );
}

/** Whether an address is this machine's own. */
const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|::1|\[::1\]|localhost)$/.test(host);

function listen(app: ReturnType<typeof createApp>, hostname: string, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port, serverOptions: { requestTimeout: 60_000, headersTimeout: 15_000 } }, () =>
      resolve(server),
    );
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new StartupError('PORT_TAKEN', { port, setting: '--port' }) : error);
    });
  });
}

/** Stops listening and waits for what is under way; connections that are idle, or not done in time, are closed. */
async function drain(server: ServerType): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const timer = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(timer);
}
