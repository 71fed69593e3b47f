import type { Circle, Member } from '../domain/authority/directory.js';
import type { Candidate } from '../domain/engine/ledger.js';
import { isCandidate } from './authority.js';
import type { Db } from './pool.js';

/** A person with the roles they hold in the asker's companies. */
export interface ListedPerson {
  readonly id: string;
  readonly name: string;
  readonly locale: 'zh' | 'en' | 'id';
  readonly roles: readonly { readonly company: string; readonly role: string }[];
}

/** Active people of some companies, by name; `role`: only holders of it. */
export async function listPeople(db: Db, companies: readonly string[], role: string | undefined): Promise<readonly ListedPerson[]> {
  const { rows } = await db.query<ListedPerson>({
    name: 'gendan_people',
    text: `select p.id, p.name, p.locale, json_agg(json_build_object('company', m.company_id, 'role', m.role) order by m.company_id, m.role) as roles
      from person p join membership m on m.person_id = p.id and m.company_id = any($1)
      where p.active group by p.id, p.name, p.locale having $2::text is null or bool_or(m.role = $2) order by p.name, p.id`,
    values: [companies, role ?? null],
  });
  return rows;
}

/** Whether a person is active in a company. */
export async function isMember(db: Db, company: string, person: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'gendan_is_member',
    text: 'select 1 from membership m join person p on p.id = m.person_id where p.active and m.company_id = $1 and m.person_id = $2 limit 1',
    values: [company, person],
  });
  return rows.length > 0;
}

/** Whether a person has a role in a company, also when they are active no more. */
export async function worksIn(db: Db, company: string, person: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'gendan_works_in',
    text: 'select 1 from membership where company_id = $1 and person_id = $2 limit 1',
    values: [company, person],
  });
  return rows.length > 0;
}

/** Names of people by id; those unknown are missing. */
export async function namesOf(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: string; name: string }>({
    name: 'gendan_names',
    text: 'select id, name from person where id = any($1)',
    values: [ids],
  });
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** An active person with their roles, as the rule of who may act takes them. */
export async function memberOf(db: Db, id: string): Promise<Member | undefined> {
  const { rows } = await db.query<Member>({
    name: 'gendan_member',
    text: `select p.id, gendan_memberships(p.id) as memberships, gendan_teams(p.id) as teams from person p where p.id = $1 and p.active`,
    values: [id],
  });
  return rows[0];
}

/** Ids of the active people who are any of the candidates, and of those who stand in for them now in such cases. A role of a site is also that of whoever holds it everywhere. */
export async function handsOf(
  db: Db,
  { company, procedure }: { readonly company: string; readonly procedure: string },
  candidates: readonly Candidate[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>({
    name: 'gendan_hands_of',
    text: `with meant as (
        select p.id from person p where exists (select from jsonb_array_elements($3::jsonb) c where ${isCandidate})),
      hands as (
        select id from meant
        union select s.substitute_id from meant join absence a on a.person_id = meant.id and now() >= a.from_at and now() < a.until_at
          join stand_in s on s.absence_id = a.id and (s.procedures is null or $2 = any(s.procedures)))
      select p.id from hands join person p on p.id = hands.id and p.active order by p.id`,
    values: [company, procedure, JSON.stringify(candidates)],
  });
  return rows.map(({ id }) => id);
}

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
