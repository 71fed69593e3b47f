import * as z from 'zod';
import type { Json } from '../../domain/case/json.js';
import { dateAt } from '../../domain/documents/dates.js';
import type { TradeBooks } from '../../ports/books.js';
import { PermanentFailure, type ReadingPort } from '../../ports/outside.js';

export interface BookParts {
  readonly books: TradeBooks;
  /** Offset from UTC at a company's site, in minutes. */
  readonly utcOffsetMinutes: (company: string) => number;
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
 * `customer { customer }`: by code or name · `order { order }`, with the date at the company's site as `today` · `credit { customer, after? }`: how the
 * customer stands on that date; `account-watch` is the same under a name of its own, for a second look in one round.
 * Permanent failure: INPUT_INVALID.
 */
export function createBookReadings(parts: BookParts): Readonly<Record<keyof typeof inputs | 'account-watch', ReadingPort>> {
  const { books } = parts;
  const today = (company: string, at: number): string => dateAt(at, parts.utcOffsetMinutes(company));
  const credit: ReadingPort = async (input, { caseId, at }) => {
    const company = companyOf(caseId);
    return answer(await books.credit(company, taken('credit', inputs.credit, input).customer, today(company, at)));
  };
  return {
    customer: async (input, { caseId }) =>
      answer(await books.customer(companyOf(caseId), taken('customer', inputs.customer, input).customer)),
    async order(input, { caseId, at }) {
      const company = companyOf(caseId);
      const order = await books.order(company, taken('order', inputs.order, input).order, caseId);
      return answer(order === undefined ? undefined : { ...order, today: today(company, at) });
    },
    credit,
    'account-watch': credit,
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

/** What the books hold is JSON by its types. */
const answer = (value: object | undefined): Json =>
  value === undefined ? { found: false } : ({ found: true, ...value } as unknown as Json);
