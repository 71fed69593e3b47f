import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { beforeBaseline, functionsBeforeBaseline } from './before-baseline.js';

const lock = 'gendan:migrate';
/** PostgreSQL 16 brought what the functions use. */
const oldest = 160_000;
const baseline = '0001_baseline.sql';
const deadlock = '40P01';

/**
 * The database cannot be migrated. `code`: DATABASE_TOO_OLD, MIGRATION_CHANGED (a file that has been applied is not what it was), DATABASE_TOO_NEW (applied by
 * a later version) or DATABASE_BEFORE_BASELINE (it lacks files that this version no longer has).
 */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: 'DATABASE_TOO_OLD' | 'MIGRATION_CHANGED' | 'DATABASE_TOO_NEW' | 'DATABASE_BEFORE_BASELINE';
  readonly values: Readonly<Record<string, string>>;
  constructor(code: MigrationError['code'], values: Readonly<Record<string, string>>) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * Brings a database to what this version needs: the tables of `db/schema` in order, each file once, the functions and triggers of `db/functions` whole
 * whenever they are not what the database has, and the outbox's own. All in one transaction. Forward only. Several processes may do it at once: one does,
 * the others wait and find it done.
 * @throws MigrationError, or what PostgreSQL says
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'gendan migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number }>("select current_setting('server_version_num')::integer as version");
    const version = rows[0]?.version ?? 0;
    if (version < oldest)
      throw new MigrationError('DATABASE_TOO_OLD', { found: String(Math.floor(version / 10_000)), needed: String(oldest / 10_000) });
    await client.query('select pg_advisory_lock(hashtext($1))', [lock]);
    await runMigrations({ connectionString: databaseUrl, maxPoolSize: 1, logger: new Logger(() => () => undefined) });
    await bringUpToDate(client);
  } finally {
    await client.end();
  }
}

/** Triggers are taken off under their table's lock while others may be at work on several tables: whoever PostgreSQL picks to end a deadlock tries again. */
async function bringUpToDate(client: pg.Client): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await client.query('begin');
    try {
      await applyFiles(client);
      await client.query('commit');
      return;
    } catch (cause) {
      await client.query('rollback').catch(() => undefined);
      if (!(cause instanceof pg.DatabaseError && cause.code === deadlock) || attempt === 5) throw cause;
    }
  }
}

interface SqlFile {
  readonly name: string;
  readonly sql: string;
  readonly hash: string;
}

interface FunctionSet {
  readonly names: readonly string[];
  readonly hash: string;
  readonly live: string;
}

async function applyFiles(client: pg.Client): Promise<void> {
  await client.query(
    'create table if not exists migration (name text primary key, hash text not null, at timestamptz not null default now())',
  );
  await client.query(
    'create table if not exists function_set (single boolean primary key default true check (single), names text[] not null, hash text not null, live text not null, at timestamptz not null default now())',
  );
  const files = sqlFiles('schema');
  const accepted = await acceptFormer(client, files);
  const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from migration order by name');
  const applied = new Map(rows.map(({ name, hash }) => [name, hash]));
  const unknown = rows.find(({ name }) => !files.some((file) => file.name === name));
  if (unknown !== undefined) throw new MigrationError('DATABASE_TOO_NEW', { name: unknown.name });
  const changed = files.find(({ name, hash }) => applied.has(name) && applied.get(name) !== hash);
  if (changed !== undefined) throw new MigrationError('MIGRATION_CHANGED', { name: changed.name });
  const pending = files.filter(({ name }) => !applied.has(name));

  const functions = sqlFiles('functions');
  const names = functions.flatMap(({ sql }) => [...sql.matchAll(/^create function (\w+)/gm)].map((match) => match[1] ?? ''));
  const hash = digest(functions.map((file) => `${file.name} ${file.hash}\n`).join(''));
  const before = (await client.query<FunctionSet>('select names, hash, live from function_set')).rows[0];
  const isWhole = before?.hash === hash && before.live === (await liveDefinitions(client, before.names));
  if (pending.length === 0 && isWhole) return;

  // Functions make way for tables: a column goes, or changes its type, only when nothing reads it.
  await dropFunctions(client, [...(before?.names ?? []), ...names], accepted ? functionsBeforeBaseline : '^$');
  for (const file of pending) {
    await client.query(file.sql);
    await client.query('insert into migration (name, hash) values ($1, $2)', [file.name, file.hash]);
  }
  // They call each other across files, in no order.
  await client.query('set local check_function_bodies = off');
  for (const { sql } of functions) await client.query(sql);
  await client.query(
    `insert into function_set (names, hash, live) values ($1, $2, $3)
      on conflict (single) do update set names = excluded.names, hash = excluded.hash, live = excluded.live, at = now()`,
    [names, hash, await liveDefinitions(client, names)],
  );
}

/** Takes a database of the files before the baseline as one that has had the baseline. Whether it did. */
async function acceptFormer(client: pg.Client, files: readonly SqlFile[]): Promise<boolean> {
  const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from migration');
  const former = new Map(rows.filter(({ name }) => name in beforeBaseline).map(({ name, hash }) => [name, hash]));
  if (former.size === 0) return false;
  for (const [name, hash] of Object.entries(beforeBaseline)) {
    if (!former.has(name)) throw new MigrationError('DATABASE_BEFORE_BASELINE', { name });
    if (former.get(name) !== hash) throw new MigrationError('MIGRATION_CHANGED', { name });
  }
  await client.query('delete from migration where name = any($1)', [Object.keys(beforeBaseline)]);
  await client.query('insert into migration (name, hash) values ($1, $2)', [
    baseline,
    files.find(({ name }) => name === baseline)?.hash ?? '',
  ]);
  return true;
}

/** Functions of the names, and the triggers that call them. Without cascade: what else would go with them stops the migration. */
async function dropFunctions(client: pg.Client, names: readonly string[], pattern: string): Promise<void> {
  const { rows } = await client.query<{ sql: string | null }>(
    `with ours as (
       select p.oid from pg_proc p where p.pronamespace = current_schema()::regnamespace and (p.proname = any($1) or p.proname ~ $2)
         and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
     select concat_ws('; ',
       (select string_agg(format('drop trigger %I on %s', tgname, tgrelid::regclass), '; ' order by tgrelid::regclass::text, tgname)
         from pg_trigger where not tgisinternal and tgfoid in (select oid from ours)),
       (select 'drop function ' || string_agg(oid::regprocedure::text, ', ') from ours having count(*) > 0)) as sql`,
    [names, pattern],
  );
  const sql = rows[0]?.sql ?? '';
  if (sql !== '') await client.query(sql);
}

/** What the database has under the names, as one hash: a function that somebody has put right by hand is found, and applied anew. */
async function liveDefinitions(client: pg.Client, names: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ text: string }>(
    `with ours as (select oid, proname from pg_proc where pronamespace = current_schema()::regnamespace and proname = any($1))
     select concat_ws(';',
       (select string_agg(pg_get_functiondef(oid), ';' order by proname, oid::regprocedure::text) from ours),
       (select string_agg(pg_get_triggerdef(oid) || tgenabled::text, ';' order by tgrelid::regclass::text, tgname)
         from pg_trigger where not tgisinternal and tgfoid in (select oid from ours))) as text`,
    [names],
  );
  return digest(rows[0]?.text ?? '');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The SQL files stay in the package's own `db`, also for the compiled program in `dist`. */
function sqlFiles(folderName: 'schema' | 'functions'): SqlFile[] {
  const folder = sqlFolder(folderName);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
      return { name, sql, hash: digest(sql) };
    });
}

function sqlFolder(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = join(folder, 'db', name);
    if (existsSync(join(folder, 'package.json')) && existsSync(found)) return found;
    if (dirname(folder) === folder) throw new Error(`db/${name} is missing from this installation`);
  }
}
