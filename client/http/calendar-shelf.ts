import type { Logger } from 'pino';
import { calendarOf } from '../../db/calendars.js';
import type { Db } from '../../db/pool.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';

/** The working calendars that new cases begin with, kept in memory. */
export interface CalendarShelf {
  /** Undefined: the company has none. */
  of(company: string): Promise<WorkingCalendar | undefined>;
}

interface Kept {
  readonly calendar: WorkingCalendar | undefined;
  lookedAt: number;
}

/**
 * Reads calendars from the database: at first when asked, then at most every ten seconds and without anybody waiting for it. A case that
 * began with the one before is told of the new one as all open cases are.
 */
export function createCalendarShelf(db: Db, log: Logger, everyMs = 10_000): CalendarShelf {
  const kept = new Map<string, Kept>();
  const read = async (company: string): Promise<WorkingCalendar | undefined> => {
    const calendar = await calendarOf(db, company);
    kept.set(company, { calendar, lookedAt: Date.now() });
    return calendar;
  };
  return {
    async of(company) {
      const known = kept.get(company);
      if (known === undefined) return read(company);
      if (known.lookedAt < Date.now() - everyMs) {
        known.lookedAt = Date.now();
        read(company).catch((cause: unknown) =>
          log.warn({ reason: cause instanceof Error ? cause.message : String(cause) }, 'a working calendar could not be read again'),
        );
      }
      return known.calendar;
    },
  };
}
