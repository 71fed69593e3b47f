/** Integer arithmetic on calendar days: a day is its count since 1970-01-01, a time of day its minutes since midnight. No zones here. */

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** The day number of a date `YYYY-MM-DD`; NaN for a text of another shape or a date that does not exist, such as 2026-02-30. */
export function dayNumber(date: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return Number.NaN;
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / dayMs;
  return dateOf(day) === date ? day : Number.NaN;
}

/** The date `YYYY-MM-DD` of a day number. */
export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The year of a day number. */
export function yearOf(day: number): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** The day of the week of a day number. 1970-01-01 was a Thursday. */
export function weekdayOf(day: number): Weekday {
  return weekdays[(((day + 4) % 7) + 7) % 7] ?? 'sun';
}

/** Minutes since midnight of a time of day `HH:MM`, `00:00` to `24:00`. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a duration such as `30m`, `4h` or `2d`; NaN for any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count) * (units[unit ?? ''] ?? Number.NaN);
}

/** The date at a site at a moment: `at` in epoch milliseconds, the site's clock `utcOffsetMinutes` ahead of UTC. */
export function dateAt(at: number, utcOffsetMinutes: number): string {
  return dateOf(Math.floor((at + utcOffsetMinutes * minuteMs) / dayMs));
}
