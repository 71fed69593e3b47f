import * as z from 'zod';
import { dueSpec, needsCalendar, wallLength, workingLength } from './spec.js';

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
export const rung = z.union([z.strictObject({ remind }), z.strictObject({ escalate })], '{remind} or {escalate}');
export type Rung = z.output<typeof rung>;
export const ladder = z.array(rung).max(20);
export type Ladder = z.output<typeof ladder>;

/** Whether a rung can only be reckoned by a working calendar. */
export function rungNeedsCalendar(one: Rung): boolean {
  const time = 'remind' in one ? one.remind : one.escalate;
  return 'before' in time ? time.clock === 'working' : 'after' in time && needsCalendar(time.after);
}
