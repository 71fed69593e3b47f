import * as z from 'zod';
import type { WorkingCalendar } from './calendar.js';
import { durationMs } from './days.js';
import { dueSpec, momentDue, needsCalendar, wallLength, workingLength } from './due.js';
import type { Pause } from './pause.js';
import { subtractWall, subtractWorking } from './working.js';

/** What happens around a due time: reminders before, at and after it, and superiors who join when it has passed. Each form with an example: docs/time.md. */

const role = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case id');
const before = {
  wall: { before: wallLength, clock: z.literal('wall').default('wall') },
  working: { before: workingLength, clock: z.literal('working') },
};
const at = { at: z.literal('due') };
/** Counted from the due time. The `n`th of `times` is counted from the one before it. */
const after = { after: dueSpec, times: z.int().min(1).max(20).default(1) };
const whom = { to: z.array(role).min(1).exactOptional() };
const superior = { to: role.exactOptional() };
const forms = 'one of: {before, clock?}, {at: due}, {after, times?}, each with {to}';

/** `to`: roles; without it a task's reminder goes to those whose seats wait, a deadline's to those who manage the procedure. */
const remind = z.union(
  [
    z.strictObject({ ...before.wall, ...whom }),
    z.strictObject({ ...before.working, ...whom }),
    z.strictObject({ ...at, ...whom }),
    z.strictObject({ ...after, ...whom }),
  ],
  forms,
);
/** `to`: the role that joins; without it the next of the company's `supervisors` of the step's roles. */
const escalate = z.union(
  [z.strictObject({ ...at, ...superior }), z.strictObject({ after: dueSpec, ...superior })],
  'one of: {at: due}, {after}, each with {to}',
);
export const escalationStep = z.union([z.strictObject({ remind }), z.strictObject({ escalate })], '{remind} or {escalate}');
export type EscalationStep = z.output<typeof escalationStep>;
export const escalationPolicy = z.array(escalationStep).max(20);
export type EscalationPolicy = z.output<typeof escalationPolicy>;

/** Whether an escalation can only be computed by a working calendar. */
export function escalationNeedsCalendar(one: EscalationStep): boolean {
  const time = 'remind' in one ? one.remind : one.escalate;
  return 'before' in time ? time.clock === 'working' : 'after' in time && needsCalendar(time.after);
}

/** When an escalation fires, relative to the due time. */
const timeOf = (one: EscalationStep) => ('remind' in one ? one.remind : one.escalate);
export const escalationKind = (one: EscalationStep): 'remind' | 'escalate' => ('remind' in one ? 'remind' : 'escalate');

/** Names an escalation within its policy by what it says, such as `remind-before-2h-working`: two that say the same are one. Whom it tells is no part of it. */
export function escalationId(one: EscalationStep): string {
  const time = timeOf(one);
  const words =
    'before' in time ? ['before', time.before, time.clock] : 'at' in time ? ['at-due'] : ['after', ...Object.entries(time.after).flat()];
  return [escalationKind(one), ...words].join('-').replace(/(-clock)?-wall$/, '');
}

/**
 * The moments of an escalation around a due time, epoch milliseconds, in order; what a pause covers does not count. A reminder that would come
 * before the clock had begun is left out. Throws `CalendarYearMissing`.
 */
export function escalationMoments(
  one: EscalationStep,
  { start, due }: { readonly start: number; readonly due: number },
  calendar: WorkingCalendar,
  pauses: readonly Pause[] = [],
): readonly number[] {
  const time = timeOf(one);
  if ('at' in time) return [due];
  if ('before' in time) {
    const length = durationMs(time.before);
    const moment = time.clock === 'wall' ? subtractWall(due, length, pauses) : subtractWorking(calendar, due, length, pauses, start);
    return moment !== undefined && moment > start ? [moment] : [];
  }
  const moments: number[] = [];
  for (let from = due; moments.length < ('times' in time ? time.times : 1); from = moments.at(-1) ?? due)
    moments.push(momentDue(time.after, from, calendar, pauses));
  return moments;
}
