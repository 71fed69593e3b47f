import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';
import { OutsideSystem } from '../support/systems.js';

let plant: Plant;
let system: OutsideSystem;
beforeAll(async () => {
  system = await OutsideSystem.start();
  const books = booksOf({
    posting: { implementation: 'posting' },
    letter: { implementation: 'letter' },
    reservation: { implementation: 'reservation' },
  });
  plant = await Plant.start({
    source: { books, workflows: fileURLToPath(new URL('../support/procedures/outside/index.ts', import.meta.url)) },
    outside: system.outside,
  });
});
afterAll(async () => {
  await plant.close();
  await system.stop();
});

type Manner = Parameters<OutsideSystem['become']>[1];
/** A case whose effect is wanted as of now, with the system in this manner. */
async function wanted(procedure: string, manner: Manner, subject: object = { quantity: 7, price: 5 }): Promise<string> {
  const id = await plant.begin('desk', 'tests', procedure, subject);
  system.become(id, manner);
  await plant.complete('desk', id, 'desk');
  return id;
}
const isOpen = (id: string, step: string) =>
  plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
    30_000,
  );
const ends = (id: string) => plant.client.workflow.getHandle(id).result();
const effectRows = async (id: string) => (await plant.ledger(id)).flatMap(({ effect }) => effect ?? []);
const repair = (id: string, data: object) => plant.complete('desk', id, 'repair', data);

describe.concurrent('while the other system is down', () => {
  it('when the order is amended, then the change is taken at once, and only the new quantity is posted', async () => {
    const id = await wanted('posting', 'down');
    expect((await plant.amend('desk', id, { quantity: 9 })).status).toBe(200);
    system.become(id, 'up');
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id)).toMatchObject([{ action: 'do', input: { quantity: 9 } }]);
  });

  it('when the order is returned, then the earlier step is open at once, and the posting is still made once', async () => {
    const id = await wanted('posting', 'down');
    expect((await plant.sendBack('planner', id, 'planner', 'desk')).status).toBe(200);
    expect(await plant.open(id)).toEqual(['desk']);
    system.become(id, 'up');
    await plant.complete('desk', id, 'desk');
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id)).toMatchObject([{ action: 'do', input: { quantity: 7 } }]);
  });

  it('when the order is cancelled, then the case ends, and nothing was ever posted', async () => {
    const id = await wanted('posting', 'down');
    expect((await plant.command('desk', id, { verb: 'cancel', reason: 'no longer wanted' })).status).toBe(200);
    expect(await plant.open(id)).toEqual([]);
    system.become(id, 'up');
    expect(await ends(id)).toEqual({ cancelled: true, reason: 'no longer wanted' });
    expect(system.done(id)).toEqual([]);
  });
});

describe.concurrent('a result that comes late', () => {
  it('when the quantity was changed meanwhile, then it is filed under the old one, which is then revised', async () => {
    const id = await wanted('posting', 'slow');
    await plant.until(
      async () => system.done(id),
      (deeds) => deeds.length === 1,
    );
    await plant.amend('desk', id, { quantity: 9 });
    system.become(id, 'up');
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id)).toMatchObject([
      { action: 'do', input: { quantity: 7 } },
      { action: 'revise', standing: { quantity: 7 }, input: { quantity: 9 } },
    ]);
    const rows = await effectRows(id);
    const [old, young] = [rows[0]?.input, rows.at(-1)?.input];
    expect(rows.map(({ input, action, state }) => [input, action, state])).toEqual([
      [old, 'do', 'flying'],
      [old, 'do', 'done'],
      [young, 'revise', 'flying'],
      [young, 'revise', 'done'],
    ]);
  });

  it('when the quantity is changed and changed back, then three wishes were carried out, each once', async () => {
    const id = await wanted('posting', 'up');
    for (const quantity of [9, 7]) {
      await plant.until(
        async () => plant.view(id),
        ({ flying }) => flying === 0,
      );
      await plant.amend('desk', id, { quantity });
    }
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id).map(({ action, input }) => [action, input])).toEqual([
      ['do', { quantity: 7 }],
      ['revise', { quantity: 9 }],
      ['revise', { quantity: 7 }],
    ]);
    expect(new Set(system.done(id).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });

  it('when a slow call is called off, then it is left within seconds, and what it did is asked for before the next', async () => {
    const id = await wanted('posting', 'slow');
    const [deed] = await plant.until(
      async () => system.done(id),
      (deeds) => deeds.length === 1,
    );
    await sleep(2_500);
    await plant.amend('desk', id, { quantity: 9 });
    await plant.until(
      async () => system.askedFor(id),
      (keys) => keys.filter((key) => key === deed?.idempotencyKey).length > 1,
      8_000,
    );
    await plant.until(
      async () => system.done(id),
      (deeds) => deeds.length === 2,
    );
    expect(system.done(id)[1]).toMatchObject({ action: 'revise', standing: { quantity: 7 }, input: { quantity: 9 } });
    system.become(id, 'up');
  });
});

describe.concurrent('an outcome that nobody knows', () => {
  it('when the line is cut after the deed, then it is asked for by its key and not done again', async () => {
    const id = await wanted('posting', 'cut');
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id)).toHaveLength(1);
    const key = system.done(id)[0]!.idempotencyKey;
    expect(system.askedFor(id).filter((asked) => asked === key).length).toBeGreaterThan(1);
  });
});

describe.concurrent('a system that says no for good', () => {
  it('when it is repaired and tried again, then the repair task closes and the case goes on', async () => {
    const id = await wanted('posting', 'refuses');
    await isOpen(id, 'repair');
    const page = await plant.ask('desk', 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, 'repair')).id)}`);
    expect(page.body['data']).toMatchObject({
      effect: 'post',
      action: 'do',
      code: 'ARTICLE_UNKNOWN',
      detail: 'no such article',
      input: { quantity: 7 },
    });
    expect(await plant.radar('desk', id)).toContain('effect-failing');
    system.become(id, 'up');
    expect((await repair(id, { outcome: 'retry' })).status).toBe(200);
    await plant.complete('planner', id, 'planner');
    await isOpen(id, 'pmc');
    expect(system.done(id)).toHaveLength(1);
    expect(await plant.radar('desk', id)).toEqual([]);
  });

  it('when it fails once more, then there is a repair task once more', async () => {
    const id = await wanted('posting', 'refuses');
    await isOpen(id, 'repair');
    const first = await plant.openTask(id, 'repair');
    await repair(id, { outcome: 'retry' });
    await plant.until(
      () => plant.tasks(id),
      (tasks) => tasks.some((task) => task.step === 'repair' && task.state === 'open' && task.id !== first.id),
    );
    expect(system.tried(id)).toBe(2);
    expect(system.done(id)).toEqual([]);
  });

  it('when it was done by hand, then the case goes on and the system is not told again', async () => {
    const id = await wanted('posting', 'refuses');
    await isOpen(id, 'repair');
    expect((await repair(id, { outcome: 'done-by-hand', note: 'entered by phone' })).status).toBe(200);
    await plant.complete('planner', id, 'planner');
    expect(await plant.open(id)).toEqual(['pmc']);
    expect(system.tried(id)).toBe(1);
  });

  it('when the order is amended, then the repair task is gone and the new quantity is tried', async () => {
    const id = await wanted('posting', 'refuses');
    await isOpen(id, 'repair');
    system.become(id, 'up');
    await plant.amend('desk', id, { quantity: 9 });
    expect((await plant.tasks(id)).find(({ step }) => step === 'repair')).toMatchObject({ state: 'withdrawn' });
    await plant.until(
      async () => system.done(id),
      (deeds) => deeds.length === 1,
    );
    expect(system.done(id)).toMatchObject([{ action: 'do', input: { quantity: 9 } }]);
  });
});

describe.concurrent('what was done and is no longer wanted', () => {
  it('when the case ends without it, then it is taken back before the case closes', async () => {
    const id = await wanted('posting', 'up');
    await plant.until(
      async () => plant.view(id),
      ({ flying }) => flying === 0,
    );
    await plant.amend('desk', id, { quantity: 0 });
    expect(await ends(id)).toBe('nothing to do');
    expect(system.done(id).map(({ action }) => action)).toEqual(['do', 'undo']);
    expect((await effectRows(id)).at(-1)).toMatchObject({ state: 'undone' });
  });

  it('when the system is down at the end, then the case stays open for it and closes once it is taken back', async () => {
    const id = await wanted('posting', 'up');
    await plant.until(
      async () => plant.view(id),
      ({ flying }) => flying === 0,
    );
    system.become(id, 'down');
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no longer wanted' })).toMatchObject({
      status: 200,
      body: { status: 'closing' },
    });
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'again' })).toMatchObject({
      status: 409,
      body: { code: 'CASE_CLOSED' },
    });
    system.become(id, 'up');
    expect(await ends(id)).toMatchObject({ cancelled: true });
    expect(system.done(id).map(({ action }) => action)).toEqual(['do', 'undo']);
  });

  it('when it cannot be taken back, then a person is asked to, and the case closes with their word', async () => {
    const id = await wanted('letter', 'up');
    await isOpen(id, 'pmc');
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no longer wanted' })).toMatchObject({
      status: 200,
      body: { status: 'closing' },
    });
    expect(await plant.open(id)).toEqual(['repair']);
    expect((await effectRows(id)).at(-1)).toMatchObject({ state: 'failed', code: 'IRREVERSIBLE' });
    await repair(id, { outcome: 'done-by-hand', note: 'called the customer' });
    expect(await ends(id)).toMatchObject({ cancelled: true });
    expect(system.done(id)).toHaveLength(1);
  });

  it('when it was never carried out, then nobody is asked to take back what cannot be, and the case closes', async () => {
    const id = await wanted('letter', 'down');
    await plant.until(
      async () => system.tried(id) + system.askedFor(id).length,
      () => true,
    );
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no longer wanted' })).toMatchObject({ status: 200 });
    system.become(id, 'up');
    expect(await ends(id)).toMatchObject({ cancelled: true });
    expect(system.done(id)).toEqual([]);
    expect(await plant.history(id)).not.toContain('repair');
  });

  it('when it cannot be taken back and its answer got lost, then it is found, and a person is asked', async () => {
    const id = await wanted('letter', 'slow');
    await plant.until(
      async () => system.done(id).length,
      (deeds) => deeds === 1,
    );
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no longer wanted' })).toMatchObject({ status: 200 });
    await isOpen(id, 'repair');
    expect((await effectRows(id)).at(-1)).toMatchObject({ state: 'failed', code: 'IRREVERSIBLE' });
    await repair(id, { outcome: 'done-by-hand', note: 'called the customer' });
    expect(await ends(id)).toMatchObject({ cancelled: true });
    expect(system.done(id).map(({ action }) => action)).toEqual(['do']);
  });

  it('when it says so, then a return takes it back, and it is done anew afterwards', async () => {
    const id = await wanted('reservation', 'up');
    await isOpen(id, 'planner');
    await plant.sendBack('planner', id, 'planner', 'desk');
    await plant.until(
      async () => system.done(id),
      (deeds) => deeds.length === 2,
    );
    await plant.complete('desk', id, 'desk');
    await isOpen(id, 'planner');
    expect(system.done(id).map(({ action }) => action)).toEqual(['do', 'undo', 'do']);
    expect(new Set(system.done(id).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });
});
