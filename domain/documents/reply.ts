import * as z from 'zod';
import { plainText } from '../contracts/plain-text.js';
import { lineLimit } from '../orders/order.js';
import type { Locale } from '../texts/texts.js';
import type { Currency } from './money.js';

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
  const { message, notPlaced, ...body } = input.reply;
  return {
    ...office,
    ...body,
    language: input.language,
    orderNumber: input.number ?? office.caseNumber,
    ...(notPlaced === undefined ? {} : { notPlaced }),
    ...(message === undefined ? {} : { message }),
    ...(input.to.name === undefined ? {} : { attention: input.to.name }),
    ...(input.signedBy === undefined ? {} : { signedBy: input.signedBy }),
    ...(corrected === undefined ? {} : { corrects: { number: corrected.number, date: corrected.date, lines: corrected.lines } }),
  };
}
