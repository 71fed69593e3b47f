import { describe, expect, it } from 'vitest';
import { tradeBook } from '../../domain/books/book.js';
import { checkTradeBook } from '../../domain/books/check-book.js';
import { parsePolicyFile } from '../../domain/policy/parse.js';

const file = `customers:
  - { code: C1, name: { en: A, zh: 甲, id: A }, currency: CNY, grade: B, limitMinor: 100 }
products:
  - { code: P1, name: { en: Yarn, zh: 纱, id: Benang }, kind: yarn, unit: kg }
stock:
  - { product: P1, onHand: 5 }
orders:
  - number: O1
    customer: C1
    lines: [{ id: '1', product: P1, quantity: 10, unitPriceMinor: 100 }]
receivables:
  - { invoice: I1, customer: C1, dueOn: '2026-10-01', amountMinor: 10, openMinor: 10 }
`;

/** What is said about a file with some of its text replaced, all at once. */
function told(...changes: readonly (readonly [string, string])[]): readonly string[] {
  const text = changes.reduce((so, [from, to]) => so.replace(from, to), file);
  const parsed = parsePolicyFile(text, 'books.demo.yaml', tradeBook);
  return parsed.ok ? checkTradeBook(parsed.source) : parsed.errors;
}

describe('a trade book', () => {
  it('that is right has no errors', () => {
    expect(told()).toEqual([]);
  });

  it('is told all that is wrong with its values, at their places', () => {
    expect(told(['currency: CNY', 'currency: EUR'], ['onHand: 5', 'onHand: -5'], ['kind: yarn', 'sort: yarn'])).toEqual([
      'books.demo.yaml:2:58: "EUR" is not allowed here; allowed: CNY, USD, IDR',
      'books.demo.yaml:4:5: "kind" is missing; allowed: text',
      expect.stringContaining(
        'books.demo.yaml:4:56: unknown key "sort"; allowed: code, name, unit, needs, lengthMm, groove, set, prices, discontinued, kind',
      ),
      'books.demo.yaml:6:28: -5 is not allowed here; allowed: 0 or more',
    ]);
  });

  it('is told all that does not fit together', () => {
    expect(
      told(
        ['customer: C1\n', 'customer: C7\n'],
        ['product: P1, quantity: 10', 'product: P9, quantity: 10, shipped: 12, returned: 1'],
        ['openMinor: 10 }', 'openMinor: 11 }\n  - { invoice: I1, customer: C1, dueOn: 2026-10-01, amountMinor: 1, openMinor: 1 }'],
      ).map((error) => error.replace(/^books\.demo\.yaml:\d+:\d+: /, '')),
    ).toEqual([
      '"I1" is here a second time; allowed: once',
      'unknown code "C7"; allowed: C1',
      'unknown code "P9"; allowed: P1',
      'more is shipped than was ordered; allowed: 11 or less',
      'more than the invoice itself is open; allowed: 10 or less',
    ]);
  });
});
