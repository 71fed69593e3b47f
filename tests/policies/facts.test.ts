import { describe, expect, it } from 'vitest';
import type { Json } from '../../domain/json.js';
import { type Fact, factOf, factsOf, unlabelled } from '../../domain/policy/facts.js';
import { locales } from '../../domain/texts/texts.js';
import { loadBooks } from '../../policies/load.js';

const { books } = await loadBooks('policies');

function context(procedure: string, locale: 'zh' | 'en' | 'id' = 'en') {
  const book = Object.values(books).find((one) => Object.hasOwn(one.procedures, procedure));
  return {
    policy: book?.procedures[procedure],
    labels: book?.labels,
    roles: book?.company.roles,
    people: new Map([['li-mei', '李梅']]),
    locale,
  };
}

/** Facts as lines: what a reader sees. */
function read(facts: readonly Fact[], pad = ''): string[] {
  return facts.flatMap((fact) => {
    if (fact.kind === 'value') return [`${pad}${fact.label} = ${fact.value}`];
    if (fact.kind === 'group') return [`${pad}[${fact.label}]`, ...read(fact.facts, `${pad}  `)];
    const rows = fact.rows.map(
      ({ cells, details }) => `${pad}  ${cells.join(' | ')}${details.length === 0 ? '' : ` (${details.join('; ')})`}`,
    );
    return [`${pad}${fact.label}: ${fact.columns.map(({ label }) => label).join(' | ')}`, ...rows];
  });
}
const lines = (procedure: string, shown: Json, locale?: 'zh' | 'en' | 'id') => read(factsOf(shown, context(procedure, locale)));

const verdict = { verdict: 'over-limit', currency: 'CNY', grade: 'B', limitMinor: 199_999, exposureMinor: 100_000, overdueDays: 0 };
const goods = { id: '1', product: 'P1', name: { en: 'Yarn', zh: '纱', id: 'Benang' }, quantity: 1_200, unit: 'kg', unitPriceMinor: 1_000 };

describe('what is shown, in words', () => {
  const cases: readonly [string, string, Json, readonly string[]][] = [
    [
      'values come before groups and these before tables; money has the currency of what it stands in, or of what is shown beside it',
      'shipment-routine',
      { lines: [goods], verdict, customer: 'C-1' },
      [
        'Customer = C-1',
        '[Credit check]',
        '  Result = Over the limit',
        '  Currency = CNY',
        '  Credit grade = B',
        '  Credit limit = ¥1,999.99',
        '  Exposure = ¥1,000.00',
        '  Days overdue = 0',
        'Lines: Line | Product | Name | Quantity | Unit | Unit price',
        '  1 | P1 | Yarn | 1,200 | kg | ¥10.00',
      ],
    ],
    [
      'lines by their ids are a table',
      'shipment-routine',
      { lines: { '1': { product: 'P1', quantity: 5 }, '2': { product: 'P2', quantity: 6 } } },
      ['Lines: Line | Product | Quantity', '  1 | P1 | 5', '  2 | P2 | 6'],
    ],
    ['a list alone is one of lines', 'order-intake', [{ id: '2', code: 'A' }], ['Lines: Line | Code', '  2 | A']],
    [
      'a list of plain values is one value',
      'order-change',
      { because: { started: ['1', '2'] } },
      ['[Because]', '  Lines in production = 1, 2'],
    ],
    ['dates by line are a table', 'order-intake', { dates: { '1': '2026-12-10' } }, ['Dates: Line | Dates', '  1 | 10 December 2026']],
    [
      'a changed line shows what it was and is to be',
      'order-change',
      {
        lines: [
          { id: '1', before: { code: 'A', quantity: 1_200 }, after: { code: 'A', quantity: 900 } },
          { id: '2', after: { code: 'B', quantity: 5 } },
          { id: '3', before: { code: 'C', quantity: 7 } },
        ],
      },
      ['Lines: Line | Code | Quantity', '  1 | A | 1,200 → 900', '  2 | B | 5 (new)', '  3 | C | 7 (taken out)'],
    ],
    [
      'a line that is to be taken out says so',
      'order-change',
      { changes: { lines: { '1': { quantity: 900 }, '2': null } } },
      ['[Changes wanted]', '  Lines: Line | Quantity', '    1 | 900', '    2 | — (taken out)'],
    ],
    [
      'the parts of a thing in a line are its details',
      'order-intake',
      { lines: [{ id: '1', code: 'S', set: { lockBody: { code: 'L', quantity: 2 } } }] },
      ['Lines: Line | Code', '  1 | S (Set: Lock body: Code: L, Quantity: 2)'],
    ],
    [
      'findings and refusals are sentences, verdicts stand beside their findings',
      'order-intake',
      {
        findings: [{ id: 'f1', code: 'CUSTOMER_UNKNOWN', values: { customer: 'X' } }],
        found: { outcome: 'problem', verdicts: { f1: 'wrong' } },
        refusal: { code: 'ORDER_UNKNOWN', values: { order: 'O-1' } },
      },
      [
        'Why it was refused = The books have no order O-1.',
        '[Verdict of the review]',
        '  Outcome = Problem order',
        '  Verdict on each finding: Finding | Verdict on each finding',
        '    The customer X is not in the book of customers. | To be settled with the customer',
        'Findings of the check: Findings of the check',
        '  The customer X is not in the book of customers.',
      ],
    ],
    [
      'ids become words: choices, outcomes, steps and people',
      'shipment-emergency',
      { refusedAt: 'manager-review-after', missing: 'finance', approvedBy: 'li-mei', shortNotice: true, outcome: 'released' },
      [
        'Refused at = Manager review afterwards',
        'Whose signature is missing = Finance',
        'Approved by = 李梅',
        'Short notice = Yes',
        'Outcome = Telephoned',
      ],
    ],
    [
      'what somebody wrote stays as it is',
      'shipment-routine',
      { reason: 'dropped', customer: 'shipped' },
      ['Reason = dropped', 'Customer = shipped'],
    ],
    ['what is empty is left out', 'shipment-routine', { reason: '', order: null, lines: [], shipment: {} }, []],
  ];
  it.each(cases)('%s', (_title, procedure, shown, expected) => {
    expect(lines(procedure, shown)).toEqual(expected);
    for (const locale of locales) expect(unlabelled(shown, context(procedure, locale))).toEqual([]);
  });

  it('is in the reader’s language', () => {
    expect(lines('shipment-routine', { verdict, shipDate: '2026-11-06' }, 'zh').slice(0, 3)).toEqual([
      '发货日期 = 2026年11月6日',
      '[信用审查]',
      '  结论 = 超额度',
    ]);
    expect(lines('shipment-routine', { lines: [goods] }, 'id')).toEqual([
      'Baris: Baris | Produk | Nama | Kuantitas | Satuan | Harga satuan',
      '  1 | P1 | Benang | 1.200 | kg | 10,00',
    ]);
  });

  it('is called as the procedure calls it, before the company does', () => {
    const own = {
      ...context('shipment-routine'),
      policy: { steps: {}, labels: { customer: { name: { en: 'Buyer', zh: '买方', id: 'Pembeli' } } } },
    };
    expect(read(factsOf({ customer: 'C-1', order: 'O-1' }, own))).toEqual(['Buyer = C-1', 'Order = O-1']);
  });

  it('never shows a raw name or id of its own: what has no label is found', () => {
    const shown = { verdict: { verdict: 'doubtful', mystery: 1 }, strange: 'x', outcome: 'gone', refusedAt: 'nowhere' };
    expect(unlabelled(shown, context('shipment-routine'))).toEqual([
      'outcome=gone',
      'refusedAt=nowhere',
      'strange',
      'verdict.mystery',
      'verdict=doubtful',
    ]);
    expect(lines('shipment-routine', { strange: 'x' })).toEqual(['Other = x']);
  });

  it('one value alone, as a change of it is told', () => {
    const shown = { verdict };
    expect(factOf('verdict/limitMinor', 5, shown, context('shipment-routine'))).toEqual({ label: 'Credit limit', value: '¥0.05' });
    expect(factOf('shipDate', undefined, shown, context('shipment-routine'))).toEqual({ label: 'Ship date', value: '' });
  });
});
