import { expect, it } from 'vitest';
import { web } from '../../domain/texts/en/web.js';
import { webFields } from '../../domain/texts/en/web-fields.js';
import { type FactReader, factsOf } from './facts-model.js';

const names: Readonly<Record<string, string>> = webFields;
const reader: FactReader = {
  say: (key, values = {}) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, String(value)), web[key]),
  field: (name) => names[`web.field.${name}`],
  value: (name) => names[`web.value.${name}`],
  language: 'en',
  now: Date.parse('2026-11-27T06:00:00Z'),
  zone: 'Asia/Shanghai',
};

it('when an order is shown, then every value has a name, money its currency, and lines are a table', () => {
  const facts = factsOf(
    {
      customer: '佛山宏泰门窗',
      currency: 'USD',
      lines: [
        {
          id: '1',
          code: 'ZS',
          name: 'set',
          quantity: 1_200,
          unitPriceMinor: 385,
          requestedDate: '2027-12-13',
          set: { screws: { code: 'LS', quantity: 4_800 } },
        },
      ],
      findings: [{ id: 'f', code: 'PART_QUANTITY_DIFFERS' }],
    },
    reader,
  );
  expect(facts).toEqual([
    { kind: 'fact', label: 'Customer', cell: { text: '佛山宏泰门窗' } },
    { kind: 'fact', label: 'Currency', cell: { text: 'USD' } },
    {
      kind: 'table',
      label: 'Lines',
      columns: ['Line', 'Code', 'Name', 'Quantity', 'Unit price', 'Wanted'].map((label, index) => ({
        label,
        isNumber: index === 3 || index === 4,
      })),
      rows: [
        {
          id: '1',
          cells: [
            { text: '1' },
            { text: 'ZS' },
            { text: 'set' },
            { text: '1,200', isNumber: true },
            { text: 'US$3.85', isNumber: true },
            { text: '13 Dec 2027' },
          ],
          details: ['Set: Screws LS × 4,800'],
        },
      ],
    },
  ]);
});

it('when credit is shown, then the verdict is in words and names of three languages are the reader’s', () => {
  const facts = factsOf(
    {
      verdict: { verdict: 'over-limit', currency: 'CNY', limitMinor: 20_000_000 },
      lines: [{ id: '1', name: { en: 'DTY', zh: '低弹丝', id: 'DTY' } }],
      shortNotice: false,
    },
    reader,
  );
  expect(JSON.stringify(facts)).not.toMatch(/over-limit|Minor|低弹丝/);
  expect(facts[1]).toMatchObject({
    label: 'Credit check',
    facts: [{ cell: { text: 'Over the limit' } }, { cell: { text: 'CNY' } }, { cell: { text: '¥200,000.00' } }],
  });
});
