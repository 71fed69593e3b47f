import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutside, createRecord } from '../../activities/activities.js';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { loadEdition } from '../../db/editions.js';
import { caseRows } from '../../db/ledger.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command, CommandBody } from '../../domain/engine/command.js';
import { createSealer } from '../../sealing/codec.js';
import { Keyring } from '../../sealing/keys.js';
import { deploymentName, taskQueue } from '../../workflows/engine/contract.js';
import { Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { testKey, testSealer } from '../support/sealing.js';
import { OutsideSystem } from '../support/systems.js';

/** M6: an installation that has run before messages were sealed goes on, and keys can be changed under running cases. */
let plant: Plant;
let system: OutsideSystem;
let connection: Connection;
/** Without a key: as everything was before, and as a stranger still is. */
let plain: Client;
beforeAll(async () => {
  system = await OutsideSystem.start();
  plant = await Plant.start({
    source: {
      books: booksOf({ posting: { implementation: 'posting' } }),
      workflows: fileURLToPath(new URL('../support/procedures/outside/index.ts', import.meta.url)),
    },
    outside: system.outside,
  });
  connection = await Connection.connect({ address: plant.temporalAddress });
  plain = new Client({ connection, namespace: plant.namespace });
});
afterAll(async () => {
  await connection.close();
  await plant.close();
  await system.stop();
});

/** What each payload of a case's history is: the key that sealed it, or `plain`. */
const sealedBy = async (caseId: string): Promise<readonly string[]> => {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (!('metadata' in value && 'data' in value)) return Object.values(value).forEach(walk);
    const { key } = value.metadata as { readonly key?: Uint8Array };
    found.push(key === undefined ? 'plain' : Buffer.from(key).toString());
  };
  walk((await plain.workflow.getHandle(caseId).fetchHistory()).events);
  return found;
};
const inputsOf = async (caseId: string) =>
  ((await plain.workflow.getHandle(caseId).fetchHistory()).events ?? []).flatMap(
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest ?? [],
  );
const isOpen = (id: string, step: string) =>
  plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );

/** Worker and dispatcher of the version before. */
async function before(
  work: (
    send: (caseId: string, key: string, body: CommandBody) => Promise<unknown>,
    begin: (number: string) => Promise<string>,
  ) => Promise<void>,
): Promise<void> {
  const { edition: id } = plant.workers;
  const edition = await loadEdition(plant.pool, id);
  const native = await NativeConnection.connect({ address: plant.temporalAddress });
  const worker = await Worker.create({
    connection: native,
    namespace: plant.namespace,
    taskQueue,
    workflowBundle: { code: edition?.code ?? '' },
    activities: { ...createRecord(caseRows(plant.pool)), ...createOutside(system.outside) },
    sinks: { gendan: { turned: { fn: () => undefined, callDuringReplay: false } } },
    workerDeploymentOptions: { useWorkerVersioning: true, version: { deploymentName, buildId: id }, defaultVersioningBehavior: 'PINNED' },
  });
  const dispatcher = createDispatcher({ pool: plant.pool, client: plain });
  const dispatch = <Body extends CaseStart | Command>(key: string, body: Body) => ({
    id: hashOf([key]),
    actor: 'desk',
    key,
    bodyHash: hashOf(body as unknown as Command & Record<string, string>),
    body,
  });
  await worker.runUntil(
    work(
      (caseId, key, body) => dispatcher.command(caseId, dispatch<Command>(key, { ...body, by: 'desk' })),
      async (number) => {
        const caseId = `tests:posting:${number}`;
        const subject = { quantity: 7, price: 5 };
        await dispatcher.start(
          dispatch(`begin ${number}`, { caseId, company: 'tests', procedure: 'posting', number, edition: id, subject, by: 'desk' }),
        );
        return caseId;
      },
    ),
  );
  await native.close();
}

describe('an installation of before', () => {
  const ids: string[] = [];
  beforeAll(async () => {
    await plant.workers.stop();
    await plant.pool.query('delete from sealed_since');
    await before(async (send, begin) => {
      for (const number of ['B1', 'B2']) {
        const caseId = await begin(number);
        ids.push(caseId);
        system.become(caseId, 'down');
        await send(caseId, `hold ${number}`, { verb: 'hold', cause: 'customer' });
        await send(caseId, `resume ${number}`, { verb: 'resume' });
        await send(caseId, `desk ${number}`, { verb: 'complete', task: `${caseId}/desk#1`, rev: 1, data: { outcome: 'done' } });
      }
    });
    for (const id of ids) expect(new Set(await sealedBy(id))).toEqual(new Set(['plain']));
    await plant.resume();
  });

  it('when it is served by this version, then its cases go on, and all that is new is sealed', async () => {
    const [id = ''] = ids;
    const old = (await sealedBy(id)).length;
    system.become(id, 'up');
    expect((await plant.complete('planner', id, 'planner')).status).toBe(200);
    await isOpen(id, 'pmc');
    const now = await sealedBy(id);
    expect(now.length).toBeGreaterThan(old);
    expect(now.slice(0, old)).not.toContain(testSealer.keyIds[0]);
    expect(new Set(now.slice(old))).toEqual(new Set(testSealer.keyIds));
    expect((await plant.complete('pmc', id, 'pmc')).status).toBe(200);
    expect(await plant.client.workflow.getHandle(id).result()).toBeDefined();
    expect(system.done(id)).toHaveLength(1);
  });

  it('when a decision of before is sent again under another id, also into another case, then it is refused', async () => {
    const [, id = ''] = ids;
    const [, hold] = await inputsOf(id);
    const ledger = await plant.ledger(id);
    for (const updateId of [randomUUID(), hashOf(['hold B1'])]) {
      const { outcome } = await plain.workflowService.updateWorkflowExecution({
        namespace: plant.namespace,
        workflowExecution: { workflowId: id },
        waitPolicy: { lifecycleStage: 3 },
        request: { meta: { updateId, identity: 'nobody' }, input: hold?.input ?? {} },
      });
      expect(outcome?.failure?.message).toBe('UNSEALED');
    }
    expect(await plant.ledger(id)).toEqual(ledger);
  });

  it('when something plain is sent that is not of before, then it is refused', async () => {
    const [, id = ''] = ids;
    const command = { verb: 'hold', cause: 'customer', by: 'desk' };
    await expect(
      plain.workflow.getHandle(id).executeUpdate('act', { updateId: randomUUID(), args: [command, { 'gendan:for': 'x' }] }),
    ).rejects.toMatchObject({ cause: { message: 'UNSEALED' } });
    expect((await plant.view(id)).status).toBe('open');
  });

  it('when the worker has forgotten the case, then it reads it from its plain and its sealed part', async () => {
    const [, id = ''] = ids;
    expect((await plant.amend('desk', id, { quantity: 9 })).status).toBe(200);
    await plant.workers.stop();
    await plant.resume();
    expect((await plant.amend('desk', id, { quantity: 11 })).status).toBe(200);
  });
});

describe('keys that change under running cases', () => {
  it('when a new key seals, then what the old one sealed goes on, and what it seals is not for programs that lack it', async () => {
    const id = await plant.begin('desk', 'tests', 'posting', { quantity: 7, price: 5 });
    const [old] = await sealedBy(id);
    const rotated = createSealer(new Keyring([testKey('new'), testKey('tests')]));
    await plant.reseal(rotated);
    expect((await plant.complete('desk', id, 'desk')).status).toBe(200);
    expect((await plant.complete('planner', id, 'planner')).status).toBe(200);
    const now = await sealedBy(id);
    expect(now[0]).toBe(old);
    expect(new Set(now)).toEqual(new Set([old, rotated.keyIds[0]]));
    expect(await plant.radar('desk', id)).toEqual([]);
  });
});
