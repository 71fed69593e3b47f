import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOrderBooks, loadDemoBooks, searchCustomers, searchProducts } from '../../db/books.js';
import { type TradeBook, tradeBook } from '../../domain/books/book.js';
import type { ReleaseRequest } from '../../domain/books/shipping.js';
import { type TradeDesk, tradeDesk } from '../support/trade.js';
import { useDatabase } from './stage.js';

const database = useDatabase();
const words = (text: string) => ({ en: text, zh: `${text}中`, id: `${text} id` });

/** A customer with a limit of 100,000 and 30,000 open; an order of 1,000 pieces at 100, and 500 in stock. */
const book: TradeBook = tradeBook.parse({
  customers: [
    {
      code: 'C1',
      name: words('Jaya'),
      currency: 'CNY',
      grade: 'B',
      limitMinor: 100_000,
      contact: { name: 'Dewi', email: 'dewi@jaya.example' },
    },
    { code: 'C2', name: words('Mitra'), currency: 'CNY' },
    { code: 'CA', name: words('Best'), currency: 'CNY', grade: 'A', limitMinor: 1 },
  ],
  products: [
    { code: 'P1', name: words('Yarn'), kind: 'yarn', unit: 'kg' },
    {
      code: 'P2',
      name: words('Rod'),
      kind: 'rod',
      unit: 'pc',
      needs: ['lengthMm'],
      set: { screws: { code: 'P1', perSet: 4 } },
    },
  ],
  stock: [
    { product: 'P1', onHand: 500 },
    { product: 'P2', onHand: 10 },
  ],
  orders: [
    {
      number: 'O1',
      customer: 'C1',
      lines: [
        { id: '1', product: 'P1', quantity: 1_000, unitPriceMinor: 100 },
        { id: '2', product: 'P2', quantity: 5, unitPriceMinor: 7, shipped: 3, returned: 1 },
      ],
    },
    { number: 'OA', customer: 'CA', lines: [{ id: '1', product: 'P1', quantity: 10, unitPriceMinor: 5 }] },
  ],
  receivables: [
    { invoice: 'I1', customer: 'C1', dueOn: '2026-10-01', amountMinor: 40_000, openMinor: 20_000 },
    { invoice: 'I2', customer: 'C1', dueOn: '2026-12-01', amountMinor: 10_000, openMinor: 10_000 },
  ],
});

let company: string;
let books: TradeDesk;
let count = 0;
beforeEach(async () => {
  company = `c${crypto.randomUUID()}`;
  books = tradeDesk(database.pool);
  await loadDemoBooks(database.pool, { [company]: book });
});

/** Whatever a test does: the books add up. */
afterEach(async () => expect(await books.unsound()).toEqual([]));

const request = (quantity: number, more: Partial<ReleaseRequest> = {}): ReleaseRequest => {
  const n = ++count;
  return {
    company,
    caseId: `${company}:shipment:${n}`,
    key: `${company}:${n}`,
    customer: 'C1',
    order: 'O1',
    lines: [{ line: '1', quantity }],
    ...more,
  };
};
const standing = () => books.credit(company, 'C1', '2026-11-25');

describe('demo books', () => {
  it('are loaded once: a company that has books keeps them', async () => {
    expect(await loadDemoBooks(database.pool, { [company]: { ...book, customers: [] } })).toEqual([]);
    expect(await books.customer(company, 'C1')).toEqual(book.customers[0]);
  });

  it('say what they have, and nothing of what they have not', async () => {
    expect(await books.customer(company, 'Mitra id')).toMatchObject({ code: 'C2' });
    expect(await books.customer(company, 'nobody')).toBeUndefined();
    const { kind: _kind, ...rod } = book.products[1]!;
    const orders = createOrderBooks(database.pool);
    expect(await orders.catalogue(company, ['P2', 'P9'])).toEqual({ P2: rod });
    expect(await orders.customer(company, 'Jaya')).toEqual({ id: 'C1', name: 'Jaya中' });
    expect(await orders.earlierOrders(`${company}:order-intake:1`, { customer: 'Jaya', customerPo: 'PO-1' })).toEqual([]);
    expect(await books.order(company, 'O1')).toMatchObject({
      customer: 'C1',
      currency: 'CNY',
      lines: [
        { id: '1', product: 'P1', open: 1_000, inStock: 500 },
        { id: '2', quantity: 5, shipped: 3, returned: 1, released: 0, open: 3 },
      ],
    });
    expect(await books.order(company, 'O9')).toBeUndefined();
    expect(await books.credit(company, 'C9', '2026-11-25')).toBeUndefined();
  });

  it('are found by a part of a code or name, page by page, only in one’s own companies', async () => {
    const { pool } = database;
    const first = await searchCustomers(pool, [company], { limit: 2 });
    expect(first?.items.map(({ code }) => code)).toEqual(['C1', 'C2']);
    const rest = await searchCustomers(pool, [company], { limit: 2, cursor: first?.next ?? '' });
    expect(rest).toMatchObject({ items: [{ code: 'CA', limitMinor: 1 }], next: null });
    expect((await searchProducts(pool, [company], { q: 'yARN中', limit: 5 }))?.items).toMatchObject([{ code: 'P1', inStock: 500 }]);
    expect((await searchProducts(pool, ['other'], { limit: 5 }))?.items).toEqual([]);
    expect(await searchCustomers(pool, [company], { limit: 2, cursor: 'x' })).toBeUndefined();
  });
});

describe('a release', () => {
  it('sets credit, order quantity and stock aside, once per key, and gives them back whole', async () => {
    const asked = request(100);
    const granted = { granted: true, release: asked.key, amountMinor: 10_000, exposureMinor: 40_000 };
    expect(await books.release(asked)).toEqual(granted);
    expect(await books.release(asked)).toEqual(granted);
    expect(await books.released(asked.key)).toEqual(granted);
    expect(await standing()).toMatchObject({ receivableMinor: 30_000, releasedNotShippedMinor: 10_000, exposureMinor: 40_000 });
    expect((await books.order(company, 'O1'))?.lines[0]).toMatchObject({ released: 100, open: 900, inStock: 400 });
    await books.giveBack(asked.key);
    await books.giveBack(asked.key);
    expect(await standing()).toMatchObject({ releasedNotShippedMinor: 0, exposureMinor: 30_000, overdueMinor: 20_000, overdueDays: 55 });
    expect((await books.order(company, 'O1'))?.lines[0]).toMatchObject({ released: 0, open: 1_000, inStock: 500 });
    expect(await books.released(asked.key)).toBeUndefined();
    await expect(books.release(asked)).rejects.toThrow('given back');
  });

  const limits: readonly [string, number, boolean][] = [
    ['one minor unit below the limit', 99_999, true],
    ['at the limit', 100_000, true],
    ['one minor unit above the limit', 100_001, false],
  ];
  it.each(limits)('%s is granted or refused as data', async (_where, exposure, granted) => {
    await books.add(company, {
      products: [{ code: 'P3', name: words('Fen'), kind: 'rod', unit: 'pc' }],
      stock: [{ product: 'P3', onHand: 200_000 }],
      orders: [{ number: 'O3', customer: 'C1', lines: [{ id: '1', product: 'P3', quantity: 200_000, unitPriceMinor: 1 }] }],
    });
    const amount = exposure - 30_000;
    const answer = await books.release(request(amount, { order: 'O3' }));
    if (granted) expect(answer).toMatchObject({ granted: true, exposureMinor: exposure });
    else expect(answer).toEqual({ granted: false, code: 'OVER_LIMIT', values: { exposure: 30_000, amount, limit: 100_000 } });
    expect((await standing())?.exposureMinor).toBe(granted ? exposure : 30_000);
  });

  it('above the limit is granted up to the exposure that was approved, and no further', async () => {
    await database.pool.query('update book_customer set credit_limit = 39999 where company = $1', [company]);
    expect(await books.release(request(100))).toMatchObject({ granted: false, code: 'OVER_LIMIT' });
    expect(await books.release(request(100, { approvedMinor: 39_999 }))).toMatchObject({ granted: false });
    expect(await books.release(request(100, { approvedMinor: 40_000 }))).toMatchObject({ granted: true });
  });

  it('of a customer of grade A has no limit; of one without a limit the limit is nothing', async () => {
    expect(await books.release(request(10, { customer: 'CA', order: 'OA' }))).toMatchObject({ granted: true, amountMinor: 50 });
    await database.pool.query('update book_customer set credit_limit = null where company = $1', [company]);
    for (const invoice of ['I1', 'I2']) await books.paid(company, invoice);
    expect(await books.release(request(1))).toMatchObject({ granted: false, values: { limit: 0 } });
  });

  const wrong: readonly [string, Partial<ReleaseRequest>, object][] = [
    ['an unknown customer', { customer: 'C9' }, { code: 'CUSTOMER_UNKNOWN', values: { customer: 'C9' } }],
    ['an unknown order', { order: 'O9' }, { code: 'ORDER_UNKNOWN', values: { order: 'O9' } }],
    ['an order of somebody else', { order: 'OA' }, { code: 'ORDER_UNKNOWN', values: { order: 'OA' } }],
    ['an unknown line', { lines: [{ line: '9', quantity: 1 }] }, { code: 'LINE_UNKNOWN', values: { order: 'O1', line: '9' } }],
    [
      'more than is ordered',
      { lines: [{ line: '2', quantity: 4 }] },
      { code: 'ORDERED_EXCEEDED', values: { line: '2', asked: 4, open: 3 } },
    ],
    [
      'more than is in stock',
      { lines: [{ line: '1', quantity: 501 }] },
      { code: 'STOCK_EXCEEDED', values: { product: 'P1', asked: 501, open: 500 } },
    ],
  ];
  it.each(wrong)('of %s is refused with its code, and nothing is set aside', async (_what, more, refusal) => {
    expect(await books.release(request(1, more))).toEqual({ granted: false, ...refusal });
    expect(await standing()).toMatchObject({ releasedNotShippedMinor: 0 });
    expect((await books.order(company, 'O1'))?.lines.map(({ released }) => released)).toEqual([0, 0]);
    expect((await database.pool.query("select from book_posting where company = $1 and effect <> 'opening'", [company])).rowCount).toBe(0);
  });

  it('of a case that has one takes its place, and a refused one leaves nothing', async () => {
    const first = request(500);
    await books.release(first);
    const second = { ...request(400), caseId: first.caseId };
    expect(await books.release(second)).toMatchObject({ granted: true, exposureMinor: 70_000 });
    expect(await books.released(first.key)).toBeUndefined();
    expect(await books.release({ ...request(501), caseId: first.caseId })).toMatchObject({ granted: false });
    expect(await standing()).toMatchObject({ exposureMinor: 30_000 });
  });

  it('is never over the limit when fifty are asked for at once, each twice', async () => {
    const asked = Array.from({ length: 50 }, () => request(50));
    const answers = await Promise.all([...asked, ...asked].map((one) => books.release(one)));
    const granted = new Set(answers.flatMap((answer) => (answer['granted'] === true ? [answer['release']] : [])));
    expect(granted.size).toBe(10);
    expect((await standing())?.exposureMinor).toBe(30_000 + 10 * 5_000);
  });
});

describe('a shipment', () => {
  it('turns what was released into shipped and not invoiced, once per key, and gives back what stayed', async () => {
    const release = request(100);
    await books.release(release);
    const ship = {
      company,
      caseId: release.caseId,
      key: `${release.key}/ship`,
      release: release.key,
      lines: [{ line: '1', quantity: 80 }],
    };
    const shipped = { shipped: true, release: release.key, amountMinor: 8_000, exposureMinor: 38_000 };
    expect(await books.ship(ship)).toEqual(shipped);
    expect(await books.ship(ship)).toEqual(shipped);
    expect(await books.shipped(ship.key)).toEqual(shipped);
    expect(await standing()).toMatchObject({ releasedNotShippedMinor: 0, shippedNotInvoicedMinor: 8_000, exposureMinor: 38_000 });
    expect((await books.order(company, 'O1'))?.lines[0]).toMatchObject({ shipped: 80, released: 0, open: 920, inStock: 420 });
    await books.giveBack(release.key);
    expect((await standing())?.exposureMinor).toBe(38_000);
    expect(await books.ship({ ...ship, key: 'again' })).toMatchObject({ shipped: false, code: 'RELEASE_UNKNOWN' });
    expect(await books.release({ ...request(5), caseId: release.caseId })).toMatchObject({ granted: true, release: release.key });
    expect((await standing())?.exposureMinor).toBe(38_000);
  });

  it('of more than was released, or of another line, is refused as data', async () => {
    const release = request(100);
    await books.release(release);
    const ship = (line: string, quantity: number) =>
      books.ship({ company, caseId: release.caseId, key: 'ship', release: release.key, lines: [{ line, quantity }] });
    expect(await ship('1', 101)).toEqual({ shipped: false, code: 'RELEASED_EXCEEDED', values: { line: '1', asked: 101, open: 100 } });
    expect(await ship('2', 1)).toEqual({ shipped: false, code: 'RELEASED_EXCEEDED', values: { line: '2', asked: 1, open: 0 } });
    expect(await books.ship({ company, caseId: 'x', key: 'ship', release: 'nothing', lines: [{ line: '1', quantity: 1 }] })).toMatchObject({
      code: 'RELEASE_UNKNOWN',
    });
    expect((await standing())?.releasedNotShippedMinor).toBe(10_000);
  });

  it('follows what is paid: receivables change the exposure', async () => {
    await books.paid(company, 'I1');
    expect(await standing()).toMatchObject({ receivableMinor: 10_000, overdueMinor: 0, overdueDays: 0 });
    await books.paid(company, 'I2');
    expect(await standing()).toMatchObject({ receivableMinor: 0 });
  });
});
