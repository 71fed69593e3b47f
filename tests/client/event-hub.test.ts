import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventHub, type EventHub, type HubEvent } from '../../client/api/http/event-hub.js';
import { createPool } from '../../db/pool.js';
import { createTestDatabase, type TestDatabase } from '../support/servers.js';

let database: TestDatabase;
let pool: ReturnType<typeof createPool>;
let hub: EventHub;
const heard: HubEvent[] = [];
const event = { caseId: 'hehe:order-intake:1', company: 'hehe', turn: 1, kinds: ['opened'] };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ databaseUrl: database.url, applicationName: 'test', onError: () => undefined });
  hub = createEventHub(database.url, pino({ level: 'silent' }));
  hub.subscribe((one) => heard.push(one));
  await until(async () => (await listening()) === 1);
});
afterAll(async () => {
  await hub.stop();
  await pool.end();
  await database.drop();
});

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !(await holds()); await sleep(20)) if (Date.now() > end) throw new Error('not within 10 s');
}
const notify = (payload: string): Promise<unknown> => pool.query('select pg_notify($1, $2)', ['gendan_events', payload]);
async function listening(): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::integer as n from pg_stat_activity where application_name = 'gendan events' and datname = current_database() and query ilike 'listen%' and state = 'idle'`,
  );
  return rows[0]?.n ?? 0;
}

test('events of the database are handed on, and what is none is passed over', async () => {
  await notify('no json');
  await notify('{"caseId":7}');
  await notify(JSON.stringify(event));
  await until(() => heard.length > 0);
  expect(heard.splice(0)).toEqual([{ kind: 'case', event }]);
});

test('a lost connection is made again, and all are told that they may have missed something', async () => {
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gendan events' and datname = current_database()`,
  );
  await until(() => heard.some(({ kind }) => kind === 'reset'));
  await notify(JSON.stringify(event));
  await until(() => heard.some(({ kind }) => kind === 'case'));
  expect(await listening()).toBe(1);
  heard.splice(0);
});

test('a stopped hub says so, and is gone', async () => {
  await hub.stop();
  expect(heard).toEqual([{ kind: 'end' }]);
  await until(async () => (await listening()) === 0);
});
