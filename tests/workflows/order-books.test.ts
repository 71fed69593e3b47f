import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOutbox } from '../../db/outbox.js';
import { answer, exampleOrder, hehe, proceed, promisedDate } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';
import { type TradeDesk, tradeDesk } from '../support/trade.js';

let plant: Plant;
let books: TradeDesk;
let outbox: Awaited<ReturnType<typeof startOutbox>>;
beforeAll(async () => {
  const { books: policies, people, calendars, tradeBooks } = await hehe();
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({ people, source: { books: policies, calendars, tradeBooks, workflows } });
  books = tradeDesk(plant.pool);
  outbox = await startOutbox(plant.pool);
  const { rows } = await plant.pool.query<{ code: string }>("select code from book_product where company = 'hehe'");
  await books.add('hehe', { stock: rows.map(({ code }) => ({ product: code, onHand: 5_000 })) });
});
afterAll(async () => {
  await outbox.stop();
  await plant.close();
});

const takeIn = async (number: string, subject: object = exampleOrder('connecting-rods', 2, number)): Promise<string> => {
  const { status, body } = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', number, subject });
  expect([status, body['code']]).toEqual([201, undefined]);
  return String(body['caseId']);
};
/** The outbox follows with the turn, in its own time. */
const booked = (number: string, lines: unknown) =>
  plant.until(
    () => inBooks(number),
    (seen) => JSON.stringify(seen) === JSON.stringify(lines),
  );
const inBooks = async (number: string) =>
  (await books.order('hehe', number))?.lines.map(({ id, quantity, promisedOn = '' }) => [id, quantity, promisedOn]);
/** Goods of a line leave, as a shipment books them. */
async function leave(order: string, line: string, quantity: number): Promise<void> {
  const caseId = `hehe:shipment:${order}`;
  const lines = [{ line, quantity }];
  const release = { company: 'hehe', caseId, key: caseId, customer: 'C-1002', order, lines };
  expect(await books.release(release)).toMatchObject({ granted: true });
  expect(await books.ship({ company: 'hehe', caseId, key: `${caseId}/ship`, release: caseId, lines })).toMatchObject({ shipped: true });
}
const started = async (procedure: string, subject: object) => {
  const { status, body } = await plant.ask('li-mei', 'POST', '/cases', { company: 'hehe', procedure, subject });
  return { status, code: body['code'], field: body['field'], id: String(body['caseId']) };
};
const requestedBy = { name: '邓伟明' };
const wish = (orderNumber: string, quantity: number) => ({ orderNumber, requestedBy, changes: { lines: { 1: { quantity } } } });
const application = (orderNumber: string, quantity: number) => ({
  application: 'made',
  orderNumber,
  requestedBy,
  reason: '表面涂层起泡',
  lines: [{ line: '1', quantity }],
});

describe.concurrent('an order that is taken in', () => {
  it('when it was entered, dated, changed and shipped, then the trade books have it so, and change and return find it', async () => {
    const id = await takeIn('HH-B-1');
    await proceed(plant, id, 'enter-order');
    expect(await inBooks('HH-B-1')).toBeUndefined();
    expect(await started('return', application('HH-B-1', 5))).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' });
    await answer(plant, id, 'enter-order');
    await booked('HH-B-1', [
      ['1', 1200, ''],
      ['2', 1200, ''],
    ]);
    await proceed(plant, id, 'track');
    await booked('HH-B-1', [
      ['1', 1200, promisedDate],
      ['2', 1200, promisedDate],
    ]);
    await leave('HH-B-1', '1', 300);
    expect(await started('order-change', wish('HH-B-1', 299))).toMatchObject({ status: 400, code: 'QUANTITY_BELOW_SHIPPED' });

    const { id: change } = await started('order-change', wish('HH-B-1', 900));
    await plant.until(
      () => plant.open(change),
      (open) => open.includes('production-status'),
    );
    const free = { outcome: 'checked', lines: { 1: { production: 'not-started' } } };
    expect((await plant.complete('wang-qiang', change, 'production-status', free)).status).toBe(200);
    expect((await plant.complete('li-mei', change, 'draw-up-amendment', { outcome: 'drawn-up' })).status).toBe(200);
    expect((await plant.complete('zhang-min', change, 'approve-amendment', { outcome: 'approved' })).status).toBe(200);
    await plant.until(
      () => inBooks('HH-B-1'),
      (lines) => lines?.[0]?.[1] === 900,
    );

    expect(await started('return', application('HH-B-1', 301))).toMatchObject({ status: 400, code: 'RETURN_ABOVE_SHIPPED' });
    const { status, id: goods } = await started('return', application('HH-B-1', 300));
    expect(status).toBe(201);
    await plant.until(
      () => plant.open(goods),
      (open) => open.includes('analyse-reason'),
    );
    const { id: task } = await plant.openTask(goods, 'analyse-reason');
    const page = (await plant.ask('zhou-wei', 'GET', `/tasks/${encodeURIComponent(task)}`)).body;
    expect(page['data']!['lines']).toMatchObject([{ id: '1', quantity: 300, code: 'LJG-C20-600' }]);
  });

  it('when it is cancelled, then it is no order of the books any more, and reopened it is again; the radar says what they cannot follow', async () => {
    const id = await takeIn('HH-B-2');
    await proceed(plant, id, 'joint-review');
    await booked('HH-B-2', [
      ['1', 1200, ''],
      ['2', 1200, ''],
    ]);
    await plant.command('zhang-min', id, { verb: 'cancel', reason: '客户取消' });
    await booked('HH-B-2', undefined);
    const { id: review } = (await plant.tasks(id)).find(({ step }) => step === 'joint-review')!;
    expect((await plant.command('zhang-min', id, { verb: 'reopen', reason: '客户改变主意' })).status).toBe(200);
    expect(await plant.openTask(id, 'joint-review')).toMatchObject({ id: review });
    await booked('HH-B-2', [
      ['1', 1200, ''],
      ['2', 1200, ''],
    ]);

    const unknown = await takeIn('HH-B-3', { ...exampleOrder('connecting-rods', 1, 'HH-B-3'), customer: '未知门窗厂' });
    await proceed(plant, unknown, 'joint-review');
    await plant.until(
      () => plant.radar('zhang-min', unknown),
      (causes) => causes.includes('order-not-booked'),
    );
    const { body } = await plant.ask('zhang-min', 'GET', '/radar?cause=order-not-booked', undefined, { 'accept-language': 'en' });
    expect(body['items']![0]!['sentence']).toBe('The order books do not follow this order: they do not know the customer 未知门窗厂.');
  });
});
