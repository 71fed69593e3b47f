import type { NativeConnectionOptions } from '@temporalio/worker';
import type pg from 'pg';
import { type OutboxOptions, startOutbox } from '../db/outbox.js';
import { createPool } from '../db/pool.js';
import type { Books } from '../domain/policy/policy.js';
import type { CaseCommands } from '../ports/order-cases.js';
import type { Outside } from '../ports/outside.js';
import type { Sealer } from '../sealing/codec.js';
import { startWorkers, type Workers } from './run.js';

export interface ReleaseOptions {
  readonly databaseUrl: string;
  /** How to reach Temporal: address, TLS, API key. */
  readonly temporal: NativeConnectionOptions;
  readonly namespace: string;
  readonly sealer: Sealer;
  readonly books: Books;
  /** How cases are told what concerns them, over the pool that documents use too. */
  readonly commands: (pool: pg.Pool) => CaseCommands;
  readonly outside: (pool: pg.Pool, commands: CaseCommands) => Outside;
  readonly mailNotice: (pool: pg.Pool) => NonNullable<OutboxOptions['mailNotice']>;
  readonly log: (message: string, values: object) => void;
}

/** All that runs in a worker's process: the workers of this release's edition and of older ones, and the outbox beside them. */
export async function startRelease(options: ReleaseOptions): Promise<Workers> {
  const { databaseUrl, temporal, namespace, sealer, books, log } = options;
  const onError = (error: Error): void => log('a database connection broke', { reason: error.message });
  const documents = createPool({ databaseUrl, applicationName: 'gendan documents', max: 4, onError });
  const begun = async (): Promise<Workers> => {
    const outside = options.outside(documents, options.commands(documents));
    return startWorkers({ databaseUrl, temporal, namespace, sealer, source: { books }, outside, log });
  };
  const workers = await begun().catch(async (cause: unknown) => {
    await documents.end();
    throw cause;
  });
  const notices = createPool({ databaseUrl, applicationName: 'gendan outbox', max: 4, onError });
  const outbox = await startOutbox(notices, {
    onError: (error) => log('a notice was not delivered yet', { reason: error instanceof Error ? error.message : String(error) }),
    mailNotice: options.mailNotice(notices),
  });
  return {
    ...workers,
    stop: async () => {
      await workers.stop();
      await outbox.stop();
      await notices.end();
      await documents.end();
    },
  };
}
