import * as z from 'zod';
import { plainText } from '../contracts/plain-text.js';
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

/** What becomes of goods that came back (HH-F6). */
export const treatments = ['back-to-furnace', 'rework', 'exchange', 'restock'] as const;
export type Treatment = (typeof treatments)[number];

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
