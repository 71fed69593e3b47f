import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDemoBooks } from '../../db/books.js';
import { applyRows } from '../../db/ledger.js';
import { followOrderOf, followOrdersBehind } from '../../db/order-entry.js';
import { type TradeBook, tradeBook } from '../../domain/books/book.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { JsonObject } from '../../domain/json.js';
import { type TradeDesk, tradeDesk } from '../support/trade.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const words = (text: string) => ({ en: text, zh: `${text}中`, id: `${text} id` });
const book: TradeBook = tradeBook.parse({
  customers: [{ code: 'C1', name: words('Jaya'), currency: 'CNY', grade: 'A' }],
  products: ['P1', 'P2', 'P3'].map((code) => ({ code, name: words(code), kind: 'rod', unit: 'pc' })),
  stock: [{ product: 'P1', onHand: 500 }],
});

let company: string;
let books: TradeDesk;
beforeEach(async () => {
  company = `c${crypto.randomUUID()}`;
  books = tradeDesk(database.pool);
  await loadDemoBooks(database.pool, { [company]: book });
});

afterEach(async () => expect(await books.unsound()).toEqual([]));

const line = (id: string, quantity: number, code = `P${id}`): JsonObject => ({ id, code, quantity, unitPriceMinor: 100 });
const order = (lines: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  customer: 'Jaya中',
  customerPo: 'PO-1',
  currency: 'CNY',
  lines,
  ...more,
});

/** A case of order intake, told to SQL as its workflow would tell it. */
class Intake {
  private readonly scribe: Scribe;
  private told = 0;

  constructor(number: string) {
    this.scribe = new Scribe(number, company);
  }

  get caseId(): string {
    return this.scribe.caseId;
  }

  async begin(): Promise<this> {
    this.scribe.begun();
    return this.apply();
  }

  async amend(subject: JsonObject): Promise<this> {
    const hash = hashOf(subject);
    this.scribe.turn([{ type: 'amended', by: 'li', body: { patch: {}, subject: hash }, contents: { [hash]: subject } }]);
    return this.apply();
  }

  /** Says what is entered, in a round of the review. */
  async enter(entered: JsonObject, key = 'review/1/order-data'): Promise<this> {
    const shown = hashOf(entered);
    const notice = { key, notice: 'order-data', to: 'order-books', shown, correction: this.told++ > 0 };
    this.scribe.turn([{ type: 'told', notice, contents: { [shown]: entered } }]);
    return this.apply();
  }

  async promise(promises: Readonly<Record<string, string>>): Promise<this> {
    const all = Object.entries(promises).map(([id, date]) => ({ line: id, date, cause: 'answer' }));
    this.scribe.turn([this.scribe.task('completed', 'delivery-date', { state: 'completed' }, { by: 'wang', body: { promises: all } })]);
    return this.apply();
  }

  async end(outcome: JsonObject): Promise<this> {
    this.scribe.turn([{ type: 'closed', body: { outcome } }], 'closed');
    const last = this.scribe.rows.pop()!;
    this.scribe.rows.push({ ...last, head: { ...last.head!, outcome } });
    return this.apply();
  }

  private async apply(): Promise<this> {
    await applyRows(database.pool, this.caseId, this.scribe.rows);
    // what the outbox would do, if the turn has left it to do
    const left = await database.pool.query('delete from graphile_worker._private_jobs where key = $1', [`follow-order:${this.caseId}`]);
    if (left.rowCount === 1) await followOrderOf(database.pool, this.caseId);
    return this;
  }

  async problem(): Promise<unknown> {
    const { rows } = await database.pool.query<{ detail: unknown }>(
      "select detail from alarm where case_id = $1 and kind = 'order-not-booked'",
      [this.caseId],
    );
    return rows[0]?.detail;
  }
}
const entered = async (lines: readonly JsonObject[], more?: JsonObject) => {
  const intake = await (await new Intake('A1').begin()).amend(order(lines, more));
  return intake.enter(order(lines, more));
};
const inBooks = async (number = 'A1') =>
  (await books.order(company, number))?.lines.map(({ id, product, quantity, promisedOn }) => [
    id,
    product,
    quantity,
    ...(promisedOn === undefined ? [] : [promisedOn]),
  ]);
const release = (caseId: string, quantity: number) =>
  books.release({ company, caseId, key: caseId, customer: 'C1', order: 'A1', lines: [{ line: '1', quantity }] });

describe('an order in the trade books', () => {
  it('when the books cannot take what is entered, then the turn stands in SQL all the same, and the radar says why', async () => {
    const intake = await (await new Intake('A1').begin()).amend(order([{ ...line('1', 5), quantity: 'five' }]));
    await intake.enter(order([line('1', 5)]));
    expect(await intake.problem()).toEqual({ problem: 'fault', detail: expect.stringContaining('five') as unknown });
    expect(await inBooks()).toBeUndefined();
    await intake.amend(order([line('1', 5)]));
    expect(await intake.problem()).toBeUndefined();
    expect(await inBooks()).toEqual([['1', 'P1', 5]]);
  });

  it('when it is entered, then its lines stand there, also after the same rows came again; before, nothing does', async () => {
    const intake = await (await new Intake('A1').begin()).amend(order([line('1', 5), line('2', 6)]));
    expect(await inBooks()).toBeUndefined();
    await intake.enter(order([line('1', 5)]));
    expect(await books.order(company, 'A1')).toMatchObject({ customer: 'C1', customerPo: 'PO-1' });
    expect(await inBooks()).toEqual([['1', 'P1', 5]]);
    await intake.enter(order([line('2', 6)]), 'unplaced/1/entry/1/order-data');
    expect(await inBooks()).toEqual([
      ['1', 'P1', 5],
      ['2', 'P2', 6],
    ]);
  });

  it('when it is entered again in a later round, then what the later one says is entered', async () => {
    const intake = await entered([line('1', 5), line('2', 6)]);
    await intake.enter(order([line('1', 5)]), 'review/2/order-data');
    expect(await inBooks()).toEqual([['1', 'P1', 5]]);
  });

  it('when it is amended or dated, then entered lines follow at once; a new line waits for its entry', async () => {
    const intake = await entered([line('1', 5), line('2', 6)]);
    await intake.promise({ 1: '2027-01-10' });
    await intake.promise({ 1: '2027-01-12', 2: '2027-01-11' });
    await intake.amend(order([line('1', 4, 'P3'), line('3', 9)]));
    expect(await inBooks()).toEqual([['1', 'P3', 4, '2027-01-12']]);
    await intake.amend(order([line('1', 4)], { orderNumber: 'B7' }));
    expect([await inBooks(), await inBooks('B7')]).toEqual([undefined, [['1', 'P1', 4, '2027-01-12']]]);
  });

  it('when the case is cancelled, or ends before a date was promised, then it is no order any more', async () => {
    const intake = await entered([line('1', 5)]);
    await intake.end({ result: 'not-accepted', reason: 'no' });
    expect(await inBooks()).toBeUndefined();
    const other = await (await new Intake('A2').begin()).amend(order([line('1', 5)]));
    await (await other.enter(order([line('1', 5)]))).promise({ 1: '2027-01-10' });
    await other.end({ cancelled: true, reason: 'no' });
    expect(await inBooks('A2')).toBeUndefined();
  });

  it('when it is finished, then what was promised stays', async () => {
    const intake = await entered([line('1', 5), line('2', 6)]);
    await intake.promise({ 1: '2027-01-10' });
    await intake.end({ result: 'finished', dates: {} });
    expect(await inBooks()).toEqual([['1', 'P1', 5, '2027-01-10']]);
  });

  it('when more of a line is released than is ordered now, then the books keep it, say so on the radar, and follow when it is given back', async () => {
    const intake = await entered([line('1', 50)]);
    expect(await release(`${company}:shipment:1`, 40)).toMatchObject({ granted: true });
    await intake.amend(order([line('1', 30)]));
    expect(await inBooks()).toEqual([['1', 'P1', 50]]);
    expect(await intake.problem()).toEqual({ problem: 'released', lines: '1' });
    await books.giveBack(`${company}:shipment:1`);
    await followOrdersBehind(database.pool);
    expect(await inBooks()).toEqual([['1', 'P1', 30]]);
    expect(await intake.problem()).toBeUndefined();
  });

  it('when goods have left and the order is cancelled, then it stays for as much as left', async () => {
    const intake = await entered([line('1', 50), line('2', 5)]);
    const caseId = `${company}:shipment:2`;
    await release(caseId, 20);
    await books.ship({ company, caseId, key: `${caseId}/ship`, release: caseId, lines: [{ line: '1', quantity: 20 }] });
    await intake.end({ cancelled: true, reason: 'no' });
    expect(await inBooks()).toEqual([['1', 'P1', 20]]);
    expect((await books.order(company, 'A1'))?.lines).toMatchObject([{ shipped: 20, open: 0 }]);
  });

  it.each([
    ['an unknown customer', [line('1', 5)], { customer: 'Mitra' }, { problem: 'customer', customer: 'Mitra' }],
    ['another currency', [line('1', 5)], { currency: 'USD' }, { problem: 'currency', customer: 'C1', currency: 'CNY' }],
    ['an unknown product', [line('1', 5), line('9', 5)], {}, { problem: 'code', lines: '9' }],
  ])('when it has %s, then the radar says so', async (_, lines, more, problem) => {
    const intake = await entered(lines, more);
    expect(await intake.problem()).toEqual(problem);
  });

  it('when the books learn of the customer or product, then the order goes in', async () => {
    const intake = await entered([line('9', 5)]);
    expect([await inBooks(), await intake.problem()]).toEqual([undefined, { problem: 'code', lines: '9' }]);
    await books.add(company, { products: [{ code: 'P9', name: words('P9'), kind: 'rod', unit: 'pc' }] });
    await followOrdersBehind(database.pool);
    expect([await inBooks(), await intake.problem()]).toEqual([[['9', 'P9', 5]], undefined]);
  });

  it('when the company keeps no books here, then nothing is asked for', async () => {
    company = `c${crypto.randomUUID()}`;
    const intake = await entered([line('1', 5)]);
    expect([await inBooks(), await intake.problem()]).toEqual([undefined, undefined]);
  });
});

describe('lines that are in the books already', () => {
  const second = async (number: string, lines: readonly JsonObject[], more: JsonObject = {}) => {
    const subject = order(lines, { orderNumber: 'A1', ...more });
    return (await (await new Intake(number).begin()).amend(subject)).enter(subject);
  };

  it('when another case enters them, then they stay as they are, and the radar says whose they are; cancelled, it takes nothing with it', async () => {
    const first = await entered([line('1', 5), line('2', 6)]);
    const other = await second('A2', [line('1', 99), line('3', 7)]);
    expect(await inBooks()).toEqual([
      ['1', 'P1', 5],
      ['2', 'P2', 6],
      ['3', 'P3', 7],
    ]);
    expect(await other.problem()).toEqual({ problem: 'line-of-another', lines: '1', case: first.caseId });
    await other.end({ cancelled: true, reason: 'no' });
    expect(await inBooks()).toEqual([
      ['1', 'P1', 5],
      ['2', 'P2', 6],
    ]);
    expect([await first.problem(), await other.problem()]).toEqual([undefined, undefined]);
  });

  it('when the books had them before, then they stay as they are', async () => {
    await books.add(company, {
      orders: [{ number: 'A1', customer: 'C1', lines: [{ id: '1', product: 'P1', quantity: 8, unitPriceMinor: 3 }] }],
    });
    const other = await second('A2', [line('1', 99)]);
    expect(await inBooks()).toEqual([['1', 'P1', 8]]);
    expect(await other.problem()).toEqual({ problem: 'line-of-books', lines: '1' });
  });

  it('when a customer’s order has the number already, then another customer’s is not entered', async () => {
    await books.add(company, { customers: [{ code: 'C2', name: words('Mitra'), currency: 'CNY', grade: 'A' }] });
    await entered([line('1', 5)]);
    const other = await second('A2', [line('2', 1)], { customer: 'Mitra' });
    expect(await other.problem()).toEqual({ problem: 'another', number: 'A1' });
    expect(await books.order(company, 'A1')).toMatchObject({ customer: 'C1' });
  });
});

describe('an invoice', () => {
  const shipped = async (n: number, quantity: number): Promise<string> => {
    const caseId = `${company}:shipment:${n}`;
    await books.release({ company, caseId, key: caseId, customer: 'C1', order: 'A1', lines: [{ line: '1', quantity }] });
    await books.ship({ company, caseId, key: `${caseId}/ship`, release: caseId, lines: [{ line: '1', quantity }] });
    return caseId;
  };
  const asked = (shipments: readonly string[], invoice = 'INV-1') => ({
    company,
    invoice,
    customer: 'C1',
    dueOn: '2027-01-31',
    shipments,
  });
  const standing = () => books.credit(company, 'C1', '2027-02-05');

  it('turns shipped and not invoiced into a receivable, once, and the exposure is the same', async () => {
    await entered([line('1', 100)]);
    const shipments = [await shipped(1, 10), await shipped(2, 20)];
    await shipped(3, 5);
    expect(await standing()).toMatchObject({ receivableMinor: 0, shippedNotInvoicedMinor: 3_500, exposureMinor: 3_500 });
    const done = { invoiced: true, invoice: 'INV-1', customer: 'C1', amountMinor: 3_000, exposureMinor: 3_500 };
    expect(await books.invoice(asked(shipments))).toEqual(done);
    expect(await books.invoice(asked(shipments.toReversed()))).toEqual(done);
    expect(await standing()).toMatchObject({
      receivableMinor: 3_000,
      shippedNotInvoicedMinor: 500,
      exposureMinor: 3_500,
      overdueMinor: 3_000,
      overdueDays: 5,
    });
  });

  it('is refused whole for what is unknown, not shipped, or invoiced before', async () => {
    await entered([line('1', 100)]);
    const one = await shipped(1, 10);
    await release(`${company}:shipment:5`, 5);
    const refused = async (request: Parameters<TradeDesk['invoice']>[0]) => {
      const answer = await books.invoice(request);
      return answer.invoiced ? 'invoiced' : answer.code;
    };
    expect(await refused({ ...asked([one]), customer: 'C9' })).toBe('CUSTOMER_UNKNOWN');
    expect(await refused(asked([one, `${company}:shipment:5`]))).toBe('SHIPMENT_UNKNOWN');
    expect(await refused(asked([one]))).toBe('invoiced');
    expect(await refused(asked([one], 'INV-2'))).toBe('SHIPMENT_INVOICED');
    expect(await refused(asked([await shipped(2, 1)]))).toBe('INVOICE_EXISTS');
    expect(await standing()).toMatchObject({ receivableMinor: 1_000, shippedNotInvoicedMinor: 100 });
  });
});
