import type pg from 'pg';
import type { Books } from '../domain/policy/policy.js';
import type { Db } from './pool.js';

/** An edition as it is kept: everything a worker needs to serve it, on any machine. */
export interface StoredEdition {
  readonly id: string;
  readonly books: Books;
  readonly code: string;
  readonly manifest: {
    readonly sources: Readonly<Record<string, string>>;
    readonly versions: Readonly<Record<string, string>>;
    readonly bundle: string;
  };
}

/** Keeps an edition; one that is known already stays as it is. */
export async function saveEdition(pool: Db, edition: StoredEdition): Promise<void> {
  await pool.query('insert into edition (id, books, manifest, code) values ($1, $2, $3, $4) on conflict (id) do nothing', [
    edition.id,
    JSON.stringify(edition.books),
    JSON.stringify(edition.manifest),
    edition.code,
  ]);
}

/** Makes an edition the one that new cases begin with and running ones may move to. */
export async function setCurrentEdition(pool: pg.Pool, id: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('gendan:edition'))");
    await client.query('update edition set current = false where current and id <> $1', [id]);
    await client.query('update edition set current = true where id = $1', [id]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw cause;
  } finally {
    client.release();
  }
}

/** One edition whole, or undefined. */
export async function loadEdition(pool: Db, id: string): Promise<StoredEdition | undefined> {
  const { rows } = await pool.query<StoredEdition>('select id, books, manifest, code from edition where id = $1', [id]);
  return rows[0];
}

/** The editions that SQL knows to need a worker: those of open cases, of pending starts, which may have begun although SQL does not know the case, and of closed cases that somebody wants to reopen. */
export async function editionsInUse(pool: Db): Promise<readonly string[]> {
  const { rows } = await pool.query<{ edition: string }>(
    `select edition from kase where status <> 'closed' union select body->>'edition' from command where status = 'pending' and verb = 'begin'
      union select k.edition from command c join kase k on k.id = c.case_id where c.status = 'pending' and c.verb = 'reopen'`,
  );
  return rows.map((row) => row.edition);
}

/** Whether an edition is kept, so that a worker can serve it. */
export async function isKept(db: Db, id: string): Promise<boolean> {
  const { rows } = await db.query<{ kept: boolean }>('select exists (select from edition where id = $1) as kept', [id]);
  return rows[0]?.kept === true;
}

/** The ids of all editions that are kept. */
export async function keptEditions(pool: Db): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>('select id from edition');
  return rows.map(({ id }) => id);
}

/** The id of the edition in force, which new cases begin with; undefined before the first worker has brought one. */
export async function currentEdition(db: Db): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>({
    name: 'gendan_current_edition',
    text: 'select id from edition where current',
    values: [],
  });
  return rows[0]?.id;
}

/** The books of an edition; undefined when it is not known. */
export async function booksOf(db: Db, id: string): Promise<Books | undefined> {
  const { rows } = await db.query<{ books: Books }>({
    name: 'gendan_books',
    text: 'select books from edition where id = $1',
    values: [id],
  });
  return rows[0]?.books;
}

/** The workflow type that runs a procedure in an edition, or undefined. */
export async function findImplementation(db: Db, edition: string, company: string, procedure: string): Promise<string | undefined> {
  const { rows } = await db.query<{ implementation: string }>({
    name: 'gendan_implementation',
    text: 'select implementation from edition_procedure where edition = $1 and company = $2 and procedure = $3',
    values: [edition, company, procedure],
  });
  return rows[0]?.implementation;
}
