import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Behind, followOrder, type WantedOrder } from '../../../domain/books/order-entry.js';
import { transfer } from '../../../domain/books/posting.js';
import { Ledger } from './ledger.js';

const customers: Readonly<Record<string, { code: string; currency: 'CNY'; row: string }>> = {
  Jaya: { code: 'C1', currency: 'CNY', row: '1' },
  Mitra: { code: 'C2', currency: 'CNY', row: '1' },
};
const wanted = (more: Partial<WantedOrder> = {}): WantedOrder => ({
  company: 'c',
  caseId: 'c:order-intake:1',
  number: 'O1',
  customer: 'Jaya',
  currency: 'CNY',
  lines: [],
  times: 0,
  ...more,
});
const line = (id: string, quantity: number, product = 'P1', unitPriceMinor = 100) => ({ id, quantity, product, unitPriceMinor });

/** The books follow what is wanted; what they could not. */
function follow(ledger: Ledger, order: WantedOrder): Behind | undefined {
  const mine = ledger.orders.get(order.number);
  const elsewhere = [...ledger.orders.values()].filter(
    ({ number, lines }) => number !== order.number && lines.some(({ caseId }) => caseId === order.caseId),
  );
  const customer = customers[order.customer];
  const { posting, behind } = followOrder(order, {
    ...(customer === undefined ? {} : { customer }),
    ...(mine === undefined ? {} : { order: mine }),
    elsewhere,
    balances: ledger.balances({ kinds: ['ordered', 'open', 'released', 'shipped', 'returned'] }),
    products: ['P1', 'P2'],
  });
  if (posting !== undefined) ledger.post(posting);
  return behind;
}
const has = (ledger: Ledger, number = 'O1') =>
  ledger.orders.get(number)?.lines.map(({ id, product, unitPriceMinor, caseId }) => ({
    id,
    product,
    unitPriceMinor,
    caseId,
    quantity: -ledger.sum({ kinds: ['ordered'], order: number, line: id }),
  }));

describe('an order that is followed', () => {
  const lines = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('1', '2', '3', '4'),
      quantity: fc.integer({ min: 1, max: 500 }),
      product: fc.constantFrom('P1', 'P2'),
      unitPriceMinor: fc.integer({ min: 0, max: 900 }),
    }),
    { selector: ({ id }) => id, maxLength: 4 },
  );

  it('whatever is wanted after what, the books have just that, and nothing more is posted then', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(lines, fc.constantFrom('O1', 'O2')), { maxLength: 6 }), (steps) => {
        const ledger = new Ledger();
        for (const [times, [all, number]] of steps.entries()) {
          const order = wanted({ lines: all, number, times });
          expect(follow(ledger, order)).toBeUndefined();
          const before = ledger.postings;
          expect(follow(ledger, order)).toBeUndefined();
          expect(ledger.postings).toBe(before);
          const expected = all.map((one) => ({ ...one, caseId: order.caseId })).toSorted((one, other) => one.id.localeCompare(other.id));
          expect((has(ledger, number) ?? []).toSorted((one, other) => one.id.localeCompare(other.id))).toEqual(expected);
          expect(has(ledger, number === 'O1' ? 'O2' : 'O1')).toBeUndefined();
          for (const { id, quantity } of all) expect(ledger.sum({ kinds: ['open'], order: number, line: id })).toBe(quantity);
        }
      }),
    );
  });

  it('leaves lines of others alone, takes in the rest, and says whose they are', () => {
    const ledger = new Ledger();
    follow(ledger, wanted({ lines: [line('1', 5)] }));
    const other = wanted({ caseId: 'c:order-intake:2', lines: [line('1', 9), line('2', 7)] });
    expect(follow(ledger, other)).toEqual({ problem: 'line-of-another', lines: '1', case: 'c:order-intake:1' });
    expect(has(ledger)).toMatchObject([{ quantity: 5 }, { id: '2', quantity: 7 }]);
    expect(follow(ledger, { ...other, lines: [] })).toBeUndefined();
    expect(has(ledger)).toMatchObject([{ id: '1', quantity: 5, caseId: 'c:order-intake:1' }]);
  });

  it('never orders less than has been released or has left; what left stays when the rest is given up', () => {
    const ledger = new Ledger();
    follow(ledger, wanted({ lines: [line('1', 50)] }));
    const of = { unit: 'P1', order: 'O1', line: '1' } as const;
    const move = (quantity: number, from: 'open' | 'released', to: 'released' | 'shipped') =>
      ledger.post({
        caseId: 'x',
        movements: transfer(
          quantity,
          { kind: from, ...of },
          to === 'shipped' ? { kind: 'shipped', ...of, reference: 'r' } : { kind: to, ...of },
        ),
      });
    move(20, 'open', 'released');
    expect(follow(ledger, wanted({ lines: [line('1', 19)] }))).toEqual({ problem: 'released', lines: '1' });
    expect(follow(ledger, wanted({ lines: [line('1', 20)] }))).toBeUndefined();
    expect(follow(ledger, wanted({ lines: [line('1', 20, 'P2')] }))).toEqual({ problem: 'released', lines: '1' });
    expect(follow(ledger, wanted())).toEqual({ problem: 'released', lines: '1' });
    move(12, 'released', 'shipped');
    ledger.post({ caseId: 'x', movements: transfer(8, { kind: 'released', ...of }, { kind: 'open', ...of }) });
    expect(follow(ledger, wanted())).toBeUndefined();
    expect(has(ledger)).toMatchObject([{ quantity: 12 }]);
    expect(ledger.sum({ kinds: ['open'], order: 'O1' })).toBe(0);
  });

  it.each<[string, Partial<WantedOrder>, Behind]>([
    ['a customer the books do not know', { customer: 'Nobody' }, { problem: 'customer', customer: 'Nobody' }],
    ['another currency', { currency: 'USD' }, { problem: 'currency', customer: 'C1', currency: 'CNY' }],
    ['a product they do not know', { lines: [line('1', 5, 'P9')] }, { problem: 'code', lines: '1' }],
    ['another customer’s number', { number: 'OX', lines: [line('1', 5)] }, { problem: 'another', number: 'OX' }],
  ])('is not followed with %s', (_what, more, behind) => {
    const ledger = new Ledger();
    follow(ledger, wanted({ caseId: 'c:order-intake:9', number: 'OX', customer: 'Mitra', lines: [line('1', 1)] }));
    expect(follow(ledger, wanted(more))).toEqual(behind);
  });

  it('changes its customer as long as nothing has been released', () => {
    const ledger = new Ledger();
    follow(ledger, wanted({ lines: [line('1', 5)] }));
    expect(follow(ledger, wanted({ customer: 'Mitra', lines: [line('1', 5)], times: 1 }))).toBeUndefined();
    expect(ledger.orders.get('O1')?.customer).toBe('C2');
    const of = { unit: 'P1', order: 'O1', line: '1' } as const;
    ledger.post({ caseId: 'x', movements: transfer(1, { kind: 'open', ...of }, { kind: 'released', ...of }) });
    expect(follow(ledger, wanted({ lines: [line('1', 5)], times: 2 }))).toEqual({ problem: 'another', number: 'O1' });
  });
});
