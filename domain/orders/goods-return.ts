import * as z from 'zod';
import { type BookRefusal, refusalIn } from '../books/book-refusal.js';
import { type Json, objectOf } from '../json.js';
import { plainText } from '../plain-text.js';
import { lineId, lineLimit } from './order.js';

const goods = z
  .array(
    z.strictObject({ line: lineId, quantity: z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID').max(100_000_000, 'QUANTITY_INVALID') }),
  )
  .min(1, 'FIELD_REQUIRED')
  .max(lineLimit, 'LINES_TOO_MANY')
  .superRefine((all, context) => {
    for (const [index, { line }] of all.entries()) {
      const first = all.findIndex((other) => other.line === line);
      if (first < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'line'],
          message: 'LINE_ID_DUPLICATE',
          params: { first: `/lines/${first}/line` },
        });
    }
  });

const application = {
  /** Our number of the order that the goods were sold by. */
  orderNumber: plainText(60),
  /** Who asks for it at the customer. */
  requestedBy: z.strictObject({ name: plainText(60), email: z.email().max(254).optional() }),
  language: z.enum(['zh', 'en', 'id']).optional(),
  lines: goods,
};

/** A customer's application to return goods (HH-F1), or goods that stand at the door without one (HH-F10): what a case of return is about. */
export const goodsReturn = z.discriminatedUnion('application', [
  z.strictObject({ application: z.literal('made'), ...application, reason: plainText() }),
  z.strictObject({ application: z.literal('missing'), ...application, freightBill: plainText(60).optional() }),
]);
export type GoodsReturn = z.infer<typeof goodsReturn>;

/** A line of an application, with what the books call its goods. */
export interface AppliedLine {
  readonly id: string;
  readonly quantity: number;
  readonly code?: string;
  readonly name?: string;
  readonly unit?: string;
}

/** The lines that are applied for, in the customer's language; `order` is what the reading of that name tells. */
export function appliedLines({ lines, language = 'zh' }: GoodsReturn, order: Json): readonly AppliedLine[] {
  const { lines: known = [] } = order as { readonly lines?: readonly BookLine[] };
  return lines.map(({ line, quantity }) => {
    const found = known.find(({ id }) => id === line);
    return { id: line, quantity, ...(found === undefined ? {} : { code: found.product, name: found.name[language], unit: found.unit }) };
  });
}
interface BookLine {
  readonly id: string;
  readonly product: string;
  readonly name: Readonly<Record<'zh' | 'en' | 'id', string>>;
  readonly unit: string;
}

/** A line as the keeper found it (HH-F12). */
export interface ReceivedLine extends AppliedLine {
  /** What was counted. */
  readonly received: number;
  /** Of the model that the application names. */
  readonly asNamed: boolean;
}

/** Lines of another quantity or model than was applied for. */
export function differing(lines: readonly ReceivedLine[]): readonly ReceivedLine[] {
  return lines.filter(({ quantity, received, asNamed }) => received !== quantity || !asNamed);
}

/** What is booked and printed: goods of the model applied for, as many as were counted. */
export function taken(lines: readonly ReceivedLine[]): readonly (AppliedLine & { readonly quantity: number })[] {
  return lines
    .filter(({ received, asNamed }) => received > 0 && asNamed)
    .map(({ received, asNamed: _asNamed, ...line }) => ({ ...line, quantity: received }));
}

/** Why the books did not take goods back; undefined when they did, or a person booked them by hand. */
export function unpostedBy(result: Json): BookRefusal | undefined {
  return objectOf(result)['posted'] === false ? refusalIn(result) : undefined;
}
