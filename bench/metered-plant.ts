import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { pino } from 'pino';
import { startApi } from '../client/api/server.js';
import { createCaseCommands, createDispatcher } from '../client/dispatch/dispatcher.js';
import { loadDemoBooks } from '../db/books.js';
import { createPool } from '../db/pool.js';
import { loadBooks } from '../policies/load.js';
import type { EffectPort, Outside } from '../ports/outside.js';
import { sealedClient } from '../sealing/client.js';
import { createOutsideSystems } from '../worker/outside.js';
import { startWorkers } from '../worker/run.js';
import { benchBooks, benchWorkflows } from './books.js';
import { HttpClient } from './http-client.js';
import { startMeteredTemporal } from './metered-temporal.js';
import { bringPeople, type Tokens } from './people.js';
import { benchSealer } from './sealers.js';

/** Worker and API in this process on a Temporal server that counts its writes: what a case costs, exactly. */
export interface MeteredPlant {
  readonly http: HttpClient;
  readonly tokens: Tokens;
  /** Durable writes of all workflows so far. */
  writes(): Promise<number>;
  /** History of a case whose workflow has ended, or is about to. */
  history(caseId: string): Promise<{ readonly events: number; readonly bytes: number }>;
  stop(): Promise<void>;
}

export interface MeteredOptions {
  /** Migrated. */
  readonly databaseUrl: string;
  /** The `temporal` program. */
  readonly program: string;
  /** For the server's files; removed afterwards. */
  readonly folder: string;
}

/** An outside system that does everything at once. */
const willing: EffectPort = {
  find: () => Promise.resolve(undefined),
  do: () => Promise.resolve({ ok: true }),
  revise: () => Promise.resolve({ ok: true }),
  undo: () => Promise.resolve(),
};

export async function startMeteredPlant({ databaseUrl, program, folder }: MeteredOptions): Promise<MeteredPlant> {
  const temporal = await startMeteredTemporal(program, folder);
  const tokens = await bringPeople(databaseUrl);
  const connection = await Connection.connect({ address: temporal.address });
  const sealer = benchSealer();
  const client = sealedClient({ connection, sealer });
  const pool = createPool({ databaseUrl, applicationName: 'gendan bench', onError: () => undefined });
  const workers = await startWorkers({
    databaseUrl,
    temporal: { address: temporal.address },
    namespace: 'default',
    sealer,
    source: { books: await benchBooks(), workflows: benchWorkflows },
    outside: await outsideOf(pool, client),
    log: () => undefined,
  });
  const log = pino({ level: 'silent' });
  const api = await startApi({
    rehearse: () => undefined,
    databaseUrl,
    temporal: { address: temporal.address },
    namespace: 'default',
    sealer,
    host: '127.0.0.1',
    port: 0,
    log,
  });
  const http = new HttpClient(api.url);
  return {
    http,
    tokens,
    writes: () => temporal.writes(),
    history: (caseId) => endedHistory(client, caseId),
    async stop() {
      http.close();
      await api.stop();
      await workers.stop();
      await pool.end();
      await connection.close();
      await temporal.stop();
    },
  };
}

/** Books that the product's own readings look into, with what the companies begin with; all else is done at once. */
async function outsideOf(pool: pg.Pool, client: Client): Promise<Outside> {
  const { books, tradeBooks } = await loadBooks(fileURLToPath(new URL('../policies', import.meta.url)));
  await loadDemoBooks(pool, tradeBooks);
  const { readings } = createOutsideSystems({ pool, books, commands: createCaseCommands(createDispatcher({ pool, client }), pool) });
  return { effects: { send: willing, post: willing, reserve: willing, 'send-reply': willing }, readings };
}

/** The history of a case, once its workflow has ended: that is a moment after the last answer. */
export async function endedHistory(client: Client, caseId: string): Promise<{ readonly events: number; readonly bytes: number }> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(100)) {
    const { status, historyLength, historySize } = await client.workflow.getHandle(caseId).describe();
    if (status.name === 'COMPLETED') return { events: historyLength, bytes: historySize ?? 0 };
    if (status.name !== 'RUNNING') throw new Error(`${caseId} is ${status.name}`);
  }
  throw new Error(`${caseId} does not end`);
}
