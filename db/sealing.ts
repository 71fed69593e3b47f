import type { Db, DbPool } from './pool.js';

/** Ids of the keys that messages of this installation have been sealed with. */
export async function sealKeyIds(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>('select id from seal_key order by since, id');
  return rows.map(({ id }) => id);
}

/** Writes down that a key seals. Returns the ids of others that ever did and are not among `known`; if there are any, nothing is written. */
export async function registerSealKey(pool: DbPool, id: string, known: readonly string[]): Promise<readonly string[]> {
  const db = await pool.connect();
  try {
    await db.query('begin');
    // Two processes that begin with different keys: the second one is told.
    await db.query('lock table seal_key in exclusive mode');
    const missing = (await sealKeyIds(db)).filter((one) => !known.includes(one));
    if (missing.length === 0) await db.query('insert into seal_key (id) values ($1) on conflict do nothing', [id]);
    await db.query('commit');
    return missing;
  } catch (cause) {
    await db.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    db.release();
  }
}

/** Whether the switch to sealed messages is done: from then on nothing plain is added. */
async function isSealing(db: Db): Promise<boolean> {
  const { rowCount } = await db.query('select from sealed_since');
  return rowCount === 1;
}

/** Cases whose workflows may hold plain messages. */
export async function casesSoFar(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>("select id from kase union select case_id from command where status = 'pending'");
  return rows.map(({ id }) => id);
}

/** Writes down what a case's workflow holds that was never sealed. */
export async function keepPlain(
  db: Db,
  caseId: string,
  found: readonly { readonly hash: string; readonly updates: readonly string[] }[],
): Promise<void> {
  if (found.length === 0) return;
  await db.query(
    `insert into plain_before (case_id, hash, updates)
     select $1, item->>'hash', array(select jsonb_array_elements_text(item->'updates')) from jsonb_array_elements($2) item
     on conflict (case_id, hash) do update set updates = excluded.updates`,
    [caseId, JSON.stringify(found)],
  );
}

/** The one that does the work alone while others wait for it. Returns whether it was still to be done. */
export async function switchOnce(pool: DbPool, work: () => Promise<void>): Promise<boolean> {
  if (await isSealing(pool)) return false;
  const db = await pool.connect();
  try {
    await db.query("select pg_advisory_lock(hashtext('gendan:sealing'))");
    if (await isSealing(db)) return false;
    await work();
    await db.query('insert into sealed_since default values on conflict do nothing');
    return true;
  } finally {
    await db.query("select pg_advisory_unlock(hashtext('gendan:sealing'))").catch(() => undefined);
    db.release();
  }
}

/** The updates that a payload of before was sent with, none where it came with something else; undefined: it is not of before. */
export async function findPlain(db: Db, caseId: string, hash: string): Promise<readonly string[] | undefined> {
  const { rows } = await db.query<{ updates: readonly string[] }>({
    name: 'gendan_plain_before',
    text: 'select updates from plain_before where case_id = $1 and hash = $2',
    values: [caseId, hash],
  });
  return rows[0]?.updates;
}

/** Puts a case on the radar to which somebody sent what was not sealed for it. A name that SQL does not know is anybody's, and is not kept. */
async function raiseUnsealed(db: Db, caseId: string, why: string): Promise<void> {
  await db.query({
    name: 'gendan_unsealed',
    text: `insert into alarm (case_id, kind, detail) select id, 'message-unsealed', jsonb_build_object('why', $2::text) from kase where id = $1
      on conflict (case_id, kind) do update set detail = excluded.detail, since = now()`,
    values: [caseId, why],
  });
}

const againMs = 60_000;
const rememberedMost = 1_000;

/** Told of what was refused, it raises the alarm: once a minute for a case, since whoever forges may do so without end. */
export function unsealedAlarm(db: Db, onTrouble: (what: string, cause: unknown) => void): (caseId: string, why: string) => void {
  const raised = new Map<string, number>();
  return (caseId, why) => {
    const now = Date.now();
    if (now - (raised.get(caseId) ?? 0) < againMs) return;
    if (raised.size >= rememberedMost) raised.clear();
    raised.set(caseId, now);
    raiseUnsealed(db, caseId, why).catch((cause: unknown) => onTrouble('an unsealed message is not on the radar', cause));
  };
}
