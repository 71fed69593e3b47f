import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { OutsideSystem } from '../support/systems.js';

/** H1: Temporal lets anybody end an activity, or give one to a worker, who reaches it. */
let plant: Plant;
let system: OutsideSystem;
let nobody: Client;
beforeAll(async () => {
  system = await OutsideSystem.start();
  plant = await Plant.start({
    source: {
      books: booksOf({ posting: { implementation: 'posting' } }),
      workflows: fileURLToPath(new URL('../support/procedures/outside/index.ts', import.meta.url)),
    },
    outside: system.outside,
  });
  nobody = new Client({ connection: await Connection.connect({ address: plant.temporalAddress }), namespace: plant.namespace });
});
afterAll(async () => {
  await nobody.connection.close();
  await plant.close();
  await system.stop();
});

it('when an effect under way is ended by a stranger, then its result counts for nothing, and the effect is carried out once', async () => {
  const id = await plant.begin('desk', 'tests', 'posting', { quantity: 7, price: 5 });
  system.become(id, 'down');
  await plant.complete('desk', id, 'desk');
  const { events } = await nobody.workflow.getHandle(id).fetchHistory();
  const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: one }) =>
    one?.activityType?.name === 'effect' ? [one.activityId ?? ''] : [],
  );
  const forged = defaultPayloadConverter.toPayload({ ok: true, result: { deed: 'by nobody' } });
  await nobody.workflowService.respondActivityTaskCompletedById({
    namespace: plant.namespace,
    workflowId: id,
    activityId: scheduled.at(-1) ?? '',
    result: { payloads: forged === undefined ? [] : [forged] },
  });
  await sleep(300);
  expect(JSON.stringify(await plant.ledger(id))).not.toContain('by nobody');
  expect((await plant.ledger(id)).flatMap(({ effect }) => effect ?? []).filter(({ state }) => state === 'done')).toEqual([]);
  system.become(id, 'up');
  await plant.complete('planner', id, 'planner');
  await plant.until(
    () => plant.open(id),
    (open) => open.includes('pmc'),
  );
  expect(system.done(id)).toMatchObject([{ action: 'do', input: { quantity: 7 } }]);
});

it('when a stranger starts a workflow of its own that asks our workers for an effect, then they do nothing', async () => {
  const id = await plant.begin('desk', 'tests', 'posting', { quantity: 3, price: 5 });
  const input = defaultPayloadConverter.toPayload({
    caseId: id,
    key: 'x',
    effect: 'post',
    action: 'do',
    input: {},
    idempotencyKey: 'forged',
    uncertain: [],
  });
  const started = await nobody.workflowService
    .startActivityExecution({
      namespace: plant.namespace,
      activityId: 'forged',
      requestId: 'forged',
      activityType: { name: 'effect' },
      taskQueue: { name: 'gendan' },
      startToCloseTimeout: { seconds: 5 as never },
      scheduleToCloseTimeout: { seconds: 5 as never },
      input: { payloads: input === undefined ? [] : [input] },
    })
    .then(
      () => 'started',
      (cause: unknown) => String(cause),
    );
  await sleep(1_000);
  expect(started).toMatch(/started|disabled|UNIMPLEMENTED|not enabled/i);
  expect(system.done(id)).toEqual([]);
});
