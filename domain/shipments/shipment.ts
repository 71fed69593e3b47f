import * as z from 'zod';
import { type BookRefusal, refusalIn } from '../books/book-refusal.js';
import { isObject, type Json } from '../json.js';
import { lineLimit } from '../orders/order.js';
import { plainLine, plainText } from '../plain-text.js';

const quantity = z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID').max(100_000_000, 'QUANTITY_INVALID');
const line = z.strictObject({
  /** The line of the order in the trade books. */
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  /** How much of it is to leave, in the product's unit. */
  quantity,
});

/** Goods of an order that are to be shipped: what a case of a shipment procedure is about. Names are those of the trade books. */
export const shipment = z.strictObject({
  customer: plainLine(60),
  order: plainLine(60),
  /** The day the goods are to leave. */
  shipDate: z.iso.date(),
  deliverTo: plainLine(200).optional(),
  /** The language of its papers; Chinese when absent. */
  language: z.enum(['zh', 'en', 'id']).optional(),
  remarks: plainText().optional(),
  /** Entered as an amendment while somebody who must sign cannot be found (JH-L1, JH-Q1). */
  emergency: z.strictObject({ reason: plainText() }).optional(),
  lines: z
    .array(line)
    .min(1, 'FIELD_REQUIRED')
    .max(lineLimit, 'LINES_TOO_MANY')
    .superRefine((all, context) => {
      for (const [index, { id }] of all.entries()) {
        const first = all.findIndex((other) => other.id === id);
        if (first < index)
          context.addIssue({ code: 'custom', path: [index, 'id'], message: 'LINE_ID_DUPLICATE', params: { first: `/lines/${first}/id` } });
      }
    }),
});
export type Shipment = z.infer<typeof shipment>;

/** What came of releasing goods; unknown is never granted. */
export type Released =
  | { readonly granted: true; readonly release: string; readonly amountMinor: number; readonly exposureMinor: number }
  | { readonly granted: false; readonly refusal: BookRefusal };

/** Reads the result of `release-goods`. */
export function releasedBy(result: Json): Released {
  if (isObject(result)) {
    const { granted, release, amountMinor, exposureMinor } = result;
    if (granted === true && typeof release === 'string')
      return { granted, release, amountMinor: Number(amountMinor), exposureMinor: Number(exposureMinor) };
  }
  return { granted: false, refusal: refusalIn(result) };
}

/** Reads the result of `ship-goods`: what left is worth this much, or why it was not booked. */
export function shippedBy(
  result: Json,
): { readonly shipped: true; readonly amountMinor: number } | { readonly shipped: false; readonly refusal: BookRefusal } {
  if (isObject(result) && result['shipped'] === true) return { shipped: true, amountMinor: Number(result['amountMinor']) };
  return { shipped: false, refusal: refusalIn(result) };
}
