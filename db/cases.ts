import type { CaseStatus, TaskRow } from '../domain/engine/ledger.js';
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

/** What SQL knows of a case, and of one of its tasks, when the workflow cannot be asked any more. */
export interface Remembered {
  readonly status: CaseStatus;
  readonly startedBy: string;
  /** Content hash of the subject it began with. */
  readonly begunWith: string | null;
  /** A `begin` of another id has been answered with this case. */
  readonly begunByOther: boolean;
  readonly task: TaskRow | null;
}

/** Looks a case up, with a task if one is named. `commandId`: the command on whose behalf. */
export async function remember(db: Db, caseId: string, commandId: string, taskId: string | undefined): Promise<Remembered | undefined> {
  const { rows } = await db.query<Remembered>({
    name: 'gendan_remember',
    text: `select k.status, k.started_by as "startedBy", (select l.row #>> '{body,subject}' from ledger l where l.case_id = k.id and l.seq = 1) as "begunWith",
        exists (select from command c where c.case_id = k.id and c.verb = 'begin' and c.status = 'done' and c.id <> $2) as "begunByOther",
        (select t.row from task t where t.id = $3 and t.case_id = k.id) as task
      from kase k where k.id = $1`,
    values: [caseId, commandId, taskId ?? null],
  });
  return rows[0];
}

/** The workflow type that runs a procedure in an edition, or undefined. */
export async function findImplementation(db: Db, edition: string, company: string, procedure: string): Promise<string | undefined> {
  const { rows } = await db.query<{ implementation: string }>({
    name: 'gendan_implementation',
    text: 'select implementation from edition_procedure where edition = $1 and company = $2 and procedure = $3',
    values: [edition, company, procedure],
  });
  return rows[0]?.implementation;
}
