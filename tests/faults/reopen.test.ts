import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recount } from '../../db/counts.js';
import { verifyChain } from '../../db/ledger.js';
import { createPool } from '../../db/pool.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import { createTestDatabase, type TestDatabase, testTemporalAddress } from '../support/servers.js';
import { ownNamespace } from '../support/temporal.js';
import { Child } from './child.js';
import { company, type EditionName } from './editions.js';
import { steps } from './holds.js';
import { insist, until } from './patience.js';
import { type Answer, commandOf, dispatchOf, holderOf } from './world.js';

/** A case is reopened while everything that carries the command is killed, between each two arrows of architecture §3. */
const folder = mkdtempSync(join(tmpdir(), 'gendan-reopen-'));
let database: TestDatabase;
let connection: Connection;
let pool: pg.Pool;
let setting: { readonly databaseUrl: string; readonly temporalAddress: string; readonly namespace: string };
const children: Child[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await Connection.connect({ address: testTemporalAddress() });
  setting = { databaseUrl: database.url, temporalAddress: testTemporalAddress(), namespace: await ownNamespace(connection) };
  pool = createPool({ databaseUrl: database.url, applicationName: 'gendan test', max: 4, onError: () => undefined });
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await pool.end();
  await connection.close();
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function work(edition: EditionName): Promise<{ readonly child: Child; readonly id: string }> {
  const child = new Child('worker-process.ts', { ...setting, edition, outside: join(folder, 'outside.jsonl') }, folder);
  children.push(child);
  const id = await new Promise<string>((resolve) => child.on('ready', (value) => resolve((value as { edition: string }).edition)));
  return { child, id };
}
function carry(): Child {
  const child = new Child('dispatcher-process.ts', setting, folder);
  children.push(child);
  return child;
}
const openTask = (caseId: string, step: string): Promise<TaskRow> =>
  until(`${step} of ${caseId}`, 30_000, async () => {
    const { rows } = await pool.query<{ row: TaskRow }>("select row from task where case_id = $1 and state = 'open'", [caseId]);
    return rows.find(({ row }) => row.step === step)?.row;
  });
async function answer(dispatcher: Child, caseId: string, step: string): Promise<void> {
  const { id, rev } = await openTask(caseId, step);
  const body = { verb: 'complete', task: id, rev, data: { outcome: 'done' } } as const;
  expect(await insist(() => dispatcher.call<Answer>('command', caseId, commandOf(holderOf(step), id, body)))).toMatchObject({
    kind: 'done',
  });
}
async function closed(dispatcher: Child, number: string, edition: string): Promise<string> {
  const caseId = `${company}:order:${number}`;
  const start = { caseId, company, procedure: 'order', number, edition, subject: { quantity: 5, price: 10 }, by: holderOf('desk') };
  await dispatcher.call('start', dispatchOf(holderOf('desk'), number, start));
  for (const step of ['desk', 'planner', 'pmc']) await answer(dispatcher, caseId, step);
  return caseId;
}

it.each<[EditionName, EditionName]>([
  ['base', 'base'],
  ['base', 'more'],
])(
  'when worker and API are killed between any two arrows, in an edition %s, and come back in %s, then each case is reopened once',
  async (before, after) => {
    const { child: worker, id: edition } = await work(before);
    const victim = carry();
    const cases = await Promise.all(steps.map((step) => closed(victim, `${after}-${step}`, edition)));
    const reopen = (caseId: string) => commandOf(holderOf('desk'), `reopen ${caseId}`, { verb: 'reopen', reason: 'called', to: 'planner' });
    const held = new Set<string>();
    victim.on('held', (value) => held.add((value as { caseId: string }).caseId));
    await victim.call('arm', Object.fromEntries(cases.map((caseId, n) => [caseId, steps[n]])));
    for (const caseId of cases) void victim.call('command', caseId, reopen(caseId)).catch(() => undefined);
    await until('all are held', 30_000, () => (held.size === cases.length ? true : undefined));
    await Promise.all([victim.kill(), worker.kill()]);

    await work(after);
    const next = carry();
    await pool.query("update command set sent_until = now() where status = 'pending'");
    await next.call('reconcile');
    for (const caseId of cases) {
      // The same command from its caller again is the same reopening.
      expect(await insist(() => next.call<Answer>('command', caseId, reopen(caseId)))).toMatchObject({ kind: 'done' });
      const { rows } = await pool.query<{ type: string }>('select type from ledger where case_id = $1 order by seq', [caseId]);
      expect(rows.filter(({ type }) => type === 'case-reopened')).toHaveLength(1);
      for (let step = await stepOf(caseId); step !== undefined; step = await stepOf(caseId)) await answer(next, caseId, step);
      const chain = await verifyChain(pool, caseId);
      expect(chain).toMatchObject({ ok: true });
      const { rows: kase } = await pool.query('select status from kase where id = $1', [caseId]);
      expect(kase).toEqual([{ status: 'closed' }]);
    }
    expect(await recount(pool)).toEqual([]);
  },
  180_000,
);

/** The step that is open; none once the case is closed. Those that were reopened before the kill stay in the edition they are pinned to. */
function stepOf(caseId: string): Promise<string | undefined> {
  return until(`what is open in ${caseId}`, 30_000, async () => {
    const { rows } = await pool.query<{ status: string; steps: readonly string[] }>(
      "select status, array(select step from task where case_id = k.id and state = 'open') as steps from kase k where id = $1",
      [caseId],
    );
    const [kase] = rows;
    return kase?.status === 'closed' ? { step: undefined } : kase?.steps[0] === undefined ? undefined : { step: kase.steps[0] };
  }).then(({ step }) => step);
}
