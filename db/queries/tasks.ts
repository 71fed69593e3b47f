import type { TaskRow } from '../../domain/case/rows.js';
import type { Db } from '../pool.js';
import { cursorOf, momentText, partsOf } from './cursor.js';

/** A task in a list, with what the list shows of its case. */
export interface ListedTask {
  readonly task: TaskRow;
  readonly caseId: string;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly title: string;
  readonly edition: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Mark of the next page; null: this was the last. */
  readonly next: string | null;
}

/** What a list is narrowed to. */
export interface TaskFilter {
  readonly company?: string | undefined;
  readonly procedure?: string | undefined;
  readonly step?: string | undefined;
  /** Part of order number, customer or customer's number. */
  readonly q?: string | undefined;
  readonly overdue?: boolean | undefined;
}

export interface TaskPage {
  readonly filter: TaskFilter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface Found extends ListedTask {
  readonly late: boolean;
  readonly due: string;
}

const columns = `t.row as task, t.case_id as "caseId", t.company, t.procedure, t.number, k.title, k.edition`;
const filterSql = (
  from: number,
): string => `($${from}::text is null or t.company = $${from}) and ($${from + 1}::text is null or t.procedure = $${from + 1})
  and ($${from + 2}::text is null or t.step = $${from + 2}) and ($${from + 3}::text is null or t.number ilike $${from + 3} or k.search ilike $${from + 3})
  and ($${from + 4}::boolean is null or t.overdue = $${from + 4})`;

/** Text for `ilike` that finds it anywhere, whatever characters it has. */
export const anywhere = (text: string | undefined): string | null => (text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`);

function filterValues({ company, procedure, step, q, overdue }: TaskFilter): unknown[] {
  return [company ?? null, procedure ?? null, step ?? null, anywhere(q), overdue ?? null];
}

const isNarrowed = (filter: TaskFilter): boolean => Object.values(filter).some((value) => value !== undefined);

/**
 * Open seats that wait for a person, overdue first, then by due time, without due time last. Each role's seats are read in index order, as
 * many as a page holds, and merged: as quick with a hundred thousand open seats as with a hundred. Undefined: the mark is none of this list.
 */
export async function waitingTasks(db: Db, person: string, scope: 'mine' | 'group', page: TaskPage): Promise<Page<ListedTask> | undefined> {
  const after = placeOf(page.cursor);
  if (after === undefined) return undefined;
  const narrowed = isNarrowed(page.filter);
  const { rows } = await db.query<Found>({
    name: `gendan_waiting_${scope}${narrowed ? '_narrowed' : ''}`,
    text: waitingSql(scope, narrowed),
    values: [person, ...after, page.limit + 1, ...(narrowed ? filterValues(page.filter) : [])],
  });
  return paged(rows, page.limit);
}

function waitingSql(scope: 'mine' | 'group', narrowed: boolean): string {
  const joins = narrowed ? `join task t on t.id = s.task_id join kase k on k.id = t.case_id` : '';
  const where = narrowed ? `and ${filterSql(8)}` : '';
  const part = (seats: string, late: boolean): string => `(select s.task_id, s.overdue, s.due_at from seat s ${joins}
      where s.open and ${seats} and s.overdue = ${late} ${late ? 'and $2' : ''} and (s.due_at, s.task_id) > (${late ? '$3::timestamptz, $4' : '$5::timestamptz, $6'}) ${where}
      order by s.due_at, s.task_id limit $7)`;
  const both = (seats: string): string => `${part(seats, true)} union all ${part(seats, false)}`;
  const personal = scope === 'mine' ? `union select * from (${both('s.person_id = $1 and s.person_id is not null')}) own` : '';
  return `with waiting as (
      select found.* from membership m cross join lateral (${both('s.role is not null and s.company = m.company_id and s.role = m.role')}) found where m.person_id = $1
      ${personal}),
    page as (select distinct task_id, overdue, due_at from waiting order by overdue desc, due_at, task_id limit $7)
    select ${columns}, p.overdue as late, ${momentText('p.due_at')} as due
    from page p join task t on t.id = p.task_id join kase k on k.id = t.case_id order by p.overdue desc, p.due_at, p.task_id`;
}

/** The parameters of a place in a list of open tasks: whether overdue ones follow, after which of them, after which of the others. */
function placeOf(cursor: string | undefined): readonly [boolean, string, string, string, string] | undefined {
  if (cursor === undefined) return [true, '-infinity', '', '-infinity', ''];
  const parts = partsOf(cursor, ['flag', 'moment', 'text']);
  if (parts === undefined) return undefined;
  const [late = '', due = '', id = ''] = parts;
  return late === '1' ? [true, due, id, '-infinity', ''] : [false, 'infinity', '', due, id];
}

function paged(rows: readonly Found[], limit: number): Page<ListedTask> {
  const items = rows.slice(0, limit).map(({ late: _late, due: _due, ...item }) => item);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items, next: last === undefined ? null : cursorOf([last.late ? '1' : '0', last.due, last.task.id]) };
}

/** A procedure of a company. */
export interface Scope {
  readonly company: string;
  readonly procedure: string;
}

/** All open tasks of procedures, in the same order. */
export async function teamTasks(db: Db, scopes: readonly Scope[], page: TaskPage): Promise<Page<ListedTask> | undefined> {
  const after = placeOf(page.cursor);
  if (after === undefined) return undefined;
  const due = `coalesce(t.due_at, 'infinity'::timestamptz)`;
  const part = (
    late: boolean,
  ): string => `(select t.id, t.overdue, ${due} as due_at from task t ${isNarrowed(page.filter) ? 'join kase k on k.id = t.case_id' : ''}
    where t.state = 'open' and t.company = s.company and t.procedure = s.procedure and t.overdue = ${late} ${late ? 'and $1' : ''}
      and (${due}, t.id) > (${late ? '$2::timestamptz, $3' : '$4::timestamptz, $5'}) ${isNarrowed(page.filter) ? `and ${filterSql(9)}` : ''}
    order by t.company, t.procedure, t.overdue desc, ${due}, t.id limit $6)`;
  const { rows } = await db.query<Found>({
    name: `gendan_team${isNarrowed(page.filter) ? '_narrowed' : ''}`,
    text: `with page as (select found.* from unnest($7::text[], $8::text[]) s(company, procedure) cross join lateral (${part(true)} union all ${part(false)}) found
        order by overdue desc, due_at, id limit $6)
      select ${columns}, p.overdue as late, ${momentText('p.due_at')} as due
      from page p join task t on t.id = p.id join kase k on k.id = t.case_id order by p.overdue desc, p.due_at, p.id`,
    values: [
      ...after,
      page.limit + 1,
      scopes.map(({ company }) => company),
      scopes.map(({ procedure }) => procedure),
      ...(isNarrowed(page.filter) ? filterValues(page.filter) : []),
    ],
  });
  return paged(rows, page.limit);
}

/** The tasks a person has answered, latest first. */
export async function doneTasks(db: Db, person: string, page: TaskPage): Promise<Page<ListedTask> | undefined> {
  const parts = page.cursor === undefined ? ['infinity', ''] : partsOf(page.cursor, ['moment', 'text']);
  if (parts === undefined) return undefined;
  const { rows } = await db.query<ListedTask & { readonly closed: string }>({
    name: 'gendan_done',
    text: `select ${columns}, ${momentText('t.closed_at')} as closed from task t join kase k on k.id = t.case_id
      where t.closed_by = $1 and (t.closed_at < $2::timestamptz or (t.closed_at = $2::timestamptz and t.id > $3)) and ${filterSql(5)}
      order by t.closed_at desc, t.id limit $4`,
    values: [person, ...parts, page.limit + 1, ...filterValues(page.filter)],
  });
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    items: rows.slice(0, page.limit).map(({ closed: _closed, ...item }) => item),
    next: last === undefined ? null : cursorOf([last.closed, last.task.id]),
  };
}
