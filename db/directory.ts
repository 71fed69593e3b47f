import type pg from 'pg';
import type { CompanyPolicy, Person } from '../domain/policy/policy.js';

/** A company and those who work in it, as its files name them. */
export interface CompanyPeople {
  readonly company: CompanyPolicy;
  readonly people: readonly Person[];
}

/**
 * Brings companies, people and memberships to what the files say. Who is no longer named in a company loses its roles; who has none left is
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
async function loadPeople(client: pg.PoolClient, company: string, people: readonly Person[]): Promise<number> {
  const persons = people.map(({ id, name, locale }) => ({ id, name, locale }));
  const roles = people.flatMap(({ id, roles: names }) => names.map((role) => ({ id, role })));
  const changes = [
    await client.query(
      `insert into person as p (id, name, locale) select id, name, locale from jsonb_to_recordset($1) as x(id text, name text, locale text)
        on conflict (id) do update set name = excluded.name, locale = excluded.locale where (p.name, p.locale) <> (excluded.name, excluded.locale)`,
      [JSON.stringify(persons)],
    ),
    await client.query(
      `delete from membership m where m.company_id = $1 and not exists
        (select from jsonb_to_recordset($2) as x(id text, role text) where x.id = m.person_id and x.role = m.role)`,
      [company, JSON.stringify(roles)],
    ),
    await client.query(
      `insert into membership (person_id, company_id, role) select id, $1, role from jsonb_to_recordset($2) as x(id text, role text) on conflict do nothing`,
      [company, JSON.stringify(roles)],
    ),
  ];
  return changes.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
}
