import pg from 'pg';
import { migrate } from '../db/migrate.js';

/** A migrated database of its own on the bench's PostgreSQL. Resolves to its address. */
export async function freshDatabase(databaseUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}
