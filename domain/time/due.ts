import type { Due } from '../policy/policy.js';

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const dayMs = 86_400_000;

/** The milliseconds of a duration such as `30m`, `4h` or `2d`; NaN for any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count) * (units[unit ?? ''] ?? Number.NaN);
}

/**
 * When something counted from `from` is due, both in epoch milliseconds. `within` runs on the wall clock; `days` and `at` name a time
 * of day some days later, by the calendar of a site `utcOffsetMinutes` east of UTC.
 */
export function dueAt(due: Due, from: number, utcOffsetMinutes: number): number {
  if ('within' in due) return from + durationMs(due.within);
  const offset = utcOffsetMinutes * 60_000;
  const midnight = Math.floor((from + offset) / dayMs) * dayMs - offset;
  const [hours = 0, minutes = 0] = due.at.split(':').map(Number);
  return midnight + due.days * dayMs + (hours * 60 + minutes) * 60_000;
}
