import { hashOf } from '../canonical-json.js';
import { bounceReported } from '../engine/effects.js';
import type { Ref } from '../engine/facts.js';
import { type EffectiveHistory, effectiveHistory, refOf } from '../engine/history.js';
import type { Timed } from '../engine/ledger.js';
import type { CaseState, OpenTask } from '../engine/state.js';

import type { JsonObject } from '../json.js';
import { isRepairKey } from '../policy/reserved-steps.js';

/**
 * What matters of a case for what can still become of it: two states of one signature behave alike. Leaves out times, the numbers
 * of facts and tasks, who acted, and what was repaired before; `now` tells only which readings are past their time.
 */
export function signatureOf(state: CaseState, now: number): string {
  const history = effectiveHistory(state.facts);
  return hashOf({
    status: state.status,
    outcome: state.outcome?.value ?? null,
    subject: hashOf(state.subject),
    tasks: members(Object.values(state.tasks), (task) => [
      task.key,
      [task.state, task.overdue, task.parts ?? null, ...timesOf(task), ...seatsIn(task)],
    ]),
    effects: members(Object.values(state.effects), ({ key, done, flight, failed, unwanted, uncertain, bounced, again }) => [
      key,
      [
        done?.hash ?? null,
        flight === undefined ? null : [flight.hash, flight.action, flight.cancelled],
        failed === undefined ? null : [failed.hash, failed.action],
        unwanted,
        uncertain.length > 0,
        bounced !== undefined,
        again !== undefined,
        done?.attempt !== undefined && bounceReported(state, done.attempt),
      ],
    ]),
    clocks: members(Object.values(state.clocks), (clock) => [clock.key, [clock.state, ...timesOf(clock)]]),
    held: state.held !== undefined,
    ended: Object.keys(state.ended?.tasks ?? {}).sort(),
    waits: Object.keys(state.waits).sort(),
    standing: historySignature(history, now),
  });
}

/** Which escalations have fired, and what it rests for. */
const timesOf = ({ ladder = [], rests = [] }: Timed): readonly (readonly string[])[] => [
  ladder.flatMap(({ rung: escalation, struckAt }) => (struckAt === undefined ? [] : [escalation])),
  rests.map(({ of }) => of),
];

/** How the seats of a step that has several stand. */
const seatsIn = ({ covered, seats }: OpenTask): readonly string[] =>
  covered === undefined ? [] : [seats.map(({ id, state = 'open', skip }) => `${id} ${state}${skip === undefined ? '' : ' skip'}`).join()];

function historySignature(history: EffectiveHistory, now: number): JsonObject {
  const names = namesOf(history);
  const named = (refs: readonly Ref[]): readonly string[] => refs.map((ref) => names.get(ref) ?? 'gone');
  return {
    answers: members(
      [...history.answers].filter(([key]) => !isRepairKey(key)),
      ([key, fact]) => [key, [fact.shown, named(fact.after), fact.kind === 'answered' ? hashOf(fact.data) : 'lapsed']],
    ),
    votes: members(
      [...history.votes].flatMap(([key, votes]) => [...votes].map(([seat, fact]) => ({ key: `${key} ${seat}`, fact }))),
      ({ key, fact }) => [key, [fact.shown, named(fact.after), hashOf(fact.data)]],
    ),
    seatings: members([...history.seatings], ([key, facts]) => [
      key,
      facts.map(({ change }) => [change.change, change.seat, 'to' in change ? change.to : null]),
    ]),
    parts: members(
      [...history.parts].flatMap(([key, lines]) => [...lines].map(([line, part]) => ({ key: `${key}:${line}`, part }))),
      ({ key, part }) => [key, [part.shown, named(part.fact.after), hashOf(part.data)]],
    ),
    reads: members([...history.reads], ([key, fact]) => [
      key,
      [fact.input, hashOf(fact.value), fact.freshUntil !== undefined && fact.freshUntil <= now],
    ]),
    bound: members([...history.bound], ([key, { fact, data }]) => [key, [named(fact.after), hashOf(data)]]),
    choices: members([...history.choices], ([key, fact]) => [key, [fact.branch, named(fact.on)]]),
    told: members([...history.told], ([key, fact]) => [key, fact.shown]),
    unbound: history.unbound.map((fact) => fact.event),
  };
}

/** The keys behind the numbers of what stands. */
function namesOf(history: EffectiveHistory): ReadonlyMap<Ref, string> {
  return new Map([
    ...[...history.answers, ...history.choices].map(([key, fact]): [Ref, string] => [refOf(fact), key]),
    ...[...history.votes].flatMap(([key, votes]) => [...votes].map(([seat, fact]): [Ref, string] => [refOf(fact), `${key} ${seat}`])),
    ...[...history.bound].map(([key, { fact }]): [Ref, string] => [refOf(fact), key]),
    ...[...history.parts].flatMap(([key, lines]) =>
      [...lines].map(([line, { fact }]): [Ref, string] => [refOf(fact, line), `${key}:${line}`]),
    ),
  ]);
}

function members<T>(values: readonly T[], member: (value: T) => readonly [string, JsonObject[string]]): JsonObject {
  return Object.fromEntries(values.map(member));
}
