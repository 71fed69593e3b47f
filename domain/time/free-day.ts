import type { Words } from '../policy/policy.js';
import type { WorkingCalendar } from './calendar.js';
import { dayMs, dayNumber } from './days.js';
import { CalendarYearMissing, planOf } from './plan.js';

/** Why nobody works on a date: `words` of the holiday, none on a weekly rest day. */
export interface FreeDay {
  readonly date: string;
  readonly words?: Words;
}

/** Whether nobody works on a date `YYYY-MM-DD`, and why. Undefined: it is worked, or the calendar does not know its year. */
export function freeDay(calendar: WorkingCalendar, date: string): FreeDay | undefined {
  const day = dayNumber(date);
  if (Number.isNaN(day)) return undefined;
  try {
    const plan = planOf(calendar, day);
    if (plan.hours.length > 0) return undefined;
    return plan.kind === 'holiday' ? { date, words: plan.words } : { date };
  } catch (thrown) {
    if (thrown instanceof CalendarYearMissing) return undefined;
    throw thrown;
  }
}

/** Noon of a date in UTC, epoch milliseconds: on that date at every site from UTC−11 to UTC+11. */
export const noonOf = (date: string): number => (dayNumber(date) + 0.5) * dayMs;
