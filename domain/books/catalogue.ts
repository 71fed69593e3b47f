import * as z from 'zod';
import { plainLine } from '../plain-text.js';
import type { FreeDay } from '../time/plan.js';

/** The parts that may belong to a handle set, each with its own quantity (HH-B2). */
export const setParts = ['lockBody', 'packing', 'spindle', 'strikePlate', 'screws', 'cylinder'] as const;

/** What the company's catalogue says of one product code. */
export const catalogueEntry = z.strictObject({
  code: plainLine(60),
  /** Its name in each language; an order names the product by any of them. */
  name: z.strictObject({ en: plainLine(120), zh: plainLine(120), id: plainLine(120) }),
  unit: plainLine(10),
  /** What an order must say of it for its configuration to be whole. */
  needs: z.array(z.enum(['lengthMm', 'groove', 'set'])).optional(),
  /** What the code itself fixes. */
  lengthMm: z.int().min(1).optional(),
  groove: plainLine(40).optional(),
  /** What belongs to one set: code of the part and how many of it. */
  set: z.partialRecord(z.enum(setParts), z.strictObject({ code: plainLine(60), perSet: z.int().min(1) })).optional(),
  /** Price of one unit in minor units, by currency. */
  prices: z.partialRecord(z.enum(['CNY', 'USD', 'IDR']), z.int().min(0)).optional(),
  /** No longer made. */
  discontinued: z.boolean().optional(),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;
/** The entries found for a list of codes, by code; a code the catalogue does not have is absent. */
export type Catalogue = Readonly<Record<string, CatalogueEntry>>;

/** What the book of customers says of one, as far as taking an order goes. */
export interface KnownCustomer {
  readonly id: string;
  readonly name: string;
}

/** An order of the same customer under the same number of theirs. `startedAt` in epoch milliseconds. */
export interface EarlierOrder {
  readonly caseId: string;
  readonly number: string;
  readonly startedAt: number;
}

/** What is asked of the company's books about an order: the reading `order-books`. Codes and dates sorted, each once. */
export interface OrderQuestions {
  readonly customer: string;
  readonly customerPo: string;
  readonly codes: readonly string[];
  readonly dates: readonly string[];
}

/** What the books say of an order. */
export interface OrderAnswers {
  /** The day on which they were asked, `YYYY-MM-DD` at the company's site. */
  readonly on: string;
  /** Null: the book of customers does not have it. */
  readonly customer: KnownCustomer | null;
  readonly earlier: readonly EarlierOrder[];
  readonly catalogue: Catalogue;
  /** Those of the dates on which nobody works. */
  readonly free: readonly FreeDay[];
}
