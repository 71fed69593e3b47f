import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recount } from '../../db/counts.js';
import { verifyChain } from '../../db/ledger.js';
import { Plant, type Registry, type Release } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { registry as after } from '../support/procedures/changed/registry.js';
import { registry as before } from '../support/procedures/moving/registry.js';
import { OutsideSystem } from '../support/systems.js';

const reopen = { by: ['price'], within: '30d', redo: 'choose' };
const release = (folder: string, procedures: Registry): Release => ({
  procedures,
  books: booksOf({
    order: { implementation: 'order', changes: { reopen } },
    posting: { implementation: 'posting', changes: { reopen } },
    fragile: { implementation: 'fragile' },
  }),
  workflows: fileURLToPath(new URL(`../support/procedures/${folder}/index.ts`, import.meta.url)),
});
const [first, next] = [release('moving', before), release('changed', after)];
const hour = 3_600;

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
const commandsOf = (id: string): string => `/cases/${encodeURIComponent(id)}/commands`;
/** Asked again under the same key for as long as a worker of the old edition is coming up. */
const reopened = (id: string, body: object = {}, person = 'price', key = crypto.randomUUID()) =>
  plant.until(
    () => plant.ask(person, 'POST', commandsOf(id), { verb: 'reopen', reason: 'the customer called', ...body }, { 'idempotency-key': key }),
    ({ status }) => status !== 503,
    40_000,
  );
/** An order that was replied to. */
async function replied(): Promise<string> {
  const id = await begin('order', { price: 5 });
  for (const step of ['desk', 'planner', 'pmc']) await plant.complete(step, id, step);
  expect(await plant.status(id)).toBe('closed');
  return id;
}
const runsOf = async (id: string): Promise<number> => {
  let runs = 0;
  for await (const _run of plant.client.workflow.list({ query: `WorkflowId = '${id}'` })) runs++;
  return runs;
};
/** What SQL has is gapless, chained, and what the run that is there now has. */
async function sound(id: string): Promise<void> {
  const ledger = await plant.ledger(id);
  expect(ledger.map(({ seq }) => seq)).toEqual(ledger.map((_, index) => index + 1));
  expect(await verifyChain(plant.pool, id)).toEqual({ ok: true, rows: ledger.length });
  const { seq, digest } = await plant.view(id);
  expect({ seq, digest }).toEqual({ seq: ledger.length, digest: ledger.at(-1)?.head?.digest });
  expect(await recount(plant.pool)).toEqual([]);
  expect(await plant.radar('desk', id)).toEqual([]);
}

describe('a case that had come to its end', () => {
  it('when it is reopened at a step, then that is asked again from its answer, what does not stand on it stays, and it ends again', async () => {
    const id = await replied();
    const answer = await reopened(id, { to: 'planner' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'open', openTasks: [{ step: 'planner' }] } });
    expect(await plant.read('desk', id)).toMatchObject({ status: 'open', closedAt: null, outcome: null });
    expect(await plant.openTask(id, 'planner')).toMatchObject({ id: `${id}/planner#2`, prefill: expect.any(String) });
    expect((await plant.ask('planner', 'GET', '/tasks')).body['items']).toMatchObject([{ id: `${id}/planner#2` }]);
    await sound(id);
    await plant.complete('planner', id, 'planner');
    expect(await plant.status(id)).toBe('closed');
    expect(await plant.client.workflow.getHandle(id).result()).toBe('replied');
    await sound(id);
    const row = (await plant.ledger(id)).find(({ type }) => type === 'case-reopened');
    expect(row).toMatchObject({ by: 'price', body: { to: 'planner', reason: 'the customer called', cancelled: false } });
    const { timeline } = (await plant.read('desk', id)) as unknown as { timeline: readonly { code: string; sentence: string }[] };
    expect(timeline.find(({ code }) => code === 'CASE_REOPENED')?.sentence).toBe('price reopened the case: the customer called');
  });

  it('when all is to be done anew, and it is reopened a second time, then both work, each by a run of its own', async () => {
    const id = await replied();
    expect((await reopened(id, { to: 'desk', redo: 'all' })).body).toMatchObject({ openTasks: [{ step: 'desk' }] });
    for (const step of ['desk', 'planner', 'pmc']) await plant.complete(step, id, step);
    expect((await reopened(id, { to: 'pmc' })).body).toMatchObject({ openTasks: [{ step: 'pmc', id: `${id}/pmc#3` }] });
    await plant.complete('pmc', id, 'pmc');
    await sound(id);
    await plant.until(
      () => runsOf(id),
      (runs) => runs === 3,
    );
  });
});

describe('a case that was cancelled', () => {
  it('when it is reopened, then its task is back with its id and what was left of its time, and it is overdue at the right moment', async () => {
    const id = await begin('order', { price: 5 });
    const task = await plant.openTask(id, 'desk');
    await plant.command('desk', id, { verb: 'cancel', reason: 'by mistake' });
    expect((await plant.tasks(id)).map(({ state }) => state)).toEqual(['withdrawn']);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await reopened(id)).toMatchObject({ status: 200, body: { openTasks: [{ id: task.id }] } });
    const back = await plant.openTask(id, 'desk');
    expect(back).toMatchObject({ id: task.id, rev: task.rev, pauses: [{ cause: 'suspended' }] });
    const [pause] = back.pauses ?? [];
    expect((back.dueAt ?? 0) - (task.dueAt ?? 0)).toBe((pause?.to ?? 0) - (pause?.from ?? 0));
    await sound(id);
    await plant.forward(id, 4 * hour);
    await plant.until(
      () => plant.openTask(id, 'desk'),
      ({ overdue }) => overdue,
    );
    for (const step of ['desk', 'planner', 'pmc']) await plant.complete(step, id, step);
    expect(await plant.status(id)).toBe('closed');
  });

  it('when what was done outside had been undone, then it is done again, under a key of its own', async () => {
    const id = await begin('posting', { price: 5, quantity: 7 });
    await plant.complete('desk', id, 'desk');
    await plant.until(
      async () => system.done(id).length,
      (deeds) => deeds === 1,
    );
    await plant.settled(id);
    await plant.command('desk', id, { verb: 'cancel', reason: 'by mistake' });
    await plant.until(
      () => plant.status(id),
      (status) => status === 'closed',
    );
    await reopened(id);
    await plant.until(
      async () => system.done(id).length,
      (deeds) => deeds === 3,
    );
    await plant.settled(id);
    const deeds = system.done(id);
    expect(deeds.map(({ action }) => action)).toEqual(['do', 'undo', 'do']);
    expect(new Set(deeds.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    expect(await plant.open(id)).toEqual(['planner']);
    for (const step of ['planner', 'pmc']) await plant.complete(step, id, step);
    await sound(id);
  });

  it('when another edition is in force by then, then it goes on there, and only the new reviewer is asked besides', async () => {
    const id = await begin('order', { price: 5 });
    for (const step of ['desk', 'planner']) await plant.complete(step, id, step);
    const { id: dated } = await plant.openTask(id, 'pmc');
    await plant.command('desk', id, { verb: 'cancel', reason: 'by mistake' });
    const edition = await plant.release(next);
    expect(await reopened(id)).toMatchObject({ status: 200, body: { openTasks: [{ step: 'technical' }] } });
    expect(await plant.read('desk', id)).toMatchObject({ edition, status: 'open' });
    expect((await plant.ledger(id)).filter(({ type }) => type === 'moved')).toMatchObject([{ body: { to: edition } }]);
    await plant.complete('technical', id, 'technical');
    expect(await plant.openTask(id, 'pmc')).toMatchObject({ id: dated });
    await plant.complete('pmc', id, 'pmc');
    await sound(id);
    await plant.release(first);
  });
});

describe('a reopening is refused, and nothing is written,', () => {
  const codeOf = async (id: string, body: object, person = 'price'): Promise<unknown> => {
    const ledger = (await plant.ledger(id)).length;
    const { status, body: problem } = await plant.command(person, id, { verb: 'reopen', reason: 'r', ...body });
    expect((await plant.ledger(id)).length).toBe(ledger);
    return `${status} ${String(problem['code'])}`;
  };

  it('when the case is open, by somebody who may not, without a reason, or at a step that was never passed', async () => {
    const open = await begin('order', { price: 5 });
    expect(await codeOf(open, { to: 'desk' })).toBe('409 CASE_OPEN');
    const id = await replied();
    expect(await codeOf(id, { to: 'desk' }, 'desk')).toBe('403 ROLE_NEEDED');
    expect(await codeOf(id, { to: 'desk', reason: undefined })).toBe('400 FIELD_REQUIRED');
    expect(await codeOf(id, {})).toBe('409 REOPEN_TARGET_UNKNOWN');
    expect(await codeOf(id, { to: 'technical' })).toBe('409 REOPEN_TARGET_UNKNOWN');
    const { body } = await plant.ask(
      'price',
      'POST',
      commandsOf(id),
      { verb: 'reopen', reason: 'r', to: 'hasty' },
      { 'accept-language': 'zh' },
    );
    expect(body).toMatchObject({ code: 'REOPEN_TARGET_UNKNOWN', values: { allowed: ['desk', 'planner', 'pmc'] } });
    expect(String(body['message'])).toContain('不能在该处重新打开');
    expect((await reopened(id, { to: 'desk' })).status).toBe(200);
  });

  it('when the procedure does not let it, or nobody keeps where the case stood', async () => {
    const fixed = await begin('fragile', { price: 5, quantity: 1, bug: 'none' });
    await plant.command('desk', fixed, { verb: 'cancel', reason: 'r' });
    expect(await codeOf(fixed, {})).toBe('409 REOPEN_NOT_PROVIDED');
    const id = await replied();
    await plant.client.workflowService.deleteWorkflowExecution({ namespace: plant.namespace, workflowExecution: { workflowId: id } });
    await plant.until(
      () =>
        plant.client.workflow
          .getHandle(id)
          .describe()
          .then(
            () => false,
            () => true,
          ),
      (gone) => gone,
      40_000,
    );
    expect(await codeOf(id, { to: 'desk' })).toBe('409 CASE_STATE_GONE');
    expect(await plant.status(id)).toBe('closed');
    const old = await replied();
    const edition = plant.workers.edition;
    await plant.workers.stop();
    await plant.pool.query('delete from edition where id = $1', [edition]);
    await plant.resume(next);
    expect(await codeOf(old, { to: 'desk' })).toBe('409 CASE_STATE_GONE');
    await plant.release(first);
    expect((await reopened(old, { to: 'desk' })).status).toBe(200);
  });

  it('when somebody else was first, and is told who; the page says who may and why not', async () => {
    const id = await replied();
    const both = await Promise.all([reopened(id, { to: 'desk' }), reopened(id, { to: 'pmc' })]);
    expect(both.map(({ status }) => String(status)).sort()).toEqual(['200', '409']);
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ code: 'CASE_OPEN', values: { by: 'price' } });
    expect(String(lost?.body['message'])).toContain('price reopened it');
    expect((await plant.ledger(id)).filter(({ type }) => type === 'case-reopened')).toHaveLength(1);
    const verbs = async (person: string) =>
      [...((await plant.read(person, id))['verbs'] ?? [])].filter(({ verb }) => String(verb) === 'reopen');
    expect(await verbs('price')).toMatchObject([{ allowed: false, whyNot: { code: 'CASE_OPEN' } }]);
    await plant.command('desk', id, { verb: 'cancel', reason: 'r' });
    expect(await verbs('price')).toMatchObject([{ allowed: true }]);
    expect(await verbs('pmc')).toMatchObject([{ allowed: false, whyNot: { code: 'ROLE_NEEDED' } }]);
  });
});
