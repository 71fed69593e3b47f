import { assertNever } from '../assert-never.js';
import { type Candidate, type Seat } from '../engine/ledger.js';
import { isRepair } from '../engine/system-tasks.js';
import { belongsTo, seatVerbs, verbsOffered } from '../engine/verbs.js';
import type { Json, JsonObject } from '../json.js';
import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import type { About, Member } from './directory.js';
import { keyOf } from './reach.js';
import { isActive, limitPassed, type Route, routesTo } from './standing-in.js';

/** A seat as it stands. */
export interface OpenSeat extends Seat {
  /** Who has taken it, of the people that may fill it, and when: epoch milliseconds. */
  readonly claimed?: { readonly by: string; readonly at: number };
}

/**
 * `rule` names the right that lets the person act: `role:<role>` (`role:<role>@<site>`), `team:<team>`, `person` or `member`; `seat` the seat it
 * is for. A right of somebody who is away names them in `actingFor`, and in `chain` the substitutions that lead from them to the actor. The
 * refusal is coded as the problem that the edge answers with.
 */
export type Authority = Allowed | Denied;
export interface Allowed {
  readonly allowed: true;
  readonly rule: string;
  readonly seat?: string;
  readonly actingFor?: string;
  readonly chain?: Route['chain'];
}
export interface Denied {
  readonly allowed: false;
  readonly code: DeniedCode;
  readonly values: JsonObject;
}

/** Why not, the farthest from a right first: of several reasons the last counts, since only that one stands in the way. */
export const reasons = [
  'STRANGER',
  'VERB_UNKNOWN',
  'REOPEN_NOT_PROVIDED',
  'ROLE_NEEDED',
  'NOT_YOURS',
  'SEAT_OF_OTHER',
  'NOTHING_TO_WITHDRAW',
  'OTHER_SITE',
  'OUTSIDE_WINDOW',
  'OTHER_PROCEDURE',
  'OTHER_CUSTOMER',
  'ABOVE_LIMIT',
  'EXCLUDED',
  'OWN_ORDER',
  'DECIDED_BY_YOU',
  'SEAT_LEFT',
  'SEAT_CLOSED',
  'SEAT_WAITING',
  'CLAIMED',
] as const;
export type DeniedCode = (typeof reasons)[number];

export function denied(code: DeniedCode, values: Readonly<Record<string, Json>>): Denied {
  return { allowed: false, code, values };
}

/** Whom a task waits for, as values of a sentence. */
export function waitingFor(candidates: readonly Candidate[]): {
  readonly roles: readonly string[];
  readonly people: readonly string[];
  readonly teams?: readonly string[];
} {
  const of = <Value>(value: (candidate: Candidate) => readonly Value[]): readonly Value[] => [...new Set(candidates.flatMap(value))];
  const teams = of((candidate) => ('team' in candidate ? [candidate.team] : []));
  return {
    roles: of((candidate) => ('role' in candidate ? [candidate.role] : [])),
    people: of((candidate) => ('person' in candidate ? [candidate.person] : [])),
    ...(teams.length === 0 ? {} : { teams }),
  };
}

/** The same as one list for a sentence: roles and teams; people by name where there are neither. */
export const groupsOrPeople = <Id>({
  roles,
  teams = [],
  people = [],
}: {
  readonly roles: readonly Id[];
  readonly teams?: readonly Id[];
  readonly people?: readonly Id[];
}): readonly Id[] => (roles.length + teams.length > 0 ? [...roles, ...teams] : people);

/** What people do to a task, and to a case. */
export const taskVerbs = [...seatVerbs, 'hold', 'resume'] as const;
export type TaskVerb = (typeof taskVerbs)[number];
export const caseVerbs = ['amend', 'hold', 'resume', 'cancel', 'reopen', 'move'] as const;
/** What those who manage the procedure may do to a task too. */
const managersVerbs: readonly string[] = ['hold', 'resume', 'transfer', 'add-signer'];
/** What may be done to a seat before it is its turn. */
const aheadVerbs: readonly string[] = ['transfer', 'add-signer'];

/** What somebody wants to do. `verb` is as asked, and may be one that does not exist here. */
export type AccessRequest =
  | {
      readonly on: 'task';
      readonly verb: string;
      readonly seats: readonly OpenSeat[];
      readonly step: StepPolicy;
      readonly about: About;
      /** Roles that manage the procedure. */
      readonly managedBy?: readonly string[];
      /** Who closed the task, if it is closed. */
      readonly answeredBy?: string | undefined;
    }
  | { readonly on: 'case'; readonly verb: string; readonly procedure: ProcedurePolicy; readonly about: About }
  /** Speaking of mail that came back. `roles`: whose that is. */
  | { readonly on: 'mail'; readonly verb: string; readonly roles: readonly string[]; readonly about: About }
  | { readonly on: 'start'; readonly procedure: ProcedurePolicy; readonly about: About }
  | { readonly on: 'read' };

/**
 * The one rule of who may act: lists, buttons and commands all ask it. A person outside the company is a STRANGER, for whom its cases do not
 * exist; a verb that is not there is VERB_UNKNOWN before it is anybody's; then it is a matter of seat or role: a person's own right first, then
 * that of each person they stand in for, nearest first.
 */
export function mayAct(person: Member, company: string, request: AccessRequest): Authority {
  if (!person.memberships.some((membership) => membership.company === company)) return denied('STRANGER', { company });
  switch (request.on) {
    case 'read':
      return { allowed: true, rule: 'member' };
    case 'mail':
      return byRole(person, company, request.verb, request.roles, request.about);
    case 'start':
      return byRole(person, company, 'start', request.procedure.startedBy, request.about);
    case 'case':
      if (!caseVerbs.some((verb) => verb === request.verb)) return denied('VERB_UNKNOWN', { verb: request.verb, allowed: caseVerbs });
      if (request.verb === 'reopen' && request.procedure.reopen === undefined) return denied('REOPEN_NOT_PROVIDED', {});
      return byRole(person, company, request.verb, rolesFor(request), request.about);
    case 'task':
      return onTask(person, company, request);
    default:
      return assertNever(request);
  }
}

/** Those who manage the procedure, but for a reopening. */
const rolesFor = ({ verb, procedure }: Extract<AccessRequest, { on: 'case' }>): readonly string[] =>
  verb === 'reopen' ? (procedure.reopen?.by ?? []) : procedure.managedBy;

type OnTask = Extract<AccessRequest, { on: 'task' }>;

/** Most verbs are for who may fill the seat; some are for who manages, who added a signer, who answered, or who may skip. */
function onTask(person: Member, company: string, request: OnTask): Authority {
  const { verb, step, about, managedBy = [] } = request;
  const verbs = verbsOf(step);
  if (!verbs.some((one) => one === verb)) return denied('VERB_UNKNOWN', { verb, allowed: verbs });
  if (verb === 'withdraw' && !step.perLine) return ownAnswer(person, request);
  if (verb === 'skip') return unlessClaimed(person, byRole(person, company, verb, step.skip?.by ?? [], about), request.seats);
  if (verb === 'remove-signer') {
    const added = request.seats
      .filter((seat) => seat.state === undefined || seat.state === 'waiting')
      .filter((seat) => seat.added?.by === person.id);
    const [own] = added;
    if (own !== undefined) return { allowed: true, rule: 'person', seat: own.id };
    return unlessClaimed(person, byRole(person, company, verb, managedBy, about), request.seats);
  }
  const seated = bySeat(person, company, aheadVerbs.includes(verb) ? { ...request, seats: request.seats.map(asInTurn) } : request);
  if (seated.allowed || managedBy.length === 0 || !managersVerbs.includes(verb)) return seated;
  const manager = byRole(person, company, verb, managedBy, about);
  return manager.allowed ? unlessClaimed(person, manager, request.seats) : seated;
}

const isClaimedByOther = ({ id }: Member, { claimed }: OpenSeat): boolean => claimed !== undefined && claimed.by !== id;

/** A right that is not that of a seat's holder waits as well while every seat that is left has been taken by somebody else. */
function unlessClaimed(person: Member, right: Authority, seats: readonly OpenSeat[]): Authority {
  const left = seats.filter(({ state }) => state === undefined || state === 'waiting');
  const [first] = left;
  if (!right.allowed || first === undefined || !left.every((seat) => isClaimedByOther(person, seat))) return right;
  return denied('CLAIMED', { seat: first.id, ...first.claimed });
}

function asInTurn(seat: OpenSeat): OpenSeat {
  if (seat.state !== 'waiting') return seat;
  const { state: _waiting, ...open } = seat;
  return open;
}

/** One's own answer, or vote, as far as the task tells whose it is. */
function ownAnswer({ id }: Member, { seats, answeredBy }: OnTask): Authority {
  const seat = seats.find(({ state, by }) => state === 'done' && by === id);
  if (seat !== undefined) return { allowed: true, rule: 'person', seat: seat.id };
  return answeredBy === id ? { allowed: true, rule: 'person' } : denied('NOTHING_TO_WITHDRAW', {});
}

/** The verbs that a step has, by what its policy offers. */
export function verbsOf(step: StepPolicy): readonly TaskVerb[] {
  return [...verbsOffered(step, isRepair(step) ? 'repair' : step.perLine ? 'lines' : (step.seats?.mode ?? 'single')), 'hold', 'resume'];
}

function byRole(person: Member, company: string, verb: string, needed: readonly string[], about: About): Authority {
  const site = about.site === undefined ? {} : { site: about.site };
  const seat = { id: '', candidates: needed.map((role) => ({ role, ...site })) };
  const authority = firstOf(waysOf(person).map((route) => fill(person, company, seat, route, { about })));
  if (!authority.allowed) return authority.code === 'NOT_YOURS' ? denied('ROLE_NEEDED', { verb, roles: needed }) : authority;
  const { seat: _none, ...allowed } = authority;
  return allowed;
}

function bySeat(person: Member, company: string, { seats, step, about }: Extract<AccessRequest, { on: 'task' }>): Authority {
  const ways = waysOf(person);
  const found = ways.flatMap((route) => seats.map((seat) => fill(person, company, seat, route, { about, step })));
  const left = seats.filter(({ state }) => state === undefined || state === 'waiting');
  const others = othersOf(left.length === 0 ? seats : left);
  return firstOf([others, ...found.map((one) => (!one.allowed && one.code === 'NOT_YOURS' ? others : one))]);
}

/** Whose seats are: of one that was given to somebody, also by whom. */
function othersOf(seats: readonly OpenSeat[]): Denied {
  const [first] = seats;
  if (seats.length === 1 && first?.transferred !== undefined) return denied('SEAT_OF_OTHER', belongsTo(first).values);
  return denied('NOT_YOURS', waitingFor(seats.flatMap((seat) => seat.candidates)));
}

/** A person's own right, then those of the people they stand in for; at last what they could have, were it the time. */
function waysOf(person: Member): readonly Route[] {
  const { circle } = person;
  if (circle === undefined) return [{ member: person, chain: [] }];
  const idle = circle.substitutions.filter((link) => link.substitute === person.id && !isActive(link, circle.at));
  const later = idle.flatMap((link) => {
    const member = circle.people.find(({ id }) => id === link.person);
    return member === undefined ? [] : [{ member, chain: [link] }];
  });
  return [{ member: person, chain: [] }, ...routesTo(person.id, circle), ...later];
}

/** The first right there is, or of all that stands in the way the nearest to one. */
function firstOf(found: readonly Authority[]): Authority {
  const allowed = found.find((one) => one.allowed);
  if (allowed !== undefined) return allowed;
  const rank = (one: Authority): number => (one.allowed ? -1 : reasons.indexOf(one.code));
  return found.reduce((near, one) => (rank(one) > rank(near) ? one : near));
}

/** Whether a person may fill a seat by a right of their own or of somebody they stand in for. */
function fill(
  person: Member,
  company: string,
  seat: OpenSeat,
  { member, chain }: Route,
  { about, step }: { readonly about: About; readonly step?: StepPolicy },
): Authority {
  const right = rightOf(member, company, seat.candidates);
  if (typeof right !== 'string') return right;
  const bound = chain.length === 0 ? undefined : boundBy(person, chain, about);
  if (bound !== undefined) return bound;
  const kept = (chain.length === 0 ? [person.id] : [person.id, member.id]).find((one) => seat.excluded?.includes(one) === true);
  if (kept !== undefined) return keptOut(kept, person, { about, ...(step === undefined ? {} : { step }) });
  if (seat.state !== undefined) return closedSeat(seat, seat.state);
  if (isClaimedByOther(person, seat)) return denied('CLAIMED', { seat: seat.id, ...seat.claimed });
  return { allowed: true, rule: right, seat: seat.id, ...(chain.length === 0 ? {} : { actingFor: member.id, chain }) };
}

/** Whether a seat is for somebody by now, as far as it says whom it is for. */
export const isFor = (person: Member, company: string, { id, candidates }: OpenSeat, about: About): boolean =>
  waysOf(person).some((route) => fill(person, company, { id, candidates }, route, { about }).allowed);

/** Why segregation of duties keeps somebody out: the actor, or whom they stand in for. */
function keptOut(kept: string, person: Member, { about, step }: { readonly about: About; readonly step?: StepPolicy }): Denied {
  const lent = kept === person.id ? {} : { actingFor: kept };
  if (step?.notStarter === true && kept === about.startedBy) return denied('OWN_ORDER', lent);
  return step?.differentFrom === undefined
    ? denied('EXCLUDED', { person: kept })
    : denied('DECIDED_BY_YOU', { ...lent, steps: step.differentFrom });
}

/** A seat that waits for its turn, or that nobody needs to fill any more. */
function closedSeat({ id, by, actingFor, at, verb }: OpenSeat, state: NonNullable<OpenSeat['state']>): Denied {
  if (state === 'waiting') return denied('SEAT_WAITING', { seat: id });
  if (by === undefined) return denied('SEAT_LEFT', { seat: id });
  return denied('SEAT_CLOSED', { seat: id, by, at: at ?? 0, verb: verb ?? '', ...(actingFor === undefined ? {} : { actingFor }) });
}

/** The candidate that a person is: by name before by role or team. */
function rightOf({ id, memberships, teams = [] }: Member, company: string, candidates: readonly Candidate[]): string | Denied {
  if (candidates.some((candidate) => 'person' in candidate && candidate.person === id)) return 'person';
  const roles = memberships.filter((membership) => membership.company === company);
  const held = candidates.filter((candidate) => {
    if ('team' in candidate) return teams.some((one) => one.company === company && one.team === candidate.team);
    return 'role' in candidate && roles.some(({ role }) => role === candidate.role);
  });
  const right = held.find(
    (candidate) => !('site' in candidate) || roles.some((one) => one.role === candidate.role && isAt(one, candidate)),
  );
  if (right !== undefined) return keyOf(right);
  const [elsewhere] = held.flatMap((candidate) => ('site' in candidate ? [candidate] : []));
  if (elsewhere === undefined) return denied('NOT_YOURS', waitingFor(candidates));
  const sites = roles.flatMap(({ role, site }) => (role === elsewhere.role && site !== undefined ? [site] : []));
  return denied('OTHER_SITE', { site: elsewhere.site ?? '', sites: [...new Set(sites)] });
}

const isAt = (one: { readonly site?: string }, { site }: { readonly site?: string }): boolean =>
  one.site === undefined || one.site === site;

/** What keeps a stand-in from acting: the window, or the limits of any link. */
function boundBy(person: Member, chain: Route['chain'], about: About): Denied | undefined {
  const at = person.circle?.at ?? 0;
  for (const link of chain) {
    if (!isActive(link, at)) return denied('OUTSIDE_WINDOW', { person: link.person, from: link.from, until: link.until });
    const out = limitPassed(link.limits, about);
    if (out !== undefined) return denied(out.code, { ...out.values, person: link.person });
  }
  return undefined;
}
