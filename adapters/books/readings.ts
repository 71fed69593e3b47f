import * as z from 'zod';
import type { OrderAnswers } from '../../domain/books/catalogue.js';

import type { Json } from '../../domain/json.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { dateAt } from '../../domain/time/days.js';
import { freeDay } from '../../domain/time/plan.js';
import type { OrderBooks, TradeBooks } from '../../ports/books.js';
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

export interface OrderReadingParts {
  readonly books: OrderBooks;
  /** When a company works; undefined: it has no calendar. */
  readonly calendar: (company: string) => Promise<WorkingCalendar | undefined>;
  /** Offset from UTC at a company's site, in minutes. */
  readonly utcOffsetMinutes: (company: string) => number;
}

const questions = z.strictObject({ customer: z.string(), customerPo: z.string(), codes: z.array(z.string()), dates: z.array(z.string()) });

/**
 * The reading `order-books` of order intake (HH-B2): what the company's books say of an order, whose questions and answers are `OrderQuestions` and
 * `OrderAnswers`. Permanent failure: INPUT_INVALID.
 */
export function createOrderReadings(parts: OrderReadingParts): Readonly<Record<'order-books', ReadingPort>> {
  const { books } = parts;
  return {
    async 'order-books'(input, { caseId, at }) {
      const { customer, customerPo, codes, dates } = taken('order-books', questions, input);
      const company = companyOf(caseId);
      const [known, earlier, catalogue, calendar] = await Promise.all([
        books.customer(company, customer),
        books.earlierOrders(caseId, { customer, customerPo }),
        books.catalogue(company, codes),
        parts.calendar(company),
      ]);
      const answers: OrderAnswers = {
        on: dateAt(at, parts.utcOffsetMinutes(company)),
        customer: known ?? null,
        earlier,
        catalogue,
        free: calendar === undefined ? [] : dates.flatMap((date) => freeDay(calendar, date) ?? []),
      };
      return answers as unknown as Json;
    },
  };
}
