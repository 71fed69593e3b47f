import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { templateDatabase } from './database-names.js';

/** A database of a test's own. */
export interface TestDatabase {
  /** With user and password. */
  url: string;
  name: string;
  /** Removes it, with whatever is still connected. */
  drop(): Promise<void>;
}

/** A fresh, migrated database on the test PostgreSQL, copied from a template in some 20 ms. Only in tests whose folder has servers. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`create database ${name} template ${templateDatabase}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, name, drop: () => asAdmin(`drop database if exists ${name} with (force)`) };
}

/** `host:port` of the test Temporal: one server, with time skipping, for all tests. Use a task queue and case numbers of your own. */
export function testTemporalAddress(): string {
  return inject('temporalAddress');
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
