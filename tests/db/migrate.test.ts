import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate } from '../../db/migrate.js';
import { tradeDesk } from '../support/trade.js';

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

  it('then its trade books are accounts, and go on: what was released is shipped, what left is invoiced, what came back is given up', async () => {
    const url = await formerDatabase();
    const released = (line: string, quantity: number, unitPrice = 100) => [{ line, product: 'P1', quantity, unitPrice }];
    await ask(
      url,
      `insert into book_customer (company, code, name, language, currency, grade, credit_limit) values ('c', 'C1', '{}', 'zh', 'CNY', 'B', 100000);
      insert into book_product values ('c', 'P1', '{}', 'rod', 'pc', '{}');
      insert into book_stock values ('c', 'P1', 500, 30);
      insert into book_order values ('c', 'O1', 'C1', 'PO');
      insert into book_order_line (company, order_number, id, product, quantity, unit_price, shipped, returned, released, case_id) values
        ('c', 'O1', '1', 'P1', 100, 100, 40, 15, 20, null), ('c', 'O1', '2', 'P1', 50, 100, 0, 0, 10, 'c:order-intake:O1');
      insert into book_receivable values ('c', 'I1', 'C1', '2026-10-01', 5000, 2000);
      insert into book_release (key, company, case_id, customer, order_number, lines, amount, state, ship_key, shipped_amount, invoice) values
        ('r1', 'c', 'c:s:1', 'C1', 'O1', '${JSON.stringify(released('1', 20))}', 2000, 'released', null, null, null),
        ('r2', 'c', 'c:s:2', 'C1', 'O1', '${JSON.stringify(released('1', 25))}', 2500, 'shipped', 's2', 2400, null),
        ('r3', 'c', 'c:s:3', 'C1', 'O1', '${JSON.stringify(released('1', 16))}', 1600, 'shipped', 's3', 1600, 'I1'),
        ('r4', 'c', 'c:s:4', 'C1', 'O1', '${JSON.stringify(released('2', 10))}', 1000, 'released', null, null, null),
        ('r5', 'c', 'c:s:5', 'C1', 'O1', '${JSON.stringify(released('2', 9))}', 900, 'undone', null, null, null);
      insert into book_return (key, case_id, company, order_number, lines, standing) values
        ('b1', 'c:return:1', 'c', 'O1', '[{"line": "1", "quantity": 5}]', true), ('b2', 'c:return:2', 'c', 'O1', '[{"line": "1", "quantity": 3}]', false);
      update book_customer set shipped = 2400, released = 3000`,
    );
    await migrate(url);
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    const desk = tradeDesk(pool);
    const standing = () => desk.credit('c', 'C1', '2026-11-25');
    const line = async (id: string) => (await desk.order('c', 'O1'))?.lines.find((one) => one.id === id);
    expect(await desk.unsound()).toEqual([]);
    expect(await standing()).toMatchObject({
      receivableMinor: 2_000,
      shippedNotInvoicedMinor: 2_400,
      releasedNotShippedMinor: 3_000,
      exposureMinor: 7_400,
      overdueMinor: 2_000,
      overdueDays: 55,
    });
    expect(await line('1')).toMatchObject({ quantity: 100, shipped: 40, returned: 15, released: 20, open: 55, inStock: 470 });
    expect(await line('2')).toMatchObject({ quantity: 50, shipped: 0, returned: 0, released: 10, open: 40 });

    const release = { company: 'c', caseId: 'c:s:1', key: 'r1', customer: 'C1', order: 'O1', lines: [{ line: '1', quantity: 20 }] };
    expect(await desk.release(release)).toEqual({ granted: true, release: 'r1', amountMinor: 2_000, exposureMinor: 7_400 });
    expect(await desk.release({ ...release, caseId: 'c:s:2', key: 'r2b' })).toMatchObject({
      granted: true,
      release: 'r2',
      amountMinor: 2_500,
    });
    expect(await desk.shipped('s2')).toMatchObject({ shipped: true, release: 'r2', amountMinor: 2_400 });
    const ship = { company: 'c', caseId: 'c:s:1', key: 's1', release: 'r1', lines: [{ line: '1', quantity: 15 }] };
    expect(await desk.ship(ship)).toMatchObject({ shipped: true, amountMinor: 1_500, exposureMinor: 6_900 });
    await desk.giveBack('r4');
    expect([await line('1'), await line('2')]).toMatchObject([
      { shipped: 55, released: 0, open: 60, inStock: 485 },
      { released: 0, open: 50 },
    ]);
    const invoice = (number: string, shipments: readonly string[]) =>
      desk.invoice({ company: 'c', invoice: number, customer: 'C1', dueOn: '2026-12-31', shipments });
    expect(await invoice('I2', ['c:s:3'])).toMatchObject({ code: 'SHIPMENT_INVOICED', values: { invoice: 'I1' } });
    expect(await invoice('I2', ['c:s:1', 'c:s:2'])).toMatchObject({ invoiced: true, amountMinor: 3_900 });
    const asked = { company: 'c', caseId: 'c:return:3', key: 'b3', order: 'O1' };
    expect(await desk.takeBack({ ...asked, lines: [{ line: '1', quantity: 41 }] })).toMatchObject({ posted: false, values: { most: 40 } });
    expect(await desk.takeBack({ ...asked, key: 'b4', lines: [{ line: '1', quantity: 40 }] })).toEqual({ posted: true });
    expect(await desk.takeBack({ ...asked, caseId: 'c:return:1', key: 'b1', lines: [{ line: '1', quantity: 5 }] })).toEqual({
      posted: true,
    });
    await desk.giveUp('c:return:1');
    expect(await line('1')).toMatchObject({ shipped: 55, returned: 50 });
    expect(await desk.unsound()).toEqual([]);
    await pool.end();
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
