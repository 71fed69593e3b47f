import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { type AbsenceAsked, type AbsenceRefusal, type Around, refuseAbsence } from '../domain/authority/absence.js';
import type { Limits, Substitution } from '../domain/authority/directory.js';
import type { Db, DbPool } from './pool.js';

/** An absence as it is kept. Times in epoch milliseconds. */
export interface Absence {
  readonly id: string;
  readonly person: string;
  readonly from: number;
  readonly until: number;
  readonly note: string;
  readonly grantedBy: string;
  readonly standIns: readonly { readonly person: string; readonly limits: Limits }[];
}

const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;
const columns = `a.id, a.person_id as person, ${ms('a.from_at')} as "from", ${ms('a.until_at')} as until, a.note, a.granted_by as "grantedBy",
  (select coalesce(json_agg(json_build_object('person', s.substitute_id, 'limits', gendan_substitution(a, s)->'limits') order by s.substitute_id), '[]')
    from stand_in s where s.absence_id = a.id) as "standIns"`;

/** Absences that are not over, earliest first: of a person, where they stand in, or of people of companies that they see to. */
export async function listAbsences(db: Db, person: string, managed: readonly string[]): Promise<readonly Absence[]> {
  const { rows } = await db.query<Absence>({
    name: 'gendan_absences',
    text: `select ${columns} from absence a where a.until_at > now()
      and (a.person_id = $1 or exists (select from stand_in s where s.absence_id = a.id and s.substitute_id = $1)
        or exists (select from membership m where m.person_id = a.person_id and m.company_id = any($2)))
      order by a.from_at, a.id`,
    values: [person, managed],
  });
  return rows;
}

/** One absence, over or not. */
export async function readAbsence(db: Db, id: string): Promise<Absence | undefined> {
  const { rows } = await db.query<Absence>({
    name: 'gendan_absence',
    text: `select ${columns} from absence a where a.id = $1`,
    values: [id],
  });
  return rows[0];
}

/** Enters an absence, or changes the one of this id. Nothing is written when it is refused; otherwise the directory counts on. */
export function saveAbsence(
  pool: DbPool,
  asked: AbsenceAsked & { readonly note: string; readonly grantedBy: string; readonly id?: string },
): Promise<Absence | AbsenceRefusal> {
  return inDirectory<Absence | AbsenceRefusal>(pool, async (client) => {
    const id = asked.id ?? randomBytes(6).toString('hex');
    const refusal = refuseAbsence(asked, await aroundOf(client, asked.person, id));
    if (refusal !== undefined) return { kept: false, value: refusal };
    await client.query(
      `insert into absence (id, person_id, from_at, until_at, note, granted_by) values ($1, $2, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5, $6)
        on conflict (id) do update set from_at = excluded.from_at, until_at = excluded.until_at, note = excluded.note, granted_by = excluded.granted_by`,
      [id, asked.person, asked.from, asked.until, asked.note, asked.grantedBy],
    );
    await client.query('delete from stand_in where absence_id = $1', [id]);
    for (const { person, limits } of asked.standIns)
      await client.query(
        'insert into stand_in (absence_id, substitute_id, amount_minor, currency, customers, procedures) values ($1, $2, $3, $4, $5, $6)',
        [id, person, limits.amountMinor ?? null, limits.currency ?? null, limits.customers ?? null, limits.procedures ?? null],
      );
    const { id: _id, ...rest } = asked;
    return { kept: true, value: { ...rest, id } };
  });
}

/** Ends an absence now; one that has not begun is taken back. */
export async function endAbsence(pool: DbPool, id: string): Promise<void> {
  await inDirectory(pool, async (client) => {
    await client.query('delete from absence where id = $1 and from_at >= now()', [id]);
    await client.query('update absence set until_at = now() where id = $1 and until_at > now()', [id]);
    return { kept: true, value: undefined };
  });
}

/** Changes of the directory one after another; each that is kept counts its version on. */
async function inDirectory<T>(
  pool: DbPool,
  work: (client: pg.PoolClient) => Promise<{ readonly kept: boolean; readonly value: T }>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select from directory for update');
    const { kept, value } = await work(client);
    if (kept) await client.query('update directory set version = version + 1');
    await client.query(kept ? 'commit' : 'rollback');
    return value;
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    client.release();
  }
}

async function aroundOf(db: Db, person: string, id: string): Promise<Around> {
  const { rows } = await db.query<Around & { readonly substitutions: readonly Substitution[] }>(
    `select ${ms('now()')} as now,
      (select coalesce(json_agg(json_build_object('from', ${ms('a.from_at')}, 'until', ${ms('a.until_at')}) order by a.from_at), '[]')
        from absence a where a.person_id = $1 and a.id <> $2 and a.until_at > now()) as absences,
      (select coalesce(json_agg(gendan_substitution(a, s) order by a.from_at, a.id, s.substitute_id), '[]')
        from absence a join stand_in s on s.absence_id = a.id where a.id <> $2 and a.until_at > now()) as substitutions,
      (select coalesce(json_agg(distinct o.person_id), '[]') from membership m join membership o on o.company_id = m.company_id join person p on p.id = o.person_id and p.active
        where m.person_id = $1) as colleagues`,
    [person, id],
  );
  return rows[0] as Around;
}
