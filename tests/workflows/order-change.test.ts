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
  return outcome(id);
}

describe.concurrent('a change of a placed order', () => {
  it('when nothing has started, then the running order is amended for who approved, and only the changed line is dated again', async () => {
    const order = await placed('C-1');
    const id = await change('C-1');
    await agree(id);
    await step(order, 'delivery-date');
    expect(await plant.open(order)).toEqual(['delivery-date']);
    expect(await finish(id)).toMatchObject({ result: 'changed', lines: ['2'] });
    const asked = (await plant.ledger(id)).flatMap(({ type, by }) => (type === 'completed' ? [by] : []));
    expect(new Set(asked)).toEqual(new Set(['wang-qiang', 'chen-li', 'zhang-min']));
    const papers = (await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/documents`)).body['printed'];
    expect([...papers!].map((paper) => String(paper['kind'])).toSorted()).toEqual(['contract-amendment', 'production-change-notice']);
    const amended = (await plant.ledger(order)).filter(({ type }) => type === 'amended');
    expect(amended).toMatchObject([
      {
        by: 'engine',
        actingFor: 'zhang-min',
        body: {
          patch: { lines: { 2: { quantity: 900 } }, approved: { lines: { 2: { was: { quantity: 1200 }, now: { quantity: 900 } } } } },
        },
      },
    ]);
    expect(amended[0]?.body?.['reason']).toBe(`${id.split(':')[2]}: 现场少装一樘`);
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
    await does('chen-li', id, 'refuse-in-writing', { outcome: 'refused', message: '第2行已投产，不能更改' });
    expect(await outcome(id)).toEqual({ result: 'refused', because: { started: ['2'] } });
    const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
    expect(body['items']).toMatchObject([{ kind: 'change-refusal', to: 'customer' }]);
    expect(body['printed']).toMatchObject([{ kind: 'change-refusal', language: 'zh' }]);
    expect((await plant.ledger(order)).filter(({ type }) => type === 'amended')).toEqual([]);
  });

  it('when one line has started, then it is refused and the other goes on; a line added and one taken out are not reviewed again', async () => {
    const order = await placed('C-7');
    const added = { code: 'LJG-C20-600', name: '连接杆', unit: '支', unitPriceMinor: 385, quantity: 40, lengthMm: 600, groove: '欧标C槽' };
    const id = await change('C-7', { 1: { quantity: 100 }, 2: { quantity: 900 }, 3: null, 9: added });
    await step(id, 'production-status');
    const states = { 1: { production: 'started' }, 2: { production: 'not-started' }, 3: { production: 'not-started' } };
    expect((await plant.complete('wang-qiang', id, 'production-status', { outcome: 'checked', lines: states })).status).toBe(200);
    await does('chen-li', id, 'refuse-in-writing', { outcome: 'refused' });
    await does('chen-li', id, 'draw-up-amendment', { outcome: 'drawn-up' });
    await does('zhang-min', id, 'approve-amendment', { outcome: 'approved' });
    await step(order, 'delivery-date');
    expect(await plant.open(order)).toEqual(['delivery-date']);
    expect((await plant.openTask(order, 'delivery-date')).lines).toEqual(['2', '9']);
    expect(await finish(id)).toMatchObject({ result: 'changed', lines: ['2', '3', '9'], started: ['1'] });
    const lines = [...(await plant.read('chen-li', order))['subject']!['lines']!].map((one) => [
      String(one['id']),
      Number(one['quantity']),
    ]);
    expect(lines).toEqual([
      ['1', 1200],
      ['2', 900],
      ['9', 40],
    ]);
  });

  it('when somebody amends a line beside what was approved, then it is reviewed as it stands; and nobody approves by an amendment', async () => {
    const order = await placed('C-8');
    const id = await change('C-8');
    await agree(id);
    await step(order, 'delivery-date');
    const { approved } = (await plant.read('chen-li', order))['subject']! as unknown as { approved: object };
    expect(approved).toMatchObject({ lines: { 2: { was: { quantity: 1200 } } } });
    expect(await plant.amend('zhang-min', order, { approved: { lines: { 1: { was: null } } } })).toMatchObject({
      status: 400,
      body: { code: 'FIELD_UNKNOWN', field: '/subject/approved' },
    });
    expect((await plant.amend('zhang-min', order, { lines: { 2: { quantity: 901 } } })).status).toBe(200);
    expect(await plant.settled(order)).toEqual(['initial-review']);
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
    const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
    expect([...body['items']!].map((one) => String(one['kind']))).toContain('change-called-off');
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
