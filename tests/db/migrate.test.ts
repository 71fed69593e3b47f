import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import pg from 'pg';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../db/migrate.js';

const made: string[] = [];
async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  await client.query(sql);
  await client.end();
}
async function emptyDatabase(): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  made.push(name);
  await admin(`create database ${name}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  return url.href;
}
async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query<T>(sql)
    .then(({ rows }) => rows)
    .finally(() => void client.end());
}
afterAll(async () => {
  for (const name of made) await admin(`drop database if exists ${name} with (force)`);
});

describe('when a database is migrated', () => {
  it('then three processes at once on an empty one all succeed, and again changes nothing', async () => {
    const url = await emptyDatabase();
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const before = await ask(url, 'select * from migration order by name');
    expect(before.map(({ name }) => name)).toEqual(readdirSync('db/migrations').sort());
    await migrate(url);
    expect(await ask(url, 'select * from migration order by name')).toEqual(before);
    expect(await ask(url, "select to_regclass('graphile_worker._private_jobs') is not null as outbox")).toEqual([{ outbox: true }]);
  });

  it('then a file that is not what was applied is refused, and so is a newer database', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await ask(url, "insert into migration (name, hash) values ('9999_future.sql', '')");
    await expect(migrate(url)).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW', values: { name: '9999_future.sql' } });
    await ask(url, "delete from migration where name = '9999_future.sql'");
    await ask(url, "update migration set hash = 'x' where name = '0002_apply.sql'");
    await expect(migrate(url)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', values: { name: '0002_apply.sql' } });
  });
});
