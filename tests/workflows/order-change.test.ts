import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, exampleOrder, hehe, proceed } from '../support/hehe-orders.js';
import { type Body, Plant } from '../support/plant.js';
import { tradeDesk } from '../support/trade.js';

let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars } = await hehe();
  plant = await Plant.start({
    people,
    source: { books, calendars, workflows: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)) },
  });
});
afterAll(() => plant.close());

/** An order in case `number`, ready for its written reply. */
async function placed(number: string, subject: object = exampleOrder('connecting-rods', 3)): Promise<string> {
  const { status, body } = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', number, subject });
  expect([status, body['code']]).toEqual([201, undefined]);
  const id = String(body['caseId']);
  await proceed(plant, id, 'written-reply');
  return id;
}

const wish = (orderNumber: string, lines: object = { 2: { quantity: 900 } }) => ({
  orderNumber,
  requestedBy: { name: '邓伟明' },
  reason: '现场少装一樘',
  changes: { lines },
});
const change = (orderNumber: string, lines?: object) => plant.begin('chen-li', 'hehe', 'order-change', wish(orderNumber, lines));
const step = (id: string, name: string) =>
  plant.until(
    () => plant.open(id),
    (open) => open.includes(name),
  );

/** PMC's word on each line, then the form, then the planner's approval. */
async function agree(id: string): Promise<void> {
  await step(id, 'production-status');
  const { lines = [] } = await plant.openTask(id, 'production-status');
  const free = Object.fromEntries(lines.map((line) => [line, { production: 'not-started' }]));
  expect((await plant.complete('wang-qiang', id, 'production-status', { outcome: 'checked', lines: free })).status).toBe(200);
  expect((await plant.complete('chen-li', id, 'draw-up-amendment', { outcome: 'drawn-up', terms: '单价不变' })).status).toBe(200);
  expect((await plant.complete('zhang-min', id, 'approve-amendment', { outcome: 'approved' })).status).toBe(200);
}
/** Answers a step as soon as it is open. */
async function does(person: string, id: string, name: string, data: object): Promise<void> {
  await step(id, name);
  const { status, body } = await plant.complete(person, id, name, data);
  expect([name, status], JSON.stringify(body)).toEqual([name, 200]);
}
/** What a case has come to. */
const outcome = (id: string): Promise<Body> =>
  plant.until(
    async () => (await plant.read('chen-li', id))['outcome']!,
    (seen) => seen !== null,
  );
async function finish(id: string): Promise<Body> {
  await does('wang-qiang', id, 'instruct-production', { outcome: 'instructed', instructions: '第2行改做900支' });
  await does('chen-li', id, 'tell-customer', { outcome: 'told' });
  await does('chen-li', id, 'correct-own-order', { outcome: 'corrected' });
  return outcome(id);
}

describe.concurrent('a change of a placed order', () => {
  it('when nothing has started, then the running order is amended for who approved, and only the changed line is dated again', async () => {
    const order = await placed('C-1');
    const id = await change('C-1');
    await agree(id);
    await step(order, 'initial-review');
    expect(await finish(id)).toMatchObject({ result: 'changed', lines: ['2'] });
    await plant.carriedOut(id, 'HH-C1', 'HH-C2', 'HH-C3', 'HH-C5', 'HH-C6', 'HH-C7', 'HH-C8', 'HH-C9', 'HH-C10', 'HH-C11', 'HH-C12');
    const amended = (await plant.ledger(order)).filter(({ type }) => type === 'amended');
    expect(amended).toMatchObject([{ by: 'engine', actingFor: 'zhang-min', body: { patch: { lines: { 2: { quantity: 900 } } } } }]);
    expect(amended[0]?.body?.['reason']).toBe(`${id.split(':')[2]}: 现场少装一樘`);
    await proceed(plant, order, 'delivery-date');
    expect((await plant.openTask(order, 'delivery-date')).lines).toEqual(['2']);
    await answer(plant, order, 'delivery-date', { lines: { 2: { date: '2027-02-01', cause: 'capacity' } } });
    await proceed(plant, order);
    expect(await plant.client.workflow.getHandle(order).result()).toMatchObject({ result: 'finished', dates: { 2: '2027-02-01' } });
  });

  it('when a line has started, then it is refused in writing and the order stays as it is', async () => {
    const order = await placed('C-2');
    const id = await change('C-2');
    await step(id, 'production-status');
    await plant.complete('wang-qiang', id, 'production-status', { outcome: 'checked', lines: { 2: { production: 'started' } } });
    await plant.complete('chen-li', id, 'refuse-in-writing', { outcome: 'refused', message: '第2行已投产，不能更改' });
    expect(await outcome(id)).toEqual({ result: 'refused', because: { started: ['2'] } });
    await plant.carriedOut(id, 'HH-C4', 'HH-C12');
    const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
    expect(body['items']).toMatchObject([{ kind: 'change-refusal', to: 'customer' }]);
    expect(body['printed']).toMatchObject([{ kind: 'change-refusal', language: 'zh' }]);
    expect((await plant.ledger(order)).filter(({ type }) => type === 'amended')).toEqual([]);
  });

  it('when the order is closed, then a person is asked to see to it, and is told why', async () => {
    const order = await placed('C-3');
    await proceed(plant, order);
    const id = await change('C-3');
    await agree(id);
    await step(id, 'settle-by-hand');
    const task = await plant.openTask(id, 'settle-by-hand');
    const page = (await plant.ask('zhang-min', 'GET', `/tasks/${encodeURIComponent(task.id)}`, undefined, { 'accept-language': 'en' }))
      .body;
    expect(page['refusals']![order]).toMatchObject({
      code: 'CASE_CLOSED',
      sentence: 'The case is closed: nothing more can be decided in it.',
    });
    await plant.complete('zhang-min', id, 'settle-by-hand', { outcome: 'settled', lines: { [order]: { note: '补单处理' } } });
    expect(await finish(id)).toMatchObject({ result: 'changed' });
  });

  it('when one of two open cases of the order refuses, then the other is amended and the one is a task', async () => {
    const first = await placed('C-4');
    const part = { ...(exampleOrder('handle-sets', 1, 'HT-PART') as { lines: object[] }), orderNumber: 'C-4' };
    const second = await placed('C-4B', { ...part, lines: part.lines.map((line) => ({ ...line, id: 'B1' })) });
    const id = await change('C-4', { 2: { quantity: 900 }, B1: { quantity: 7 } });
    await step(id, 'production-status');
    await proceed(plant, second);
    await agree(id);
    await step(id, 'settle-by-hand');
    expect((await plant.openTask(id, 'settle-by-hand')).lines).toEqual([second]);
    expect((await plant.ledger(first)).filter(({ type }) => type === 'amended')).toMatchObject([
      { body: { patch: { lines: { 2: { quantity: 900 } } } } },
    ]);
  });

  it('when the approved wish is changed, then the order gets the new one; when it is called off, then the order is as before', async () => {
    const order = await placed('C-5');
    const id = await change('C-5');
    await agree(id);
    await step(id, 'instruct-production');
    expect((await plant.amend('chen-li', id, { changes: { lines: { 1: { quantity: 100 }, 2: null } } })).status).toBe(200);
    expect((await plant.command('chen-li', id, { verb: 'cancel', reason: '客户撤回' })).status).toBe(200);
    const quantities = await plant.until(
      async () => [...(await plant.read('chen-li', order))['subject']!['lines']!].map((line) => Number(line['quantity'])),
      (seen) => seen[1] === 1200,
    );
    expect(quantities).toEqual([1200, 1200, 600]);
    await plant.until(
      async () => String((await plant.read('chen-li', id))['status']),
      (status) => status === 'closed',
    );
  });

  it('when the planner takes too long, then it is on the radar', async () => {
    await placed('C-6');
    const id = await change('C-6');
    await step(id, 'production-status');
    await plant.forward(id, 12 * 86_400);
    await plant.until(
      () => plant.radar('chen-li', id),
      (causes) => causes.includes('overdue'),
    );
  });
});

describe('a change that cannot be', () => {
  const refusal = async (subject: object) => {
    const { status, body } = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-change', subject });
    return [status, body['code'], body['field']];
  };
  it('is refused before it begins, naming the field', async () => {
    await placed('C-9');
    const name = { zh: '九', en: 'Nine', id: 'Sembilan' };
    await tradeDesk(plant.pool).add('hehe', {
      customers: [{ code: 'K9', name, currency: 'CNY' }],
      products: [{ code: 'P9', name, kind: 'x', unit: 'x' }],
      orders: [{ number: 'C-9', customer: 'K9', lines: [{ id: '2', product: 'P9', quantity: 1200, unitPriceMinor: 1, shipped: 1000 }] }],
    });
    const [at, lines] = ['/subject/changes', (of: object) => wish('C-9', of)];
    expect(await refusal(wish('C-404'))).toEqual([404, 'ORDER_UNKNOWN', '/subject/orderNumber']);
    expect(await refusal(lines({ 8: { quantity: 5 } }))).toEqual([400, 'ORDER_LINE_UNKNOWN', `${at}/lines/8`]);
    expect(await refusal(lines({ 8: null }))).toEqual([400, 'ORDER_LINE_UNKNOWN', `${at}/lines/8`]);
    expect(await refusal(lines({ 2: { quantity: 999 } }))).toEqual([400, 'QUANTITY_BELOW_SHIPPED', `${at}/lines/2/quantity`]);
    expect(await refusal(lines({ 2: null }))).toEqual([400, 'QUANTITY_BELOW_SHIPPED', `${at}/lines/2/quantity`]);
    expect(await refusal(lines({ 3: { quantity: 0 } }))).toEqual([400, 'QUANTITY_INVALID', `${at}/lines/3/quantity`]);
    expect(await refusal(lines({ 3: { colour: 'red' } }))).toEqual([400, 'FIELD_UNKNOWN', `${at}/lines/3/colour`]);
    expect(await refusal(lines({ 3: { quantity: 600 } }))).toEqual([400, 'ORDER_UNCHANGED', at]);
    expect(await refusal({ orderNumber: 'C-9', requestedBy: { name: 'D' }, changes: {} })).toEqual([400, 'FIELD_REQUIRED', at]);
  });
});
