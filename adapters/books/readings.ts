import * as z from 'zod';
import type { Json } from '../../domain/case/json.js';
import { dateAt } from '../../domain/documents/dates.js';
import type { TradeBooks } from '../../ports/books.js';
import { PermanentFailure, type ReadingPort } from '../../ports/outside.js';

export interface BookParts {
  readonly books: TradeBooks;
  /** Offset from UTC at a company's site, in minutes. */
  readonly utcOffsetMinutes: (company: string) => number;
  /** Epoch milliseconds; the clock when absent. */
  readonly now?: () => number;
}

const text = z.string().min(1).max(120);
const inputs = {
  customer: z.strictObject({ customer: text }),
  order: z.strictObject({ order: text }),
  /** `after`: anything that makes it a reading of its own, such as the moment of a decision. */
  credit: z.strictObject({ customer: text, after: z.number().optional() }),
};

/**
 * What procedures read in the trade books, by name. Each answers `{ found: false }` for what the books do not have.
 * `customer { customer }`: by code or name ·
 * `order { order }` · `credit { customer, after? }`: how the customer stands today at the company's site.
 * Permanent failure: INPUT_INVALID.
 */
export function createBookReadings(parts: BookParts): Readonly<Record<keyof typeof inputs, ReadingPort>> {
  const { books } = parts;
  return {
    customer: (input, { caseId }) => one(books.customer(companyOf(caseId), taken('customer', inputs.customer, input).customer)),
    order: (input, { caseId }) => one(books.order(companyOf(caseId), taken('order', inputs.order, input).order)),
    credit(input, { caseId }) {
      const company = companyOf(caseId);
      const today = dateAt((parts.now ?? Date.now)(), parts.utcOffsetMinutes(company));
      return one(books.credit(company, taken('credit', inputs.credit, input).customer, today));
    },
  };
}

/** The company of a case: what its id begins with. */
export const companyOf = (caseId: string): string => caseId.split(':')[0] ?? '';

/** What a procedure asks for, or the permanent failure that its program is wrong. */
export function taken<S extends z.ZodType>(name: string, schema: S, input: Json): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const words = result.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`);
  throw new PermanentFailure('INPUT_INVALID', `${name}: ${words.join('; ')}`);
}

async function one(found: Promise<object | undefined>): Promise<Json> {
  const value = await found;
  return json(value === undefined ? { found: false } : { found: true, ...value });
}

/** What the books hold is JSON by its types. */
const json = (value: object): Json => value as unknown as Json;
