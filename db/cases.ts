import type { CaseStatus, ClockRow, EffectRow, Rest, Row, TaskRow } from '../domain/engine/ledger.js';
import type { Json } from '../domain/json.js';
import { cursorOf, millis, momentText, narrowed, type Page, type PageAsked, Parameters, partsOf } from './paging.js';
import type { Db } from './pool.js';

/** A case in a list. */
export interface ListedCase {
  readonly id: string;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly title: string;
  readonly edition: string;
  readonly status: CaseStatus;
  readonly outcome: Json;
  readonly startedBy: string;
  readonly startedAt: number;
  readonly changedAt: number;
  readonly closedAt: number | null;
  readonly openTasks: number;
  readonly overdue: boolean;
}

/** Cases of some companies, latest start first. Undefined: the page mark is none of this list. */
export async function listCases(
  db: Db,
  companies: readonly string[],
  { filter, limit, cursor }: PageAsked,
): Promise<Page<ListedCase> | undefined> {
  const parts = cursor === undefined ? ['infinity', ''] : partsOf(cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const parameters = new Parameters([companies, ...parts, limit + 1]);
  const { sql, word } = narrowed(filter, parameters);
  const { rows } = await db.query<ListedCase & { readonly mark: string }>({
    name: `gendan_cases${word}`,
    text: `with page as (
        select found.* from unnest($1::text[]) reader(company) cross join lateral (
          select k.id, k.started_at from kase k where k.company = reader.company
            and (k.started_at < $2::timestamptz or (k.started_at = $2::timestamptz and k.id > $3))${sql}
          order by k.started_at desc, k.id limit $4) found
        order by started_at desc, id limit $4)
      select k.id, k.company, k.procedure, k.number, k.title, k.edition, k.status, k.outcome, k.started_by as "startedBy",
        ${millis('k.started_at')} as "startedAt", ${millis('k.changed_at')} as "changedAt", ${millis('k.closed_at')} as "closedAt", ${momentText('k.started_at')} as mark,
        coalesce(o.n, 0) as "openTasks", coalesce(o.late, false) as overdue
      from page p join kase k on k.id = p.id
        left join lateral (select count(*)::integer as n, bool_or(t.overdue) as late from task t where t.case_id = k.id and t.state = 'open') o on true
      order by p.started_at desc, p.id`,
    values: parameters.values,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next: last === undefined ? null : cursorOf([last.mark, last.id]) };
}

/** A version of a date promised for a line. */
export interface PromiseVersion {
  readonly line: string;
  readonly version: number;
  readonly date: string;
  readonly cause: string;
  readonly by: string;
  readonly taskId: string | null;
  readonly at: number;
  /** Days later than the version before, or than was wanted; negative: earlier. */
  readonly slipDays: number;
}

/** A notice kept as a document. */
export interface DocumentHead {
  readonly key: string;
  readonly version: number;
  readonly kind: string;
  readonly notice: string;
  readonly to: string;
  readonly at: number;
}

/** All of a case that its page shows. */
export interface CaseRecord {
  readonly subject: Json;
  readonly startedAt: number;
  readonly changedAt: number;
  readonly closedAt: number | null;
  readonly openTasks: readonly TaskRow[];
  readonly ledger: readonly Row[];
  readonly promises: readonly PromiseVersion[];
  readonly clocks: readonly ClockRow[];
  /** The hold of the case as a whole. */
  readonly held: Rest | null;
  readonly effects: readonly EffectRow[];
  readonly documents: readonly DocumentHead[];
  readonly flying: number;
  /** Names of all people in the record. */
  readonly people: Readonly<Record<string, string>>;
}

/** How many ledger entries one answer holds; earlier ones are asked for by `before`. */
export const ledgerPage = 200;

const documentHead = `json_build_object('key', n.key, 'version', n.version, 'kind', n.document, 'notice', n.notice, 'to', n.told_to, 'at', ${millis('n.at')})`;

/** The record of a case in one statement; `before`: only ledger entries below that seq. */
export async function readCase(db: Db, id: string, before: number | undefined): Promise<CaseRecord | undefined> {
  const { rows } = await db.query<CaseRecord>({
    name: 'gendan_case',
    text: `with entries as (select seq, row, by from ledger where case_id = $1 and ($2::integer is null or seq < $2) order by seq desc limit ${ledgerPage})
      select (select value from content where hash = k.subject_hash) as subject, ${millis('k.started_at')} as "startedAt", ${millis('k.changed_at')} as "changedAt",
        ${millis('k.closed_at')} as "closedAt", k.flying,
        (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = k.id and t.state in ('open', 'suspended')) as "openTasks",
        (select coalesce(json_agg(e.row order by e.seq), '[]') from entries e) as ledger,
        (select coalesce(json_agg(json_build_object('line', p.line, 'version', p.version, 'date', p.date, 'cause', p.cause, 'by', p.agreed_by, 'taskId', p.task_id, 'at', ${millis('p.at')}, 'slipDays', p.slip_days)
          order by p.line, p.version), '[]') from promise p where p.case_id = k.id) as promises,
        (select coalesce(json_agg(c.clock order by c.clock->>'dueAt'), '[]') from (
          select distinct on (l.row #>> '{clock,key}') l.row->'clock' as clock from ledger l where l.case_id = k.id and json_typeof(l.row->'clock') = 'object'
          order by l.row #>> '{clock,key}', l.seq desc) c) as clocks,
        (select json_build_object('of', 'case', 'from', ${millis('h.since')}, 'cause', h.cause, 'until', ${millis('h.until')}) from hold h where h.case_id = k.id and h.task_id = '') as held,
        (select coalesce(json_agg(json_build_object('key', f.key, 'effect', f.effect, 'input', f.input, 'action', f.action, 'state', f.state, 'code', f.code, 'detail', f.detail)
          order by f.since), '[]') from effect f where f.case_id = k.id) as effects,
        (select coalesce(json_agg(${documentHead} order by n.at, n.key, n.version), '[]') from notice n where n.case_id = k.id and n.document is not null) as documents,
        (select coalesce(json_object_agg(p.id, p.name), '{}') from person p where p.id in (
          select by from entries union select k.started_by union select agreed_by from promise where case_id = k.id)) as people
      from kase k where k.id = $1`,
    values: [id, before ?? null],
  });
  return rows[0];
}

/** The documents of a case, oldest first. */
export async function listDocuments(db: Db, caseId: string): Promise<readonly DocumentHead[]> {
  const { rows } = await db.query<{ head: DocumentHead }>({
    name: 'gendan_documents',
    text: `select ${documentHead} as head from notice n where n.case_id = $1 and n.document is not null order by n.at, n.key, n.version`,
    values: [caseId],
  });
  return rows.map(({ head }) => head);
}

/** One document with what it says. */
export async function readDocument(
  db: Db,
  caseId: string,
  key: string,
  version: number,
): Promise<(DocumentHead & { readonly content: Json; readonly hash: string }) | undefined> {
  const { rows } = await db.query<{ head: DocumentHead; content: Json; hash: string }>({
    name: 'gendan_document',
    text: `select ${documentHead} as head, c.value as content, n.shown as hash from notice n left join content c on c.hash = n.shown
      where n.case_id = $1 and n.key = $2 and n.version = $3 and n.document is not null`,
    values: [caseId, key, version],
  });
  const [found] = rows;
  return found === undefined ? undefined : { ...found.head, content: found.content, hash: found.hash };
}

/** What was shown with a task, what its form starts from, and the subject's turn of the case. */
export async function readShown(
  db: Db,
  shown: string,
  prefill: string | undefined,
): Promise<{ readonly shown: Json; readonly prefill: Json }> {
  const { rows } = await db.query<{ hash: string; value: Json }>({
    name: 'gendan_contents',
    text: 'select hash, value from content where hash = any($1)',
    values: [[shown, prefill ?? shown]],
  });
  const values = new Map(rows.map(({ hash, value }) => [hash, value]));
  return { shown: values.get(shown) ?? null, prefill: prefill === undefined ? null : (values.get(prefill) ?? null) };
}

/** What an open task's step showed when it was answered last, in whatever round; `at` in epoch milliseconds. Undefined: it was not. */
export async function answeredBefore(
  db: Db,
  taskId: string,
): Promise<{ readonly shown: Json; readonly at: number; readonly by: string | null } | undefined> {
  const { rows } = await db.query<{ shown: Json; at: number; by: string | null }>({
    name: 'gendan_answered_before',
    text: `select c.value as shown, ${millis('b.closed_at')} as at, b.closed_by as by
      from task t join task b on b.case_id = t.case_id and b.step = t.step and b.id <> t.id and b.state = 'completed'
        and regexp_replace(b.key, '/\\d+/', '/', 'g') = regexp_replace(t.key, '/\\d+/', '/', 'g') and b.closed_at <= t.opened_at
        join content c on c.hash = b.shown
      where t.id = $1 order by b.closed_at desc, b.opened_at desc limit 1`,
    values: [taskId],
  });
  return rows[0];
}

/** The subject of a case as amended, for checking a further amendment. */
export async function readSubject(db: Db, caseId: string): Promise<Json | undefined> {
  const { rows } = await db.query<{ value: Json }>({
    name: 'gendan_subject',
    text: 'select c.value from kase k join content c on c.hash = k.subject_hash where k.id = $1',
    values: [caseId],
  });
  return rows[0]?.value;
}

/** Cases of some companies that changed since a time, oldest change first. */
export async function changedSince(
  db: Db,
  companies: readonly string[],
  since: number,
  limit: number,
): Promise<readonly { readonly caseId: string; readonly company: string; readonly turn: number }[]> {
  const { rows } = await db.query<{ caseId: string; company: string; turn: number }>({
    name: 'gendan_changed',
    text: `select id as "caseId", company, turn from kase where company = any($1) and changed_at >= to_timestamp($2::float8 / 1000) order by changed_at limit $3`,
    values: [companies, since, limit],
  });
  return rows;
}

/** Where a case stands now, with its open tasks. */
export interface CurrentCase {
  readonly turn: number;
  readonly status: CaseStatus;
  readonly flying: number;
  readonly openTasks: readonly TaskRow[];
}

/** Where a case stands; undefined: SQL does not know it. */
export async function currentCase(db: Db, caseId: string): Promise<CurrentCase | undefined> {
  const { rows } = await db.query<CurrentCase>({
    name: 'gendan_standing',
    text: `select k.turn, k.status, k.flying,
        (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = k.id and t.state = 'open') as "openTasks"
      from kase k where k.id = $1`,
    values: [caseId],
  });
  return rows[0];
}

/** What the ledger says of the times of a task (by its id) or a deadline (by its key): rungs struck, and every move of its due time. Oldest first. */
export async function timeRows(db: Db, caseId: string, of: string): Promise<readonly Row[]> {
  const { rows } = await db.query<{ row: Row }>({
    name: 'gendan_times',
    text: `select row from ledger where case_id = $1 and type in ('rung', 'rebased', 'held', 'hold-ended')
      and (row #>> '{task,id}' = $2 or row #>> '{clock,key}' = $2) order by seq`,
    values: [caseId, of],
  });
  return rows.map(({ row }) => row);
}

/** The deadlines of a case as last told, the earliest first. */
export async function deadlinesOf(db: Db, caseId: string): Promise<readonly NonNullable<Row['clock']>[]> {
  const { rows } = await db.query<{ clock: NonNullable<Row['clock']> }>({
    name: 'gendan_deadlines',
    text: `select distinct on (row #>> '{clock,key}') row->'clock' as clock from ledger where case_id = $1 and json_typeof(row->'clock') = 'object'
      order by row #>> '{clock,key}', seq desc`,
    values: [caseId],
  });
  return rows.map(({ clock }) => clock).sort((a, b) => a.dueAt - b.dueAt);
}

/** How far promised dates slipped, summed by cause and month. */
export interface Slip {
  readonly company: string;
  readonly procedure: string;
  readonly edition: string;
  /** `YYYY-MM` at UTC. */
  readonly month: string;
  readonly cause: string;
  /** How often a date was moved, in how many orders, and by how many days together. */
  readonly moves: number;
  readonly orders: number;
  readonly days: number;
}

export interface SlipsAsked {
  readonly company: string;
  readonly procedure?: string | undefined;
  /** Dates `YYYY-MM-DD`, both inclusive, of when the later date was given. */
  readonly from: string;
  readonly to: string;
}

/** Promised dates that were given later than the ones before them, or than wanted. Latest month first, then most days. */
export async function slipsOf(db: Db, { company, procedure, from, to }: SlipsAsked): Promise<readonly Slip[]> {
  const { rows } = await db.query<Slip>({
    name: 'gendan_slips',
    text: `select k.company, k.procedure, max(k.edition) as edition, to_char(p.at at time zone 'UTC', 'YYYY-MM') as month, p.cause,
        count(*)::integer as moves, count(distinct p.case_id)::integer as orders, sum(p.slip_days)::integer as days
      from promise p join kase k on k.id = p.case_id
      where p.slip_days > 0 and p.at >= $3::date and p.at < $4::date + 1 and k.company = $1 and ($2::text is null or k.procedure = $2)
      group by k.company, k.procedure, month, p.cause order by month desc, days desc, p.cause`,
    values: [company, procedure ?? null, from, to],
  });
  return rows;
}

/** What SQL knows of a case, and of one of its tasks, when the workflow cannot be asked any more. */
export interface KnownCase {
  readonly status: CaseStatus;
  readonly startedBy: string;
  /** Content hash of the subject it began with. */
  readonly begunWith: string | null;
  /** A `begin` of another id has been answered with this case. */
  readonly begunByOther: boolean;
  readonly task: TaskRow | null;
}

/** Looks a case up, with a task if one is named. `commandId`: the command on whose behalf. */
export async function knownCase(db: Db, caseId: string, commandId: string, taskId: string | undefined): Promise<KnownCase | undefined> {
  const { rows } = await db.query<KnownCase>({
    name: 'gendan_remember',
    text: `select k.status, k.started_by as "startedBy", (select l.row #>> '{body,subject}' from ledger l where l.case_id = k.id and l.seq = 1) as "begunWith",
        exists (select from command c where c.case_id = k.id and c.verb = 'begin' and c.status = 'done' and c.id <> $2) as "begunByOther",
        (select t.row from task t where t.id = $3 and t.case_id = k.id) as task
      from kase k where k.id = $1`,
    values: [caseId, commandId, taskId ?? null],
  });
  return rows[0];
}
