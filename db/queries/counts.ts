import type { Badge } from '../counters.js';
import type { Db } from '../pool.js';
import type { Scope } from './tasks.js';

/** What the tabs of an inbox show beside their names. */
export interface Counts {
  readonly mine: Badge;
  readonly group: Badge;
  readonly team: Badge;
}

/** Procedures whose open tasks are counted, and whether they are all of their company: then the kept counters have their number. */
export interface CountedScope extends Scope {
  readonly whole: boolean;
}

/** Counts for a person in one statement, from the kept counters; only parts of a company are counted task by task. */
export async function countsOf(db: Db, person: string, team: readonly CountedScope[]): Promise<Counts> {
  const parts = team.filter(({ whole }) => !whole);
  const wholes = [...new Set(team.filter(({ whole }) => whole).map(({ company }) => company))];
  const sums = `coalesce(sum(c.open), 0)::integer as open, coalesce(sum(c.overdue), 0)::integer as overdue`;
  const mine = `exists (select from membership m where m.person_id = $1 and m.company_id = c.company and 'role:' || m.role = any(c.candidates))`;
  const counted = `(select count(*)::integer as open, (count(*) filter (where t.overdue))::integer as overdue from unnest($3::text[], $4::text[]) s(company, procedure)
          join task t on t.company = s.company and t.procedure = s.procedure and t.state = 'open') p`;
  const none = '(select 0 as open, 0 as overdue where $3::text[] = $4::text[]) p';
  const { rows } = await db.query<Counts>({
    name: parts.length === 0 ? 'gendan_counts' : 'gendan_counts_parts',
    text: `select to_json(m) as mine, to_json(g) as "group", json_build_object('open', w.open + p.open, 'overdue', w.overdue + p.overdue) as team
      from (select ${sums} from seat_count c where 'person:' || $1 = any(c.candidates) or ${mine}) m,
        (select ${sums} from seat_count c where ${mine}) g,
        (select ${sums} from seat_count c where c.company = any($2)) w,
        ${parts.length === 0 ? none : counted}`,
    values: [person, wholes, parts.map(({ company }) => company), parts.map(({ procedure }) => procedure)],
  });
  return rows[0] as Counts;
}
