import * as z from 'zod';
import { lineLimit } from '../orders/order.js';
import { plainText } from '../plain-text.js';
import { amountOf, type Currency, formatAmount, formatDate, formatInteger, formatMoney } from '../texts/format.js';
import { type Locale, say } from '../texts/texts.js';
import type { PrintMarks, Sheet } from './sheet.js';

const replyLine = z.strictObject({
  id: z.string().min(1).max(32),
  code: plainText(60),
  name: plainText(120),
  quantity: z.int().min(1),
  unit: plainText(10),
  unitPriceMinor: z.int().min(0),
  /** The promised date. */
  date: z.iso.date(),
});
export type ReplyLine = z.infer<typeof replyLine>;

/** The written reply to an order: date and price of each line (HH-B11, HH-B13). As the procedure tells it. */
const reply = z.strictObject({
  customer: plainText(120),
  customerPo: plainText(60),
  currency: z.enum(['CNY', 'USD', 'IDR']),
  lines: z.array(replyLine).min(1).max(lineLimit),
  /** Codes of the lines that are not placed yet and answered later (HH-B12). */
  notPlaced: z.array(plainText(60)).min(1).max(lineLimit).optional(),
  /** What needs care in production (HH-B5). */
  points: plainText(1_000).optional(),
  message: plainText().optional(),
});

/** What the effect `send-reply` is asked to do. The address is checked apart, since a wrong one is a person's to repair. */
export const sendReplyInput = z.strictObject({
  reply,
  /** The customer's language. */
  language: z.enum(['zh', 'en', 'id']),
  to: z.strictObject({ name: plainText(60).optional(), email: z.string().optional() }),
  /** Our order number; the case's own when absent. */
  number: plainText(60).optional(),
  /** Who answers for it, as the customer knows them; printed under the closing. */
  signedBy: plainText(60).optional(),
});
export type SendReplyInput = z.infer<typeof sendReplyInput>;

/** Everything that stands on a printed reply; kept with it, so that it can be printed again as it was. */
export interface ReplyContent {
  readonly language: Locale;
  readonly company: { readonly name: string; readonly words: readonly string[] };
  readonly number: string;
  /** `YYYY-MM-DD` at the company's site. */
  readonly date: string;
  readonly customer: string;
  readonly attention?: string;
  readonly customerPo: string;
  readonly orderNumber: string;
  /** Number of the case, for the footer. */
  readonly caseNumber: string;
  readonly currency: Currency;
  readonly lines: readonly ReplyLine[];
  /** Codes of the lines that are answered later. */
  readonly notPlaced?: readonly string[];
  readonly points?: string;
  readonly message?: string;
  readonly signedBy?: string;
  /** The reply that this one corrects. */
  readonly corrects?: { readonly number: string; readonly date: string; readonly lines: readonly ReplyLine[] };
}

/** How a line differs from the reply before. */
export type LineChange = { readonly kind: 'same' } | { readonly kind: 'new' } | { readonly kind: 'changed'; readonly was: ReplyLine };

/** Compares a line with the one of the same id in the corrected reply. */
export function changeOf(line: ReplyLine, earlier: readonly ReplyLine[]): LineChange {
  const was = earlier.find(({ id }) => id === line.id);
  if (was === undefined) return { kind: 'new' };
  const same = (['code', 'name', 'quantity', 'unit', 'unitPriceMinor', 'date'] as const).every((field) => was[field] === line[field]);
  return same ? { kind: 'same' } : { kind: 'changed', was };
}

/** The printed content of a reply, from what the procedure asked for and what the office adds. */
export function replyContent(
  input: SendReplyInput,
  office: Pick<ReplyContent, 'company' | 'number' | 'date' | 'caseNumber'>,
  corrected: ReplyContent | undefined,
): ReplyContent {
  const { message, notPlaced, points, ...body } = input.reply;
  return {
    ...office,
    ...body,
    language: input.language,
    orderNumber: input.number ?? office.caseNumber,
    ...(notPlaced === undefined ? {} : { notPlaced }),
    ...(points === undefined ? {} : { points }),
    ...(message === undefined ? {} : { message }),
    ...(input.to.name === undefined ? {} : { attention: input.to.name }),
    ...(input.signedBy === undefined ? {} : { signedBy: input.signedBy }),
    ...(corrected === undefined ? {} : { corrects: { number: corrected.number, date: corrected.date, lines: corrected.lines } }),
  };
}

/** The words of the mail that a written reply travels with, in the reply's language. */
export function replyMail(content: ReplyContent): { readonly subject: string; readonly text: string; readonly fileName: string } {
  const { language, number, customerPo: po, corrects, attention, company } = content;
  const count = content.lines.length;
  const greeting = attention === undefined ? say(language, 'print.greeting-unnamed') : say(language, 'print.greeting', { name: attention });
  const body =
    count === 1
      ? say(language, 'mail.order-reply.body-one', { number, po })
      : say(language, 'mail.order-reply.body', { number, po, count: formatInteger(count, language) });
  const replaces =
    corrects === undefined
      ? []
      : [say(language, 'mail.order-reply.replaces', { number: corrects.number, date: formatDate(corrects.date, language, 'long') })];
  const signature = [...(content.signedBy === undefined ? [] : [content.signedBy]), company.name, ...company.words];
  return {
    subject: oneLine(
      say(language, corrects === undefined ? 'mail.order-reply.subject' : 'mail.order-reply.subject-corrected', { number, po }),
    ),
    text: [
      greeting,
      [body, ...replaces].join('\n'),
      ...(content.message === undefined ? [] : [content.message]),
      say(language, 'print.closing'),
      [say(language, 'print.regards'), ...signature].join('\n'),
    ].join('\n\n'),
    fileName: `${say(language, 'print.order-reply')} ${number}.pdf`,
  };
}

/** A header is one line. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

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
  const { language, notPlaced, points } = content;
  return [
    ...changesOf(content),
    ...(points === undefined ? [] : [say(language, 'print.points', { points })]),
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
