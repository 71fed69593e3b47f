import type { Seat } from '../engine/ledger.js';
import type { ProcedurePolicy } from '../policy/policy.js';
import type { Member } from './directory.js';
import { type AccessRequest, type Authority, mayAct, type OpenSeat } from './may-act.js';

/** What people do beside a task, deciding nothing: it is kept in SQL alone. */
export const collaborationVerbs = ['claim', 'release', 'reassign', 'urge', 'copy', 'consult', 'comment'] as const;
export type CollaborationVerb = (typeof collaborationVerbs)[number];

/** What is noted of it, for the case's timeline. An `opinion` is the comment of somebody who was consulted. */
export const noteKinds = [
  'claimed',
  'released',
  'reassigned',
  'urged',
  'copied',
  'consulted',
  'opinion',
  'comment',
  'handed-over',
] as const;
export type NoteKind = (typeof noteKinds)[number];

export const noteKindOf: Readonly<Record<CollaborationVerb | 'hand-over', NoteKind>> = {
  claim: 'claimed',
  release: 'released',
  reassign: 'reassigned',
  urge: 'urged',
  copy: 'copied',
  consult: 'consulted',
  comment: 'comment',
  'hand-over': 'handed-over',
};

/** How long after one urging the next may come, where the company says nothing: four hours. */
export const usualUrgeEvery = '4h';

/** Who has taken a seat of a task. `at`: epoch milliseconds. */
export interface SeatClaim {
  readonly seat: string;
  readonly person: string;
  readonly at: number;
  /** Who has taken it may not fill it any more. */
  readonly idle?: boolean;
}

/** The seats of a task as the rule of who may act looks at them, with who has taken each. Whom something else keeps from a seat keeps it from nobody. */
export function seatsWithClaims(seats: readonly Seat[], claims: readonly SeatClaim[]): readonly OpenSeat[] {
  return seats.map((seat) => {
    const claim = claims.find((one) => one.seat === seat.id && one.idle !== true && seat.excluded?.includes(one.person) !== true);
    return claim === undefined ? seat : { ...seat, claimed: { by: claim.person, at: claim.at } };
  });
}

/** Whether a verb is for whoever has taken the seat. Clocks are stopped by others too, and an answer is taken back by who gave it. */
export const heldByClaim = (verb: string): boolean => !['hold', 'resume', 'withdraw'].includes(verb);

/**
 * Who may do what beside a task, by the rule of who may answer it: to take a seat is for those who may fill it; to give it back for who has it,
 * and for those who manage the procedure, who alone give it to somebody; to show it or ask about it for either; to urge and to comment for
 * whoever may read.
 */
export function mayCollaborate(
  person: Member,
  company: string,
  verb: CollaborationVerb,
  { task, procedure, claims }: { readonly task: OnTask; readonly procedure: ProcedurePolicy; readonly claims: readonly SeatClaim[] },
): Authority {
  const read = mayAct(person, company, { on: 'read' });
  if (!read.allowed || verb === 'urge' || verb === 'comment') return read;
  if (verb === 'claim') return mayClaim(person, company, task, claims);
  if (verb === 'release') {
    const own = claims.find((claim) => claim.person === person.id && task.seats.some(({ id }) => id === claim.seat));
    if (own !== undefined) return { allowed: true, rule: 'person', seat: own.seat };
  }
  const manages = mayAct(person, company, { on: 'case', verb: 'amend', procedure, about: task.about });
  if (verb === 'reassign' || verb === 'release') return manages.allowed ? manages : withVerb(manages, verb);
  const answers = mayAct(person, company, task);
  return answers.allowed || !manages.allowed ? answers : manages;
}

type OnTask = AccessRequest & { readonly on: 'task' };

/** The seat that somebody has already, or else one that they may fill and nobody has taken. */
function mayClaim(person: Member, company: string, task: OnTask, claims: readonly SeatClaim[]): Authority {
  const own = task.seats.filter(({ id }) => claims.some((claim) => claim.seat === id && claim.person === person.id));
  const again = own.length === 0 ? undefined : mayAct(person, company, { ...task, seats: own });
  if (again?.allowed === true) return again;
  // A claim that keeps nobody from the seat is still there until it is given back.
  return mayAct(person, company, { ...task, seats: seatsWithClaims(task.seats, claims.map(asKept)) });
}

const asKept = ({ idle: _idle, ...claim }: SeatClaim): SeatClaim => claim;

type Refused = Extract<Authority, { readonly allowed: false }>;

/** The refusal of a manager's right names the verb that was asked for. */
function withVerb(authority: Refused, verb: CollaborationVerb): Refused {
  return { ...authority, values: { ...authority.values, verb } };
}
