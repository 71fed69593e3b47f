import type { WorkingCalendar } from './calendar.js';
import { dayNumber, minutesOf } from './days.js';
import { beforePauses, type Pause, tidyPauses, unpaused } from './pause.js';
import { dayOf, dayStart, momentOf, type Span, spansOf } from './plan.js';

/**
 * Arithmetic on working time. Moments are epoch milliseconds, lengths milliseconds, times of day `HH:MM` on the site's clock. Spans are
 * half-open. Everything that reads a year the calendar lacks throws `CalendarYearMissing`.
 */

/** Whether the site works at a moment. The end of an interval is no longer working time. */
export function isWorking(calendar: WorkingCalendar, at: number): boolean {
  return spansOf(calendar, dayOf(calendar, at)).some(({ from, to }) => from <= at && at < to);
}

/** Whether the site works at all on a local date `YYYY-MM-DD`; a half day is a working day. */
export function isWorkingDate(calendar: WorkingCalendar, date: string): boolean {
  return isWorkingDay(calendar, dayNumber(date));
}

function isWorkingDay(calendar: WorkingCalendar, day: number): boolean {
  return spansOf(calendar, day).length > 0;
}

/** Working time from `from` to `to` that no pause covers; 0 when `to` is not after `from`. */
export function workingBetween(calendar: WorkingCalendar, from: number, to: number, pauses: readonly Pause[] = []): number {
  const tidy = tidyPauses(pauses);
  let sum = 0;
  for (let day = dayOf(calendar, from); dayStart(calendar, day) < to; day++)
    for (const span of spansOf(calendar, day)) for (const part of unpaused(clip(span, from, to), tidy)) sum += part.to - part.from;
  return sum;
}

/** The first moment at which `ms` of working time outside pauses has passed since `from`: the end of a day stays that day's end. */
export function addWorking(calendar: WorkingCalendar, from: number, ms: number, pauses: readonly Pause[] = []): number {
  requireLength(ms);
  if (ms === 0) return from;
  const tidy = tidyPauses(pauses);
  let left = ms;
  for (let day = dayOf(calendar, from); ; day++)
    for (const span of spansOf(calendar, day))
      for (const part of unpaused(clip(span, from, span.to), tidy)) {
        if (left <= part.to - part.from) return part.from + left;
        left -= part.to - part.from;
      }
}

/** The first moment at which `ms` on the wall clock outside pauses has passed since `from`. */
export function addWall(from: number, ms: number, pauses: readonly Pause[] = []): number {
  requireLength(ms);
  let at = from + ms;
  for (const pause of tidyPauses(pauses)) {
    if (pause.to <= from) continue;
    if (pause.from >= at) break;
    at += pause.to - Math.max(pause.from, from);
  }
  return at;
}

/** The moment from which `ms` of working time outside pauses is left until `to`: where a pause ends then, its begin. Undefined when that would be before `notBefore`. */
export function subtractWorking(
  calendar: WorkingCalendar,
  to: number,
  ms: number,
  pauses: readonly Pause[],
  notBefore: number,
): number | undefined {
  requireLength(ms);
  const tidy = tidyPauses(pauses);
  let left = ms;
  for (let day = dayOf(calendar, to); dayStart(calendar, day + 1) > notBefore; day--)
    for (const span of spansOf(calendar, day).toReversed())
      for (const part of unpaused(clip(span, span.from, to), tidy).toReversed()) {
        if (left <= part.to - part.from) return beforePauses(part.to - left, tidy);
        left -= part.to - part.from;
      }
  return undefined;
}

/** The moment from which `ms` on the wall clock outside pauses is left until `to`: where a pause ends then, its begin. */
export function subtractWall(to: number, ms: number, pauses: readonly Pause[] = []): number {
  requireLength(ms);
  let at = to - ms;
  for (const pause of tidyPauses(pauses).toReversed()) {
    if (pause.from >= to) continue;
    if (pause.to < at) break;
    at -= Math.min(pause.to, to) - pause.from;
  }
  return at;
}

/**
 * `n` working days later; the day of the start is not counted. With `at`, that time of day exactly, also outside the hours. Without, the
 * same time of day drawn into the day's hours: before them their start, in a break or after them the end before it; from a day without
 * work, the end of the day's hours, so that the whole of the last day counts.
 */
export function addWorkingDays(calendar: WorkingCalendar, from: number, n: number, at?: string): number {
  if (at !== undefined) return nextWorkingDayAt(calendar, from, n, at);
  const startDay = dayOf(calendar, from);
  const day = workingDayAfter(calendar, startDay, n);
  const spans = spansOf(calendar, day);
  const moment = isWorkingDay(calendar, startDay)
    ? dayStart(calendar, day) + (from - dayStart(calendar, startDay))
    : Number.POSITIVE_INFINITY;
  const reached = spans.filter((span) => span.from <= moment).at(-1);
  return reached === undefined ? (spans[0]?.from ?? moment) : Math.min(moment, reached.to);
}

/** A time of day on the `n`th working day after the day of `from`. */
export function nextWorkingDayAt(calendar: WorkingCalendar, from: number, n: number, at: string): number {
  return momentOf(calendar, workingDayAfter(calendar, dayOf(calendar, from), n), minutesOf(at));
}

/** The next daily cut-off: today's when today is a working day and `from` is before it, else that of the next working day. At the cut-off itself it is too late for today's. */
export function dailyCutOff(calendar: WorkingCalendar, from: number, at: string): number {
  const day = dayOf(calendar, from);
  const today = momentOf(calendar, day, minutesOf(at));
  return from < today && isWorkingDay(calendar, day) ? today : nextWorkingDayAt(calendar, from, 1, at);
}

/** The first moment not before `from` that is a time of day: of a working day, or of any day. */
export function timeOfDayFrom(calendar: WorkingCalendar, from: number, at: string, days: 'working' | 'any'): number {
  const minutes = minutesOf(at);
  // The day before too: a time that a change of offset skipped on it is its end, which is the first moment of this day.
  for (let day = dayOf(calendar, from) - 1; ; day++) {
    const moment = momentOf(calendar, day, minutes);
    if (moment >= from && (days === 'any' || isWorkingDay(calendar, day))) return moment;
  }
}

/** The local working days after `startDay` up to and including the `n`th. */
function workingDayAfter(calendar: WorkingCalendar, startDay: number, n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`a whole number of days, at least 1, not ${n}`);
  let day = startDay;
  for (let found = 0; found < n; ) {
    day++;
    if (isWorkingDay(calendar, day)) found++;
  }
  return day;
}

function clip({ from, to }: Span, notBefore: number, notAfter: number): Span {
  return { from: Math.max(from, notBefore), to: Math.min(to, notAfter) };
}

function requireLength(ms: number): void {
  if (!Number.isInteger(ms) || ms < 0) throw new RangeError(`a whole number of milliseconds, at least 0, not ${ms}`);
}
