import * as z from 'zod';
import type { Json } from '../../domain/case/json.js';
import { dateAt } from '../../domain/documents/dates.js';
import type { OrderAnswers } from '../../domain/orders/catalogue.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { freeDay } from '../../domain/time/free-day.js';
import type { OrderBooks } from '../../ports/books.js';
import type { ReadingPort } from '../../ports/outside.js';
import { companyOf, taken } from './readings.js';

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
