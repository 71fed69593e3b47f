import type { CaseHead } from '../../../db/authentication.js';
import { memberOf } from '../../../db/people.js';
import type { About, Member } from '../../../domain/authority/directory.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import type { Seat, TaskRow, Timed } from '../../../domain/engine/ledger.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import type { ApiContext } from '../http/context.js';
import { stepOf } from '../http/message.js';
import { Problem } from '../http/problem.js';
import type { Names } from '../http/words.js';

/** What the rule of who may act is asked about a task, before the verb and the seats that are meant. */
export function accessRequest({ closedBy }: TaskRow, step: StepPolicy, { about }: CaseHead, names: Names) {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return { on: 'task', step, about, answeredBy: closedBy, ...(procedure === undefined ? {} : { managedBy: procedure.managedBy }) } as const;
}

/** Why nobody can act on a task in its state. */
export function stateProblem(
  task: TaskRow,
): { readonly code: 'TASK_CLOSED' | 'TASK_SUSPENDED'; readonly values: { readonly [name: string]: Json } } | undefined {
  if (task.state === 'open') return undefined;
  if (task.state === 'suspended') return { code: 'TASK_SUSPENDED', values: { task: task.id } };
  const { id, step, closedBy = 'engine', closedFor, closedAt = 0, outcome, state } = task;
  const verb = state === 'completed' ? 'complete' : state;
  return {
    code: 'TASK_CLOSED',
    values: {
      task: id,
      step,
      by: closedBy,
      at: closedAt,
      verb,
      ...(closedFor === undefined ? {} : { actingFor: closedFor }),
      ...(outcome === undefined ? {} : { outcome }),
    },
  };
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
