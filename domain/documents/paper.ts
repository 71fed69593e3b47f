import * as z from 'zod';
import { plainText } from '../contracts/plain-text.js';
import { lineLimit } from '../orders/order.js';
import { paperFacts } from '../shipments/papers.js';

/** Papers that go with goods, and those of order changes, with the letters of their numbers. */
export const paperKinds = {
  'shipping-notice': 'SN',
  'delivery-note': 'DN',
  'gate-pass': 'GP',
  'return-application': 'RA',
  'return-note': 'RN',
  'change-refusal': 'CR',
  'contract-amendment': 'CA',
  'production-change-notice': 'PN',
} as const;
export type PaperKind = keyof typeof paperKinds;

/** What of an order's line, beside its quantity, a paper shows before and after. */
export const changeFields = ['code', 'name', 'unit', 'unitPriceMinor', 'requestedDate', 'lengthMm', 'groove', 'set'] as const;
const value = z.union([plainText(120), z.int()]);

/** What an effect `issue-<kind>` is asked to print. */
export const paperInput = z.strictObject({
  language: z.enum(['zh', 'en', 'id']),
  /** Of the prices among its changes. */
  currency: z.enum(['CNY', 'USD', 'IDR']).optional(),
  facts: z.partialRecord(z.enum(paperFacts), plainText()),
  lines: z
    .array(
      z.strictObject({
        code: plainText(60),
        name: plainText(120),
        quantity: z.int().min(0),
        unit: plainText(10),
        /** What the quantity was before. */
        was: z.int().min(0).optional(),
        /** What else of the line is another than before. Without values: see the order. */
        changed: z.array(z.strictObject({ field: z.enum(changeFields), was: value.optional(), now: value.optional() })).optional(),
      }),
    )
    .max(lineLimit),
  /** In the words of whoever answers for the paper. */
  text: plainText().optional(),
});
export type PaperRequest = z.infer<typeof paperInput>;

/** Everything that stands on a printed paper; kept with it, so that it can be printed again as it was. */
export interface PaperContent extends PaperRequest {
  readonly paper: PaperKind;
  readonly company: { readonly name: string; readonly words: readonly string[] };
  readonly number: string;
  /** `YYYY-MM-DD` at the company's site. */
  readonly date: string;
  readonly caseNumber: string;
  /** The paper that this one corrects. */
  readonly corrects?: { readonly number: string };
}
