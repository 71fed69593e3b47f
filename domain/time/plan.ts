import type { Words } from '../words.js';
import type { CalendarEdition, EditionRef, HolidayKind, Hours, WorkingCalendar } from './calendar.js';
import { dayMs, dayNumber, minuteMs, minutesOf, weekdayOf, yearOf } from './days.js';

/** The calendar has no edition for a year that a computation needs. Never guessed: the missing year must be added. */
export class CalendarYearMissing extends Error {
  override readonly name = 'CalendarYearMissing';
  readonly code = 'CALENDAR_YEAR_MISSING';
  readonly values: { readonly calendar: string; readonly year: number };
  constructor(calendar: string, year: number) {
    super(`calendar ${calendar} has no edition for ${year}`);
    this.values = { calendar, year };
  }
}

/** A stretch of time, half-open: `from` belongs to it, `to` does not. Epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

type Minutes = readonly (readonly [from: number, to: number])[];
/** What a calendar says about one day; hours in minutes since local midnight. */
export type DayPlan =
  | { readonly kind: 'week'; readonly hours: Minutes }
  | { readonly kind: 'holiday'; readonly hours: readonly []; readonly holiday: HolidayKind; readonly words: Words }
  | { readonly kind: 'make-up' | 'half-day'; readonly hours: Minutes; readonly words: Words };

interface Year {
  readonly edition: EditionRef;
  readonly week: Readonly<Record<string, DayPlan>>;
  readonly special: ReadonlyMap<number, DayPlan>;
}
interface Compiled {
  readonly years: ReadonlyMap<number, Year>;
  /** Latest first. */
  readonly offsets: readonly { readonly fromDay: number; readonly ms: number }[];
}
const compiled = new WeakMap<WorkingCalendar, Compiled>();
const ranks: Readonly<Record<HolidayKind, number>> = { 'public-holiday': 0, 'day-in-lieu': 1, 'joint-holiday': 2, 'plant-shutdown': 3 };

function compile(calendar: WorkingCalendar): Compiled {
  const known = compiled.get(calendar);
  if (known !== undefined) return known;
  const made: Compiled = {
    years: new Map(calendar.editions.map((edition) => [edition.year, yearPlan(calendar.calendar, edition)])),
    offsets: calendar.offsets
      .map(({ from, minutes }) => ({ fromDay: from === undefined ? Number.NEGATIVE_INFINITY : dayNumber(from), ms: minutes * minuteMs }))
      .reverse(),
  };
  compiled.set(calendar, made);
  return made;
}

function yearPlan(calendar: string, edition: CalendarEdition): Year {
  const special = new Map<number, DayPlan>();
  for (const { date, to, kind, words } of edition.holidays.toSorted((a, b) => ranks[b.kind] - ranks[a.kind]))
    for (let day = dayNumber(date); day <= dayNumber(to ?? date); day++)
      special.set(day, { kind: 'holiday', hours: [], holiday: kind, words });
  for (const { date, hours, words } of edition.makeUp)
    special.set(dayNumber(date), { kind: 'make-up', hours: inMinutes(typeof hours === 'string' ? edition.weekly[hours] : hours), words });
  for (const { date, hours, words } of edition.halfDays) special.set(dayNumber(date), { kind: 'half-day', hours: inMinutes(hours), words });
  const week = Object.fromEntries(
    Object.entries(edition.weekly).map(([weekday, hours]): [string, DayPlan] => [weekday, { kind: 'week', hours: inMinutes(hours) }]),
  );
  return { edition: { calendar, year: edition.year, edition: edition.edition, provisional: edition.provisional }, week, special };
}

function inMinutes(hours: Hours): Minutes {
  return hours.map(([from, to]) => [minutesOf(from), minutesOf(to)] as const);
}

function yearIn(calendar: WorkingCalendar, year: number): Year {
  const found = compile(calendar).years.get(year);
  if (found === undefined) throw new CalendarYearMissing(calendar.calendar, year);
  return found;
}

/** The edition of a year. Throws `CalendarYearMissing`. */
export function editionRef(calendar: WorkingCalendar, year: number): EditionRef {
  return yearIn(calendar, year).edition;
}

/** What the calendar says about a day. Throws `CalendarYearMissing`. */
export function dayPlanOf(calendar: WorkingCalendar, day: number): DayPlan {
  const { special, week } = yearIn(calendar, yearOf(day));
  return special.get(day) ?? week[weekdayOf(day)] ?? { kind: 'week', hours: [] };
}

/** The first moment of a local day. Needs no edition: offsets are known for all time. */
export function dayStart(calendar: WorkingCalendar, day: number): number {
  const offset = compile(calendar).offsets.find(({ fromDay }) => fromDay <= day);
  return day * dayMs - (offset?.ms ?? 0);
}

/** The local day a moment belongs to. */
export function dayOf(calendar: WorkingCalendar, at: number): number {
  const utc = Math.floor(at / dayMs);
  if (dayStart(calendar, utc + 1) <= at) return utc + 1;
  return dayStart(calendar, utc) <= at ? utc : utc - 1;
}

/** The moment of a local time of day; one that a change of offset skips is the end of the day. */
export function momentOf(calendar: WorkingCalendar, day: number, minutes: number): number {
  return Math.min(dayStart(calendar, day) + minutes * minuteMs, dayStart(calendar, day + 1));
}

/** The working spans of a day, in order; empty for a free day. Throws `CalendarYearMissing`. */
export function spansOf(calendar: WorkingCalendar, day: number): Span[] {
  return dayPlanOf(calendar, day)
    .hours.map(([from, to]) => ({ from: momentOf(calendar, day, from), to: momentOf(calendar, day, to) }))
    .filter(({ from, to }) => from < to);
}

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
    const plan = dayPlanOf(calendar, day);
    if (plan.hours.length > 0) return undefined;
    return plan.kind === 'holiday' ? { date, words: plan.words } : { date };
  } catch (thrown) {
    if (thrown instanceof CalendarYearMissing) return undefined;
    throw thrown;
  }
}

/** Noon of a date in UTC, epoch milliseconds: on that date at every site from UTC−11 to UTC+11. */
export const noonOf = (date: string): number => (dayNumber(date) + 0.5) * dayMs;
