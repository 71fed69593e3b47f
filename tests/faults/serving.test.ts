import { type Client, Connection } from '@temporalio/client';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import type { CaseStart } from '../../domain/engine/command.js';
import { startWorkers, type Workers } from '../../worker/run.js';
import { taskQueue } from '../../workflows/engine/contract.js';
import { testClient, testSealer } from '../support/sealing.js';
import { createTestDatabase, type TestDatabase, testTemporalAddress } from '../support/servers.js';
import { ownNamespace } from '../support/temporal.js';
import { company, type EditionName, sourceOf } from './editions.js';
import { Holds } from './holds.js';
import { until } from './patience.js';
import { commandOf, dispatchOf } from './world.js';

let database: TestDatabase;
let connection: Connection;
let namespace: string;
let client: Client;
let pool: pg.Pool;
const holds = new Holds(() => undefined);

beforeAll(async () => {
  database = await createTestDatabase();
  connection = await Connection.connect({ address: testTemporalAddress() });
  namespace = await ownNamespace(connection);
  client = testClient({ connection, namespace, interceptors: [holds.interceptor] });
  pool = holds.pool({ databaseUrl: database.url, applicationName: 'gendan test', onError: () => undefined });
});
afterAll(async () => {
  await pool.end();
  await connection.close();
  await database.drop();
});

function work(edition: EditionName, lookEveryMs: number): Promise<Workers> {
  return startWorkers({
    databaseUrl: database.url,
    temporal: { address: testTemporalAddress() },
    namespace,
    sealer: testSealer,
    source: sourceOf(edition),
    outside: { effects: {}, readings: {} },
    log: () => undefined,
    lookEveryMs,
  });
}

function startOf(number: string, edition: string): CaseStart {
  return {
    caseId: `${company}:order:${number}`,
    company,
    procedure: 'order',
    number,
    edition,
    subject: { quantity: 1, price: 1 },
    by: 'p-desk',
  };
}

async function begin(number: string, edition: string): Promise<string> {
  const start = startOf(number, edition);
  expect(await createDispatcher({ pool, client }).start(dispatchOf('p-desk', number, start))).toMatchObject({ kind: 'done' });
  return start.caseId;
}

/** Workflows of an edition that Temporal lists as running. */
async function runningOf(edition: string): Promise<number> {
  return (await client.workflow.count(`TemporalWorkerDeploymentVersion = 'gendan:${edition}' AND ExecutionStatus = 'Running'`)).count;
}

describe('an old edition', () => {
  it('when SQL has the end of its last case, then it is served until the workflow has ended too, also after a kill', async () => {
    const before = await work('base', 10_000);
    const caseId = await begin('S1', before.edition);
    await until('known to be of this edition', 20_000, async () => ((await runningOf(before.edition)) > 0 ? true : undefined));
    // As if the worker had died when `record` had stored the last row, and its workflow had not heard of it.
    await pool.query("update kase set status = 'closed' where id = $1", [caseId]);
    await before.stop();
    const workers = await work('same', 100);
    expect([...workers.serving()].sort()).toEqual([before.edition, workers.edition].sort());
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(workers.serving()).toContain(before.edition);
    await pool.query("update kase set status = 'open' where id = $1", [caseId]);
    expect(
      await createDispatcher({ pool, client }).command(caseId, commandOf('p-desk', 'end', { verb: 'cancel', reason: 'no longer' })),
    ).toMatchObject({ kind: 'done', status: 'closed' });
    await until('nobody serves it any more', 20_000, () => (workers.serving().includes(before.edition) ? undefined : true));
    expect((await client.workflow.getHandle(caseId).describe()).status.name).toBe('COMPLETED');
    await workers.stop();
  });

  it('when a start is pending that SQL knows nothing of, then it is served, and the start ends', async () => {
    const before = await work('base', 10_000);
    const start = startOf('S3', before.edition);
    holds.arm({ [start.caseId]: 'answered' });
    // Held for as long as a release takes: no deadline of its own.
    const begun = createDispatcher({ pool, client, timing: { updateMs: 120_000 } }).start(dispatchOf('p-desk', 'S3', start));
    await until('begun', 30_000, async () =>
      (await client.workflow
        .getHandle(start.caseId)
        .describe()
        .catch(() => undefined)) === undefined
        ? undefined
        : true,
    );
    await before.stop();
    const workers = await work('same', 100);
    expect(workers.serving()).toContain(before.edition);
    holds.release();
    expect(await begun).toMatchObject({ kind: 'done', status: 'open' });
    await workers.stop();
  });

  it('when it is needed again while it is still being loaded, then it is served once, and all workers stop', async () => {
    const before = await work('base', 10_000);
    const caseId = await begin('S2', before.edition);
    await before.stop();
    await client.workflow.getHandle(caseId).terminate();
    await until('none runs', 20_000, async () => ((await runningOf(before.edition)) === 0 ? true : undefined));
    await pool.query("update kase set status = 'closed' where id = $1", [caseId]);
    const workers = await work('same', 5);
    expect(workers.serving()).toEqual([workers.edition]);
    await pool.query("update kase set status = 'open' where id = $1", [caseId]);
    await until('served', 20_000, () => (workers.serving().includes(before.edition) ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await expect(workers.stop()).resolves.toBeUndefined();
  });
});

describe('a start that is answered to nobody', () => {
  it('when the case ends at once, then SQL gets it and its workflow ends', async () => {
    const workers = await work('base', 10_000);
    const start = { ...startOf('S4', workers.edition), subject: { quantity: 0, price: 1 } };
    const handle = await client.workflow.start('faultOrder', { workflowId: start.caseId, taskQueue, args: [{ start }] });
    await until('the end of the workflow', 30_000, async () => ((await handle.describe()).status.name === 'COMPLETED' ? true : undefined));
    const { rows } = await pool.query('select status from kase where id = $1', [start.caseId]);
    expect(rows).toEqual([{ status: 'closed' }]);
    await workers.stop();
  });
});
