import { Logger, parseCronItems, type Runner, run } from 'graphile-worker';
import type pg from 'pg';
import { followOrderOf, followOrdersBehind } from './order-entry.js';
import type { Db } from './pool.js';

/** A notice that nobody could take when it was told. */
interface NoticeJob {
  readonly caseId: string;
  readonly key: string;
  readonly version: number;
}

/** A notice in somebody's hands that is mailed as well. */
export interface NoticeMailJob extends NoticeJob {
  readonly person: string;
}

export interface OutboxOptions {
  /** Mails a notice; throws a passing fault. `last`: it will not be tried again. Without it, such jobs are left to others. */
  readonly mailNotice?: (job: NoticeMailJob, last: boolean) => Promise<void>;
  /** A job failed; it is tried again later. */
  readonly onError?: (error: unknown) => void;
  /** How often jobs are looked for that nobody announced, milliseconds. */
  readonly pollMs?: number;
}

/** Runs the jobs that transactions leave behind: a notice that nobody held the role of waits for somebody who does, one of somebody with an address is mailed, and an order that a case takes in goes into the trade books. Several processes may run it; each job is done by one. */
export async function startOutbox(
  pool: pg.Pool,
  { onError = () => undefined, pollMs = 5_000, mailNotice }: OutboxOptions = {},
): Promise<{ stop(): Promise<void> }> {
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: 2,
    pollInterval: pollMs,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    // what kept an order out of the books may be gone, and nobody need say so
    parsedCronItems: parseCronItems([{ task: 'follow-orders', match: '* * * * *', options: { backfillPeriod: 0, maxAttempts: 1 } }]),
    taskList: {
      'deliver-notice': async (payload, helpers) => {
        const { caseId, key, version } = payload as NoticeJob;
        await helpers.withPgClient((client) => deliverNotice(client, { caseId, key, version }));
      },
      'follow-order': (payload) => followOrderOf(pool, (payload as { readonly caseId: string }).caseId),
      'follow-orders': () => followOrdersBehind(pool),
      ...(mailNotice === undefined
        ? {}
        : { 'mail-notice': (payload, { job }) => mailNotice(payload as NoticeMailJob, job.attempts >= job.max_attempts) }),
    },
  });
  runner.events.on('job:error', ({ error }) => onError(error));
  runner.promise.catch(onError);
  return {
    async stop() {
      await runner.stop().catch(() => undefined);
    },
  };
}

/** Tries once more to put a notice into the hands of its people. Throws while nobody holds its role. */
export async function deliverNotice(db: Pick<Db, 'query'>, { caseId, key, version }: NoticeJob): Promise<void> {
  const { rows } = await db.query<{ delivered: boolean }>('select gendan_deliver($1, $2, $3) as delivered', [caseId, key, version]);
  if (rows[0]?.delivered !== true) throw new Error(`nobody holds the role that the notice ${key} of ${caseId} is for`);
}
