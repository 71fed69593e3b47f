import * as z from 'zod';
import { plainText } from '../contracts/plain-text.js';
import { lineLimit } from '../orders/order.js';

const quantity = z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID').max(100_000_000, 'QUANTITY_INVALID');
const line = z.strictObject({
  /** The line of the order in the trade books. */
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  /** How much of it is to leave, in the product's unit. */
  quantity,
});

/** Goods of an order that are to be shipped: what a case of a shipment procedure is about. Names are those of the trade books. */
export const shipment = z.strictObject({
  customer: plainText(60),
  order: plainText(60),
  /** The day the goods are to leave. */
  shipDate: z.iso.date(),
  deliverTo: plainText(200).optional(),
  /** The language of its papers; Chinese when absent. */
  language: z.enum(['zh', 'en', 'id']).optional(),
  remarks: plainText().optional(),
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
