import * as z from 'zod';
import { hashOf } from '../canonical-json.js';
import { words } from '../words.js';
import { dayNumber, weekdays } from './days.js';

/**
 * The schema of working calendars, `policies/calendars/*.yaml`: when a site works. Strict: an unknown key is an error. Only JSON, so a
 * calendar travels as a fact; `parseCalendar` also checks what one field alone cannot show. See docs/time.md.
 */

export const date = z.string().refine((text) => !Number.isNaN(dayNumber(text)), 'a date that exists, such as 2026-10-01');
const start = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 08:00');
const end = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day such as 17:30, at most 24:00');
const interval = z
  .tuple([start, end])
  .refine(([from, to]) => from < to, 'an end after its start; a shift over midnight is two: 22:00–24:00, 00:00–06:00');

/** Working hours of one day: local times, half-open, in order. Empty: no work. */
export const hours = z
  .array(interval)
  .refine((list) => list.every(([from], i) => i === 0 || (list[i - 1]?.[1] ?? '') <= from), 'intervals in order that do not overlap');
export type Hours = z.infer<typeof hours>;

const someHours = hours.refine((list) => list.length > 0, 'at least one interval; a day without work is a holiday');

/** Working hours of an ordinary week; each day is named, a day without work is `[]`. */
export const weekly = z
  .strictObject({ mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sat: hours, sun: hours })
  .refine((week) => weekdays.some((day) => week[day].length > 0), 'working hours on at least one day of the week');

/** Why a day is free. Where entries overlap, the first kind of this list gives the day its words. */
export const holidayKinds = ['public-holiday', 'day-in-lieu', 'joint-holiday', 'plant-shutdown'] as const;
export type HolidayKind = (typeof holidayKinds)[number];

/** A free day, or the days from `date` to `to`, both included. */
export const holiday = z
  .strictObject({ date, to: date.exactOptional(), kind: z.enum(holidayKinds), words })
  .refine((entry) => entry.to === undefined || entry.to > entry.date, {
    path: ['to'],
    error: 'a last day after `date`; leave it out for one day',
  });
export type Holiday = z.infer<typeof holiday>;

/** A day worked in place of another (调休补班日): with the hours of a weekday, or its own. */
export const makeUp = z.strictObject({
  date,
  hours: z.union([z.enum(weekdays), someHours], 'a weekday such as fri, or a list of hours'),
  words,
});
export type MakeUp = z.infer<typeof makeUp>;

/** A working day with other hours than its weekday has, such as the afternoon off before a festival. */
export const halfDay = z.strictObject({ date, hours: someHours, words });

export const calendarEdition = z.strictObject({
  year: z.int().min(1970).max(9998),
  /** Counts up with each change of the year, from 1. */
  edition: z.int().min(1),
  /** The authorities have not published the year yet: what is known is here, more will come. */
  provisional: z.boolean().default(false),
  /** Where it was taken from and who looked at it. */
  source: z.string().min(1),
  weekly,
  holidays: z.array(holiday).default([]),
  makeUp: z.array(makeUp).default([]),
  halfDays: z.array(halfDay).default([]),
});
/** One year of a calendar. */
export type CalendarEdition = z.infer<typeof calendarEdition>;

/** From a local day on (its first moment, in the new offset), the site's clock is `minutes` ahead of UTC. The first period has no `from`. */
export const offsetPeriod = z.strictObject({ from: date.exactOptional(), minutes: z.int().min(-840).max(840) });

export const workingCalendar = z.strictObject({
  calendar: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case id'),
  name: words,
  /** IANA zone, for people; the arithmetic uses `offsets` alone. */
  zone: z.string().min(1),
  offsets: z.array(offsetPeriod).min(1),
  editions: z.array(calendarEdition).min(1),
});
/** When a site works, by year. Treat as immutable: what was derived from it is remembered with the object. */
export type WorkingCalendar = z.infer<typeof workingCalendar>;

/** Names the data a computation used. */
export interface EditionRef {
  readonly calendar: string;
  readonly year: number;
  readonly edition: number;
  readonly provisional: boolean;
}

/** Content hash of one year of a calendar with its offsets: 40 hex digits, equal for equal content; `undefined` when the year is missing. */
export function editionHash(calendar: WorkingCalendar, year: number): string | undefined {
  const edition = calendar.editions.find((one) => one.year === year);
  if (edition === undefined) return undefined;
  // Parsed data is JSON but for optional members, which are absent and never undefined.
  const content = JSON.parse(JSON.stringify({ calendar: calendar.calendar, offsets: calendar.offsets, edition })) as Parameters<
    typeof hashOf
  >[0];
  return hashOf(content);
}

/** For companies without a calendar: an offset and no working hours, enough for what the wall clock decides. */
export const wallClock = (utcOffsetMinutes: number): WorkingCalendar => ({
  calendar: 'none',
  name: { en: '-', zh: '-', id: '-' },
  zone: '-',
  offsets: [{ minutes: utcOffsetMinutes }],
  editions: [],
});
