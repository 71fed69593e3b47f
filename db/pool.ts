import pg from 'pg';

/** What asks the database: a pool, or one of its connections. */
export type Db = Pick<pg.Pool, 'query'>;
/** What transactions need. */
export type DbPool = Pick<pg.Pool, 'query' | 'connect'>;

export interface PoolOptions {
  /** `postgres://…`, with user and password. */
  readonly databaseUrl: string;
  /** Shown by PostgreSQL beside each session, e.g. `gendan api`. */
  readonly applicationName: string;
  /** Most connections at once. */
  readonly max?: number;
  /** An idle connection broke; the pool opens another one when it is asked next. */
  readonly onError: (error: Error) => void;
}

/** How long a statement may take and how long one waits for a connection, milliseconds. */
const statementMs = 10_000;
const connectMs = 5_000;

/** Connections to the database. Nothing is opened before the first query; a server that is down makes queries fail, never the process. */
export function createPool({ databaseUrl, applicationName, max = 16, onError }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementMs,
    query_timeout: statementMs + 2_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    // Short statements with wide estimates: compiling one takes far longer than running it.
    options: '-c jit=off',
  });
  pool.on('error', onError);
  // One that is handed out listens for itself; a break must not end the process.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * Whether an error says that the database cannot be used now, so that the same will work later: no connection, not let in, shutting down,
 * starting, read-only, full, timed out, or a lock conflict. Anything else PostgreSQL says on purpose is a fault of the program.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isDatabaseUnavailable);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code))
    return /^(08|28|40|53|57|58)/.test(code) || ['25006', '3D000', '55P03'].includes(code);
  if (code !== undefined) return /^E[A-Z_]+$/.test(code);
  return /connection|timeout/i.test(error.message) && !('severity' in error);
}

/** Two transactions stood in each other's way and one was called off: it is simply done again. */
export function isLockConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');
}
