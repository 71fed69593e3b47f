import type { Db } from './pool.js';

/** An open case as the sweep compares it with its workflow. */
export interface SweptCase {
  readonly id: string;
  readonly edition: string;
  /** Length of its workflow's history when both sides were last the same; null: never compared. */
  readonly events: number | null;
}

/**
 * Open cases that are due for a comparison, as many as `limit`: those with an alarm first, then those not compared for longest. Cases whose
 * edition nobody serves are left out, since their workflows cannot answer.
 */
export async function casesToSweep(db: Db, limit: number): Promise<readonly SweptCase[]> {
  const { rows } = await db.query<SweptCase>({
    name: 'gendan_to_sweep',
    text: `with served as (select k.id, k.edition, k.swept_at, k.swept_events from kase k
        where k.status <> 'closed' and not exists (select from alarm a where a.case_id = k.id and a.kind = 'edition-not-served'))
      select id, edition, null::float8 as events from served where exists (select from alarm a where a.case_id = id and a.kind in ('projection-behind', 'sql-ahead', 'workflow-missing', 'workflow-failing'))
      union all
      (select id, edition, swept_events::float8 from served where not exists (select from alarm a where a.case_id = id and a.kind in ('projection-behind', 'sql-ahead', 'workflow-missing', 'workflow-failing'))
        order by swept_at nulls first limit $1)`,
    values: [limit],
  });
  return rows;
}

/** Keeps that a case and its workflow were the same when its history had this many events; undefined: they could not be compared. */
export async function markSwept(db: Db, caseId: string, events: number | undefined): Promise<void> {
  await db.query({
    name: 'gendan_swept',
    text: 'update kase set swept_at = now(), swept_events = $2 where id = $1',
    values: [caseId, events ?? null],
  });
}

/** Those of the ids that SQL does not know as cases. */
export async function unknownCases(db: Db, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'gendan_unknown',
    text: 'select id from unnest($1::text[]) as given(id) where not exists (select from kase where kase.id = given.id)',
    values: [ids],
  });
  return rows.map(({ id }) => id);
}

/** Takes a chore that one process does for all, for `forMs`. False: another one has it. */
export async function takeChore(db: Db, name: string, holder: string, forMs: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'gendan_chore',
    text: `insert into chore as c (name, holder, until) values ($1, $2, now() + $3 * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, until = excluded.until where c.until <= now()`,
    values: [name, holder, forMs],
  });
  return rowCount === 1;
}
