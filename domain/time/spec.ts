import * as z from 'zod';

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

/** Whether it can only be reckoned by a working calendar: working time, working days. */
export function needsCalendar(spec: DueSpec): boolean {
  return 'within' in spec ? spec.clock === 'working' : 'workingDays' in spec || 'nextWorkingDay' in spec || 'cutOff' in spec;
}
