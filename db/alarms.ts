import type { JsonObject } from '../domain/json.js';
import type { Db } from './pool.js';

/** What is wrong with a case, for the radar. `faulted`, `calendar-year-missing`, `notice-undelivered` and `decision-unjournalled` are raised by what happens in SQL itself. */
export type AlarmKind =
  | 'faulted'
  | 'edition-mismatch'
  | 'sql-ahead'
  | 'projection-behind'
  | 'edition-not-served'
  | 'command-stuck'
  | 'workflow-missing'
  | 'workflow-failing'
  | 'notice-undelivered'
  | 'calendar-year-missing'
  | 'order-not-booked'
  | 'message-unsealed'
  | 'decision-unjournalled';

/** Raises an alarm. One that is on keeps its time and gets the new detail. */
export async function raiseAlarm(db: Db, caseId: string, kind: AlarmKind, detail: JsonObject): Promise<void> {
  await db.query({
    name: 'gendan_raise',
    text: 'insert into alarm (case_id, kind, detail) values ($1, $2, $3) on conflict (case_id, kind) do update set detail = excluded.detail where alarm.detail <> excluded.detail',
    values: [caseId, kind, JSON.stringify(detail)],
  });
}

/** Ends alarms of a case: their causes are gone. */
export async function endAlarms(db: Db, caseId: string, kinds: readonly AlarmKind[]): Promise<void> {
  await db.query({
    name: 'gendan_clear',
    text: 'delete from alarm where case_id = $1 and kind = any($2::text[])',
    values: [caseId, kinds],
  });
}

/**
 * Raises `edition-not-served` for the open cases whose edition is not among those served, and ends it for the others. `only`: raise it for
 * these editions alone.
 */
export async function markServed(db: Db, served: readonly string[], only?: readonly string[]): Promise<void> {
  await db.query(
    `insert into alarm (case_id, kind, detail) select id, 'edition-not-served', jsonb_build_object('edition', edition) from kase
      where status <> 'closed' and edition <> all($1::text[]) and ($2::text[] is null or edition = any($2::text[]))
      on conflict (case_id, kind) do update set detail = excluded.detail where alarm.detail <> excluded.detail`,
    [served, only ?? null],
  );
  await db.query(
    `delete from alarm a where kind = 'edition-not-served' and not exists (select from kase k where k.id = a.case_id and k.status <> 'closed' and k.edition <> all($1::text[]))`,
    [served],
  );
}

/** Raises `command-stuck` for cases with a command that has been pending for longer than `olderMs`, and ends it where none is any more. */
export async function markStuck(db: Db, olderMs: number): Promise<void> {
  await db.query({
    name: 'gendan_stuck',
    text: `insert into alarm (case_id, kind, detail)
      select distinct on (case_id) case_id, 'command-stuck', jsonb_build_object('command', id, 'verb', verb, 'actor', actor) from command
        where status = 'pending' and at < now() - $1 * interval '1 millisecond' order by case_id, n on conflict do nothing`,
    values: [olderMs],
  });
  await db.query({
    name: 'gendan_unstuck',
    text: `delete from alarm a where kind = 'command-stuck' and not detail ? 'expired' and not exists (select from command c where c.case_id = a.case_id and c.status = 'pending')`,
  });
}

/** Puts a case on the radar whose rows come from commands that the journal does not have: nobody has given them here. */
export async function raiseUnjournalled(db: Db, caseId: string, commands: readonly string[]): Promise<void> {
  await db.query({
    name: 'gendan_unjournalled',
    text: `insert into alarm (case_id, kind, detail)
      select $1, 'decision-unjournalled', jsonb_build_object('by', coalesce((select o.by from ledger o where o.case_id = l.case_id and o.turn = l.turn and o.by is not null order by o.seq limit 1), ''),
        'turn', l.turn, 'command', l.row->>'command')
        from ledger l where l.case_id = $1 and l.row->>'command' = any($2::text[]) and not exists (select from command c where c.id = l.row->>'command')
        order by l.seq desc limit 1
      on conflict (case_id, kind) do update set detail = excluded.detail`,
    values: [caseId, commands],
  });
}
