import type { Db } from '../pool.js';

/** A number for a new case: `<prefix>-<day>-<counter>`, e.g. `HH-261127-014`. The same command always gets the same one. */
export async function numberFor(
  db: Db,
  start: { readonly command: string; readonly company: string; readonly procedure: string; readonly prefix: string; readonly day: string },
): Promise<string> {
  const { rows } = await db.query<{ number: string }>({
    name: 'gendan_number',
    text: 'select gendan_number($1, $2, $3, $4, $5) as number',
    values: [start.command, start.company, start.procedure, start.prefix, start.day],
  });
  return (rows[0] as { number: string }).number;
}

/** The body of a command that is in the journal: what was accepted then, whatever is asked now. */
export async function journalled<Body>(db: Db, id: string): Promise<Body | undefined> {
  const { rows } = await db.query<{ body: Body }>({
    name: 'gendan_journalled',
    text: 'select body from command where id = $1',
    values: [id],
  });
  return rows[0]?.body;
}
