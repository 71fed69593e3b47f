import type { About } from '../domain/authority/directory.js';
import type { Seat } from '../domain/engine/ledger.js';
import type { JsonObject } from '../domain/json.js';
import { cursorOf, millis, momentText, type Page, partsOf } from './paging.js';
import type { Db } from './pool.js';

/** One thing that keeps a case. `cause` names the sentence, `code` is what the cause itself says (an effect's error, an alarm's kind). */
export interface Stuck {
  readonly id: string;
  readonly cause: RadarCause;
  readonly code: string;
  readonly values: JsonObject;
  readonly caseId: string;
  readonly taskId: string | null;
  readonly seats: readonly Seat[] | null;
  readonly since: number;
  /** Missing while SQL does not know the case yet. */
  readonly company: string;
  readonly procedure: string | null;
  readonly number: string | null;
  readonly title: string | null;
  readonly edition: string | null;
  /** What the rule of who may act looks at in the case. */
  readonly about: About | null;
}

export const radarCauses = [
  'overdue',
  'no-candidate',
  'all-away',
  'deadline',
  'held',
  'effect-failing',
  'effect-waiting',
  'mail-bounced',
  'faulted',
  'projection-behind',
  'edition-not-served',
  'edition-mismatch',
  'sql-ahead',
  'workflow-missing',
  'workflow-failing',
  'notice-undelivered',
  'calendar-year-missing',
  'order-not-booked',
  'message-unsealed',
  'decision-unjournalled',
  'unbound-report',
  'command-stuck',
  'command-expired',
] as const;

export type RadarCause = (typeof radarCauses)[number];

/** A call under way for longer than this is on the radar; so is a command that nobody has brought to its end. */
const patienceSql = "interval '2 minutes'";

const sources = `
  select 'overdue:' || t.id as id, 'overdue' as cause, 'TASK_OVERDUE' as code, jsonb_build_object('step', t.step, 'due', ${millis('t.due_at')}) as "values",
    t.case_id, t.id as task_id, t.row->'seats' as seats, t.due_at as since from task t where t.state = 'open' and t.overdue
  union all
  select u.cause || ':' || u.task_id || '!' || u.seat, u.cause, u.code, u."values", u.case_id, u.task_id, u.seats, u.since from gendan_unmanned() u
  union all
  select 'deadline:' || c.case_id || '/' || c.key, 'deadline', 'DEADLINE_MISSED', jsonb_build_object('clock', c.clock, 'due', ${millis('c.due_at')}), c.case_id, null, null, c.due_at
    from clock c join kase k on k.id = c.case_id where c.state = 'overdue' and k.status <> 'closed'
  union all
  select 'held:' || h.case_id || '/' || h.task_id, 'held', 'ON_HOLD', jsonb_strip_nulls(jsonb_build_object('cause', h.cause, 'reason', h.reason, 'by', h.by, 'since', ${millis('h.since')}, 'until', ${millis('h.until')}, 'step', t.step)),
    h.case_id, t.id, t.row->'seats', h.since from hold h join kase k on k.id = h.case_id left join task t on t.id = h.task_id
    where k.status <> 'closed' and (h.task_id = '' or t.state in ('open', 'suspended'))
  union all
  select 'effect:' || e.case_id || '/' || e.key, 'effect-failing', coalesce(e.code, 'UNKNOWN'), jsonb_build_object('effect', e.effect, 'code', coalesce(e.code, 'UNKNOWN'), 'detail', coalesce(e.detail, '')),
    e.case_id, (select t.id from task t where t.case_id = e.case_id and t.key = e.key || '!repair' and t.state = 'open'), null, e.since from effect e where e.state = 'failed'
  union all
  select 'effect:' || e.case_id || '/' || e.key, 'effect-waiting', 'EFFECT_WAITING', jsonb_build_object('effect', e.effect, 'since', ${millis('e.since')}), e.case_id, null, null, e.since
    from effect e where e.state = 'flying' and e.since < now() - ${patienceSql}
  union all
  select 'bounced:' || t.id, 'mail-bounced', 'MAIL_BOUNCED', jsonb_build_object('address', x.value->>'to', 'reason', x.value->>'reason'), t.case_id, t.id, t.row->'seats', t.opened_at
    from task t left join content x on x.hash = t.shown where t.state = 'open' and t.step = 'bounced'
  union all
  select 'bounced:' || c.key, 'mail-bounced', 'BOUNCED_AFTER_CLOSE', jsonb_build_object('address', c.body->>'to', 'reason', c.body->>'reason', 'mail', trim(both '<>' from c.key)), c.case_id, null, null, c.ended_at
    from command c where c.verb = 'bounced' and c.status = 'refused' and not exists (select from bounce_settled s where s.message_id = c.key)
  union all
  select a.kind || ':' || a.case_id, a.kind, upper(replace(a.kind, '-', '_')), a.detail, a.case_id, null, null, a.since from alarm a where a.kind <> 'command-stuck'
  union all
  select 'expired:' || a.case_id, 'command-expired', 'COMMAND_EXPIRED', jsonb_build_object('verb', a.detail->>'verb', 'by', a.detail->>'actor'), a.case_id, null, null, a.since
    from alarm a where a.kind = 'command-stuck' and a.detail->>'expired' = 'true'
  union all
  select 'report:' || k.id, 'unbound-report', 'REPORT_UNBOUND', jsonb_build_object('count', k.unbound_reports), k.id, null, null, k.changed_at from kase k where k.unbound_reports > 0 and k.status <> 'closed'
  union all
  select 'command:' || c.id, 'command-stuck', 'COMMAND_STUCK', jsonb_build_object('verb', c.verb, 'by', c.actor, 'since', ${millis('c.at')}), c.case_id, null, null, c.at
    from command c where c.status = 'pending' and c.at < now() - ${patienceSql}`;

/** What keeps cases of some companies, longest stuck first. Undefined: the page mark is none of this list. */
export async function readRadar(
  db: Db,
  companies: readonly string[],
  {
    cause,
    company,
    limit,
    cursor,
  }: {
    readonly cause?: string | undefined;
    readonly company?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<Stuck> | undefined> {
  const parts = cursor === undefined ? ['-infinity', ''] : partsOf(cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const { rows } = await db.query<Stuck & { readonly mark: string }>({
    name: 'gendan_radar',
    text: `select s.id, s.cause, s.code, s."values", s.case_id as "caseId", s.task_id as "taskId", s.seats, ${millis('s.since')} as since, ${momentText('s.since')} as mark,
        split_part(s.case_id, ':', 1) as company, k.procedure, k.number, k.title, k.edition, case when k.id is not null then gendan_about(k) end as about
      from (${sources}) s left join kase k on k.id = s.case_id
      where split_part(s.case_id, ':', 1) = any($1) and (s.since, s.id) > ($2::timestamptz, $3) and ($4::text is null or s.cause = $4) and ($5::text is null or split_part(s.case_id, ':', 1) = $5)
      order by s.since, s.id limit $6`,
    values: [companies, ...parts, cause ?? null, company ?? null, limit + 1],
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next: last === undefined ? null : cursorOf([last.mark, last.id]) };
}

/** How many things are on the radar, by cause. */
export async function countRadar(db: Db, companies: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.query<{ counts: Record<string, number> }>({
    name: 'gendan_radar_counts',
    text: `select coalesce(json_object_agg(cause, n), '{}') as counts from (
      select s.cause, count(*)::integer as n from (${sources}) s where split_part(s.case_id, ':', 1) = any($1) group by s.cause) counted`,
    values: [companies],
  });
  return rows[0]?.counts ?? {};
}
