import type { CaseHead } from '../../../db/authentication.js';
import { memberOf } from '../../../db/people.js';
import type { About, Member } from '../../../domain/authority/directory.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import type { Seat, TaskRow, Timed } from '../../../domain/engine/ledger.js';
import { seatUnknown, taskNotOpen } from '../../../domain/engine/refusal.js';
import type { JsonObject } from '../../../domain/json.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import type { ApiContext } from '../http/context.js';
import { withPeople } from '../http/deliver.js';
import { stepOf } from '../http/message.js';
import { Problem, type ProblemCode } from '../http/problem.js';
import { type Names, procedureOf } from '../http/words.js';

/** What the rule of who may act is asked about a task, before the verb and the seats that are meant. */
export function accessRequest({ closedBy }: TaskRow, step: StepPolicy, { about }: CaseHead, names: Names) {
  const procedure = procedureOf(names);
  return { on: 'task', step, about, answeredBy: closedBy, ...(procedure === undefined ? {} : { managedBy: procedure.managedBy }) } as const;
}

/** Why nobody can act on a task in its state. */
export const stateProblem = taskNotOpen;

/** What stands in everybody's way. */
type Hindrance = { readonly code: ProblemCode; readonly values: JsonObject };

/** @throws Problem what stands in everybody's way */
export async function requireNone(api: ApiContext, hindrance: Hindrance | undefined, names: Names): Promise<void> {
  if (hindrance === undefined) return;
  throw new Problem(hindrance.code, { values: hindrance.values, names: await withPeople(api, names, hindrance.values) });
}

/** A seat that a command names is one of the task. @throws Problem SEAT_UNKNOWN */
export function requireSeat({ seats }: TaskRow, seat: string | undefined, names: Names): void {
  if (seat === undefined || seats.some(({ id }) => id === seat)) return;
  const { code, values } = seatUnknown(seat, seats);
  throw new Problem(code, { field: '/seat', values, names });
}

/** Why something cannot be held or resumed as it stands. `held`: the hold it is under. */
export function holdProblem(
  verb: string,
  held: { readonly cause: string; readonly since: number } | undefined,
): { readonly code: 'HELD_ALREADY' | 'NOT_HELD'; readonly values: JsonObject } | undefined {
  if (verb === 'hold' && held !== undefined) return { code: 'HELD_ALREADY', values: { cause: held.cause, since: held.since } };
  return verb === 'resume' && held === undefined ? { code: 'NOT_HELD', values: {} } : undefined;
}

/** The hold that a task itself is under. */
export function holdOf({ rests = [] }: Timed): { readonly cause: string; readonly since: number } | undefined {
  const own = rests.find(({ of }) => of === 'task');
  return own === undefined ? undefined : { cause: own.cause, since: own.from };
}

/** Somebody who works in the company. @throws Problem PERSON_UNKNOWN */
export async function receiverOf(api: ApiContext, company: string, id: string): Promise<Member> {
  const member = await memberOf(api.db, id);
  if (member?.memberships.some((one) => one.company === company) !== true)
    throw new Problem('PERSON_UNKNOWN', { field: '/to', values: { person: id } });
  return member;
}

/** The first of some seats of a task that somebody may fill; only who may fill a seat can be given it. */
export function seatFor(
  member: Member,
  seats: readonly Seat[],
  { company, task, names, about }: { readonly company: string; readonly task: TaskRow; readonly names: Names; readonly about: About },
): string | undefined {
  const step = stepOf(names, task.step);
  if (step === undefined) return undefined;
  const authority = mayAct(member, company, { on: 'task', verb: 'complete', seats, step, about });
  return authority.allowed ? authority.seat : undefined;
}
