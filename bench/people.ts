import { fileURLToPath } from 'node:url';
import { createToken } from '../db/authentication.js';
import { saveCalendars } from '../db/calendars.js';
import { loadDirectory } from '../db/directory.js';
import { createPool } from '../db/pool.js';
import type { Person } from '../domain/policy/policy.js';
import { loadBooks } from '../policies/load.js';
import { benchBooks } from './books.js';
import { steps } from './leg.js';

/** One person for each role of the benchmark, named like it. */
const benchPeople: readonly Person[] = steps.map((role) => ({ id: role, name: role, locale: 'en', roles: [role] }));

/** Tokens by role: of the bench's own people, and of the first demo person of Hehe with that role. */
export type Tokens = Readonly<Record<string, string>>;

/** Brings the people of the bench and of Hehe into a migrated database. Resolves to their tokens. */
export async function bringPeople(databaseUrl: string): Promise<Tokens> {
  const { people, calendars } = await loadBooks(fileURLToPath(new URL('../policies', import.meta.url)));
  const pool = createPool({ databaseUrl, applicationName: 'gendan bench', onError: () => undefined });
  try {
    const all = { ...people, tests: benchPeople };
    const companies = Object.values(await benchBooks()).map(({ company }) => ({
      company,
      people: all[company.company as keyof typeof all] ?? [],
    }));
    await loadDirectory(pool, companies);
    await saveCalendars(
      pool,
      companies.flatMap(({ company }) => {
        const calendar = company.calendar === undefined ? undefined : calendars[company.calendar];
        return calendar === undefined ? [] : [{ company: company.company, calendar }];
      }),
    );
    const tokens: Record<string, string> = {};
    for (const { people: named } of companies) {
      for (const { id, roles } of named) {
        const secret = (await createToken(pool, id))?.secret ?? '';
        for (const role of roles) tokens[role] ??= secret;
      }
    }
    return tokens;
  } finally {
    await pool.end();
  }
}
