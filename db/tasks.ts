import type { Reach } from '../domain/authority/reach.js';
import type { TaskRow } from '../domain/engine/ledger.js';
import { inScope, mayFill, reachSql, reachValue, type Scope, scopesSql, scopeValues } from './authority.js';
import { cursorOf, momentText, narrowed, type Page, type PageAsked, Parameters, partsOf } from './paging.js';
import type { Db } from './pool.js';

/** A task in a list, with what the list shows of its case. */
export interface ListedTask {
  readonly task: TaskRow;
  readonly caseId: string;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly title: string;
  readonly edition: string;
  /** Whom the reader stands in for on it; missing: it is there by a right of their own. */
  readonly actingFor?: string;
}

interface Found extends Omit<ListedTask, 'actingFor'> {
  readonly actingFor?: string | null;
  readonly late: boolean;
  readonly due: string;
}

const columns = `t.row as task, t.case_id as "caseId", t.company, t.procedure, t.number, k.title, k.edition`;

/** Where a page of open tasks begins: the names of its parameters. */
interface PageStart {
  /** Whether overdue tasks follow, and after which. */
  readonly late: string;
  readonly lateDue: string;
  readonly lateId: string;
  /** After which of the others. */
  readonly due: string;
  readonly id: string;
}

function pageStartOf(cursor: string | undefined, parameters: Parameters): PageStart | undefined {
  const start = cursor === undefined ? ['1', '-infinity', ''] : partsOf(cursor, ['flag', 'moment', 'text']);
  if (start === undefined) return undefined;
  const [late = '', due = '', id = ''] = start;
  const values = late === '1' ? [true, due, id, '-infinity', ''] : [false, 'infinity', '', due, id];
  const [one = '', two = '', three = '', four = '', five = ''] = values.map((value) => parameters.add(value));
  return { late: one, lateDue: `${two}::timestamptz`, lateId: three, due: `${four}::timestamptz`, id: five };
}

/**
 * Open seats that a person reaches, overdue first, then by due time, without due time last. Each key's seats are read in index order, as
 * many as a page holds, and merged: as quick with a hundred thousand open seats as with a hundred. Undefined: the mark is none of this list.
 */
export async function waitingTasks(
  db: Db,
  person: string,
  reach: readonly Reach[],
  { filter, limit, cursor }: PageAsked,
): Promise<Page<ListedTask> | undefined> {
  const parameters = new Parameters([person, reachValue(reach), limit + 1]);
  const start = pageStartOf(cursor, parameters);
  if (start === undefined) return undefined;
  const { overdue, ...rest } = filter;
  const { sql, word } = narrowed(rest, parameters);
  const joins = sql === '' ? '' : 'join task t on t.id = s.task_id join kase k on k.id = t.case_id';
  const part = (late: boolean): string => `(select s.task_id, s.overdue, s.due_at from seat s ${joins}
      where s.open and s.company = r.company and s.key = r.key and s.overdue = ${late} ${late ? `and ${start.late}` : ''}
        and (s.due_at, s.task_id) > (${late ? `${start.lateDue}, ${start.lateId}` : `${start.due}, ${start.id}`})
        and ${mayFill}${sql}
      order by s.company, s.key, s.overdue desc, s.due_at, s.task_id limit $3)`;
  const { rows } = await db.query<Found>({
    name: `gendan_waiting${word}${onlyWord(overdue)}`,
    text: `with page as (
        select found.task_id, found.overdue, found.due_at, (array_agg(r."actingFor" order by r.n))[1] as acting_for
        from ${reachSql('$2')} cross join lateral (${partsFor(overdue, part)}) found
        group by found.task_id, found.overdue, found.due_at order by found.overdue desc, found.due_at, found.task_id limit $3)
      select ${columns}, p.acting_for as "actingFor", p.overdue as late, ${momentText('p.due_at')} as due
      from page p join task t on t.id = p.task_id join kase k on k.id = t.case_id where ${allNamed(start)} order by p.overdue desc, p.due_at, p.task_id`,
    values: parameters.values,
  });
  return paged(rows, limit);
}

/** The overdue part of a list and the rest, in this order, as far as they are asked for. */
function partsFor(overdue: boolean | undefined, part: (late: boolean) => string): string {
  const asked = overdue === undefined ? [true, false] : [overdue];
  return asked.map(part).join(' union all ');
}

/** PostgreSQL wants to know the type of every parameter, also of those that a part left out would have used. */
const allNamed = ({ late, lateDue, lateId, due, id }: PageStart): string =>
  `(${late}::boolean, ${lateDue}, ${lateId}::text, ${due}, ${id}::text) is not null`;

const onlyWord = (overdue: boolean | undefined): string => (overdue === undefined ? '' : overdue ? '_late' : '_intime');

function paged(rows: readonly Found[], limit: number): Page<ListedTask> {
  const items = rows.slice(0, limit).map(({ late: _late, due: _due, actingFor, ...item }) => ({
    ...item,
    ...(actingFor === null || actingFor === undefined ? {} : { actingFor }),
  }));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, next: last === undefined ? null : cursorOf([last.late ? '1' : '0', last.due, last.task.id]) };
}

/** All open tasks of procedures, in the same order. */
export async function teamTasks(
  db: Db,
  scopes: readonly Scope[],
  { filter, limit, cursor }: PageAsked,
): Promise<Page<ListedTask> | undefined> {
  const [companies, procedures, sites] = scopeValues(scopes);
  const parameters = new Parameters([companies, procedures, limit + 1, sites]);
  const start = pageStartOf(cursor, parameters);
  if (start === undefined) return undefined;
  const { overdue, ...rest } = filter;
  const { sql, word } = narrowed(rest, parameters);
  const due = `coalesce(t.due_at, 'infinity'::timestamptz)`;
  const part = (
    late: boolean,
  ): string => `(select t.id, t.overdue, ${due} as due_at from task t ${sql === '' ? '' : 'join kase k on k.id = t.case_id'}
    where t.state = 'open' and ${inScope('t')} and t.overdue = ${late} ${late ? `and ${start.late}` : ''}
      and (${due}, t.id) > (${late ? `${start.lateDue}, ${start.lateId}` : `${start.due}, ${start.id}`})${sql}
    order by t.company, t.procedure, t.overdue desc, ${due}, t.id limit $3)`;
  const { rows } = await db.query<Found>({
    name: `gendan_team${word}${onlyWord(overdue)}`,
    text: `with page as (
        select distinct found.* from ${scopesSql('$1', '$2', '$4')} cross join lateral (${partsFor(overdue, part)}) found
        order by overdue desc, due_at, id limit $3)
      select ${columns}, p.overdue as late, ${momentText('p.due_at')} as due
      from page p join task t on t.id = p.id join kase k on k.id = t.case_id where ${allNamed(start)} order by p.overdue desc, p.due_at, p.id`,
    values: parameters.values,
  });
  return paged(rows, limit);
}

/** The tasks a person has answered, latest first. */
export async function doneTasks(db: Db, person: string, { filter, limit, cursor }: PageAsked): Promise<Page<ListedTask> | undefined> {
  const parts = cursor === undefined ? ['infinity', ''] : partsOf(cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const parameters = new Parameters([person, ...parts, limit + 1]);
  const { sql, word } = narrowed(filter, parameters);
  const { rows } = await db.query<ListedTask & { readonly closed: string }>({
    name: `gendan_done${word}`,
    text: `select ${columns}, ${momentText('t.closed_at')} as closed from task t join kase k on k.id = t.case_id
      where t.closed_by = $1 and (t.closed_at < $2::timestamptz or (t.closed_at = $2::timestamptz and t.id > $3))${sql}
      order by t.closed_at desc, t.id limit $4`,
    values: parameters.values,
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const items = rows.slice(0, limit).map(({ closed: _closed, ...item }) => item);
  return { items, next: last === undefined ? null : cursorOf([last.closed, last.task.id]) };
}

/** The open tasks of a case, and whether effects are under way. */
export async function openTasksOf(db: Db, caseId: string): Promise<{ readonly openTasks: readonly TaskRow[]; readonly flying: number }> {
  const { rows } = await db.query<{ openTasks: readonly TaskRow[]; flying: number }>({
    name: 'gendan_open_tasks',
    text: `select k.flying, (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = k.id and t.state in ('open', 'suspended')) as "openTasks"
      from kase k where k.id = $1`,
    values: [caseId],
  });
  return rows[0] ?? { openTasks: [], flying: 0 };
}
