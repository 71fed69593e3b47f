import * as z from 'zod';
import type { EditionRef, WorkingCalendar } from './calendar.js';
import { dateOf, durationMs, minutesOf } from './days.js';
import { afterPauses, type Pause, tidyPauses } from './pause.js';
import { dayOf, momentOf, spansOf } from './plan.js';
import { type DueSegment, editionsOf, wallSegments, workingSegments } from './segments.js';
import { addWall, addWorking, addWorkingDays, dailyCutOff, nextWorkingDayAt, timeOfDayFrom, workingBetween } from './working.js';

/** When something is due, always counted from a recorded moment. Each form with an example: docs/time.md. */

/** A time of day, `HH:MM`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 17:00');
const count = z.int().min(1).max(366);
/** A length on the wall clock, and one of working time: not in days, which could mean 24 hours or a day's work. */
export const wallLength = z.string().regex(/^[1-9]\d*(s|m|h|d)$/, 'a length such as 30m, 4h or 2d');
export const workingLength = z.string().regex(/^[1-9]\d*(s|m|h)$/, 'a working time such as 30m or 16h; for days say workingDays');

export const dueSpec = z.union(
  [
    /** A length on the wall clock (the default). `2d` is 48 hours. */
    z.strictObject({ within: wallLength, clock: z.literal('wall').default('wall') }),
    /** A length of working time. */
    z.strictObject({ within: workingLength, clock: z.literal('working') }),
    /** So many working days later, at the same time of day or at a given one. */
    z.strictObject({ workingDays: count, at: timeOfDay.exactOptional() }),
    /** A time of day on the next working day, or on the `days`th; counted from the daily cut-off that follows, where one is named. */
    z.strictObject({ nextWorkingDay: timeOfDay, days: count.default(1), afterCutOff: timeOfDay.exactOptional() }),
    /** The next daily cut-off. */
    z.strictObject({ cutOff: timeOfDay }),
    /** A time of day so many calendar days later, free or not; 0 is the same day. */
    z.strictObject({ days: z.int().min(0).max(366), at: timeOfDay }),
  ],
  'one of: {within, clock?}, {workingDays, at?}, {nextWorkingDay, days?, afterCutOff?}, {cutOff}, {days, at}; lengths such as 48h (with clock: working not in days), times such as 17:00',
);
/** As written in policy files. */
export type DueSpecInput = z.input<typeof dueSpec>;
/** With its defaults filled in. */
export type DueSpec = z.output<typeof dueSpec>;

/** Whether it can only be computed by a working calendar: working time, working days. */
export function needsCalendar(spec: DueSpec): boolean {
  return 'within' in spec ? spec.clock === 'working' : 'workingDays' in spec || 'nextWorkingDay' in spec || 'cutOff' in spec;
}

/** How a due time came about, as data; all times epoch milliseconds. `explainDue` makes lines of it, `rebase` computes it again. */
export interface DueSum {
  readonly start: number;
  readonly spec: DueSpec;
  /** From start to result without a gap. For `within` on the wall clock and `days`, all time counts; else working time. */
  readonly segments: readonly DueSegment[];
  /** `countedMs + nonWorkingMs + pausedMs` is `result − start`. Holidays are in `nonWorkingMs`, make-up days in `countedMs`. */
  readonly countedMs: number;
  readonly nonWorkingMs: number;
  readonly pausedMs: number;
  /** The working days counted one by one, as local dates; for the forms that count days, before pauses moved the result. */
  readonly days: readonly string[];
  /** The calendar's years that were used; none where the wall clock alone decides. */
  readonly editions: readonly EditionRef[];
  readonly pauses: readonly Pause[];
  /** The due time had there been no pause. */
  readonly withoutPauses: number;
  readonly result: number;
}

/**
 * When something counted from `from` is due, and why. A pause takes its span out of a length. A due with a time of day moves on by the
 * working time (for `days`: the time) that pauses took out of it, then to that time of day; docs/time.md has the rules. Throws
 * `CalendarYearMissing` when the calendar lacks a year it needs, and needs none for `within` on the wall clock and `days`.
 */
export function dueOf(spec: DueSpec, from: number, calendar: WorkingCalendar, pauses: readonly Pause[] = []): { at: number; sum: DueSum } {
  const tidy = tidyPauses(pauses);
  const withoutPauses = plainDue(spec, from, calendar);
  const result = withPauses(spec, from, withoutPauses, calendar, tidy);
  const wall = onWallClock(spec);
  const segments = wall ? wallSegments(from, result, tidy) : workingSegments(calendar, from, result, tidy);
  const total = (...kinds: DueSegment['kind'][]) =>
    segments.reduce((sum, one) => (kinds.includes(one.kind) ? sum + one.to - one.from : sum), 0);
  const sum: DueSum = {
    start: from,
    spec,
    segments,
    countedMs: total('counted', 'make-up'),
    nonWorkingMs: total('non-working', 'holiday'),
    pausedMs: total('paused'),
    days: countedDays(spec, from, withoutPauses, calendar),
    editions: wall ? [] : editionsOf(calendar, from, result),
    pauses: tidy,
    withoutPauses,
    result,
  };
  return { at: result, sum };
}

/** The moment of `dueOf` without its sum. */
export function momentDue(spec: DueSpec, from: number, calendar: WorkingCalendar, pauses: readonly Pause[] = []): number {
  return withPauses(spec, from, plainDue(spec, from, calendar), calendar, tidyPauses(pauses));
}

function withPauses(spec: DueSpec, from: number, plain: number, calendar: WorkingCalendar, tidy: readonly Pause[]): number {
  const touched = tidy.some((pause) => pause.from < plain && pause.to > from);
  return touched ? pausedDue(spec, from, plain, calendar, tidy) : plain;
}

function onWallClock(spec: DueSpec): boolean {
  return 'within' in spec ? spec.clock === 'wall' : 'days' in spec && !('nextWorkingDay' in spec);
}

function plainDue(spec: DueSpec, from: number, calendar: WorkingCalendar): number {
  if ('within' in spec)
    return spec.clock === 'wall' ? addWall(from, durationMs(spec.within)) : addWorking(calendar, from, durationMs(spec.within));
  if ('workingDays' in spec) return addWorkingDays(calendar, from, spec.workingDays, spec.at);
  if ('nextWorkingDay' in spec) return nextWorkingDayAt(calendar, countedAfter(spec, from, calendar), spec.days, spec.nextWorkingDay);
  if ('cutOff' in spec) return dailyCutOff(calendar, from, spec.cutOff);
  return momentOf(calendar, dayOf(calendar, from) + spec.days, minutesOf(spec.at));
}

function pausedDue(spec: DueSpec, from: number, plain: number, calendar: WorkingCalendar, pauses: readonly Pause[]): number {
  if ('within' in spec) {
    const length = durationMs(spec.within);
    return spec.clock === 'wall' ? addWall(from, length, pauses) : addWorking(calendar, from, length, pauses);
  }
  const wall = onWallClock(spec);
  const reached = wall
    ? addWall(from, Math.max(0, plain - from), pauses)
    : addWorking(calendar, from, workingBetween(calendar, from, plain), pauses);
  const at = timeOfDayOf(spec);
  let due = Math.max(plain, reached);
  for (;;) {
    const running = afterPauses(due, pauses);
    const next = at === undefined ? running : timeOfDayFrom(calendar, running, at, wall ? 'any' : 'working');
    if (next === due) return due;
    due = next;
  }
}

/** From when days are counted: the daily cut-off that follows, where the spec names one. */
function countedAfter(spec: DueSpec, from: number, calendar: WorkingCalendar): number {
  return 'nextWorkingDay' in spec && spec.afterCutOff !== undefined ? dailyCutOff(calendar, from, spec.afterCutOff) : from;
}

function timeOfDayOf(spec: DueSpec): string | undefined {
  if ('nextWorkingDay' in spec) return spec.nextWorkingDay;
  if ('cutOff' in spec) return spec.cutOff;
  return 'at' in spec ? spec.at : undefined;
}

function countedDays(spec: DueSpec, from: number, to: number, calendar: WorkingCalendar): string[] {
  if ('within' in spec || onWallClock(spec)) return [];
  const days: string[] = [];
  const last = dayOf(calendar, to);
  if ('cutOff' in spec) return [dateOf(last)];
  for (let day = dayOf(calendar, countedAfter(spec, from, calendar)) + 1; day <= last; day++)
    if (spansOf(calendar, day).length > 0) days.push(dateOf(day));
  return days;
}
