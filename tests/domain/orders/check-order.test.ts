import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tradeBook } from '../../../domain/books/book.js';
import type { OrderAnswers } from '../../../domain/books/catalogue.js';
import { freeze } from '../../../domain/canonical-json.js';
import { checkOrder, questionsOf } from '../../../domain/orders/check-order.js';
import type { Order } from '../../../domain/orders/order.js';
import { example } from '../../support/hehe-play.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
const rod = {
  code: 'LJG-C20-600',
  name: words('连接杆'),
  unit: '支',
  needs: ['lengthMm' as const, 'groove' as const],
  lengthMm: 600,
  groove: '欧标C槽',
};
const handle = {
  code: 'ZS-1',
  name: words('执手套装'),
  unit: '套',
  needs: ['set' as const],
  set: { lockBody: { code: 'ST-1', perSet: 1 }, screws: { code: 'LS-1', perSet: 4 } },
  prices: { CNY: 6850 },
};
const known: OrderAnswers = {
  on: '2026-11-02',
  customer: { id: 'C-1', name: '宏泰' },
  earlier: [],
  catalogue: { 'LJG-C20-600': rod, 'ZS-1': handle },
  free: [],
};
type Line = Order['lines'][number];
const rodLine: Line = {
  id: '1',
  code: 'LJG-C20-600',
  name: '连接杆',
  quantity: 10,
  unit: '支',
  unitPriceMinor: 385,
  lengthMm: 600,
  groove: '欧标C槽',
};
const setLine: Line = {
  id: '1',
  code: 'ZS-1',
  name: '执手套装',
  quantity: 300,
  unit: '套',
  unitPriceMinor: 6850,
  set: { lockBody: { code: 'ST-1', quantity: 300 }, screws: { code: 'LS-1', quantity: 1200 } },
};
const order = (...lines: Line[]): Order => ({ customer: '宏泰', customerPo: 'P-1', currency: 'CNY', lines });
const codes = (one: Order, books = known) => checkOrder(one, books).map(({ code }) => code);

describe('the checklist of the initial review (HH-B2)', () => {
  it('when all agrees with the books, then it finds nothing', () => {
    expect(codes(order(rodLine, { ...setLine, id: '2' }))).toEqual([]);
  });

  const faults: readonly (readonly [string, Line, object])[] = [
    [
      'a code the catalogue does not have',
      { ...rodLine, code: 'LJG-C2O-600' },
      { rule: 'name', code: 'CODE_UNKNOWN', values: { code: 'LJG-C2O-600' } },
    ],
    [
      'a name that is another code’s',
      { ...rodLine, name: '执手' },
      { rule: 'name', code: 'NAME_DIFFERS', values: { found: '执手', expected: '连接杆' } },
    ],
    ['another unit', { ...rodLine, unit: '件' }, { rule: 'name', code: 'UNIT_DIFFERS', values: { found: '件', expected: '支' } }],
    ['a rod without its length', without(rodLine, 'lengthMm'), { rule: 'configuration', code: 'LENGTH_MISSING' }],
    ['a rod of another length', { ...rodLine, lengthMm: 700 }, { code: 'LENGTH_DIFFERS', values: { found: 700, expected: 600 } }],
    ['a rod without its groove', without(rodLine, 'groove'), { rule: 'configuration', code: 'GROOVE_MISSING' }],
    ['a rod for another groove', { ...rodLine, groove: 'U槽' }, { code: 'GROOVE_DIFFERS', values: { found: 'U槽' } }],
    ['a handle without its parts', without(setLine, 'set'), { rule: 'set', code: 'SET_MISSING' }],
    [
      'a set that lacks a part',
      { ...setLine, set: { lockBody: { code: 'ST-1', quantity: 300 } } },
      { id: 'part-missing:screws:1', code: 'PART_MISSING' },
    ],
    [
      'a part the set does not have',
      { ...setLine, set: { ...setLine.set, cylinder: { code: 'SX', quantity: 1 } } },
      { code: 'PART_UNEXPECTED' },
    ],
    ['another part', { ...setLine, set: { ...setLine.set, lockBody: { code: 'ST-9', quantity: 300 } } }, { code: 'PART_DIFFERS' }],
    [
      'too few of a part for the number of sets',
      { ...setLine, set: { ...setLine.set, screws: { code: 'LS-1', quantity: 900 } } },
      { code: 'PART_QUANTITY_DIFFERS', values: { part: 'screws', found: 900, expected: 1200, sets: 300 } },
    ],
    [
      'another price than the catalogue’s',
      { ...setLine, unitPriceMinor: 6420 },
      { code: 'PRICE_DIFFERS', values: { found: 6420, expected: 6850 } },
    ],
    [
      'a date in the past',
      { ...rodLine, requestedDate: '2026-11-01' },
      { rule: 'stated', code: 'DATE_PAST', values: { date: '2026-11-01' } },
    ],
  ];
  it.each(faults)('finds %s', (_, line, finding) => {
    expect(checkOrder(order(line), known)).toMatchObject([{ line: '1', ...finding }]);
  });

  it('wide letters and spaces make no other name', () => {
    expect(codes(order({ ...rodLine, name: ' 连接杆 ' }))).toEqual([]);
  });

  it('a date on which nobody works, one no longer made', () => {
    expect(codes(order({ ...rodLine, requestedDate: '2026-11-08' }), { ...known, free: [{ date: '2026-11-08' }] })).toEqual(['DATE_FREE']);
    expect(codes(order(rodLine), { ...known, catalogue: { 'LJG-C20-600': { ...rod, discontinued: true } } })).toEqual(['NO_LONGER_MADE']);
  });

  it('an unknown customer, and a number of theirs that was used before', () => {
    const earlier = [{ caseId: 'hehe:order-intake:1', number: 'HH-1', startedAt: 5 }];
    expect(checkOrder(order(rodLine), { ...known, customer: null, earlier })).toMatchObject([
      { id: 'customer-unknown', values: { customer: '宏泰' } },
      { id: 'customer-po-repeated', values: { customerPo: 'P-1', number: 'HH-1', at: 5 } },
    ]);
  });

  it('an order copied from an earlier one is looked through line by line', () => {
    expect(checkOrder({ ...order(rodLine, { ...rodLine, id: '2' }), copiedFrom: 'HH-0' }, known).map(({ id }) => id)).toEqual([
      'line-copied:1',
      'line-copied:2',
    ]);
  });

  it('without the books, nothing counts as right', () => {
    expect(checkOrder(order(rodLine), undefined)).toMatchObject([{ code: 'NOT_CHECKED' }]);
  });
});

describe('the example orders against the books they ship with', () => {
  const books = tradeBook.parse(parse(readFileSync('policies/hehe/books.demo.yaml', 'utf8')));
  const found = (name: string): string[] => {
    const subject = example(name);
    const catalogue = Object.fromEntries(books.products.map(({ kind: _kind, ...entry }) => [entry.code, entry]));
    const customer = books.customers.find((one) => Object.values(one.name).includes(subject.customer));
    const answers: OrderAnswers = {
      ...known,
      on: '2026-09-28',
      customer: customer === undefined ? null : { id: customer.code, name: subject.customer },
      catalogue,
    };
    return checkOrder(subject, answers).map(({ id }) => id);
  };

  it.each(['connecting-rods', 'handle-sets', 'mixed', 'large-200-lines'])('%s has nothing wrong', (name) =>
    expect(found(name)).toEqual([]),
  );

  it.each([
    ['code-name-mismatch', ['name-differs:2', 'groove-differs:3']],
    ['set-quantities-mismatch', ['part-quantity-differs:lockBody:1', 'part-quantity-differs:screws:1', 'part-quantity-differs:cylinder:2']],
    ['copied-stale', ['line-copied:1', 'date-past:1', 'line-copied:2', 'no-longer-made:2', 'date-past:2']],
  ])('%s has its classic errors', (name, ids) => expect(found(name)).toEqual(ids));

  it('asks for each code and date once', () => {
    const { codes: asked, dates } = questionsOf(example('connecting-rods'));
    expect(asked).toHaveLength(4);
    expect(dates).toEqual(['2027-12-13', '2027-12-15']);
  });
});

function without<K extends keyof Line>(line: Line, key: K): Line {
  const { [key]: _left, ...rest } = line;
  return rest as unknown as Line;
}

describe('an order that is checked again', () => {
  const { lines, ...rest } = example('connecting-rods');
  const frozen = freeze({ ...rest, lines });
  const books = freeze({ ...known, catalogue: {} });

  it('when nothing it is checked for has changed, then what was found stands', () => {
    expect(checkOrder({ ...frozen, remarks: 'by block' }, books)).toBe(checkOrder(frozen, books));
  });

  it('when a line or what the books say has changed, then it is checked anew', () => {
    const [first] = checkOrder(frozen, books);
    expect(first?.code).toBe('CODE_UNKNOWN');
    expect(checkOrder({ ...frozen, lines: freeze([]) }, books)).toEqual([]);
    expect(checkOrder(frozen, freeze({ ...books, customer: null }))[0]?.code).toBe('CUSTOMER_UNKNOWN');
    expect(checkOrder({ ...frozen, copiedFrom: 'HH-1' }, books)[0]?.code).toBe('LINE_COPIED');
  });
});
