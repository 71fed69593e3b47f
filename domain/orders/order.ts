import * as z from 'zod';
import { plainLine, plainText } from '../plain-text.js';

/** The most lines one order may have. */
export const lineLimit = 2_000;

const code = plainLine(60);
const quantity = z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID').max(100_000_000, 'QUANTITY_INVALID');
const part = z.strictObject({ code, quantity });

/** What belongs to a handle set, each part with its own quantity (HH-B2). */
const matchingSet = z.strictObject({
  lockBody: part.optional(),
  packing: part.optional(),
  spindle: part.optional(),
  strikePlate: part.optional(),
  screws: part.optional(),
  cylinder: part.optional(),
});

/** The name of a line within its order. */
export const lineId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/);

const line = z.strictObject({
  /** Names the line for as long as the order lives; unique in its order. */
  id: lineId,
  code,
  name: plainLine(120),
  quantity,
  unit: plainLine(10),
  /** Price of one unit, in the currency's minor unit. */
  unitPriceMinor: z.int().min(0),
  /** The delivery date the customer asks for. */
  requestedDate: z.iso.date().optional(),
  lengthMm: z.int().min(1).optional(),
  /** The groove of the profile that a connecting rod runs in. */
  groove: plainLine(40).optional(),
  set: matchingSet.optional(),
  /** Made by the customer's own drawing or sample (HH-J): what the customer calls it. */
  special: z.strictObject({ reference: plainLine(120) }).optional(),
});

/** Something the customer asks for while the order runs (HH-A4), entered as an amendment. */
const request = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  /** `rush`: lines are wanted earlier (HH-K). `other`: anything that is no change of the order. */
  kind: z.enum(['rush', 'other']),
  text: plainText(),
  /** When they are wanted now. */
  wanted: z.iso.date().optional(),
  /** Ids of the lines it is about; all when absent. */
  lines: z.array(z.string().min(1).max(32)).min(1).optional(),
});
export type CustomerRequest = z.infer<typeof request>;

const lines = z
  .array(line)
  .min(1, 'FIELD_REQUIRED')
  .max(lineLimit, 'LINES_TOO_MANY')
  .superRefine((all, context) => {
    const first = new Map<string, number>();
    for (const [index, { id }] of all.entries()) {
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, index);
      else
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'LINE_ID_DUPLICATE', params: { first: `/lines/${earlier}/id` } });
    }
  });

/** An order as the customer placed it: what a case of order intake is about. Its own number is the case's. Money in minor units. */
export const order = z.strictObject({
  customer: plainLine(120),
  /** The customer's own number of the order. */
  customerPo: plainLine(60),
  /** Our number of the order, where it is taken in parts, a case each; the case's own number when absent. */
  orderNumber: plainLine(64).optional(),
  /** When the order reached the company, epoch milliseconds; the moment the case is started when absent. */
  receivedAt: z.int().min(0).optional(),
  contact: z.strictObject({ name: plainLine(60), email: z.email().max(254) }).optional(),
  /** The language that the customer is written to in; Chinese when absent. */
  language: z.enum(['zh', 'en', 'id']).optional(),
  /** The earlier order this one was copied from: then all of it is checked again (HH-B2). */
  copiedFrom: plainLine(60).optional(),
  currency: z.enum(['CNY', 'USD', 'IDR']),
  remarks: plainText().optional(),
  /** The site that it is handled at, where the company has several. */
  site: plainLine(40).optional(),
  lines,
  requests: z.array(request).max(50).optional(),
  /** What approved changes (HH-C) have made of it: each line, and the remarks, as reviewed and as approved; `at`: its place among the lines reviewed. Entered by the change alone. */
  approved: z
    .strictObject({
      lines: z.record(lineId, z.strictObject({ was: line.optional(), now: line.optional(), at: z.int().min(0).optional() })).optional(),
      remarks: z.strictObject({ was: plainText().optional(), now: plainText().optional() }).optional(),
    })
    .optional(),
});
export type Order = z.infer<typeof order>;
export type OrderLine = Order['lines'][number];
