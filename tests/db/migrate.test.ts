import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../db/migrate.js';

const former = 'tests/db/fixtures/migrations-23';
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
async function ask<T extends pg.QueryResultRow>(url: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query<T>(sql, [...values])
    .then(({ rows }) => rows)
    .finally(() => void client.end());
}
/** A database as the files before the baseline left it: all of them, or those before one. */
async function formerDatabase(until?: string): Promise<string> {
  const url = await emptyDatabase();
  await ask(url, 'create table migration (name text primary key, hash text not null, at timestamptz not null default now())');
  for (const name of readdirSync(former).sort()) {
    if (name === until) break;
    const sql = readFileSync(`${former}/${name}`, 'utf8');
    await ask(url, `${sql}; insert into migration (name, hash) values ('${name}', '${createHash('sha256').update(sql).digest('hex')}')`);
  }
  return url;
}
/** Everything that a database is made of in schema public, in words, one line each. */
async function catalog(url: string): Promise<string[]> {
  const rows = await ask<{ line: string }>(
    url,
    `select format('column %s.%s %s %s default %s identity %s storage %s', c.relname, row_number() over (partition by c.oid order by a.attnum) || ' ' || a.attname,
         format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attstorage) as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
     union all select format('table %s %s', relname, reloptions) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S', 'm')
     union all select format('index %s', pg_get_indexdef(indexrelid)) from pg_index join pg_class c on c.oid = indrelid where c.relnamespace = 'public'::regnamespace
     union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
     union all select format('trigger %s %s', pg_get_triggerdef(t.oid), tgenabled) from pg_trigger t join pg_class c on c.oid = tgrelid
       where not tgisinternal and c.relnamespace = 'public'::regnamespace
     union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
     order by line`,
  );
  return rows.map(({ line }) => line);
}
/** Functions of db/functions by name: the text between $$, or nothing where the body is an expression. */
function functionsInFiles(): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const name of readdirSync('db/functions')) {
    const sql = readFileSync(`db/functions/${name}`, 'utf8');
    for (const match of sql.matchAll(/^create function (\w+)(?:[^$;]|\$(?!\$))*?(?:\breturn\b|as \$\$([\s\S]*?)\$\$)/gm)) {
      if (found.has(match[1] ?? '')) throw new Error(`${match[1]} stands twice`);
      found.set(match[1] ?? '', match[2]);
    }
  }
  return found;
}
afterAll(async () => {
  for (const name of made) await admin(`drop database if exists ${name} with (force)`);
});

describe('when a database is migrated', () => {
  it('then three processes at once on an empty one all succeed, and again changes nothing', async () => {
    const url = await emptyDatabase();
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const before = await ask(url, 'select * from migration order by name');
    const functions = await ask(url, 'select * from function_set');
    expect(before.map(({ name }) => name)).toEqual(readdirSync('db/schema').sort());
    await migrate(url);
    expect(await ask(url, 'select * from migration order by name')).toEqual(before);
    expect(await ask(url, 'select * from function_set')).toEqual(functions);
    expect(await ask(url, "select to_regclass('graphile_worker._private_jobs') is not null as outbox")).toEqual([{ outbox: true }]);
  });

  it('then a file that is not what was applied is refused, and so is a newer database', async () => {
    const url = await emptyDatabase();
    await migrate(url);
    await ask(url, "insert into migration (name, hash) values ('9999_future.sql', '')");
    await expect(migrate(url)).rejects.toMatchObject({ code: 'DATABASE_TOO_NEW', values: { name: '9999_future.sql' } });
    await ask(url, "delete from migration where name = '9999_future.sql'");
    await ask(url, "update migration set hash = 'x' where name = '0001_baseline.sql'");
    await expect(migrate(url)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', values: { name: '0001_baseline.sql' } });
  });

  it('then what cannot go on leaves everything as it was', async () => {
    const url = await formerDatabase();
    await ask(url, 'create view of_others as select gendan_time(seq::text) from ledger');
    const before = await catalog(url);
    await expect(migrate(url)).rejects.toThrow(/of_others|depend/);
    expect(await catalog(url)).toEqual(before);
    expect(await ask(url, 'select count(*)::integer as n from migration')).toEqual([{ n: 23 }]);
    await ask(url, 'drop view of_others');
    await migrate(url);
  });
});

describe('when a database of the 23 files before the baseline is migrated', () => {
  it('then it is what a fresh one is', async () => {
    const [old, fresh] = [await formerDatabase(), await emptyDatabase()];
    await migrate(old);
    await migrate(fresh);
    expect(await catalog(old)).toEqual(await catalog(fresh));
    expect(await ask(old, 'select name, hash from migration')).toEqual(await ask(fresh, 'select name, hash from migration'));
  });

  it('then its data stays', async () => {
    const url = await formerDatabase();
    const row = JSON.stringify({ key: 'a', seats: [{ id: 's1', candidates: [{ role: 'clerk' }] }] });
    await ask(
      url,
      `insert into person (id, name, locale) values ('li', 'Li', 'zh');
      insert into kase (id, company, procedure, number, edition, subject_hash, status, turn, digest, seq, chain, started_by, started_at, changed_at)
        values ('c', 'hehe', 'return', '1', 'e', 's', 'open', 1, 'd', 1, 'x', 'li', now(), now());
      insert into task (id, case_id, company, procedure, number, key, step, rev, state, shown, opened_at, row, pools, site)
        values ('c/a#1', 'c', 'hehe', 'return', '1', 'a', 'a', 1, 'open', 'x', now(), '${row}', '{role:clerk}', 'foshan');
      insert into task_claim (case_id, key, person_id, by, seat) values ('c', 'a', 'li', 'li', 's1');
      insert into task_count values ('hehe', 'return', 'foshan', 0, 1, 0)`,
    );
    const all =
      'select k.id, k.order_number, t.row, t.site, c.person_id, n.open from kase k join task t on t.case_id = k.id join task_claim c on c.case_id = k.id, task_count n';
    const before = await ask(url, all);
    expect(before).toHaveLength(1);
    await migrate(url);
    expect(await ask(url, all)).toEqual(before);
  });

  it('then one that lacks some of them, or had another text of one, is refused', async () => {
    const url = await formerDatabase('0090_task_count.sql');
    await expect(migrate(url)).rejects.toMatchObject({ code: 'DATABASE_BEFORE_BASELINE', values: { name: '0090_task_count.sql' } });
    await ask(url, "update migration set hash = 'x' where name = '0002_apply.sql'");
    await expect(migrate(url)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', values: { name: '0002_apply.sql' } });
  });
});

describe('the functions of a database', () => {
  let url: string;
  beforeAll(async () => {
    url = await emptyDatabase();
    await migrate(url);
  });

  it('are those of db/functions, each as its file has it', async () => {
    const files = functionsInFiles();
    const live = await ask<{ name: string; body: string | null }>(
      url,
      "select proname as name, case when prosqlbody is null then prosrc end as body from pg_proc where pronamespace = 'public'::regnamespace",
    );
    expect(live.map(({ name }) => name).sort()).toEqual([...files.keys()].sort());
    for (const { name, body } of live) expect({ name, body: body ?? undefined }).toEqual({ name, body: files.get(name) });
  });

  it('are each accepted by the checks of their language', async () => {
    await ask(
      url,
      `select case l.lanname when 'plpgsql' then plpgsql_validator(p.oid) else fmgr_sql_validator(p.oid) end
        from pg_proc p join pg_language l on l.oid = p.prolang where p.pronamespace = 'public'::regnamespace`,
    );
  });

  it('that turns are applied with keep the plans they have', async () => {
    expect(await ask(url, "select proconfig from pg_proc where proname = 'gendan_apply'")).toEqual([
      { proconfig: ['plan_cache_mode=force_generic_plan'] },
    ]);
  });

  it('are applied anew when one was changed by hand, and one that no file has any more goes', async () => {
    const before = await catalog(url);
    await ask(
      url,
      `create or replace function gendan_places() returns integer language sql immutable return 9;
      create function gendan_gone() returns trigger language plpgsql as $$ begin return null; end $$;
      create trigger gone after insert on ledger for each row execute function gendan_gone();
      create function of_others() returns integer language sql return 1;
      update function_set set names = names || 'gendan_gone'::text`,
    );
    await migrate(url);
    expect(await ask(url, 'select of_others() as n')).toEqual([{ n: 1 }]);
    await ask(url, 'drop function of_others');
    expect(await catalog(url)).toEqual(before);
  });

  it('are changed while others are at work, who go on', async () => {
    const others = new pg.Client({ connectionString: url });
    await others.connect();
    await others.query({ name: 'places', text: 'select gendan_places() as n' });
    await others.query('begin');
    await others.query("insert into notice (case_id, key, version, notice, told_to, shown, at) values ('c', 'k', 1, 'n', 'x', 's', now())");
    await ask(url, "update function_set set hash = ''");
    const migrated = migrate(url);
    await new Promise((done) => setTimeout(done, 300));
    await others.query('update task set row = row');
    await others.query('commit');
    await migrated;
    expect((await others.query({ name: 'places', text: 'select gendan_places() as n' })).rows).toEqual([{ n: 8 }]);
    await others.end();
  });
});
