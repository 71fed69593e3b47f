import { describe, expect, it } from 'vitest';
import { documentNumber } from '../../domain/documents/document.js';
import { layReply, replyContent, replyMail, sendReplyInput } from '../../domain/documents/reply.js';
import { amountOf, type Currency, formatAmount, formatDate, formatMoney } from '../../domain/texts/format.js';
import { type Locale, locales } from '../../domain/texts/texts.js';
import { dateAt } from '../../domain/time/days.js';
import { content, hinge, input, rod } from '../adapters/replies.js';

describe('money', () => {
  it.each<[bigint, Currency, Locale, string]>([
    [123_450n, 'CNY', 'zh', '¥1,234.50'],
    [123_450n, 'CNY', 'en', '¥1,234.50'],
    [123_450n, 'USD', 'en', 'US$1,234.50'],
    [123_450n, 'USD', 'id', 'US$\u00a01.234,50'],
    [1_234_500n, 'IDR', 'id', 'Rp\u00a01.234.500'],
    [1_234_500n, 'IDR', 'en', 'Rp\u00a01,234,500'],
    [5n, 'CNY', 'zh', '¥0.05'],
    [0n, 'USD', 'en', 'US$0.00'],
    [-123_450n, 'CNY', 'zh', '-¥1,234.50'],
    [-5n, 'USD', 'id', '-US$\u00a00,05'],
  ])('writes %s of %s in %s as %s', (minor, currency, locale, written) => {
    expect(formatMoney(minor, currency, locale)).toBe(written);
  });

  it('stays exact beyond 2^53', () => {
    const amount = amountOf({ quantity: 100_000_000, unitPriceMinor: 9_007_199_254_740_991 });
    expect(formatAmount(amount, 'CNY', 'en')).toBe('9,007,199,254,740,991,000,000.00');
  });
});

describe('dates', () => {
  it.each<[string, Locale, 'long' | 'short', string]>([
    ['2026-10-09', 'zh', 'long', '2026年10月9日'],
    ['2026-10-09', 'zh', 'short', '2026-10-09'],
    ['2026-10-09', 'en', 'long', '9 October 2026'],
    ['2026-08-01', 'en', 'short', '1 Aug 2026'],
    ['2026-08-01', 'id', 'long', '1 Agustus 2026'],
    ['2026-08-01', 'id', 'short', '1 Agt 2026'],
    ['soon', 'en', 'long', 'soon'],
  ])('writes %s in %s, %s, as %s', (date, locale, length, written) => {
    expect(formatDate(date, locale, length)).toBe(written);
  });

  it('a document issued after midnight at the site has the new date, and the new year', () => {
    expect(dateAt(Date.UTC(2026, 11, 31, 15, 59), 480)).toBe('2026-12-31');
    expect(dateAt(Date.UTC(2026, 11, 31, 16, 0), 480)).toBe('2027-01-01');
  });
});

it('a document number names company, kind, year and running number', () => {
  expect(documentNumber('HH', 'order-reply', 2026, 42)).toBe('HH-OR-2026-00042');
  expect(documentNumber('HH', 'order-reply', 2026, 123_456)).toBe('HH-OR-2026-123456');
});

describe('a written reply', () => {
  it('says date, price and amount of each line, and the total', () => {
    const layout = layReply(content);
    expect(layout.rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
      ['1', 'LJG-C20-800', '连接杆 800 mm', '1,200', '支', '4.60', '2026-10-09', '5,520.00'],
      ['2', 'HY-304', '隐藏式合页', '350', '副', '128.50', '2026-10-23', '44,975.00'],
    ]);
    expect(layout.total).toEqual({ label: '合计', amount: '¥50,495.00' });
    expect(layout.message?.paragraphs).toEqual(['请按期安排收货。', '谢谢！']);
    expect(layout.mark).toBeUndefined();
    expect(layout.footer.right(2, 3)).toBe('第 2 / 3 页');
  });

  it.each(locales)('has as many headings as cells and no unfilled place, in %s', (language) => {
    const layout = layReply(
      { ...content, language, corrects: { number: 'HH-OR-2026-00041', date: '2026-09-20', lines: [{ ...rod, quantity: 9, id: 'gone' }] } },
      { reprint: { n: 1, date: '2026-10-01' }, replacedBy: 'HH-OR-2026-00050' },
    );
    expect(layout.rows.every(({ cells }) => cells.length === layout.head.length)).toBe(true);
    expect(JSON.stringify(layout)).not.toMatch(/\{\{|print\./);
    expect(JSON.stringify(replyMail({ ...content, language }))).not.toMatch(/\{\{|mail\./);
  });

  it('when corrected, names the one it replaces and shows what has changed', () => {
    const earlier = [rod, { ...hinge, date: '2026-10-16', unitPriceMinor: 12_000 }, { ...hinge, id: '3', code: 'GONE' }];
    const layout = layReply({
      ...content,
      number: 'HH-OR-2026-00043',
      corrects: { number: content.number, date: content.date, lines: earlier },
    });
    expect(layout.mark).toBe('更正件');
    expect(layout.opening).toContain('HH-OR-2026-00042');
    expect(layout.facts.right).toContainEqual(['取代文件', 'HH-OR-2026-00042']);
    expect(layout.rows.map(({ changed }) => changed)).toEqual([false, true]);
    expect(layout.rows[1]?.cells[5]).toEqual({ text: '128.50', below: '原 120.00' });
    expect(layout.rows[1]?.cells[6]).toEqual({ text: '2026-10-23', below: '原 2026-10-16' });
    expect(layout.footnotes).toEqual(['* 与 HH-OR-2026-00042 相比有变更或新增。', '不再包含：GONE。']);
  });

  it('when printed again, says which time', () => {
    expect(layReply(content, { reprint: { n: 2, date: '2026-10-01' } }).footer.middle).toBe('第 2 次补印 · 2026-10-01');
  });

  it('is made from what the procedure tells, with the case as our order number', () => {
    const office = { company: content.company, number: content.number, date: content.date, caseNumber: 'SO-0815' };
    expect(replyContent(sendReplyInput.parse(input), office, undefined)).toEqual(content);
  });

  it('travels with a mail of one-line subject in its language', () => {
    const mail = replyMail({ ...content, language: 'en', customerPo: 'A\nB' });
    expect(mail.subject).toBe('Written order reply HH-OR-2026-00042 – your order A B');
    expect(replyMail(content).fileName).toBe('订单书面回复 HH-OR-2026-00042.pdf');
  });
});
