import { describe, expect, it } from 'vitest';
import { lineLimit, order } from '../../domain/orders/order.js';
import { check } from '../../domain/policy/explain.js';

const line = { id: '1', code: 'LJG-C20-800', name: '连接杆', quantity: 10, unit: '支', unitPriceMinor: 460 };
const good = { customer: '佛山宏泰门窗有限公司', customerPo: 'HT-1', currency: 'CNY', lines: [line] };
const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...line, id: String(index + 1) }));
const withLine = (more: object) => ({ ...good, lines: [line, { ...line, id: '2', ...more }] });

describe('an order', () => {
  it.each<[string, object]>([
    ['with the least there is', good],
    ['with a free line', withLine({ unitPriceMinor: 0 })],
    [
      'with all of a handle set',
      withLine({
        set: Object.fromEntries(
          ['lockBody', 'packing', 'spindle', 'strikePlate', 'screws', 'cylinder'].map((name) => [name, { code: 'X', quantity: 1 }]),
        ),
      }),
    ],
    [
      'with everything else',
      {
        ...withLine({ lengthMm: 800, groove: 'C', requestedDate: '2026-12-01' }),
        receivedAt: 1_790_000_000_000,
        contact: { name: '邓', email: 'a@b.example' },
        copiedFrom: 'HH-1',
        remarks: '急',
      },
    ],
    [`with ${lineLimit} lines`, { ...good, lines: many(lineLimit) }],
  ])('%s is taken', (_, subject) => {
    expect(check(order, subject)).toEqual({ ok: true, value: subject });
  });

  it.each<[string, object, string, string, object]>([
    ['quantity zero', withLine({ quantity: 0 }), '/lines/1/quantity', 'QUANTITY_INVALID', { found: 0, limit: 1 }],
    ['a negative quantity', withLine({ quantity: -5 }), '/lines/1/quantity', 'QUANTITY_INVALID', { found: -5, limit: 1 }],
    ['a fractional quantity', withLine({ quantity: 2.5 }), '/lines/1/quantity', 'QUANTITY_INVALID', { found: 2.5, expected: 'integer' }],
    ['a quantity in words', withLine({ quantity: '10' }), '/lines/1/quantity', 'QUANTITY_INVALID', { found: '10', expected: 'number' }],
    [
      'a quantity beyond counting',
      withLine({ quantity: 1e9 }),
      '/lines/1/quantity',
      'QUANTITY_INVALID',
      { found: 1e9, limit: 100_000_000 },
    ],
    ['no quantity', withLine({ quantity: undefined }), '/lines/1/quantity', 'FIELD_REQUIRED', {}],
    [
      'a bad quantity in a set',
      withLine({ set: { screws: { code: 'M5', quantity: 0 } } }),
      '/lines/1/set/screws/quantity',
      'QUANTITY_INVALID',
      { found: 0, limit: 1 },
    ],
    ['a part nobody knows', withLine({ set: { hinge: { code: 'M5', quantity: 1 } } }), '/lines/1/set/hinge', 'FIELD_UNKNOWN', {}],
    ['a line id twice', withLine({ id: '1' }), '/lines/1/id', 'LINE_ID_DUPLICATE', { found: '1', first: '/lines/0/id' }],
    ['a line id with a slash', withLine({ id: 'a/b' }), '/lines/1/id', 'FIELD_INVALID', { found: 'a/b', expected: 'text' }],
    ['2,001 lines', { ...good, lines: many(lineLimit + 1) }, '/lines', 'LINES_TOO_MANY', { found: '[…]', limit: 2_000 }],
    ['no line', { ...good, lines: [] }, '/lines', 'FIELD_REQUIRED', { found: '[…]', limit: 1 }],
    ['a price in yuan', withLine({ unitPriceMinor: 4.6 }), '/lines/1/unitPriceMinor', 'FIELD_INVALID', { found: 4.6, expected: 'integer' }],
    [
      'a day that is not',
      withLine({ requestedDate: '2026-11-31' }),
      '/lines/1/requestedDate',
      'FIELD_INVALID',
      { found: '2026-11-31', expected: 'date' },
    ],
    ['another currency', { ...good, currency: 'EUR' }, '/currency', 'FIELD_INVALID', { found: 'EUR', allowed: ['CNY', 'USD', 'IDR'] }],
    ['no customer', { ...good, customer: undefined }, '/customer', 'FIELD_REQUIRED', {}],
    ['a number of its own', { ...good, number: 'HH-1' }, '/number', 'FIELD_UNKNOWN', {}],
    [
      'a mail address that is none',
      { ...good, contact: { name: '邓', email: 'deng' } },
      '/contact/email',
      'FIELD_INVALID',
      { found: 'deng', expected: 'email' },
    ],
    ['remarks without end', { ...good, remarks: 'x'.repeat(2_001) }, '/remarks', 'TEXT_TOO_LONG', { limit: 2_000 }],
  ])('with %s is refused', (_, subject, field, code, values) => {
    expect(check(order, subject)).toEqual({ ok: false, field, code, values });
  });
});
