import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';

const lock = 'gendan:migrate';
/** PostgreSQL 16 brought what the functions use. */
const oldest = 160_000;

/** The database cannot be migrated. `code`: DATABASE_TOO_OLD, MIGRATION_CHANGED (a file that has been applied is not what it was) or DATABASE_TOO_NEW (applied by a later version). */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly code: 'DATABASE_TOO_OLD' | 'MIGRATION_CHANGED' | 'DATABASE_TOO_NEW';
  readonly values: Readonly<Record<string, string>>;
  constructor(code: MigrationError['code'], values: Readonly<Record<string, string>>) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/**
 * Brings a database to what this version needs: the files of `db/migrations` in order, each once and whole, and the outbox's own. Forward
 * only. Several processes may do it at once: one does, the others wait and find it done.
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
    await applyFiles(client);
  } finally {
    await client.end();
  }
}

async function applyFiles(client: pg.Client): Promise<void> {
  await client.query(
    'create table if not exists migration (name text primary key, hash text not null, at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ name: string; hash: string }>('select name, hash from migration order by name');
  const applied = new Map(rows.map(({ name, hash }) => [name, hash]));
  const folder = migrationsFolder();
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const unknown = rows.find(({ name }) => !files.includes(name));
  if (unknown !== undefined) throw new MigrationError('DATABASE_TOO_NEW', { name: unknown.name });
  for (const name of files) {
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
    const hash = createHash('sha256').update(sql).digest('hex');
    const before = applied.get(name);
    if (before === hash) continue;
    if (before !== undefined) throw new MigrationError('MIGRATION_CHANGED', { name });
    await applyFile(client, name, hash, sql);
  }
}

async function applyFile(client: pg.Client, name: string, hash: string, sql: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migration (name, hash) values ($1, $2)', [name, hash]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  }
}

/** The SQL files stay in the package's own `db/migrations`, also for the compiled program in `dist`. */
function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = join(folder, 'db', 'migrations');
    if (existsSync(join(folder, 'package.json')) && existsSync(found)) return found;
    if (dirname(folder) === folder) throw new Error('db/migrations is missing from this installation');
  }
}
