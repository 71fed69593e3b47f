import { expect, it } from 'vitest';
import { dayTyped } from '../parts/day-input.js';
import { emptyLine, lineFrom, lineOf, linesPasted } from './order-lines.js';

const day = (text: string) => dayTyped(text, 'en', '2026-11-27');

it('when rows are pasted from a spreadsheet, then none is lost and a heading is none', () => {
  const rows = Array.from({ length: 500 }, (_, index) => `C-${index}\t连接杆\t${index + 1}\t3.85\t2027-12-13`);
  const pasted = linesPasted(['编码\t名称\t数量\t单价\t交期', ...rows, ''].join('\r\n'), day);
  expect(pasted).toHaveLength(500);
  expect(pasted?.[499]).toEqual({
    ...emptyLine,
    code: 'C-499',
    name: '连接杆',
    quantity: '500',
    price: '3.85',
    requestedDate: '2027-12-13',
  });
});

it('when one cell is pasted, then it is text', () => {
  expect(linesPasted('LJG-C20-600', day)).toBeUndefined();
});

it('when a cell looks like a formula, then it stays text', () => {
  expect(linesPasted('=cmd()\tname\t3', day)?.[0]).toMatchObject({ code: '=cmd()', name: 'name', quantity: '3' });
});

it('when a set is ordered, then its parts go with the quantity', () => {
  const product = {
    company: 'hehe',
    code: 'ZS',
    name: { en: 'Set', zh: '套装', id: 'Set' },
    kind: 'set',
    unit: '套',
    inStock: null,
    entry: { code: 'ZS', name: { en: 'Set', zh: '套装', id: 'Set' }, unit: '套', set: { screws: { code: 'LS', perSet: 4 } } },
  };
  const line = lineFrom({ ...emptyLine, quantity: '300' }, product, 'CNY', 2);
  expect(lineOf(line, 0, { quantity: 300, price: 0 })).toMatchObject({
    id: '1',
    code: 'ZS',
    name: '套装',
    set: { screws: { code: 'LS', quantity: 1_200 } },
  });
});
