import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDemoBooks } from '../../db/books.js';
import type { Account } from '../../domain/books/accounts.js';
import { tradeBook } from '../../domain/books/book.js';
import { type Treatment, treatments } from '../../domain/books/goods-back.js';
import { type Posting, transfer } from '../../domain/books/posting.js';
import { judgeCredit } from '../../domain/shipments/credit.js';
import { type TradeDesk, tradeDesk } from '../support/trade.js';
import { useDatabase } from './stage.js';

const database = useDatabase();
const words = (text: string) => ({ en: text, zh: text, id: text });

/** A customer with a limit of 1,000.00; an order of 1,000 pieces at 1.00 of which 100 are here. */
const book = tradeBook.parse({
  customers: [{ code: 'C1', name: words('Jaya'), currency: 'CNY', grade: 'B', limitMinor: 100_000 }],
  products: [{ code: 'P1', name: words('Rod'), kind: 'rod', unit: 'pc' }],
  stock: [{ product: 'P1', onHand: 100 }],
  orders: [{ number: 'O1', customer: 'C1', lines: [{ id: '1', product: 'P1', quantity: 1_000, unitPriceMinor: 100 }] }],
});

let company: string;
let desk: TradeDesk;
let count = 0;
beforeEach(async () => {
  company = `c${crypto.randomUUID()}`;
  desk = tradeDesk(database.pool);
  await loadDemoBooks(database.pool, { [company]: book });
});
/** Whatever a test does: the books add up. */
afterEach(async () => expect(await desk.unsound()).toEqual([]));

const ask = (quantity: number, more: object = {}) => {
  const caseId = `${company}:shipment:${++count}`;
  return { company, caseId, key: caseId, customer: 'C1', order: 'O1', lines: [{ line: '1', quantity }], ...more };
};
/** Pieces that have left under a release of their own; its key. */
async function left(quantity: number, more: object = {}): Promise<string> {
  const asked = ask(quantity, more);
  expect(await desk.release(asked)).toMatchObject({ granted: true });
  const { caseId, key, lines } = asked;
  expect(await desk.ship({ company, caseId, key: `${key}/ship`, release: key, lines })).toMatchObject({ shipped: true });
  return key;
}
const back = (quantity: number, more: object = {}) => {
  const caseId = `${company}:return:${++count}`;
  return { company, caseId, key: caseId, order: 'O1', lines: [{ line: '1', quantity }], ...more };
};
/** All accounts that are not empty: kind → balance. */
async function all(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await database.pool.query<{ kind: string; n: number }>(
    'select kind, sum(balance)::integer as n from book_account where company = $1 group by kind having sum(balance) <> 0',
    [company],
  );
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
}
const postings = async (): Promise<number> =>
  (await database.pool.query('select from book_posting where company = $1', [company])).rowCount ?? -1;
const onHand: Account = { kind: 'on-hand', unit: 'P1' };
const supply: Account = { kind: 'supply', unit: 'P1' };
const plain = (key: string, quantity: number, more: Partial<Posting> = {}): Posting => ({
  company,
  key: `${company}/${key}`,
  caseId: '',
  effect: 'test',
  wish: { quantity },
  facts: {},
  seen: [],
  movements: transfer(quantity, onHand, supply),
  ...more,
});

describe('a posting', () => {
  it('when the same key comes again, then the answer is the same; with other content it is refused, and nothing is written', async () => {
    const asked = ask(10);
    const first = await desk.release(asked);
    const before = await all();
    expect(await desk.release(asked)).toEqual(first);
    await left(5);
    expect(await desk.release(asked)).toEqual(first);
    const now = await postings();
    expect(await desk.release({ ...asked, lines: [{ line: '1', quantity: 11 }] })).toEqual({
      granted: false,
      code: 'POSTING_DIFFERS',
      values: { key: asked.key },
    });
    expect(await postings()).toBe(now);
    expect((await all())['released']).toBe(before['released']);
  });

  it('when two come at once under one key, then one is written and both hear the same', async () => {
    const asked = ask(10);
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.release(asked)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await all())['released']).toBe(10);
  });

  it('when an account would come below zero by one piece, then it is refused, and nothing is written', async () => {
    const [before, n] = [await all(), await postings()];
    expect(await desk.books.post(plain('all', 100))).toMatchObject({ posted: true });
    await desk.books.undo(`${company}/all`);
    expect(await desk.books.post(plain('one-more', 101))).toEqual({ posted: false, code: 'BELOW_ZERO', values: { account: 'on-hand' } });
    expect(await all()).toEqual(before);
    expect(await postings()).toBe(n + 2);
  });

  it('when its movements do not balance, then it is no posting, neither here nor in SQL', async () => {
    const lame = plain('lame', 1, { movements: [{ account: onHand, amount: 1 }] });
    await expect(desk.books.post(lame)).rejects.toThrow('do not balance: goods P1');
    const raw = {
      company,
      key: 'raw',
      hash: 'h',
      case: '',
      effect: 'x',
      facts: {},
      seen: [],
      conditions: [],
      sums: {},
      registers: {},
      movements: [{ kind: 'on-hand', measure: 'goods', contra: false, unit: 'P1', amount: 1 }],
    };
    await expect(database.pool.query('select book_post($1)', [JSON.stringify(raw)])).rejects.toThrow('do not balance');
    expect((await all())['on-hand']).toBe(100);
  });

  it('when two ask for the last piece at once, then one has it, and the other is told', async () => {
    await desk.counted(company, 'P1', 1);
    const answers = await Promise.all([desk.release(ask(1)), desk.release(ask(1))]);
    expect(answers.filter(({ granted }) => granted === true)).toHaveLength(1);
    expect(answers.find(({ granted }) => granted === false)).toEqual({
      granted: false,
      code: 'STOCK_EXCEEDED',
      values: { product: 'P1', asked: 1, open: 0 },
    });
  });

  it('when what it was thought out on has changed, then it is not written as it was thought out', async () => {
    const { row = '' } = (await desk.books.read(company, { customer: 'C1' })).customer ?? {};
    await database.pool.query('update book_customer set credit_limit = 1 where company = $1', [company]);
    const seen = [{ of: 'customer' as const, id: 'C1', row }];
    expect(await desk.books.post(plain('late', 1, { seen }))).toMatchObject({ posted: false, code: 'STALE' });
    expect((await all())['on-hand']).toBe(100);
  });
});

describe('a posting that is taken back', () => {
  it('leaves nothing, once; what was taken back is not brought back by taking that back', async () => {
    const before = await all();
    expect(await desk.books.post(plain('a', 40))).toMatchObject({ posted: true });
    expect(await desk.books.undo(`${company}/a`)).toBeUndefined();
    expect(await desk.books.undo(`${company}/a`)).toBeUndefined();
    expect(await desk.books.undo(`${company}/never`)).toBeUndefined();
    expect(await all()).toEqual(before);
    expect(await desk.books.undo(`undo:${company}/a`)).toEqual({ code: 'UNDO_OF_UNDO', values: { key: `undo:${company}/a` } });
    expect(await desk.books.post(plain('a', 40))).toMatchObject({ posted: false, code: 'POSTING_UNDONE' });
    expect(await all()).toEqual(before);
  });

  it('stays when more has been written upon it, whole', async () => {
    const more = { movements: transfer(50, supply, onHand) };
    await desk.books.post(plain('in', 50, more));
    expect(await desk.release(ask(120))).toMatchObject({ granted: true });
    const before = await all();
    expect(await desk.books.undo(`${company}/in`)).toEqual({ code: 'BELOW_ZERO', values: { account: 'on-hand' } });
    expect(await all()).toEqual(before);
    expect(await desk.books.find(`${company}/in`)).toMatchObject({ effect: 'test' });
  });

  it('makes room for the one that revises it; refused, the former is gone all the same', async () => {
    await desk.books.post(plain('a', 40));
    expect(await desk.books.revise(`${company}/a`, plain('b', 90))).toMatchObject({ posted: true });
    expect((await all())['on-hand']).toBe(10);
    expect(await desk.books.revise(`${company}/b`, plain('c', 101))).toMatchObject({ posted: false, code: 'BELOW_ZERO' });
    expect((await all())['on-hand']).toBe(100);
  });
});

describe('the limit', () => {
  it.each(['C', 'D'])('of a customer of grade %s is nothing, whatever is written; what was approved counts', async (grade) => {
    await database.pool.query('update book_customer set grade = $2 where company = $1', [company, grade]);
    expect(await desk.release(ask(1))).toEqual({ granted: false, code: 'OVER_LIMIT', values: { exposure: 0, amount: 100, limit: 0 } });
    expect(await desk.release(ask(1, { approvedMinor: 100 }))).toMatchObject({ granted: true });
    expect(await desk.release(ask(1, { approvedMinor: 199 }))).toMatchObject({ granted: false, code: 'OVER_LIMIT' });
  });

  const grades = ['A', 'B', 'C', 'D', null] as const;
  it.each(grades.flatMap((grade) => [0, 99, 100, 101, null].map((limit) => [grade, limit] as const)))(
    'of grade %s with %s written is the same for who judges and for who releases',
    async (grade, limit) => {
      await database.pool.query('update book_customer set grade = $2, credit_limit = $3 where company = $1', [company, grade, limit]);
      const standing = await desk.credit(company, 'C1', '2026-11-25');
      const verdict = judgeCredit(standing!, 100).verdict;
      expect(await desk.release(ask(1))).toMatchObject({ granted: verdict === 'within' });
    },
  );
});

describe('goods that come back', () => {
  const expected: Readonly<Record<Treatment, object>> = {
    'back-to-furnace': { scrap: 4, quarantine: undefined, 'on-hand': 90, open: 990, replacement: undefined },
    rework: { scrap: undefined, quarantine: 4, 'on-hand': 90, open: 990, replacement: undefined },
    exchange: { scrap: undefined, quarantine: 4, 'on-hand': 90, open: 994, replacement: -4 },
    restock: { scrap: undefined, quarantine: undefined, 'on-hand': 94, open: 990, replacement: undefined },
  };
  it.each(Object.keys(treatments) as Treatment[])(
    'by %s go where that says, and the customer owes less by what they were sold for',
    async (treatment) => {
      await left(10);
      const asked = back(4, { treatment });
      expect(await desk.takeBack(asked)).toEqual({ posted: true });
      expect(await desk.takeBack(asked)).toEqual({ posted: true });
      const { scrap, quarantine, open, replacement, returned, shipped, delivered, ...rest } = await all();
      expect({ scrap, quarantine, 'on-hand': rest['on-hand'], open, replacement }).toEqual(expected[treatment]);
      expect([returned, shipped, delivered, rest['shipped-not-invoiced']]).toEqual([4, 6, 6, 600]);
      expect(await desk.credit(company, 'C1', '2026-11-25')).toMatchObject({ exposureMinor: 600 });
      expect((await desk.order(company, 'O1'))?.lines[0]).toMatchObject({ quantity: 1_000, shipped: 10, returned: 4 });
      await desk.giveUp(asked.caseId);
      expect(await all()).toMatchObject({ shipped: 10, 'shipped-not-invoiced': 1_000, 'on-hand': 90, open: 990 });
    },
  );

  it('treatments differ, each from each other', () => {
    expect(new Set(Object.values(expected).map((one) => JSON.stringify(one))).size).toBe(4);
  });

  it('are never more than are with the customer, by one piece; a second booking of a case takes the place of the first', async () => {
    await left(10);
    expect(await desk.takeBack(back(11))).toEqual({ posted: false, code: 'RETURN_ABOVE_SHIPPED', values: { line: '1', most: 10 } });
    const asked = back(8);
    expect(await desk.takeBack(asked)).toEqual({ posted: true });
    expect(await desk.takeBack({ ...asked, key: `${asked.key}/again`, lines: [{ line: '1', quantity: 10 }] })).toEqual({ posted: true });
    expect((await all())['returned']).toBe(10);
    expect(await desk.takeBack(back(1))).toMatchObject({ posted: false, values: { most: 0 } });
    expect(await desk.takeBack({ ...asked, key: `${asked.key}/more`, lines: [{ line: '1', quantity: 11 }] })).toMatchObject({
      posted: false,
    });
    expect((await all())['returned']).toBeUndefined();
  });

  it('twice at once for the same pieces come back once', async () => {
    await left(10);
    const answers = await Promise.all([desk.takeBack(back(6)), desk.takeBack(back(6))]);
    expect(answers.filter(({ posted }) => posted === true)).toHaveLength(1);
    expect(answers.find(({ posted }) => posted === false)).toMatchObject({ code: 'RETURN_ABOVE_SHIPPED', values: { most: 4 } });
  });

  it('come off what is not invoiced, then off the invoice they are on; what is paid is to be given back', async () => {
    const first = await left(10);
    const invoice = { company, invoice: 'I1', customer: 'C1', dueOn: '2026-12-31', shipments: [first] };
    expect(await desk.invoice(invoice)).toMatchObject({ invoiced: true, amountMinor: 1_000 });
    await left(3);
    await desk.takeBack(back(5));
    expect(await all()).toMatchObject({ receivable: 800, shipped: 8 });
    expect((await all())['shipped-not-invoiced']).toBeUndefined();
    await desk.paid(company, 'I1');
    await desk.takeBack(back(8));
    expect(await all()).toMatchObject({ received: 800, 'credit-note': -800, returned: 13 });
    expect(await desk.credit(company, 'C1', '2026-11-25')).toMatchObject({ exposureMinor: 0 });
  });

  it('were sold for the price of their day', async () => {
    await left(10);
    await database.pool.query('update book_order_line set unit_price = 7 where company = $1', [company]);
    await desk.takeBack(back(10));
    expect(await desk.credit(company, 'C1', '2026-11-25')).toMatchObject({ exposureMinor: 0 });
  });

  it('cannot be given up once somebody else has been promised them', async () => {
    await left(100);
    const asked = back(4, { treatment: 'restock' });
    await desk.takeBack(asked);
    await desk.release(ask(4));
    await expect(desk.giveUp(asked.caseId)).rejects.toMatchObject({ code: 'BOOKED_UPON' });
    expect(await all()).toMatchObject({ returned: 4, reserved: 4 });
  });

  it('that are on their way back are counted, but not against their own return', async () => {
    await left(10);
    const subject = JSON.stringify({ application: 'made', orderNumber: 'O1', lines: [{ line: '1', quantity: 6 }] });
    const caseId = `${company}:return:R1`;
    await database.pool.query('insert into content (hash, value) values ($1, $2)', [company, subject]);
    await database.pool.query(
      `insert into kase (id, company, procedure, number, edition, subject_hash, status, turn, digest, seq, chain, started_by, started_at, changed_at)
        values ($1, $2, 'return', 'R1', 'e', $2, 'open', 1, 'd', 1, '', 'li', now(), now())`,
      [caseId, company],
    );
    const coming = async (of?: string) => (await desk.order(company, 'O1', of))?.lines[0]?.comingBack;
    expect([await coming(), await coming(caseId), await coming(`${company}:return:R2`)]).toEqual([6, 0, 6]);
    await desk.takeBack({ ...back(6), caseId });
    expect([await coming(), (await all())['returned']]).toEqual([0, 6]);
  });
});

describe('the books as a whole', () => {
  it('add up whatever is done at once, and nothing is below zero', async () => {
    const step = fc.record({
      what: fc.constantFrom('release', 'ship', 'undo', 'back'),
      n: fc.integer({ min: 1, max: 40 }),
      of: fc.nat(30),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), async (steps) => {
        const own = ask(1).key;
        const key = (of: number): string => `${own}/${of % 6}`;
        const caseId = (of: number): string => `${company}:x:${own}/${of % 6}`;
        await Promise.all(
          steps
            .map(({ what, n, of }) => {
              const lines = [{ line: '1', quantity: n }];
              if (what === 'release')
                return desk.release({ company, caseId: caseId(of), key: key(of), customer: 'C1', order: 'O1', lines });
              if (what === 'ship') return desk.ship({ company, caseId: caseId(of), key: `${key(of)}/s`, release: key(of), lines });
              if (what === 'undo') return desk.giveBack(key(of));
              return desk.takeBack({ company, caseId: caseId(of), key: `${key(of)}/b/${n}`, order: 'O1', lines });
            })
            .map((done) => done.catch((error: unknown) => expect(String(error)).toMatch(/given back|too fast/))),
        );
        expect(await desk.unsound()).toEqual([]);
        const { exposureMinor = -1 } = (await desk.credit(company, 'C1', '2026-11-25')) ?? {};
        expect(exposureMinor).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: 12 },
    );
  });

  it('tell what was changed behind their back', async () => {
    await database.pool.query("update book_account set balance = balance + 1 where company = $1 and kind = 'on-hand'", [company]);
    expect(await desk.unsound()).toMatchObject([
      { problem: 'balance', what: 'on-hand/P1////', found: 101, expected: 100 },
      { problem: 'total', found: 1, expected: 0 },
    ]);
    await database.pool.query("update book_account set balance = balance - 1 where company = $1 and kind = 'on-hand'", [company]);
  });
});
