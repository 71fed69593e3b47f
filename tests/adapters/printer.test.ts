import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { readFontCoverage } from '../../adapters/documents/font-coverage.js';
import { createPrinter, type Printer } from '../../adapters/documents/printer.js';
import { replyDefinition } from '../../adapters/documents/reply-definition.js';
import { layReply, type ReplyContent } from '../../domain/documents/reply.js';
import { content, rod } from './replies.js';

const at = Date.UTC(2026, 8, 28, 2);
/** Of poppler. */
const reader = 'pdftotext';
let printer: Printer;
beforeAll(() => {
  printer = createPrinter();
});

/** The text of a PDF, where the machine has a program that reads it. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return execFileSync(reader, ['-layout', '-', '-'], { input: bytes, stdio: ['pipe', 'pipe', 'ignore'] }).toString('utf8');
  } catch {
    return undefined;
  }
}

describe('a printed reply', () => {
  it('has the same bytes for the same content, and other bytes for other content', { timeout: 60_000 }, async () => {
    const first = await printer.print(content, { at });
    const again = await createPrinter().print(structuredClone(content), { at });
    const other = await printer.print({ ...content, customerPo: 'HT-2' }, { at });
    expect(Buffer.from(first.bytes).equals(again.bytes)).toBe(true);
    expect(Buffer.from(first.bytes).equals(other.bytes)).toBe(false);
    expect(Buffer.from(first.bytes).subarray(0, 5).toString()).toBe('%PDF-');
    expect(Buffer.from(first.bytes).toString('latin1')).toMatch(/\+NotoSansSC/);
  });

  it.each(['zh', 'en', 'id'] as const)('can be read as text, in %s', { timeout: 60_000 }, async (language) => {
    const { bytes, missing } = await printer.print({ ...content, language }, { at });
    expect(missing).toEqual([]);
    const text = textOf(bytes);
    if (text === undefined) return;
    for (const words of ['佛山宏泰门窗有限公司', 'HT-20260911', 'LJG-C20-800', '连接杆 800 mm', 'HH-OR-2026-00042', '请按期安排收货。'])
      expect(text).toContain(words);
    expect(text).toContain(language === 'id' ? '5.520,00' : '5,520.00');
  });

  it('over many pages, repeats its head and counts its pages', { timeout: 60_000 }, async () => {
    const lines = Array.from({ length: 120 }, (_, index) => ({ ...rod, id: String(index + 1) }));
    const { bytes } = await printer.print({ ...content, lines }, { at, marks: { reprint: { n: 3, date: '2026-10-01' } } });
    const text = textOf(bytes);
    if (text === undefined) return;
    const pages = Number(/第\s*1\s*\/\s*(\d+)\s*页/.exec(text)?.[1]);
    expect(pages).toBeGreaterThan(2);
    expect(text.replace(/\s/g, '')).toContain(`第${pages}/${pages}页`);
    expect(text.match(/第 3 次补印/g)).toHaveLength(pages);
    expect(text.match(/承诺交期 /g)?.length).toBeGreaterThanOrEqual(pages - 1);
  });

  it('keeps to its columns when a code cannot be broken', { timeout: 60_000 }, async () => {
    const long = { ...rod, code: 'X'.repeat(60), name: 'Y'.repeat(120) };
    const { bytes } = await printer.print({ ...content, customer: 'Z'.repeat(120), lines: [long] }, { at });
    const text = textOf(bytes);
    if (text !== undefined) expect(text).toMatch(/4\.60\s+2026-10-09\s+5,520\.00/);
  });

  it('reports characters that the font does not have, and prints their codes', { timeout: 60_000 }, async () => {
    const odd: ReplyContent = { ...content, customer: '𠮷野 👍\ufe0f', message: 'ا\u200b好' };
    const { bytes, missing } = await printer.print(odd, { at });
    expect(missing).toEqual(['𠮷', '👍', 'ا']);
    const text = textOf(bytes);
    if (text !== undefined) expect(text).toContain('[U+20BB7]野 [U+1F44D]');
  });

  it('shows every word of its layout', () => {
    const layout = layReply(content, { reprint: { n: 1, date: '2026-10-01' } });
    const drawn = new Set<string>();
    const definition = replyDefinition(layout, (text) => {
      drawn.add(text);
      return text;
    });
    definition.footer(1, 1);
    const { rows, facts, footer, companyWords, head, signature } = layout;
    for (const words of [...rows.flatMap(({ cells }) => cells.map(({ text }) => text)), ...[...facts.left, ...facts.right].flat()])
      expect(drawn).toContain(words);
    for (const words of [layout.title, layout.company, ...companyWords, layout.greeting, layout.opening, ...head, layout.lineCount])
      expect(drawn).toContain(words);
    for (const words of [layout.total.label, layout.total.amount, layout.closing, layout.regards, ...signature, footer.left, footer.middle])
      expect(drawn).toContain(words);
  });
});

describe('what a font can show', () => {
  const font = readFileSync(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'));
  const coverage = readFontCoverage(font);
  it.each(['合', 'é', 'A', '¥', '第', '·', '\u00a0', '龘', '！'])('has %s', (character) => {
    expect(coverage.has(character.codePointAt(0)!)).toBe(true);
  });
  it.each(['👍', 'ا', '\uffff', '𠮷'])('has no %s', (character) => {
    expect(coverage.has(character.codePointAt(0)!)).toBe(false);
  });
  it('refuses a file that is no font', () => {
    expect(() => readFontCoverage(Buffer.alloc(64))).toThrow('cmap');
  });
});
