import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asReviewed, withApproved } from '../../../domain/orders/approved.js';
import type { Order, OrderLine } from '../../../domain/orders/order.js';

const line = (id: string, quantity: number): OrderLine => ({
  id,
  code: 'LJG-800',
  name: '连接杆',
  unit: '支',
  unitPriceMinor: 460,
  quantity,
});
const order = (...lines: OrderLine[]): Order => ({ customer: '宏泰', customerPo: 'HT-1', currency: 'CNY', lines });
const placed = order(line('1', 10), line('2', 20), line('3', 30));

describe('an order after approved changes', () => {
  it.each([
    ['a quantity', order(line('1', 10), line('2', 25), line('3', 30))],
    ['a line taken out', order(line('1', 10), line('3', 30))],
    ['two lines taken out', order(line('3', 30))],
    ['a line added', order(line('1', 10), line('2', 20), line('3', 30), line('4', 40))],
    ['all of these', order(line('1', 11), line('3', 30), line('4', 40))],
    ['remarks', { ...placed, remarks: '海运' }],
  ])('is reviewed as it was before: %s', (_, after) => {
    const changed = withApproved(placed, after);
    expect({ ...changed, approved: undefined }).toEqual({ ...after, approved: undefined });
    expect(asReviewed(changed)).toEqual(placed);
  });

  it('is reviewed as it was placed after one change upon another, and remembers nothing where it is as it was', () => {
    const once = withApproved(placed, order(line('1', 10), line('2', 25), line('3', 30)));
    const twice = withApproved(once, { ...once, lines: [line('2', 26), line('3', 30)] });
    expect(asReviewed(twice)).toEqual(placed);
    const back = withApproved(twice, { ...twice, lines: placed.lines });
    expect(back).toEqual(placed);
  });

  it('is reviewed as it stands where a line is another than was approved', () => {
    const changed = withApproved(placed, order(line('1', 10), line('2', 25), line('3', 30)));
    const amended = { ...changed, lines: [line('1', 10), line('2', 26), line('3', 30)] };
    expect(asReviewed(amended).lines).toEqual(amended.lines);
    const { remarks: _none, ...said } = withApproved(placed, { ...placed, remarks: '海运' });
    expect(asReviewed({ ...said, remarks: '空运' })).toMatchObject({ remarks: '空运' });
  });

  it('is reviewed as it was placed, whatever was approved of it', () => {
    const lines = fc.uniqueArray(fc.record({ id: fc.constantFrom('1', '2', '3', '4', '5'), quantity: fc.integer({ min: 1, max: 3 }) }), {
      selector: ({ id }) => id,
      minLength: 1,
    });
    const made = (all: readonly { readonly id: string; readonly quantity: number }[]) =>
      order(...all.map(({ id, quantity }) => line(id, quantity)));
    fc.assert(
      fc.property(lines, fc.array(lines, { maxLength: 4 }), (first, changes) => {
        // A change keeps the order of the lines that stay, and adds new ones behind, as an amendment does.
        const after = changes.reduce((now, next) => {
          const ids = now.lines.map(({ id }) => id);
          const kept = now.lines.flatMap(({ id }) => next.filter((one) => one.id === id));
          return withApproved(now, { ...now, lines: made([...kept, ...next.filter(({ id }) => !ids.includes(id))]).lines });
        }, made(first));
        const sorted = (all: readonly OrderLine[]) => all.toSorted((one, other) => one.id.localeCompare(other.id));
        expect(sorted(asReviewed(after).lines)).toEqual(sorted(made(first).lines));
      }),
    );
  });
});
