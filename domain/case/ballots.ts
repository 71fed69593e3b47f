import type { StepPolicy } from '../policy/policy.js';
import type { SeatPolicy } from '../policy/seating.js';
import { hashOf } from './canon.js';
import { applies } from './conditions.js';
import type { Fact, Ref } from './facts.js';
import { isObject, type Json, textOf } from './json.js';
import { type Live, refOf, sameRefs } from './live.js';
import type { Candidate, Seat } from './rows.js';
import { type Changed, type Decision, decide, type Plan, type PlannedSeat, type SeatNow, seatsAfter, type Vote } from './seats.js';

type Answered = Extract<Fact, { kind: 'answered' }>;

/** A step of several seats as it stands at one ask. */
export interface Ballot {
  readonly plan: Plan;
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
export interface Asked {
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
export function changesOf(live: Live, key: string): readonly Changed[] {
  return (live.seatings.get(key) ?? []).map(({ change, by, actingFor, at }) => ({
    ...change,
    by,
    ...(actingFor === undefined ? {} : { actingFor }),
    when: at,
  }));
}

/** The seats a policy plans for what is shown. */
export function planOf(step: StepPolicy, shows: Json): Plan {
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
export function ballotOf(step: StepPolicy, asked: Asked, live: Live): Ballot {
  const changes = changesOf(live, asked.key);
  const plan = planOf(step, asked.shows);
  const planned = seatsAfter(plan, changes, []);
  const covered = coveredBy(step, asked.shows, planned);
  const recorded = [...(live.votes.get(asked.key)?.values() ?? [])];
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
  const decision = decide(plan, seats, cast);
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
function excludedFrom(plan: Plan, seat: SeatNow, seats: readonly SeatNow[]): { readonly excluded?: readonly string[] } {
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
