import pg from 'pg';
import { errorCode, StartupError } from './startup-error.js';

const answerWithinMs = 5_000;

/**
 * Checks that a PostgreSQL server of one's own answers and lets Gendan in. The password is in no error.
 * @throws StartupError DATABASE_URL_INVALID, DATABASE_UNREACHABLE or DATABASE_REFUSED
 */
export async function assertDatabase(databaseUrl: string): Promise<void> {
  const target = targetOf(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: answerWithinMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } catch (error) {
    const reason = reasonOf(error);
    // Five characters are PostgreSQL's own word; its class 57 means that it is starting, stopping or full.
    const code = errorCode(error);
    const refused = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('57') && !code.startsWith('E');
    if (refused) throw new StartupError('DATABASE_REFUSED', { ...target, reason });
    throw new StartupError('DATABASE_UNREACHABLE', { host: target.host, port: target.port, reason });
  } finally {
    await client.end().catch(() => undefined);
  }
}

interface Target {
  host: string;
  port: string;
  user: string;
  database: string;
}

function targetOf(databaseUrl: string): Target & Record<string, string> {
  try {
    const { protocol, hostname, port, username, pathname, searchParams } = new URL(databaseUrl);
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new Error(protocol);
    const user = decodeURIComponent(username);
    return {
      host: searchParams.get('host') ?? (hostname || 'localhost'),
      port: port || '5432',
      user,
      database: decodeURIComponent(pathname.slice(1)) || user,
    };
  } catch {
    throw new StartupError('DATABASE_URL_INVALID');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message;
  return error instanceof Error ? error.message : String(error);
}
