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

/** Whether a command of this id is in the journal. */
export async function isKnownCommand(db: Db, id: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>({ name: 'gendan_known_command', text: 'select exists (select from command where id = $1) as known', values: [id] });
  return rows[0]?.known === true;
}
