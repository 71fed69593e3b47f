import type { Badge } from '../counters.js';
import type { Db } from '../pool.js';
import type { Scope } from './tasks.js';

/** What the tabs of an inbox show beside their names. */
export interface Counts {
  readonly mine: Badge;
  readonly group: Badge;
  readonly team: Badge;
}

/** Counts for a person in one statement: mine and group from the kept counters, team by an index of open tasks. */
export async function countsOf(db: Db, person: string, team: readonly Scope[]): Promise<Counts> {
  const badge = (name: string): string =>
    `json_build_object('open', coalesce(sum(${name}.open), 0)::integer, 'overdue', coalesce(sum(${name}.overdue), 0)::integer)`;
  const mine = `exists (select from membership m where m.person_id = $1 and m.company_id = c.company and 'role:' || m.role = any(c.candidates))`;
  const { rows } = await db.query<Counts>({
    name: 'gendan_counts',
    text: `select (select ${badge('c')} from seat_count c where 'person:' || $1 = any(c.candidates) or ${mine}) as mine,
      (select ${badge('c')} from seat_count c where ${mine}) as "group",
      (select json_build_object('open', count(*)::integer, 'overdue', (count(*) filter (where t.overdue))::integer)
        from unnest($2::text[], $3::text[]) s(company, procedure) join task t on t.company = s.company and t.procedure = s.procedure and t.state = 'open') as team`,
    values: [person, team.map(({ company }) => company), team.map(({ procedure }) => procedure)],
  });
  return rows[0] as Counts;
}
