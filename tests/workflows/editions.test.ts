import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEdition, saveEdition } from '../../db/editions.js';
import type { Command } from '../../domain/engine/command.js';
import { act } from '../../workflows/engine/contract.js';
import { Plant, type Registry, type Release } from '../support/plant.js';
import { booksOf, testSteps } from '../support/procedures/books.js';
import { registry as after } from '../support/procedures/changed/registry.js';
import { registry as before } from '../support/procedures/moving/registry.js';
import { registry as renamedRegistry } from '../support/procedures/renamed/registry.js';
import { OutsideSystem } from '../support/systems.js';

const release = (folder: string, procedures: Registry): Release => ({
  procedures,
  books: booksOf({ order: { implementation: 'order' }, posting: { implementation: 'posting' }, fragile: { implementation: 'fragile' } }),
  workflows: fileURLToPath(new URL(`../support/procedures/${folder}/index.ts`, import.meta.url)),
});
const [first, next] = [release('moving', before), release('changed', after)];
const { planner, pmc, ...others } = testSteps();
/** What the planner and the PMC do is called otherwise. */
const renamed: Release = {
  ...release('renamed', renamedRegistry),
  books: booksOf({
    order: {
      implementation: 'order',
      changes: {
        steps: { ...others, scheduling: planner, 'date-reply': pmc },
        renamed: { planner: 'scheduling', pmc: 'date-reply' },
      },
    },
  }),
};

let plant: Plant;
let system: OutsideSystem;
beforeAll(async () => {
  system = await OutsideSystem.start();
  plant = await Plant.start({ source: first, outside: system.outside });
});
afterAll(async () => {
  await plant.close();
  await system.stop();
});

const begin = (procedure: string, subject: object): Promise<string> => plant.begin('desk', 'tests', procedure, subject);
/** Asked again under the same key while the workers of the release are still coming up. */
const move = (id: string, to?: string) => {
  const key = randomUUID();
  const body = { verb: 'move', ...(to === undefined ? {} : { to }) };
  return plant.until(
    () => plant.ask('desk', 'POST', `/cases/${encodeURIComponent(id)}/commands`, body, { 'idempotency-key': key }),
    ({ status }) => status !== 503,
    40_000,
  );
};
const moved = (id: string, edition: string) =>
  plant.until(
    () => plant.read('desk', id),
    (page) => String(page['edition']) === edition && String(page['status']) !== 'faulted',
  );
const keyed = async (id: string) =>
  Object.fromEntries((await plant.tasks(id)).map((task) => [task.step, { id: task.id, state: task.state }]));

/** An order of the first release, checked and planned, the date reply open. */
async function planned(): Promise<string> {
  await plant.release(first);
  const id = await begin('order', { price: 5 });
  for (const step of ['desk', 'planner']) await plant.complete(step, id, step);
  return id;
}

/** Sends a command past the API, as a process that has not heard of the fault would. */
async function refusalOf(id: string, command: Command): Promise<{ readonly code: string | null | undefined; readonly values: unknown }> {
  const thrown: unknown = await plant.client.workflow
    .getHandle(id)
    .executeUpdate(act, { args: [command] })
    .then(
      () => undefined,
      (cause: unknown) => cause,
    );
  if (!(thrown instanceof WorkflowUpdateFailedError) || !(thrown.cause instanceof ApplicationFailure))
    throw new Error('not refused', { cause: thrown });
  return { code: thrown.cause.type, values: thrown.cause.details?.[0] };
}

describe('a running case moved to the next edition', () => {
  it('when the edition has one more reviewer, then only that task opens and the later one comes back with its id', async () => {
    const id = await planned();
    const before = await keyed(id);
    const edition = await plant.release(next);
    expect((await move(id)).status).toBe(200);
    await moved(id, edition);
    expect(await plant.open(id)).toEqual(['technical']);
    expect(await keyed(id)).toMatchObject({ ...before, pmc: { id: before['pmc']!.id, state: 'suspended' } });
    expect((await plant.ledger(id)).filter(({ type }) => type === 'voided')).toEqual([]);
    await plant.complete('technical', id, 'technical');
    expect(await plant.openTask(id, 'pmc')).toMatchObject({ id: before['pmc']!.id, rev: 1 });
    await plant.complete('pmc', id, 'pmc');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('replied');
  });

  it('when it is moved back again, then the reviewer’s task rests and the date reply is open with its id', async () => {
    const id = await planned();
    const before = await keyed(id);
    const there = await plant.release(next);
    await move(id);
    await moved(id, there);
    const back = await plant.release(first);
    expect((await move(id)).status).toBe(200);
    await moved(id, back);
    expect(await plant.open(id)).toEqual(['pmc']);
    expect(await keyed(id)).toMatchObject(before);
    await plant.complete('pmc', id, 'pmc');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('replied');
    expect((await keyed(id))['technical']).toMatchObject({ state: 'withdrawn' });
  });

  it('when the edition calls its steps otherwise, then what was answered stands and what is open goes on under the new name', async () => {
    const id = await planned();
    const open = await plant.openTask(id, 'pmc');
    const edition = await plant.release(renamed);
    expect((await plant.ask('desk', 'GET', `/cases/${encodeURIComponent(id)}/rehearsal`)).body).toMatchObject({
      renames: [{ from: 'pmc', to: 'date-reply' }],
      opens: [],
      withdraws: [],
      drops: [],
    });
    expect((await move(id)).status).toBe(200);
    await moved(id, edition);
    expect(await plant.openTask(id, 'date-reply')).toMatchObject({ id: open.id, rev: open.rev, key: 'date-reply' });
    expect(await plant.open(id)).toEqual(['date-reply']);
    const { rows } = await plant.pool.query('select key, step from task where id = $1', [open.id]);
    expect(rows).toEqual([{ key: 'date-reply', step: 'date-reply' }]);
    await plant.complete('pmc', id, 'date-reply');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('replied');
  });

  it('when the target is not in force, or is where the case is, then the move is refused and nothing is written', async () => {
    const id = await planned();
    const here = plant.workers.edition;
    const { turn } = await plant.view(id);
    for (const to of [undefined, here, 'e000000000000'])
      expect(await move(id, to)).toMatchObject({ status: 409, body: { code: 'EDITION_NOT_CURRENT' } });
    await plant.release(next);
    expect(await move(id, here)).toMatchObject({ status: 409, body: { code: 'EDITION_NOT_CURRENT' } });
    expect(await refusalOf(id, { verb: 'move', to: here, by: 'desk' })).toMatchObject({ code: 'EDITION_NOT_CURRENT' });
    expect(await plant.view(id)).toMatchObject({ turn, edition: here });
  });

  it('when an effect is in retries, then the move does not wait for it and nothing is done twice', async () => {
    await plant.release(first);
    const id = await begin('posting', { price: 5, quantity: 7 });
    system.become(id, 'down');
    await plant.complete('desk', id, 'desk');
    await plant.until(
      async () => system.askedFor(id).length + (await plant.view(id)).flying,
      (n) => n > 0,
    );
    const edition = await plant.release(next);
    expect((await move(id)).status).toBe(200);
    await moved(id, edition);
    expect(system.done(id)).toEqual([]);
    await plant.complete('planner', id, 'planner');
    system.become(id, 'up');
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('pmc'),
    );
    expect(system.done(id)).toMatchObject([{ action: 'do', input: { quantity: 7 } }]);
    await plant.complete('pmc', id, 'pmc');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('posted');
    expect(system.done(id)).toHaveLength(1);
  });
});

describe('a case whose edition nobody serves', () => {
  it('when its worker is gone, then it is on the radar, and it goes on once the edition is served again', async () => {
    const id = await planned();
    const kept = await loadEdition(plant.pool, plant.workers.edition);
    await plant.workers.stop();
    await plant.pool.query('delete from edition where id = $1', [kept!.id]);
    await plant.resume(next);
    const task = await plant.openTask(id, 'pmc');
    const key = { 'idempotency-key': 'while-nobody-serves' };
    const send = () =>
      plant.ask(
        'pmc',
        'POST',
        `/tasks/${encodeURIComponent(task.id)}/commands`,
        { verb: 'complete', rev: task.rev, data: { outcome: 'done' } },
        key,
      );
    expect(await send()).toMatchObject({ status: 503, body: { code: 'TEMPORAL_UNAVAILABLE' } });
    await plant.until(
      () => plant.radar('desk', id),
      (causes) => causes.includes('edition-not-served'),
      30_000,
    );
    await saveEdition(plant.pool, kept!);
    await plant.until(
      async () => (await plant.read('desk', id))['status'],
      (status) => String(status) === 'closed',
      30_000,
    );
    expect(await send()).toMatchObject({ status: 200, body: { status: 'closed' } });
    await plant.until(
      () => plant.radar('desk', id),
      (causes) => causes.length === 0,
      30_000,
    );
  });
});

describe('a worker that ends by itself', () => {
  it('when the SDK gives it up, then its edition is soon served again', async () => {
    const create = vi.spyOn(Worker, 'create');
    const id = await planned();
    const workers = create.mock.results.map(({ value }) => value as Promise<Worker>);
    create.mockRestore();
    for (const worker of await Promise.all(workers)) if (worker.getState() === 'RUNNING') worker.shutdown();
    await plant.until(
      async () => (await Promise.all(workers)).map((worker) => worker.getState()),
      (states) => states.every((state) => state === 'STOPPED'),
    );
    await plant.until(
      async () => plant.workers.serving(),
      (serving) => serving.includes(plant.workers.edition),
    );
    expect((await plant.complete('pmc', id, 'pmc')).status).toBe(200);
  });
});

describe('a procedure with a fault', () => {
  /** Parked: on the radar, nothing but view and move is taken. */
  async function expectParked(id: string): Promise<void> {
    await plant.until(
      () => plant.read('desk', id),
      (page) => String(page['status']) === 'faulted',
    );
    expect(await plant.radar('desk', id)).toContain('faulted');
    const { turn, status } = await plant.view(id);
    expect(status).toBe('faulted');
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no more' })).toMatchObject({
      status: 409,
      body: { code: 'CASE_FAULTED' },
    });
    expect(await plant.amend('desk', id, { price: 6 })).toMatchObject({ status: 409, body: { code: 'CASE_FAULTED' } });
    expect(await refusalOf(id, { verb: 'cancel', reason: 'no more', by: 'desk' })).toMatchObject({ code: 'CASE_FAULTED' });
    const [open] = (await plant.tasks(id)).filter(({ state }) => state === 'open');
    if (open !== undefined)
      expect(await plant.decide(open.step, open, { verb: 'complete', data: { outcome: 'done' } })).toMatchObject({
        status: 409,
        body: { code: 'CASE_FAULTED' },
      });
    expect(await plant.view(id)).toMatchObject({ turn });
  }
  async function freed(id: string): Promise<void> {
    const edition = await plant.release(next);
    expect((await move(id)).status).toBe(200);
    await moved(id, edition);
    expect(await plant.radar('desk', id)).not.toContain('faulted');
  }
  async function fragile(bug: string): Promise<string> {
    await plant.release(first);
    return begin('fragile', { price: 5, quantity: 7, bug });
  }

  it('when the first render reaches it, then the case begins parked, and the next edition opens its first task', async () => {
    const id = await fragile('begin');
    await expectParked(id);
    await freed(id);
    expect(await plant.open(id)).toEqual(['desk']);
  });

  it('when a clock turn reaches it, then the lapse is parked, and the next edition goes on from it', async () => {
    const id = await fragile('clock');
    await plant.complete('desk', id, 'desk');
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('hasty'),
    );
    await plant.forward(id, 3_700);
    await expectParked(id);
    await freed(id);
    expect(await plant.open(id)).toEqual(['pmc']);
    expect(await keyed(id)).toMatchObject({ hasty: { state: 'lapsed' } });
    expect(system.done(id)).toHaveLength(1);
  });

  it('when the end of an effect reaches it, then the result is parked, and the next edition takes it without doing it again', async () => {
    const id = await fragile('effect');
    await plant.complete('desk', id, 'desk');
    await expectParked(id);
    expect(system.done(id)).toHaveLength(1);
    await freed(id);
    expect(await plant.open(id)).toEqual(['hasty']);
    expect(system.done(id)).toHaveLength(1);
  });

  it('when the target would reach it too, then the move is refused and the case stays as it was', async () => {
    await plant.release(next);
    const id = await begin('fragile', { price: 5, quantity: 7, bug: 'begin' });
    expect(await plant.open(id)).toEqual(['desk']);
    const before = await plant.view(id);
    await plant.release(first);
    expect(await move(id)).toMatchObject({ status: 409, body: { code: 'MOVE_FAULTY', values: { code: 'THREW' } } });
    expect(await plant.view(id)).toEqual(before);
    expect((await plant.complete('desk', id, 'desk')).status).toBe(200);
  });

  it('when a command would reach it, then that command is refused, nothing is written and the case goes on', async () => {
    const id = await fragile('command');
    const before = await plant.view(id);
    expect(await plant.complete('desk', id, 'desk', { outcome: 'problem' })).toMatchObject({
      status: 409,
      body: { code: 'PROCEDURE_FAULT' },
    });
    expect(await plant.view(id)).toEqual(before);
    expect(await plant.open(id)).toEqual(['desk']);
    expect((await plant.complete('desk', id, 'desk')).status).toBe(200);
  });
});
