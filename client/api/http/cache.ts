import type { Logger } from 'pino';
import { calendarOf } from '../../../db/calendars.js';
import { booksOf, currentEdition } from '../../../db/editions.js';
import type { Db } from '../../../db/pool.js';
import type { Books } from '../../../domain/policy/policy.js';
import type { WorkingCalendar } from '../../../domain/time/calendar.js';

/** The books of editions, kept in memory once read: an edition never changes. */
export interface BookCache {
  /** Undefined: the edition is not known. */
  of(edition: string): Promise<Books | undefined>;
  /** The edition that new cases begin with; undefined before the first worker has brought one. */
  current(): Promise<{ readonly id: string; readonly books: Books } | undefined>;
}

/** How many editions are kept in memory; above that, those not used for longest go. */
const most = 60;

/** Reads editions from the database, each once. */
export function createBookCache(db: Db): BookCache {
  const kept = new Map<string, Books>();
  const of = async (edition: string): Promise<Books | undefined> => {
    const known = kept.get(edition);
    if (known !== undefined) {
      kept.delete(edition);
      kept.set(edition, known);
      return known;
    }
    const found = await booksOf(db, edition);
    if (found === undefined) return undefined;
    kept.set(edition, found);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return found;
  };
  return {
    of,
    async current() {
      const id = await currentEdition(db);
      const books = id === undefined ? undefined : await of(id);
      return id === undefined || books === undefined ? undefined : { id, books };
    },
  };
}

/** The working calendars that new cases begin with, kept in memory. */
export interface CalendarCache {
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
export function createCalendarCache(db: Db, log: Logger, everyMs = 10_000): CalendarCache {
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
