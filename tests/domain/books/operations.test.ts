import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposureOf } from '../../../domain/books/accounts.js';
import { tradeBook } from '../../../domain/books/book.js';
import { creditLimit } from '../../../domain/books/credit-limit.js';
import { takeGoodsBack, treatments } from '../../../domain/books/goods-back.js';
import { enterInvoice } from '../../../domain/books/invoice.js';
import { openingPosting } from '../../../domain/books/opening.js';
import { type Balance, isRefusal, type Operation, type Posted, type Questions, type Readings } from '../../../domain/books/operation.js';
import { unbalanced } from '../../../domain/books/posting.js';
import { releaseGoods, shipGoods } from '../../../domain/books/shipping.js';
import { Ledger } from './ledger.js';

const words = { en: 'x', zh: 'x', id: 'x' };
const opening = tradeBook.parse({
  customers: [{ code: 'C1', name: words, currency: 'CNY', grade: 'A' }],
  products: ['P1', 'P2'].map((code) => ({ code, name: words, kind: 'x', unit: 'pc' })),
  stock: [
    { product: 'P1', onHand: 60 },
    { product: 'P2', onHand: 25 },
  ],
  orders: [
    {
      number: 'O1',
      customer: 'C1',
      lines: [
        { id: '1', product: 'P1', quantity: 50, unitPriceMinor: 7, shipped: 20, returned: 5 },
        { id: '2', product: 'P2', quantity: 40, unitPriceMinor: 11 },
      ],
    },
  ],
  receivables: [{ invoice: 'I0', customer: 'C1', dueOn: '2026-01-31', amountMinor: 90, openMinor: 30 }],
});

/** Books of one customer in memory that answer what operations ask. */
class Books {
  readonly ledger = new Ledger();
  private readonly posted = new Map<string, Posted & { readonly place?: string }>();
  private readonly invoices = new Map<string, Readings['invoices'][number]>();

  constructor() {
    this.ledger.post(openingPosting('c', 'c/opening', opening, () => 'CNY'));
  }

  /** What came of an operation: its refusal, or nothing. */
  run<Request>(operation: Operation<Request>, request: Request): string | undefined {
    const { key, caseId, effect, place } = operation.identity(request);
    if (this.posted.has(key)) return 'again';
    let readings = this.read(operation.asks(request));
    if (operation.further !== undefined) {
      const more = this.read(operation.further(request, readings));
      readings = { ...readings, ...more, balances: { ...readings.balances, ...more.balances } };
    }
    const thought = operation.think(request, readings);
    if (isRefusal(thought)) return thought.code;
    expect(unbalanced(thought.movements)).toEqual([]);
    const before = this.ledger.snapshot();
    try {
      this.ledger.post({ caseId, ...thought });
    } catch (cause) {
      this.ledger.restore(before);
      // whatever does not reach has a code to be told with
      const short = thought.movements.find((one) => one.short !== undefined);
      if (short === undefined) throw cause;
      return short.short?.code;
    }
    this.posted.set(key, { key, caseId, effect, facts: thought.facts, sums: {}, ...(place === undefined ? {} : { place }) });
    for (const { number, dueOn } of thought.registers?.invoices ?? []) {
      const { releases, shipments } = thought.facts as unknown as Readings['invoices'][number];
      this.invoices.set(number, { number, dueOn, releases, shipments });
    }
    return undefined;
  }

  private read({ customer, order, balances = {}, postings = [] }: Questions): Readings {
    const found = order === undefined ? undefined : this.ledger.orders.get(order);
    const named = [...this.posted.values()].flatMap((one) =>
      [one.key, one.place].flatMap((name): [string, Posted][] => (name !== undefined && postings.includes(name) ? [[name, one]] : [])),
    );
    return {
      ...(customer === undefined ? {} : { customer: { code: customer, currency: 'CNY', grade: 'A', row: '1' } }),
      ...(found === undefined ? {} : { order: found }),
      balances: Object.fromEntries(
        Object.entries(balances).map(([name, of]) => [name, this.ledger.balances(of).map((one) => this.known(one))]),
      ),
      postings: Object.fromEntries(named),
      invoices: [...this.invoices.values()],
    };
  }

  private known(balance: Balance): Balance {
    const posting = 'reference' in balance.account ? this.posted.get(balance.account.reference) : undefined;
    return posting === undefined ? balance : { ...balance, posting };
  }
}

const lineOf = fc.constantFrom('1', '2');
const step = fc.record({
  what: fc.constantFrom('release', 'ship', 'back', 'invoice'),
  of: fc.integer({ min: 0, max: 3 }),
  lines: fc.uniqueArray(fc.record({ line: lineOf, quantity: fc.integer({ min: 1, max: 12 }) }), {
    selector: ({ line }) => line,
    minLength: 1,
  }),
  treatment: fc.constantFrom(...(Object.keys(treatments) as (keyof typeof treatments)[])),
});

describe('operations of the books', () => {
  it('whatever is done after what: every posting balances, nothing kept is below zero, pieces and money are where they should be', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
        const all = new Books();
        for (const [n, { what, of, lines, treatment }] of steps.entries()) {
          const who = { company: 'c', caseId: `c:x:${of}` };
          const done =
            what === 'release'
              ? all.run(releaseGoods, { ...who, key: `r${of}`, customer: 'C1', order: 'O1', lines })
              : what === 'ship'
                ? all.run(shipGoods, { ...who, key: `s${of}/${n}`, release: `r${of}`, lines })
                : what === 'back'
                  ? all.run(takeGoodsBack, { ...who, key: `b${n}`, order: 'O1', lines, treatment })
                  : all.run(enterInvoice, {
                      company: 'c',
                      invoice: `I${n + 1}`,
                      customer: 'C1',
                      dueOn: '2026-12-31',
                      shipments: [who.caseId],
                    });
          expect(done ?? 'done').toMatch(
            /^(done|again|ORDERED_EXCEEDED|STOCK_EXCEEDED|RELEASE_UNKNOWN|RELEASED_EXCEEDED|RETURN_ABOVE_SHIPPED|SHIPMENT_UNKNOWN|SHIPMENT_INVOICED)$/,
          );
        }
        for (const line of ['1', '2']) {
          const sum = (...kinds: readonly ('ordered' | 'replacement' | 'open' | 'released' | 'shipped' | 'returned')[]) =>
            all.ledger.sum({ kinds, order: 'O1', line });
          expect(sum('open', 'released', 'shipped', 'returned', 'ordered', 'replacement')).toBe(0);
        }
        // what is owed, or was paid, is what was sold and has not come back
        const money = (...kinds: readonly ('sales' | 'received' | 'credit-note' | 'commitment' | 'released-not-shipped')[]) =>
          all.ledger.sum({ kinds, customer: 'C1' });
        expect(all.ledger.sum(exposureOf('C1')) - money('released-not-shipped') + money('sales', 'received', 'credit-note')).toBe(0);
        expect(money('released-not-shipped', 'commitment')).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['A', 5, 'none'],
    ['A', undefined, 'none'],
    ['B', 5, { minor: 5 }],
    ['B', undefined, 'not-approved'],
    ['C', 5, { minor: 0 }],
    ['C', undefined, { minor: 0 }],
    ['D', 5, { minor: 0 }],
    [undefined, 5, { minor: 5 }],
    [undefined, undefined, 'not-approved'],
  ] as const)('the limit of grade %s with %s approved is %j', (grade, limitMinor, limit) => {
    expect(creditLimit({ ...(grade === undefined ? {} : { grade }), ...(limitMinor === undefined ? {} : { limitMinor }) })).toEqual(limit);
  });
});
