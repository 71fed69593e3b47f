import type { Circle, Member } from '../../domain/authority/directory.js';
import type { Db } from '../pool.js';

/** A person of a company as the rule of who may act takes them, and when they are back if they are away. */
export interface CompanyMember extends Member {
  readonly name: string;
  readonly locale: 'zh' | 'en' | 'id';
  /** Until when they are away now, epoch milliseconds. */
  readonly awayUntil: number | null;
}

/** All active people of a company, by name, each with everybody's stand-ins around them; `q`: only those whose name or id has it. */
export async function membersOf(db: Db, company: string, q: string | undefined): Promise<readonly CompanyMember[]> {
  const { rows } = await db.query<{ readonly people: readonly CompanyMember[] | null; readonly circle: Circle }>({
    name: 'gendan_members',
    text: `select
      (select json_agg(json_build_object('id', p.id, 'name', p.name, 'locale', p.locale, 'memberships', gendan_memberships(p.id), 'teams', gendan_teams(p.id),
          'awayUntil', (select floor(extract(epoch from max(a.until_at)) * 1000) from absence a where a.person_id = p.id and a.from_at <= now() and a.until_at > now())) order by p.name, p.id)
        from person p where p.active and exists (select from membership m where m.person_id = p.id and m.company_id = $1)) as people,
      json_build_object('at', floor(extract(epoch from now()) * 1000), 'people', '[]'::json,
        'substitutions', (select coalesce(json_agg(gendan_substitution(a, s)), '[]') from absence a join stand_in s on s.absence_id = a.id where a.until_at > now() - interval '30 days')) as circle`,
    values: [company],
  });
  const { people, circle } = rows[0] ?? { people: null, circle: { at: 0, people: [], substitutions: [] } };
  const members = people ?? [];
  const around: Circle = { ...circle, people: members };
  const wanted = q?.toLowerCase();
  return members
    .filter(({ id, name }) => wanted === undefined || id.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted))
    .map((member) => ({ ...member, circle: around }));
}
