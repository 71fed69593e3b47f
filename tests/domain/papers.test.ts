import { describe, expect, it } from 'vitest';
import { createPrinter } from '../../adapters/documents/printer.js';
import { layPaper, type PaperContent } from '../../domain/documents/paper.js';
import { againstShown } from '../../domain/policy/answer-rules.js';
import { step } from '../../domain/policy/policy.js';

const content: PaperContent = {
  paper: 'gate-pass',
  language: 'zh',
  company: { name: '金汇化纤有限公司', words: ['义乌'] },
  number: 'JH-GP-2026-00001',
  date: '2026-12-04',
  caseNumber: 'FH-1',
  facts: { customer: 'C-3001', vehicle: '浙G·12345', 'delivery-note': 'JH-DN-2026-00001' },
  lines: [{ code: 'DTY-150-48', name: '涤纶低弹丝', quantity: 8_000, unit: 'kg' }],
};

describe('a paper that goes with goods', () => {
  it('says what it is, for whom, by what vehicle, what goods, and who signs', () => {
    expect(layPaper(content)).toMatchObject({
      title: '出门证',
      facts: [
        ['文件编号', 'JH-GP-2026-00001'],
        ['日期', '2026年12月4日'],
        ['客户', 'C-3001'],
        ['车牌号', '浙G·12345'],
        ['送货单', 'JH-DN-2026-00001'],
      ],
      rows: [['1', 'DTY-150-48', ['涤纶低弹丝'], '8,000', 'kg']],
      signatures: ['仓库', '门卫'],
    });
  });

  it('writes the day of shipment as it writes its own date', () => {
    const facts = { 'ship-date': '2026-12-08' };
    expect(layPaper({ ...content, facts }).facts).toContainEqual(['发货日期', '2026年12月8日']);
    expect(layPaper({ ...content, facts, language: 'id' }).facts).toContainEqual(['Tanggal barang keluar', '8 Desember 2026']);
  });

  it('is marked when it is printed again or has been replaced', () => {
    const { banner, footer } = layPaper(content, { reprint: { n: 2, date: '2026-12-05' }, replacedBy: 'JH-GP-2026-00002' });
    expect(banner).toContain('JH-GP-2026-00002');
    expect(footer.middle).toContain('2');
  });

  it.each(['shipping-notice', 'delivery-note', 'gate-pass'] as const)(
    'is printed as PDF, the same bytes each time: %s',
    async (paper) => {
      const printer = createPrinter();
      const at = Date.UTC(2026, 11, 4);
      const [once, again] = [await printer.print({ ...content, paper }, { at }), await printer.print({ ...content, paper }, { at })];
      expect(Buffer.from(once.bytes).subarray(0, 5).toString()).toBe('%PDF-');
      expect(once.missing).toEqual([]);
      expect(Buffer.from(once.bytes).equals(Buffer.from(again.bytes))).toBe(true);
    },
    30_000,
  );
});

describe('an answer that must agree with what is shown', () => {
  const words = { en: 'x', zh: 'x', id: 'x' };
  const policy = (perLine: boolean, field: object) =>
    step.parse({
      name: words,
      clauses: ['TT-A1'],
      roles: ['x'],
      perLine,
      outcomes: { done: { name: words, fields: ['given'] } },
      fields: { given: { name: words, ...field } },
    });
  const pass = policy(false, { type: 'text', sameAs: 'pass' });
  const quantity = policy(true, { type: 'integer', atMost: 'quantity' });
  const shown = { lines: { '1': { quantity: 10 } } };

  it.each([
    ['the same text', 'GP-1', []],
    ['the same, written otherwise', ' gp - 1 ', []],
    ['another', 'GP-2', [{ code: 'NOT_AS_SHOWN', field: '/given', values: {} }]],
  ])('%s', (_what, given, errors) => {
    expect(againstShown(pass, { outcome: 'done', given }, { pass: 'GP-1' })).toEqual(errors);
  });

  it('cannot agree with what is not shown; a field left out says nothing', () => {
    expect(againstShown(pass, { given: 'GP-1' }, {})).toHaveLength(1);
    expect(againstShown(quantity, { lines: { '9': { given: 1 } } }, shown)).toHaveLength(1);
    expect(againstShown(pass, { outcome: 'done' }, {})).toEqual([]);
  });

  it.each([
    [9, 0],
    [10, 0],
    [11, 1],
  ])('line by line, %i of at most 10', (given, errors) => {
    expect(againstShown(quantity, { lines: { '1': { given } } }, shown)).toEqual(
      errors === 0 ? [] : [{ code: 'MORE_THAN_SHOWN', field: '/lines/1/given', values: { most: 10 } }],
    );
  });
});
