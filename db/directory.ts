import type pg from 'pg';
import type { CompanyPolicy, Person } from '../domain/policy/policy.js';

/** A company and those who work in it, as its files name them. */
export interface CompanyPeople {
  readonly company: CompanyPolicy;
  readonly people: readonly Person[];
}

/**
 * Brings companies, their sites, people, memberships and teams to what the files say. Who is no longer named in a company loses its roles; who has none left is
 * no longer active. Changes nothing, and leaves the directory's version as it is, when all is as it was. Resolves to the version.
 */
export async function loadDirectory(pool: pg.Pool, companies: readonly CompanyPeople[]): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select from directory for update');
    let changed = 0;
    for (const { company, people } of companies) {
      await client.query(
        'insert into company as c (id, policy) values ($1, $2) on conflict (id) do update set policy = excluded.policy where c.policy <> excluded.policy',
        [company.company, JSON.stringify(company)],
      );
      changed += await loadSites(client, company);
      changed += await loadPeople(client, company.company, people);
    }
    const { rowCount: left } = await client.query(
      'update person set active = exists (select from membership where person_id = id) where active <> exists (select from membership where person_id = id)',
    );
    if (changed + (left ?? 0) > 0) await client.query('update directory set version = version + 1');
    const { rows } = await client.query<{ version: number }>('select version from directory');
    await client.query('commit');
    return rows[0]?.version ?? 0;
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    client.release();
  }
}

/** Resolves to how many rows changed. */
async function loadSites(client: pg.PoolClient, { company, sites = {} }: CompanyPolicy): Promise<number> {
  const { rowCount: added } = await client.query('insert into site (company_id, id) select $1, unnest($2::text[]) on conflict do nothing', [
    company,
    Object.keys(sites),
  ]);
  const { rowCount: gone } = await client.query('delete from site where company_id = $1 and id <> all($2::text[])', [
    company,
    Object.keys(sites),
  ]);
  return (added ?? 0) + (gone ?? 0);
}

/** Resolves to how many rows changed. */
async function loadPeople(client: pg.PoolClient, company: string, people: readonly Person[]): Promise<number> {
  const persons = people.map(({ id, name, locale, mail }) => ({ id, name, locale, mail }));
  const roles = people.flatMap(({ id, roles: names, sites = [''] }) => names.flatMap((role) => sites.map((site) => ({ id, role, site }))));
  const teams = people.flatMap(({ id, teams: names = [] }) => names.map((team) => ({ id, team })));
  const statements: readonly (readonly [text: string, values: readonly unknown[]])[] = [
    [
      `insert into person as p (id, name, locale, mail) select id, name, locale, mail from jsonb_to_recordset($1) as x(id text, name text, locale text, mail text)
        on conflict (id) do update set name = excluded.name, locale = excluded.locale, mail = excluded.mail
        where (p.name, p.locale, p.mail) is distinct from (excluded.name, excluded.locale, excluded.mail)`,
      [JSON.stringify(persons)],
    ],
    [
      `delete from membership m where m.company_id = $1 and not exists
        (select from jsonb_to_recordset($2) as x(id text, role text, site text) where x.id = m.person_id and x.role = m.role and x.site = m.site)`,
      [company, JSON.stringify(roles)],
    ],
    [
      `insert into membership (person_id, company_id, role, site)
        select id, $1, role, site from jsonb_to_recordset($2) as x(id text, role text, site text) on conflict do nothing`,
      [company, JSON.stringify(roles)],
    ],
    [
      `delete from team_membership m where m.company_id = $1 and not exists
        (select from jsonb_to_recordset($2) as x(id text, team text) where x.id = m.person_id and x.team = m.team)`,
      [company, JSON.stringify(teams)],
    ],
    [
      `insert into team_membership (person_id, company_id, team)
        select id, $1, team from jsonb_to_recordset($2) as x(id text, team text) on conflict do nothing`,
      [company, JSON.stringify(teams)],
    ],
  ];
  let changed = 0;
  for (const [text, values] of statements) changed += (await client.query(text, [...values])).rowCount ?? 0;
  return changed;
}
