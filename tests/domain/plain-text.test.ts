import { describe, expect, it } from 'vitest';
import { caseNumber } from '../../client/api/http/idempotency.js';
import { plain, table } from '../../client/cli/output.js';
import { plainLine, plainText } from '../../domain/plain-text.js';

/** What people type never forges a row, a line or a name (Low findings of the attack). */
const takes = (schema: { safeParse(text: unknown): { readonly success: boolean } }, text: string): boolean =>
  schema.safeParse(text).success;

describe('text that is typed', () => {
  it.each(['佛山宏泰门窗有限公司', 'PT Maju — “Jaya”', 'İstanbul', 'नमस्ते', 'a\u200db', '2 × 3 mm²', '😀'])(
    'when it is %s, then it is taken',
    (text) => {
      expect([takes(plainText(), text), takes(plainLine(), text)]).toEqual([true, true]);
    },
  );

  it('when it has lines, then it is taken where lines are, and not where it stands in a row', () => {
    for (const text of ['a\nb', 'a\r\nb', 'a\tb']) expect([takes(plainText(), text), takes(plainLine(), text)]).toEqual([true, false]);
  });

  it.each(
    Array.from('\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u2028\u2029\u0000\u001b\u0085\u009b').map(
      (mark) => [mark.codePointAt(0)?.toString(16), mark],
    ),
  )('when it has U+%s, which turns or breaks what is shown, then it is taken nowhere', (_name, mark) =>
    expect([takes(plainText(), `a${mark}b`), takes(plainLine(), `a${mark}b`)]).toEqual([false, false]),
  );

  it.each(['\u200b', '\ufeff', '\u00ad', '\u2060'])('when a name has %j in it, which nobody sees, then it is not taken', (mark) => {
    expect(takes(plainLine(60), `HT-88${mark}213`)).toBe(false);
  });
});

describe('a case number', () => {
  it.each(['HH-0900', 'C-3001', '订单-12', 'A', 'a.b_c-1'])('when it is %s, then it is taken', (number) =>
    expect(takes(caseNumber, number)).toBe(true),
  );

  it.each([
    ['Cyrillic', 'НН-1'],
    ['Greek', 'ΗΗ-1'],
    ['full width', 'ＨＨ-1'],
    ['mathematical', '𝐇𝐇-1'],
    ['Arabic digits', 'HH-١'],
    ['an accent', 'HH́-1'],
    ['nothing seen', 'HH\u200b-1'],
  ])('when it looks like another one by %s, then it is not taken', (_what, number) => expect(takes(caseNumber, number)).toBe(false));
});

describe('the command line', () => {
  it('when a cell has line ends, then it stays one row', () => {
    const shown = table(
      ['who', 'said'],
      [
        ['a', 'fine\n2026-11-27  guan-zheng  approved'],
        ['b', 'x\u2028y'],
      ],
    );
    expect(shown.split('\n')).toHaveLength(3);
    expect(shown).toContain('fine ⏎ 2026-11-27');
  });

  it('when text turns its direction or moves the cursor, then the mark is shown in its place', () => {
    expect(plain('a\u202eb\u001b[2Jc\u2066d')).toBe('a\ufffdb\ufffd[2Jc\ufffdd');
  });
});
