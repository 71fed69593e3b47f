import { hashOf } from '../domain/canonical-json.js';
import type { JsonObject } from '../domain/json.js';
import type { WorkingCalendar } from '../domain/time/calendar.js';
import type { Db } from './pool.js';

/** Content hash of a calendar, as the ledgers of cases name it. */
export const calendarHash = (calendar: WorkingCalendar): string => hashOf(calendar as unknown as JsonObject);

/** Gives companies their calendars; one that is as it was stays. Resolves to the companies whose calendar is another one now. */
export async function saveCalendars(
  db: Db,
  calendars: readonly { readonly company: string; readonly calendar: WorkingCalendar }[],
): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const { company, calendar } of calendars) {
    const { rowCount } = await db.query({
      name: 'gendan_save_calendar',
      text: `with kept as (insert into content values ($3, $4) on conflict do nothing)
        insert into calendar as c (company, id, hash) values ($1, $2, $3)
          on conflict (company) do update set id = excluded.id, hash = excluded.hash, changed_at = now() where c.hash <> excluded.hash`,
      values: [company, calendar.calendar, calendarHash(calendar), JSON.stringify(calendar)],
    });
    if (rowCount === 1) changed.push(company);
  }
  return changed;
}

/** The calendar of a company, or undefined where there is none. */
export async function calendarOf(db: Db, company: string): Promise<WorkingCalendar | undefined> {
  const { rows } = await db.query<{ value: WorkingCalendar }>({
    name: 'gendan_calendar',
    text: 'select value from calendar join content using (hash) where company = $1',
    values: [company],
  });
  return rows[0]?.value;
}

/** The calendars that a case has reckoned by, the latest first. */
export async function calendarsOfCase(db: Db, caseId: string): Promise<readonly WorkingCalendar[]> {
  const { rows } = await db.query<{ value: WorkingCalendar }>({
    name: 'gendan_case_calendars',
    text: `select value from ledger l join content c on c.hash = l.row #>> '{body,calendar}'
      where l.case_id = $1 and l.type in ('begun', 'calendar') order by l.seq desc`,
    values: [caseId],
  });
  return rows.map(({ value }) => value);
}

/** An open case that does not have its company's calendar yet. */
export interface CaseBehind {
  readonly id: string;
  readonly company: string;
  /** Content hash of the company's calendar. */
  readonly hash: string;
  /** How many calendars it was told of already. */
  readonly sent: number;
}

const behind = `from calendar c join kase k on k.company = c.company and k.status = 'open' and k.calendar_hash is distinct from c.hash`;

/**
 * Open cases to be told of their company's calendar. Left out are those whose edition nobody serves, since their workflows cannot answer, and
 * those that are being told, or were within a minute without taking it. A faulted case takes none; it is told when it runs again.
 */
export async function casesBehind(db: Db, limit: number): Promise<readonly CaseBehind[]> {
  const { rows } = await db.query<CaseBehind>({
    name: 'gendan_calendar_behind',
    text: `select k.id, k.company, c.hash, coalesce(last.told, 0)::integer as sent ${behind}
        left join lateral (select key, status, ended_at, count(*) over () as told from command m
          where m.case_id = k.id and m.verb = 'calendar' order by m.n desc limit 1) last on true
      where not exists (select from alarm a where a.case_id = k.id and a.kind = 'edition-not-served')
        and not coalesce(last.key like 'calendar:' || c.hash || ':%' and (last.status = 'pending' or last.ended_at > now() - interval '1 minute'), false)
      order by k.id limit $1`,
    values: [limit],
  });
  return rows;
}

/** How many open cases will be told of their company's calendar. */
export async function countBehind(db: Db): Promise<number> {
  const { rows } = await db.query<{ count: number }>(`select count(*)::integer as count ${behind}`);
  return rows[0]?.count ?? 0;
}
