import { say } from '../texts/texts.js';
import { formatDate } from './dates.js';
import { amountOf, formatAmount, formatInteger, formatMoney } from './money.js';
import { changeOf, type ReplyContent, type ReplyLine } from './reply.js';
import type { PrintMarks, Sheet } from './sheet.js';

/** A cell of the table: its text, and a smaller one below, such as the date that was promised before. */
export interface Cell {
  readonly text: string;
  readonly below?: string;
}

/** A reply as words in their places: all that a printer needs to know, in the reply's language, and nothing of how a page is drawn. */
export interface ReplyLayout extends Sheet {
  /** Label and value, in two columns. */
  readonly facts: { readonly left: readonly (readonly [string, string])[]; readonly right: readonly (readonly [string, string])[] };
  readonly greeting: string;
  readonly opening: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly cells: readonly Cell[]; readonly changed: boolean }[];
  readonly lineCount: string;
  readonly total: { readonly label: string; readonly amount: string };
  readonly footnotes: readonly string[];
  readonly message?: { readonly label: string; readonly paragraphs: readonly string[] };
  readonly closing: string;
  readonly regards: string;
  readonly signature: readonly string[];
}

/** Lays out a written order reply (HH-B11, HH-B13). Pure: equal content and marks give an equal layout. */
export function layReply(content: ReplyContent, marks: PrintMarks = {}): ReplyLayout {
  const { language, corrects, currency } = content;
  const total = content.lines.reduce((sum, line) => sum + amountOf(line), 0n);
  return {
    title: say(language, 'print.order-reply'),
    ...(corrects === undefined ? {} : { mark: say(language, 'print.corrected') }),
    ...(marks.replacedBy === undefined ? {} : { banner: say(language, 'print.superseded', { number: marks.replacedBy }) }),
    company: content.company.name,
    companyWords: content.company.words,
    facts: factsOf(content),
    greeting:
      content.attention === undefined
        ? say(language, 'print.greeting-unnamed')
        : say(language, 'print.greeting', { name: content.attention }),
    opening: openingOf(content),
    head: headOf(content),
    rows: content.lines.map((line, index) => rowOf(content, line, index)),
    lineCount: say(language, 'print.line-count', { count: formatInteger(content.lines.length, language) }),
    total: { label: say(language, 'print.total'), amount: formatMoney(total, currency, language) },
    footnotes: footnotesOf(content),
    ...(content.message === undefined
      ? {}
      : { message: { label: say(language, 'print.message'), paragraphs: content.message.split(/\r\n|\r|\n/) } }),
    closing: say(language, 'print.closing'),
    regards: say(language, 'print.regards'),
    signature: [...(content.signedBy === undefined ? [] : [content.signedBy]), content.company.name],
    footer: footerOf(content, marks),
  };
}

function factsOf(content: ReplyContent): ReplyLayout['facts'] {
  const { language, corrects, attention } = content;
  return {
    left: [
      [say(language, 'print.customer'), content.customer],
      ...(attention === undefined ? [] : [[say(language, 'print.attention'), attention] as const]),
      [say(language, 'print.customer-po'), content.customerPo],
    ],
    right: [
      [say(language, 'print.document-number'), content.number],
      [say(language, 'print.date'), formatDate(content.date, language, 'long')],
      [say(language, 'print.order-number'), content.orderNumber],
      ...(corrects === undefined ? [] : [[say(language, 'print.replaces'), corrects.number] as const]),
    ],
  };
}

function openingOf({ language, corrects, customerPo: po }: ReplyContent): string {
  if (corrects === undefined) return say(language, 'print.opening', { po });
  return say(language, 'print.opening-corrected', { po, number: corrects.number, date: formatDate(corrects.date, language, 'long') });
}

function headOf({ language, currency }: ReplyContent): readonly string[] {
  return [
    say(language, 'print.no'),
    say(language, 'print.code'),
    say(language, 'print.name'),
    say(language, 'print.quantity'),
    say(language, 'print.unit'),
    say(language, 'print.unit-price', { currency }),
    say(language, 'print.promise-date'),
    say(language, 'print.amount', { currency }),
  ];
}

/** One line; beside what has changed since the corrected reply stands what it was. */
function rowOf(content: ReplyContent, line: ReplyLine, index: number): ReplyLayout['rows'][number] {
  const { language, currency, corrects } = content;
  const change = corrects === undefined ? { kind: 'same' as const } : changeOf(line, corrects.lines);
  const was = change.kind === 'changed' ? change.was : line;
  const cell = (now: string, before: string): Cell =>
    now === before ? { text: now } : { text: now, below: say(language, 'print.was', { value: before }) };
  const price = ({ unitPriceMinor }: ReplyLine) => formatAmount(BigInt(unitPriceMinor), currency, language);
  const date = (of: ReplyLine) => formatDate(of.date, language, 'short');
  return {
    changed: change.kind !== 'same',
    cells: [
      { text: `${index + 1}${change.kind === 'same' ? '' : ' *'}` },
      cell(line.code, was.code),
      cell(line.name, was.name),
      cell(formatInteger(line.quantity, language), formatInteger(was.quantity, language)),
      cell(line.unit, was.unit),
      cell(price(line), price(was)),
      cell(date(line), date(was)),
      { text: formatAmount(amountOf(line), currency, language) },
    ],
  };
}

function footnotesOf(content: ReplyContent): readonly string[] {
  const { language, notPlaced } = content;
  return [
    ...changesOf(content),
    ...(notPlaced === undefined ? [] : [say(language, 'print.not-placed', { codes: listed(notPlaced, language) })]),
  ];
}

const listed = (codes: readonly string[], language: ReplyContent['language']): string => codes.join(language === 'zh' ? '、' : ', ');

function changesOf({ language, corrects, lines }: ReplyContent): readonly string[] {
  if (corrects === undefined) return [];
  const dropped = corrects.lines.filter((earlier) => !lines.some(({ id }) => id === earlier.id)).map(({ code }) => code);
  return [
    ...(lines.some((line) => changeOf(line, corrects.lines).kind !== 'same')
      ? [say(language, 'print.changed', { number: corrects.number })]
      : []),
    ...(dropped.length === 0 ? [] : [say(language, 'print.dropped', { codes: listed(dropped, language) })]),
  ];
}

function footerOf({ language, caseNumber, number }: ReplyContent, { reprint }: PrintMarks): ReplyLayout['footer'] {
  return {
    left: `${number} · ${say(language, 'print.case', { case: caseNumber })}`,
    ...(reprint === undefined
      ? {}
      : { middle: say(language, 'print.reprint', { n: reprint.n, date: formatDate(reprint.date, language, 'short') }) }),
    right: (page, pages) => say(language, 'print.page', { page, pages }),
  };
}
