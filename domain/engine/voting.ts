import { assertNever } from '../assert-never.js';
import { hashOf } from '../canonical-json.js';
import { isObject, type Json, objectOf, textOf } from '../json.js';
import { type Condition, decide } from '../policy/condition.js';
import type { SeatPolicy, StepPolicy } from '../policy/policy.js';
import type { Needs, SeatMode } from '../policy/seat-modes.js';
import type { Actor, Fact, Ref, SeatChange } from './facts.js';
import { type EffectiveHistory, refOf, sameRefs } from './history.js';
import type { Candidate, Seat } from './ledger.js';

/** A seat as the policy plans it for one ask. */
export interface PlannedSeat {
  readonly id: string;
  readonly candidates: readonly Candidate[];
  readonly weight?: number | undefined;
  readonly veto?: boolean | undefined;
}

/** Who answers a step together, and when that is an answer. */
export interface SeatPlan {
  readonly mode: SeatMode;
  readonly seats: readonly PlannedSeat[];
  readonly needs?: Needs | undefined;
  readonly onReject: 'ends' | 'counts';
  readonly distinct: boolean;
  /** In the order of the policy; whether it is a "no". */
  readonly outcomes: readonly { readonly id: string; readonly rejects: boolean }[];
}

/** One seat's standing answer. `n` is the number of its fact: the order in which votes came. */
export interface Vote extends Actor {
  readonly n: number;
  readonly at: number;
  readonly seat: string;
  readonly outcome: string;
  readonly skipped: boolean;
}

/** A recorded change, with who made it and when. */
export type Changed = SeatChange & Actor & { readonly when: number };

/** A seat as changes and votes have left it. `unit`: the planned seat that it belongs to; together its signers give one answer. */
export interface SeatNow extends Seat {
  readonly unit: string;
  /** Seats that must be filled before it opens. */
  readonly after: readonly string[];
}

/** How a step of several seats was decided: by the last of the votes that it took. */
export interface Decision {
  readonly outcome: string;
  readonly rejected: boolean;
  readonly by: Vote;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
const isOut = (seat: Seat): boolean => seat.state === 'removed';
const isFilled = (seat: Seat): boolean => seat.state === 'done';

/** The seats of a step, in order, after everything that people did to them: which are open, wait, are filled or removed. */
export function seatsAfter(plan: SeatPlan, changes: readonly Changed[], votes: readonly Vote[]): readonly SeatNow[] {
  const seats: Mutable<SeatNow>[] = plan.seats.map(({ id, candidates }) => ({ id, candidates, unit: id, after: [] }));
  for (const change of changes) apply(seats, change);
  for (const seat of seats) {
    const vote = votes.find((candidate) => candidate.seat === seat.id);
    if (vote !== undefined && seat.state === undefined) Object.assign(seat, filledBy(vote));
  }
  const units = unitsOf(plan, seats, votes);
  // Who waited for a signer that was removed waits for whom that one waited for.
  const finished = (id: string): boolean =>
    seats.every((seat) => seat.id !== id || isFilled(seat) || (isOut(seat) && seat.after.every(finished)));
  for (const seat of seats) {
    if (seat.state !== undefined) continue;
    const turn = units.findIndex(({ unit }) => unit.id === seat.unit);
    const early = plan.mode === 'sequence' && units.slice(0, turn).some(({ result }) => result === 'pending');
    if (units[turn]?.result === 'rejected') seat.state = 'left';
    else if (early || !seat.after.every(finished)) seat.state = 'waiting';
  }
  return seats;
}

const filledBy = ({ by, actingFor, at, outcome, skipped }: Vote): Partial<Seat> => ({
  state: 'done',
  by,
  ...(actingFor === undefined ? {} : { actingFor }),
  at,
  verb: skipped ? 'skip' : 'complete',
  outcome,
});

function apply(seats: Mutable<SeatNow>[], change: Changed): void {
  const { by, when } = change;
  const of = seats.find(({ id }) => id === ('of' in change ? change.of : change.seat));
  if (of === undefined) return;
  switch (change.change) {
    case 'added':
      return add(seats, of, change.where, {
        id: change.seat,
        candidates: [{ person: change.to }],
        added: { by, of: of.id, where: change.where },
      });
    case 'delegated':
      add(seats, of, 'before', { id: change.seat, candidates: [{ person: change.to }], delegated: { by, of: of.id } });
      of.candidates = [{ person: change.actingFor ?? by }];
      return;
    case 'transferred':
      of.candidates = [{ person: change.to }];
      of.transferred = [...(of.transferred ?? []), { by, to: change.to, at: when }];
      delete of.skip;
      return;
    case 'removed':
      Object.assign(of, { state: 'removed', by, at: when, verb: 'remove-signer' });
      return;
    case 'skip-proposed':
      of.skip = { by, at: when, reason: change.reason, ...(change.actingFor === undefined ? {} : { actingFor: change.actingFor }) };
      return;
    default:
      assertNever(change);
  }
}

/** Puts a signer to the seat `of`: whoever waited for that seat waits for the signer too, unless the signer comes before it. */
function add(seats: Mutable<SeatNow>[], of: Mutable<SeatNow>, where: 'before' | 'after' | 'beside', seat: Seat): void {
  const added: Mutable<SeatNow> = { ...seat, unit: of.unit, after: where === 'after' ? [of.id] : of.after };
  if (where === 'before') of.after = [added.id];
  else for (const other of seats) if (other.after.includes(of.id)) other.after = [...other.after, added.id];
  seats.splice(seats.indexOf(of) + (where === 'before' ? 0 : 1), 0, added);
}

/** What the signers of one planned seat say together. */
type UnitResult = 'pending' | 'approved' | 'rejected';
interface Unit {
  readonly unit: PlannedSeat;
  readonly result: UnitResult;
  /** The votes that made the result. */
  readonly votes: readonly Vote[];
}

/** The planned seats that count: those whose signers were all removed do not. */
function unitsOf(plan: SeatPlan, seats: readonly SeatNow[], votes: readonly Vote[]): readonly Unit[] {
  const no = new Set(plan.outcomes.filter(({ rejects }) => rejects).map(({ id }) => id));
  return plan.seats.flatMap((unit): readonly Unit[] => {
    const signers = seats.filter((seat) => seat.unit === unit.id && !isOut(seat));
    if (signers.length === 0) return [];
    // Whoever answers for another by delegation signs too, but the word is the other's as long as they are there.
    const own = signers.filter(({ delegated }) => delegated === undefined);
    const words = own.length > 0 ? own : signers;
    const said = votes.filter((vote) => words.some(({ id }) => id === vote.seat));
    const rejecting = said.filter(({ outcome }) => no.has(outcome));
    if (rejecting.length > 0) return [{ unit, result: 'rejected', votes: rejecting }];
    return [{ unit, result: signers.every(isFilled) ? 'approved' : 'pending', votes: said }];
  });
}

/** The seats that open only after this one is filled, directly or in a row. */
export function seatsBehind(plan: SeatPlan, seats: readonly SeatNow[], id: string): ReadonlySet<string> {
  const order = plan.seats.map((unit) => unit.id);
  const [own] = seats.filter((seat) => seat.id === id);
  const next = seats.filter(
    ({ unit, after }) =>
      after.includes(id) || (plan.mode === 'sequence' && own !== undefined && order.indexOf(unit) > order.indexOf(own.unit)),
  );
  return new Set(next.flatMap((seat) => [seat.id, ...(seat.after.includes(id) ? seatsBehind(plan, seats, seat.id) : [])]));
}

/** How much must agree, and how much there is. A quorum never needs more than all of the seats that are there. */
export function quorumOf(plan: SeatPlan, seats: readonly SeatNow[]): { readonly needed: number; readonly total: number } {
  const units = unitsOf(plan, seats, []);
  const total = units.reduce((sum, { unit }) => sum + weightIn(plan, unit), 0);
  const { needs } = plan;
  if (needs === undefined) return { needed: total, total };
  if ('percent' in needs) return { needed: Math.ceil((total * needs.percent) / 100), total };
  return { needed: 'count' in needs ? needs.count : needs.weight, total };
}

const weightIn = ({ needs }: SeatPlan, { weight = 1 }: PlannedSeat): number => (needs !== undefined && 'weight' in needs ? weight : 1);

/** Whether the step is decided, and how. A function of plan, seats and standing votes: used wherever that question is asked. */
export function decisionOf(plan: SeatPlan, seats: readonly SeatNow[], votes: readonly Vote[]): Decision | undefined {
  const units = unitsOf(plan, seats, votes);
  const of = (result: UnitResult): readonly Unit[] => units.filter((unit) => unit.result === result);
  const [approved, rejected, pending] = [of('approved'), of('rejected'), of('pending')];
  const vetoes = rejected.filter(({ unit }) => unit.veto === true);
  if (vetoes.length > 0) return decided(plan, vetoes, true);
  if (rejected.length > 0 && plan.onReject === 'ends') return decided(plan, rejected, true);
  switch (plan.mode) {
    case 'one':
    case 'all':
    case 'sequence':
      if (pending.length > 0 || units.length === 0) return undefined;
      return rejected.length > 0 ? decided(plan, rejected, true) : decided(plan, approved, false);
    case 'any':
      if (approved.length > 0) return decided(plan, approved, false);
      return pending.length === 0 && rejected.length > 0 ? decided(plan, rejected, true) : undefined;
    case 'quorum': {
      const sum = (some: readonly Unit[]): number => some.reduce((total, { unit }) => total + weightIn(plan, unit), 0);
      const { needed, total } = quorumOf(plan, seats);
      const enough = Math.min(needed, total);
      if (approved.length > 0 && sum(approved) >= enough) return decided(plan, approved, false);
      return rejected.length > 0 && sum(approved) + sum(pending) < enough ? decided(plan, rejected, true) : undefined;
    }
    default:
      return assertNever(plan.mode);
  }
}

/** The outcome that most of the deciding votes named, by weight; the one that the policy lists first when they are even. */
function decided(plan: SeatPlan, units: readonly Unit[], rejected: boolean): Decision | undefined {
  const votes = units.flatMap((unit) => unit.votes);
  const last = votes.reduce<Vote | undefined>((latest, vote) => (latest === undefined || vote.n > latest.n ? vote : latest), undefined);
  if (last === undefined) return undefined;
  const weightFor = (outcome: string): number =>
    units.reduce((sum, { unit, votes: own }) => sum + (own.some((vote) => vote.outcome === outcome) ? weightIn(plan, unit) : 0), 0);
  const named = plan.outcomes.map(({ id }) => id).filter((id) => weightFor(id) > 0);
  const outcome = named.reduce((best, id) => (weightFor(id) > weightFor(best) ? id : best), named[0] ?? last.outcome);
  return { outcome, rejected, by: last };
}

type Answered = Extract<Fact, { kind: 'answered' }>;

/** A step of several seats as it stands at one ask. */
export interface Ballot {
  readonly plan: SeatPlan;
  readonly seats: readonly SeatNow[];
  /** What each seat covers, by hash: only of seats that cover less than all that is shown. */
  readonly covered: Readonly<Record<string, string>>;
  readonly decision: Decision | undefined;
  /** The votes that stand, in the order they came. */
  readonly votes: readonly Answered[];
  /** Votes that do not stand any more. */
  readonly voids: readonly Ref[];
}

/** What an ask is about, as far as its votes are bound to it. */
export interface VoteRequest {
  readonly key: string;
  readonly shows: Json;
  readonly shown: string;
  readonly after: readonly Ref[];
}

/** Whether a step's answer is made of votes: its policy says so, or somebody added a signer to its one seat. */
export function isVoted(step: StepPolicy, changes: readonly Changed[]): boolean {
  return step.seats !== undefined || changes.some(({ change }) => change === 'added' || change === 'delegated');
}

/** The changes of seats on a key that count, oldest first. */
export function changesOf(history: EffectiveHistory, key: string): readonly Changed[] {
  return (history.seatings.get(key) ?? []).map(({ change, by, actingFor, at }) => ({
    ...change,
    by,
    ...(actingFor === undefined ? {} : { actingFor }),
    when: at,
  }));
}

/** The seats a policy plans for what is shown. */
export function seatPlanOf(step: StepPolicy, shows: Json): SeatPlan {
  const outcomes = Object.entries(step.outcomes).map(([id, { rejects = false }]) => ({ id, rejects }));
  const { seats } = step;
  if (seats === undefined)
    return { mode: 'one', seats: [{ id: '1', candidates: candidatesOf(step) }], onReject: 'ends', distinct: false, outcomes };
  const { mode, needs, onReject = mode === 'quorum' ? 'counts' : 'ends', distinct = false } = seats;
  const planned = seats.of
    .filter(({ when }) => applies(when, shows))
    .map((seat): PlannedSeat => ({ id: seat.id, candidates: candidatesOf(seat), weight: seat.weight, veto: seat.veto }));
  return { mode, seats: planned, needs, onReject, distinct, outcomes };
}

/** The people that a policy names for a seat: by role, by team, by name. */
export function candidatesOf({ roles = [], teams = [], person }: Pick<SeatPolicy, 'roles' | 'teams' | 'person'>): readonly Candidate[] {
  return [...roles.map((role) => ({ role })), ...teams.map((team) => ({ team })), ...(person === undefined ? [] : [{ person }])];
}

/** Takes the votes on a key together: which stand, which seats are open, whether it is decided. */
export function ballotOf(step: StepPolicy, asked: VoteRequest, history: EffectiveHistory): Ballot {
  const changes = changesOf(history, asked.key);
  const plan = seatPlanOf(step, asked.shows);
  const planned = seatsAfter(plan, changes, []);
  const covered = coveredBy(step, asked.shows, planned);
  const recorded = [...(history.votes.get(asked.key)?.values() ?? [])];
  const stands = (vote: Answered): boolean => {
    const seat = planned.find(({ id }) => id === vote.seat);
    return (
      seat !== undefined &&
      seat.state !== 'removed' &&
      vote.shown === (covered[seat.id] ?? asked.shown) &&
      sameRefs(vote.after, asked.after)
    );
  };
  const votes = recorded.filter(stands);
  const cast = votes.map(voteOf);
  const seats = seatsAfter(plan, changes, cast);
  const decision = decisionOf(plan, seats, cast);
  return {
    plan,
    seats: seats
      .map((seat) => ({ ...seat, ...excludedFrom(plan, seat, seats) }))
      .map((seat) => (decision === undefined ? seat : leftOver(seat))),
    covered,
    decision,
    votes,
    voids: recorded.filter((vote) => !stands(vote)).map((vote) => refOf(vote)),
  };
}

const leftOver = (seat: SeatNow): SeatNow => (seat.state === undefined || seat.state === 'waiting' ? { ...seat, state: 'left' } : seat);

const voteOf = ({ n, at, seat = '', data, by, actingFor, skipped }: Answered): Vote => ({
  n,
  at,
  seat,
  by,
  ...(actingFor === undefined ? {} : { actingFor }),
  outcome: textOf(data['outcome']),
  skipped: skipped !== undefined,
});

/** A part of what is shown: the named values. The whole where nothing is named. */
export function partOf(shows: Json, covers: readonly string[] | undefined): Json {
  if (covers === undefined || !isObject(shows)) return shows;
  return Object.fromEntries(covers.flatMap((name) => (Object.hasOwn(shows, name) ? [[name, shows[name] as Json]] : [])));
}

/** An added signer covers what the seat covers that they were added to. */
function coveredBy(step: StepPolicy, shows: Json, seats: readonly SeatNow[]): Readonly<Record<string, string>> {
  const covering = new Map((step.seats?.of ?? []).flatMap(({ id, covers }) => (covers === undefined ? [] : [[id, covers] as const])));
  if (covering.size === 0) return {};
  return Object.fromEntries(
    seats.flatMap(({ id, unit }) => {
      const covers = covering.get(unit);
      return covers === undefined ? [] : [[id, hashOf(partOf(shows, covers))]];
    }),
  );
}

/** Who has filled another seat and may not fill this one as well: seats that are planned for the same people ask different ones, also once they were given on. */
function excludedFrom(plan: SeatPlan, seat: SeatNow, seats: readonly SeatNow[]): { readonly excluded?: readonly string[] } {
  if (seat.state === 'done' || seat.state === 'removed') return {};
  const planned = (unit: string): string => samePeople(plan.seats.find(({ id }) => id === unit)?.candidates ?? []);
  const others = seats.filter(
    (other) => other.state === 'done' && (plan.distinct || (other.unit !== seat.unit && planned(other.unit) === planned(seat.unit))),
  );
  const people = [...new Set(others.flatMap(({ by, actingFor }) => [by, actingFor].filter((person) => person !== undefined)))];
  return people.length === 0 ? {} : { excluded: people.sort() };
}

/** Seats for the same people have the same word. */
export const samePeople = (candidates: readonly Candidate[]): string => hashOf(candidates as unknown as Json);

/** A seat's row, without what only the engine needs. */
export function seatRow({ unit: _unit, after: _after, ...seat }: SeatNow): Seat {
  return seat;
}

/** Whether a part of the policy applies to what is shown. Where that cannot be told it does: then a person is asked. */
export function applies(when: Condition | undefined, shows: Json): boolean {
  return when === undefined || decide(when, objectOf(shows)) !== false;
}
