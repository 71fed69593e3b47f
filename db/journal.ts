import type { CaseStatus } from '../domain/engine/ledger.js';
import type { JsonObject } from '../domain/json.js';
import type { Answer } from './ledger.js';
import type { Db } from './pool.js';

/** A command to be written down. */
export interface Entry {
  readonly id: string;
  readonly caseId: string;
  readonly verb: string;
  readonly actor: string;
  readonly key: string;
  readonly bodyHash: string;
  /** Content hash of the subject; only of a `begin`. */
  readonly subjectHash?: string;
  /** The start or the command whole, as JSON text. */
  readonly body: string;
}

/** What SQL shows of a case; null: it does not know it. */
export type Head = {
  readonly turn: number;
  readonly digest: string;
  readonly seq: number;
  readonly status: CaseStatus;
  readonly edition: string;
} | null;

export interface Refusing {
  readonly code: string;
  readonly values: JsonObject;
}

/** How a command stands in the journal. */
export type CommandStatus =
  | { readonly status: 'pending'; readonly claimed: boolean; readonly head: Head }
  | { readonly status: 'done'; readonly answer: Answer }
  | { readonly status: 'refused'; readonly answer: Refusing };

/** A command that nobody is sending. */
export interface Pending {
  readonly id: string;
  readonly caseId: string;
  readonly verb: string;
  readonly body: JsonObject;
  readonly actor: string;
  readonly key: string;
  readonly bodyHash: string;
  /** Since it was written down, milliseconds. */
  readonly ageMs: number;
}

type Submitted = CommandStatus & { readonly same: boolean; readonly fresh: boolean };

/**
 * Writes a command down, and claims it for `by` if fewer than eight of its case are on their way. A command that is known is answered as it
 * stands: `same` tells whether it asked for the same.
 */
export async function submit(db: Db, entry: Entry, by: string): Promise<Submitted> {
  const { rows } = await db.query<{ standing: Submitted }>({
    name: 'gendan_submit',
    text: 'select gendan_submit($1, $2, $3, $4, $5, $6, $7, $8, $9) as standing',
    values: [entry.id, entry.caseId, entry.verb, entry.actor, entry.key, entry.bodyHash, entry.subjectHash ?? null, entry.body, by],
  });
  return (rows[0] as { standing: Submitted }).standing;
}

/**
 * Claims a pending command for `by`, in its order, unless somebody is sending it; tells how it ended if it has. `waiting`: its caller goes
 * on waiting, so those that came later stay behind it. Undefined: there is no such command.
 */
export async function claim(db: Db, id: string, by: string, waiting: boolean): Promise<CommandStatus | undefined> {
  const { rows } = await db.query<{ standing: CommandStatus | null }>({
    name: 'gendan_claim',
    text: 'select gendan_claim($1, $2, $3) as standing',
    values: [id, by, waiting],
  });
  return rows[0]?.standing ?? undefined;
}

/** Ends a command claimed by `by` as refused. Returns what stands in the journal, which is another end if another process came first. */
export async function refuse(db: Db, id: string, by: string, refusing: Refusing): Promise<CommandStatus> {
  const { rows } = await db.query<{ standing: CommandStatus }>({
    name: 'gendan_refuse',
    text: 'select gendan_refuse($1, $2, $3) as standing',
    values: [id, by, JSON.stringify(refusing)],
  });
  return (rows[0] as { standing: CommandStatus }).standing;
}

/** Gives a claim up early, so that the command is sent again after `afterMs`. */
export async function release(db: Db, id: string, by: string, afterMs: number): Promise<void> {
  await db.query({
    name: 'gendan_release',
    text: "update command set sent_until = clock_timestamp() + $3 * interval '1 millisecond' where id = $1 and sent_by = $2 and status = 'pending'",
    values: [id, by, afterMs],
  });
}

/** Makes a claim last its whole time from now; false: it has passed to somebody else, or the command has ended. */
export async function renew(db: Db, id: string, by: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'gendan_renew',
    text: "update command set sent_until = clock_timestamp() + gendan_claim_time() where id = $1 and sent_by = $2 and sent_until > clock_timestamp() and status = 'pending'",
    values: [id, by],
  });
  return rowCount === 1;
}

/**
 * Pending commands older than `olderMs` that nobody is sending, in the order they came. Those of cases whose edition nobody serves are left
 * out, since their workflows cannot answer, until they are older than `lastMs`.
 */
export async function unsent(db: Db, olderMs: number, lastMs: number, limit: number): Promise<readonly Pending[]> {
  const { rows } = await db.query<Pending>({
    name: 'gendan_unsent',
    text: `select id, case_id as "caseId", verb, body, actor, key, body_hash as "bodyHash", (extract(epoch from now() - at) * 1000)::float8 as "ageMs"
      from command where status = 'pending' and at < now() - $1 * interval '1 millisecond' and (sent_until is null or sent_until <= now())
        and (at < now() - $2 * interval '1 millisecond' or not exists (select from alarm a where a.case_id = command.case_id and a.kind = 'edition-not-served'))
      order by n limit $3`,
    values: [olderMs, lastMs, limit],
  });
  return rows;
}

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
