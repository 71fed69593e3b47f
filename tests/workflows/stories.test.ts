import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, exampleOrder, hehe, proceed, promisedDate } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';
import { booksOf } from '../support/procedures/books.js';

const [minute, hour] = [60, 3_600];
let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars } = await hehe();
  plant = await Plant.start({
    people,
    source: {
      calendars,
      books: { ...books, ...booksOf({ impatient: { implementation: 'impatient' } }) },
      workflows: fileURLToPath(new URL('../support/procedures/timely/index.ts', import.meta.url)),
    },
  });
});
afterAll(() => plant.close());

/** An order of two lines, received by Chen Li. */
const order = (name = 'connecting-rods', lines = 2) =>
  plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder(name, lines, crypto.randomUUID()));
const ends = (id: string) => plant.client.workflow.getHandle(id).result();
const repliedWith = (...lines: string[]) => ({ result: 'finished', dates: Object.fromEntries(lines.map((line) => [line, promisedDate])) });
const clockOf = async (id: string) =>
  (await plant.ledger(id)).flatMap(({ clock, at }) => (clock === undefined ? [] : [{ ...clock, at }])).at(-1)!;
const times = async (id: string, step: string) => (await plant.history(id)).filter((opened) => opened === step).length;

describe.concurrent('an order of Hehe', () => {
  it('when all answer in time, then it is replied, was never late, and its 48 hours are met', async () => {
    const id = await order();
    await proceed(plant, id, 'written-reply');
    await plant.forward(id, 47 * hour);
    expect(await plant.radar('chen-li', id)).toEqual([]);
    await proceed(plant, id);
    expect(await ends(id)).toEqual(repliedWith('1', '2'));
    expect((await plant.ledger(id)).filter(({ type }) => type === 'overdue')).toEqual([]);
    expect(await clockOf(id)).toMatchObject({ clock: 'written-reply', state: 'met' });
  });

  it('when it is reviewed, then the page says who would be asked next after each outcome, and by when', async () => {
    const id = await order();
    const path = `/tasks/${encodeURIComponent((await plant.openTask(id, 'initial-review')).id)}`;
    const { body } = await plant.ask('chen-li', 'GET', path, undefined, { 'accept-language': 'zh' });
    expect(
      [...body['whoNext']!].map(({ outcome, step, who, sentence }) => [outcome, step, [...who!].map(({ role }) => role), sentence]),
    ).toEqual([
      ['accurate', 'enter-order', ['merchandiser'], expect.stringMatching(/^订单准确 → 录入订单：跟单员，.+ 前$/)],
      ['problem', 'clarify', ['merchandiser'], expect.stringMatching(/^问题订单 → 问题订单沟通：跟单员，.+ 前$/)],
    ]);
    await proceed(plant, id, 'written-reply');
    const last = await plant.ask('chen-li', 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, 'written-reply')).id)}`);
    expect(last.body['whoNext']).toMatchObject([
      { outcome: 'replied', step: null, code: 'NEXT_SYSTEM', values: { effect: 'send-reply' }, condition: null },
    ]);
  });

  it('when the reply is written, then it is kept as a document that can be read', async () => {
    const id = await order();
    await proceed(plant, id, 'written-reply');
    await answer(plant, id, 'written-reply', { outcome: 'replied', message: '谢谢惠顾' });
    const path = `/cases/${encodeURIComponent(id)}/documents`;
    const kept = [...(await plant.ask('chen-li', 'GET', path)).body['items']!];
    expect(kept.map(({ kind }) => String(kind)).sort()).toEqual(['manufacturing-order', 'order-reply']);
    const document = kept.find(({ kind }) => String(kind) === 'order-reply');
    expect(document).toMatchObject({ kind: 'order-reply', to: 'customer', version: 1, correction: false });
    const { body } = await plant.ask('chen-li', 'GET', `${path}/${encodeURIComponent(String(document!['id']))}`);
    expect(body['content']).toMatchObject({
      message: '谢谢惠顾',
      lines: [
        { id: '1', date: promisedDate },
        { id: '2', date: promisedDate },
      ],
    });
  });

  it('when the first review is late, then it is on the radar until it is answered', async () => {
    const id = await order();
    const { openedAt, dueAt = openedAt } = await plant.openTask(id, 'initial-review');
    await plant.forward(id, Math.ceil((dueAt - openedAt) / 1_000) - minute);
    expect(await plant.radar('chen-li', id)).toEqual([]);
    await plant.forward(id, 2 * minute);
    await plant.until(
      () => plant.radar('chen-li', id),
      (causes) => causes.includes('overdue'),
    );
    expect(await plant.openTask(id, 'initial-review')).toMatchObject({ overdue: true, rev: 1 });
    await answer(plant, id, 'initial-review');
    expect(await plant.radar('chen-li', id)).toEqual([]);
  });

  it('when 48 hours have gone since the last date, then the clock of the case is overdue in that very minute', async () => {
    const id = await order();
    await proceed(plant, id, 'written-reply');
    const running = await clockOf(id);
    const dated = (await plant.ledger(id)).findLast(({ task }) => task?.step === 'delivery-date');
    expect(running).toMatchObject({ state: 'running', from: dated!.at, dueAt: dated!.at + 48 * hour * 1_000 });
    await plant.forward(id, 48 * hour - minute);
    expect((await clockOf(id)).state).toBe('running');
    await plant.forward(id, 2 * minute);
    const late = await plant.until(
      () => clockOf(id),
      ({ state }) => state === 'overdue',
    );
    expect(late.at).toBeGreaterThanOrEqual(running.dueAt);
    expect(late.at).toBeLessThan(running.dueAt + minute * 1_000);
    expect(await plant.radar('chen-li', id)).toEqual(['deadline', 'overdue']);
    await proceed(plant, id);
    expect(await ends(id)).toEqual(repliedWith('1', '2'));
    expect(await plant.radar('chen-li', id)).toEqual([]);
  });

  it('when the joint review returns it to the entry, then the first review stands and the rest is asked again', async () => {
    const id = await order();
    await proceed(plant, id, 'joint-review');
    expect((await plant.sendBack('zhang-min', id, 'joint-review', 'enter-order')).status).toBe(200);
    expect(await plant.settled(id)).toEqual(['enter-order']);
    const page = await plant.ask('chen-li', 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, 'enter-order')).id)}`);
    expect(page.body['form']!['prefill']).toEqual({ outcome: 'entered', orderDataNo: 'D-1' });
    await proceed(plant, id);
    expect(await ends(id)).toEqual(repliedWith('1', '2'));
    expect(await times(id, 'initial-review')).toBe(1);
    expect(await times(id, 'enter-order')).toBe(2);
  });

  it('when one line is amended after the dates, then only that line’s date is asked again, and the reply has the new quantity', async () => {
    const id = await order('connecting-rods', 3);
    await proceed(plant, id, 'written-reply');
    expect((await plant.amend('zhang-min', id, { lines: { '2': { quantity: 77 } } })).status).toBe(200);
    expect(await plant.open(id)).toEqual(['initial-review']);
    await proceed(plant, id, 'delivery-date');
    expect(await plant.openTask(id, 'delivery-date')).toMatchObject({ lines: ['2'] });
    await answer(plant, id, 'delivery-date', { lines: { '2': { date: '2027-02-01', cause: 'capacity' } } });
    await proceed(plant, id);
    expect(await ends(id)).toEqual({ result: 'finished', dates: { 1: promisedDate, 2: '2027-02-01', 3: promisedDate } });
    const page = await plant.read('chen-li', id);
    expect(page['subject']!['lines']![1]).toMatchObject({ id: '2', quantity: 77 });
    expect([...page['promises']!].map(({ line, version, date }) => [line, version, date])).toEqual([
      ['1', 1, promisedDate],
      ['2', 1, promisedDate],
      ['2', 2, '2027-02-01'],
      ['3', 1, promisedDate],
    ]);
  });

  it('when only a price is amended, then no date is asked again', async () => {
    const id = await order();
    await proceed(plant, id, 'written-reply');
    await plant.amend('zhang-min', id, { lines: { '1': { unitPriceMinor: 1 } } });
    await proceed(plant, id);
    expect(await ends(id)).toEqual(repliedWith('1', '2'));
    expect(await times(id, 'initial-review')).toBe(2);
    expect(await times(id, 'delivery-date')).toBe(1);
    expect(await times(id, 'pass-to-pmc')).toBe(1);
  });

  it('when the order has a problem, then it is cleared with the customer and reviewed again from the start', async () => {
    const id = await order('code-name-mismatch', 3);
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'line 2: the name is not that of the code' });
    const page = await plant.ask('chen-li', 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, 'clarify')).id)}`);
    expect(page.body['data']).toMatchObject({ found: { problems: 'line 2: the name is not that of the code' } });
    await answer(plant, id, 'clarify');
    expect(await plant.settled(id)).toEqual(['initial-review']);
    await proceed(plant, id);
    expect(await ends(id)).toEqual(repliedWith('1', '2', '3'));
    expect((await plant.history(id)).slice(0, 3)).toEqual(['initial-review', 'clarify', 'initial-review']);
  });

  it('when it is not accepted, then the customer is told why and nobody is asked anything more', async () => {
    const id = await order('copied-stale');
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'dates of March' });
    await answer(plant, id, 'clarify', { outcome: 'not-accepted', reason: 'no longer made' });
    expect(await ends(id)).toEqual({ result: 'not-accepted', reason: 'no longer made' });
    expect(await plant.open(id)).toEqual([]);
    expect((await plant.ledger(id)).flatMap(({ notice }) => notice ?? [])).toMatchObject([
      { notice: 'order-not-accepted', to: 'customer' },
    ]);
  });
});

describe.concurrent('a step that does not wait for ever', () => {
  const start = () => plant.begin('desk', 'tests', 'impatient', { price: 5 });

  it('when it is answered in time, then the case ends with the answer', async () => {
    const id = await start();
    await plant.forward(id, 59 * minute);
    await plant.complete('hasty', id, 'hasty');
    expect(await ends(id)).toBe('answered in time');
  });

  it('when its time has gone, then the task ends, the case goes on, and a late answer is refused', async () => {
    const id = await start();
    const task = await plant.openTask(id, 'hasty');
    await plant.forward(id, 61 * minute);
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('planner'),
    );
    const late = await plant.decide('hasty', task, { verb: 'complete', data: { outcome: 'done' } });
    expect(late).toMatchObject({ status: 409, body: { code: 'TASK_CLOSED', values: { by: 'engine', verb: 'lapsed' } } });
    await plant.complete('planner', id, 'planner');
    expect(await ends(id)).toBe('done without an answer');
  });
});
