import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { createPool } from '../../db/pool.js';
import type { CaseView } from '../../domain/engine/view.js';
import { testClient } from '../support/sealing.js';
import { createTestDatabase, type TestDatabase, testTemporalAddress } from '../support/servers.js';
import { ownNamespace } from '../support/temporal.js';
import { Child } from './child.js';
import { company } from './editions.js';
import { until } from './patience.js';
import type { WorkerSetting } from './worker-process.js';
import { commandOf, dispatchOf } from './world.js';

/**
 * A query that waits for a worker may be given to it together with events that came after it and that no workflow task has taken yet. The
 * SDK applies them there, at the time of the workflow task before; the workflow task that takes them comes later, with a time of its own.
 */
const folder = mkdtempSync(join(tmpdir(), 'gendan-query-'));
let database: TestDatabase;
let connection: Connection;
let setting: WorkerSetting & { readonly namespace: string };
const children: Child[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await Connection.connect({ address: testTemporalAddress() });
  const namespace = await ownNamespace(connection);
  setting = {
    databaseUrl: database.url,
    temporalAddress: testTemporalAddress(),
    namespace,
    edition: 'base',
    outside: join(folder, 'outside.jsonl'),
  };
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await connection.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function work(): Promise<{ readonly child: Child; readonly edition: string }> {
  const child = new Child('worker-process.ts', setting, folder);
  children.push(child);
  const edition = await new Promise<string>((resolve) => child.on('ready', (value) => resolve((value as { edition: string }).edition)));
  return { child, edition };
}

it('when a query is answered before the workflow task that takes an event, then the case has one history and SQL none but it', async () => {
  const client = testClient({ connection, namespace: setting.namespace });
  const pool = createPool({ databaseUrl: database.url, applicationName: 'gendan test', max: 4, onError: () => undefined });
  const dispatcher = createDispatcher({ pool, client });
  const { child, edition } = await work();
  const caseId = `${company}:order:Q1`;
  const start = { caseId, company, procedure: 'order', number: 'Q1', edition, subject: { quantity: 5, price: 10 }, by: 'p-desk' };
  await dispatcher.start(dispatchOf('p-desk', 'Q1', start));
  const answer = commandOf('p-desk', 'done', { verb: 'complete', task: `${caseId}/desk#1`, rev: 1, data: { outcome: 'done' } });
  expect(await dispatcher.command(caseId, answer)).toMatchObject({ kind: 'done' });

  const handle = client.workflow.getHandle(caseId);
  const flying = await until('the effect is under way', 10_000, async () => {
    const { pendingActivities } = (await handle.describe()).raw;
    return pendingActivities?.find(({ activityType, lastStartedTime }) => activityType?.name === 'effect' && lastStartedTime);
  });
  await child.kill();
  const early = handle.query<CaseView, [{ since: number; whole: true }]>('view', { since: 0, whole: true });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await client.activity.complete({ workflowId: caseId, activityId: flying.activityId! }, { ok: true, result: { deed: 'by hand' } });

  const next = await work();
  const told = await early.catch(() => undefined);
  await until('the next task', 30_000, async () => {
    const { rowCount } = await pool.query("select 1 from task where case_id = $1 and step = 'planner'", [caseId]);
    return rowCount === 0 ? undefined : true;
  });
  const live = await handle.query<CaseView, [{ since: number; whole: true }]>('view', { since: 0, whole: true });
  await next.child.kill();
  await work();
  const afresh = await handle.query<CaseView, [{ since: number; whole: true }]>('view', { since: 0, whole: true });
  expect(live.snapshot?.facts).toEqual(afresh.snapshot?.facts);
  expect(live.tasks).toEqual(afresh.tasks);
  // Answered from the one history, or not at all.
  const facts = afresh.snapshot?.facts ?? [];
  expect(facts.slice(0, told?.snapshot?.facts.length ?? 0)).toEqual(told?.snapshot?.facts ?? []);
  const { rows } = await pool.query<{ at: string }>("select row->>'at' as at from ledger where case_id = $1 order by seq", [caseId]);
  expect(rows.map(({ at }) => Number(at))).toContain(live.snapshot?.facts.at(-1)?.at);
  await pool.end();
});
