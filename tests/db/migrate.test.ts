import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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
/** Brings an empty database to where it stood before a file. */
async function applyUntil(url: string, file: string): Promise<void> {
  await ask(url, 'create table migration (name text primary key, hash text not null, at timestamptz not null default now())');
  for (const name of readdirSync('db/migrations').sort()) {
    if (name === file) return;
    const sql = readFileSync(`db/migrations/${name}`, 'utf8');
    await ask(url, `${sql}; insert into migration (name, hash) values ('${name}', '${createHash('sha256').update(sql).digest('hex')}')`);
  }
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

  it('then what is there is carried over: a task that was taken is a seat that is taken, and open tasks are counted', async () => {
    const url = await emptyDatabase();
    await applyUntil(url, '0050_claims.sql');
    const row = (key: string, ...states: readonly string[]): string =>
      JSON.stringify({
        key,
        seats: states.map((state, n) => ({ id: `s${n + 1}`, ...(state === 'open' ? {} : { state }), candidates: [] })),
      });
    await ask(
      url,
      `insert into person (id, name, locale) values ('li', 'Li', 'zh');
      insert into task (id, case_id, company, procedure, number, key, step, rev, state, shown, lines, opened_at, overdue, row, pools, site) values
        ('c/a#1', 'c', 'hehe', 'return', '1', 'a', 'a', 1, 'completed', 'x', '[]', now() - interval '1 hour', false, '${row('a', 'done', 'done')}', '{}', 'foshan'),
        ('c/a#2', 'c', 'hehe', 'return', '1', 'a', 'a', 1, 'open', 'x', '[]', now(), true, '${row('a', 'done', 'open')}', '{}', 'foshan'),
        ('c/b#1', 'c', 'hehe', 'return', '1', 'b', 'b', 1, 'open', 'x', '[]', now(), false, '${row('b', 'open')}', '{}', 'foshan'),
        ('d/b#1', 'd', 'hehe', 'return', '2', 'b', 'b', 1, 'suspended', 'x', '[]', now(), false, '${row('b', 'open')}', '{}', null),
        ('d/c#1', 'd', 'hehe', 'return', '2', 'c', 'c', 1, 'open', 'x', '[]', now(), false, '${row('c', 'open')}', '{}', null);
      insert into task_claim (case_id, key, person_id, by) values ('c', 'a', 'li', 'li'), ('c', 'b', 'li', 'li'), ('gone', 'a', 'li', 'li')`,
    );
    await migrate(url);
    expect(await ask(url, 'select case_id, key, seat, person_id from task_claim order by case_id, key')).toEqual([
      { case_id: 'c', key: 'a', seat: 's2', person_id: 'li' },
      { case_id: 'c', key: 'b', seat: 's1', person_id: 'li' },
      { case_id: 'gone', key: 'a', seat: '1', person_id: 'li' },
    ]);
    expect(await ask(url, 'select procedure, site, open, overdue from task_count order by site')).toEqual([
      { procedure: 'return', site: '', open: 1, overdue: 0 },
      { procedure: 'return', site: 'foshan', open: 2, overdue: 1 },
    ]);
  });
});
