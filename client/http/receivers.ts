import { memberOf } from '../../db/queries/people.js';
import type { About, Member } from '../../domain/authority/directory.js';
import { mayAct } from '../../domain/authority/may-act.js';
import type { Seat, TaskRow } from '../../domain/engine/ledger.js';
import type { Edge } from './edge.js';
import { stepOf } from './present.js';
import { Problem } from './problem.js';
import type { Names } from './words.js';

/** Somebody who works in the company. @throws Problem PERSON_UNKNOWN */
export async function receiverOf(edge: Edge, company: string, id: string): Promise<Member> {
  const member = await memberOf(edge.db, id);
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
