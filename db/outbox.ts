import { Logger, type Runner, run } from 'graphile-worker';
import type pg from 'pg';
import type { Db } from './pool.js';

/** A notice that was told; its people are found when it is delivered. */
interface NoticeJob {
  readonly caseId: string;
  readonly key: string;
  readonly version: number;
}

export interface OutboxOptions {
  /** A job failed; it is tried again later. */
  readonly onError?: (error: unknown) => void;
  /** How often jobs are looked for that nobody announced, milliseconds. */
  readonly pollMs?: number;
}

/** Runs the jobs that transactions leave behind: notices go into the hands of the people of the addressed role. Several processes may run it; each job is done by one. */
export async function startOutbox(
  pool: pg.Pool,
  { onError = () => undefined, pollMs = 5_000 }: OutboxOptions = {},
): Promise<{ stop(): Promise<void> }> {
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: 2,
    pollInterval: pollMs,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    parsedCronItems: [],
    taskList: {
      'deliver-notice': async (payload, helpers) => {
        const { caseId, key, version } = payload as NoticeJob;
        await helpers.withPgClient((client) => deliverNotice(client, { caseId, key, version }));
      },
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

/**
 * Puts a notice into the hands of everyone who holds its role in the case's company, or of the person it names. A role that nobody holds
 * raises an alarm, which ends when the notice is delivered after all. An addressee that is no role of the company is outside: its notice is kept with the case.
 */
export async function deliverNotice(db: Pick<Db, 'query'>, { caseId, key, version }: NoticeJob): Promise<void> {
  const { rows } = await db.query<{ held: boolean; addressed: boolean }>(
    `with told as (select n.*, k.company, n.told_to like 'person:%' or (c.policy->'roles' ? n.told_to and not coalesce(c.policy->'outsiders' ? n.told_to, false)) as addressed from notice n join kase k on k.id = n.case_id left join company c on c.id = k.company
        where n.case_id = $1 and n.key = $2 and n.version = $3),
      people as (select m.person_id as id, told.at from told join membership m on m.company_id = told.company and m.role = told.told_to
        union select substr(told.told_to, length('person:') + 1), told.at from told where told.told_to like 'person:%'),
      delivered as (insert into person_notice (person_id, case_id, key, version, at)
        select distinct p.id, $1, $2, $3::integer, people.at from people join person p on p.id = people.id and p.active
        on conflict do nothing returning 1)
    select exists (select from delivered) or exists (select from person_notice p where p.case_id = $1 and p.key = $2 and p.version = $3) as held,
      coalesce(told.addressed, false) as addressed from told`,
    [caseId, key, version],
  );
  const found = rows[0];
  if (found === undefined) return;
  if (!found.held && found.addressed) {
    await db.query(
      `insert into alarm (case_id, kind, detail) select $1, 'notice-undelivered', jsonb_build_object('notice', n.notice, 'to', n.told_to, 'key', n.key) from notice n
        where n.case_id = $1 and n.key = $2 and n.version = $3 on conflict (case_id, kind) do update set detail = excluded.detail`,
      [caseId, key, version],
    );
    throw new Error(`nobody holds the role that the notice ${key} of ${caseId} is for`);
  }
  await db.query("delete from alarm where case_id = $1 and kind = 'notice-undelivered' and coalesce(detail->>'key', $2) = $2", [
    caseId,
    key,
  ]);
}
