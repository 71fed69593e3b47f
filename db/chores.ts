import type { Db } from './pool.js';

/** Takes a chore that one process does for all, for `forMs`. False: another one has it. */
export async function takeChore(db: Db, name: string, holder: string, forMs: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'gendan_chore',
    text: `insert into chore as c (name, holder, until) values ($1, $2, now() + $3 * interval '1 millisecond')
      on conflict (name) do update set holder = excluded.holder, until = excluded.until where c.until <= now()`,
    values: [name, holder, forMs],
  });
  return rowCount === 1;
}
