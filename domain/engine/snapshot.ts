import { freeze } from '../canonical-json.js';
import { keepUncertain } from './effects.js';
import type { Fact, Ref } from './facts.js';
import { effectiveHistory, refOf } from './history.js';
import type { Turn } from './ledger.js';
import { type ProcedureContext } from './procedure.js';
import { attemptCount, type CaseState, type EffectState, taskRow } from './state.js';
import { digestOf, type Transaction } from './transaction.js';
import { type TurnResult, tryTurn, turn } from './turn.js';
import type { CaseView } from './view.js';

/** A snapshot above this many characters is refused before it can come about: Temporal's own limit is 2 MB. */
export const snapshotLimit = 1_400_000;
const answerLimit = 256_000;

const weights = new WeakMap<object, number>();
const weigh = (value: object): number => {
  const known = weights.get(value) ?? JSON.stringify(value).length;
  weights.set(value, known);
  return known;
};
const sum = (values: readonly object[]): number => values.reduce<number>((total, value) => total + weigh(value) + 1, 0);
const members = (values: Readonly<Record<string, object>>): number =>
  sum(Object.values(values)) + Object.keys(values).join().length + 4 * Object.keys(values).length;
/** What the names of a state's members and its small values come to. */
const frame = 1_000;

/** An upper bound of a snapshot's size in characters: what was weighed once is not weighed again. */
export function sizeOf(state: CaseState): number {
  return (
    frame +
    weigh(state.start) +
    weigh(state.subject) +
    (state.outcome === undefined ? 0 : weigh(state.outcome)) +
    (state.ended === undefined ? 0 : weigh(state.ended)) +
    sum(state.facts) +
    sum(state.parked) +
    sum(state.unacknowledged) +
    members(state.tasks) +
    members(state.effects) +
    members(state.waits) +
    members(state.clocks) +
    weigh(state.opened) +
    weigh(state.digests) +
    Object.keys(state.sent).length * 50 +
    sum(state.closings)
  );
}

/**
 * The case as a continue-as-new carries it. Superseded facts are folded away, but for the last answer on each key (a reopened task
 * starts from it); the ledger keeps them all.
 */
export function snapshotOf(state: CaseState): CaseState {
  const history = effectiveHistory(state.facts);
  const last = new Map<string, number>();
  for (const fact of state.facts) if (fact.kind === 'answered' && fact.seat === undefined) last.set(fact.key, fact.n);
  const needed = (fact: Fact): boolean => {
    switch (fact.kind) {
      case 'answered':
        return (fact.seat === undefined && last.get(fact.key) === fact.n) || fact.parts !== undefined || history.has(refOf(fact));
      case 'lapsed':
      case 'chosen':
      case 'read':
        return history.has(refOf(fact));
      case 'done':
        return history.done.get(fact.key)?.n === fact.n;
      case 'told':
        return history.told.get(fact.key)?.n === fact.n;
      case 'passed':
        return history.passed.get(fact.key)?.n === fact.n;
      case 'seated':
      case 'amended':
      case 'calendar':
      case 'failed':
      case 'held':
      case 'resent':
      case 'resumed':
      case 'retried':
      case 'rung':
      case 'settled':
      case 'undone':
        return false;
      case 'bounced':
      case 'reported':
      case 'bound':
      case 'cancelled':
      case 'reopened':
      case 'struck':
      case 'voided':
        return true;
    }
  };
  const facts = state.facts.filter(needed);
  const names = new Set<Ref>(
    facts.flatMap((fact) =>
      fact.kind === 'answered' && fact.parts !== undefined ? Object.keys(fact.parts).map((id) => refOf(fact, id)) : [refOf(fact)],
    ),
  );
  const revokes = (fact: Fact): fact is Revocation => fact.kind === 'struck' || fact.kind === 'voided' || fact.kind === 'reopened';
  return { ...state, facts: facts.flatMap((fact) => (revokes(fact) ? only(fact, names) : [fact])) };
}

type Revocation = Extract<Fact, { kind: 'struck' | 'voided' | 'reopened' }>;

/** A revocation of facts that are still carried. That a case was reopened, and by whom, always is. */
function only(fact: Revocation, names: ReadonlySet<Ref>): readonly Fact[] {
  const refs = fact.refs.filter((ref) => names.has(ref));
  const empty = fact.kind !== 'reopened' && refs.length === 0 && !('starter' in fact) && !('redo' in fact && (fact.redo ?? []).length > 0);
  return empty ? [] : [{ ...fact, refs }];
}

/** Goes on after a continue-as-new within an edition: no turn, nothing written. Attempts are of unknown outcome. Throws when this code renders another case than the one that was carried. */
export function continueRun(context: ProcedureContext, carried: CaseState): CaseState {
  const snapshot = frozen(carried);
  const renders = snapshot.status !== 'open' || tryTurn(context, snapshot, 0, () => {}).rows.length === 0;
  if (!renders || digestOf(context, snapshot) !== snapshot.digests[snapshot.turn])
    throw new Error(`EDITION_MISMATCH at turn ${snapshot.turn}`);
  return { ...snapshot, effects: unsettled(snapshot) };
}

/** Goes on in another edition: one turn, in which only what the new edition asks otherwise changes. Parked facts are rendered now. */
export function migrate(context: ProcedureContext, carried: CaseState, edition: string, now: number): TurnResult {
  const snapshot = frozen(carried);
  const { moving: _moving, parked, ...rest } = snapshot;
  const names = context.policy.renamed ?? {};
  const state = withNames(
    {
      ...rest,
      parked: [],
      edition,
      status: snapshot.outcome === undefined ? 'open' : 'closing',
      facts: [...snapshot.facts, ...parked],
      effects: unsettled(snapshot),
    },
    names,
  );
  return turn(context, state, now, (transaction: Transaction) => {
    transaction.rebasing = true;
    transaction.emit('moved', { body: { from: snapshot.edition, to: edition } });
    for (const { key, step } of Object.values(snapshot.tasks)) {
      const task = state.tasks[renamedKey(key, names)];
      if (task !== undefined && task.key !== key) transaction.emit('renamed', { task: taskRow(task), body: { key, step } });
    }
    // An attempt that had been called off is not taken along: SQL must not show it as under way.
    for (const { key, name, flight: attempt } of Object.values(snapshot.effects))
      if (attempt?.cancelled === true)
        transaction.emit('effect', { effect: { key, effect: name, input: attempt.hash, action: attempt.action, state: 'dropped' } });
  });
}

/** A closed case as the run that may reopen it finds it: nothing is written, whatever its edition was. */
export function closedRun(context: ProcedureContext, carried: CaseState, edition: string): CaseState {
  const snapshot = frozen(carried);
  if (snapshot.edition === edition) return snapshot;
  return { ...withNames(snapshot, context.policy.renamed ?? {}), edition, movedFrom: snapshot.movedFrom ?? snapshot.edition };
}

/** A snapshot comes as plain JSON: what procedures get to see is frozen again. */
function frozen(carried: CaseState): CaseState {
  return { ...carried, subject: freeze(carried.subject), facts: carried.facts.map(freeze), parked: carried.parked.map(freeze) };
}

/** Attempts under way when a run ended: their effects start anew, asking first what became of them. */
function unsettled(state: CaseState): Readonly<Record<string, EffectState>> {
  return Object.fromEntries(
    Object.entries(state.effects).map(([key, effect]) => {
      if (effect.flight === undefined) return [key, effect];
      const known = keepUncertain(effect, effect.flight);
      const { flight: attempt, ...idle } = known;
      return [key, attempt?.cancelled === true ? idle : { ...known, flight: { ...effect.flight, cancelled: false } }];
    }),
  );
}

/** What a message returns: where the case stands, and the rows SQL lacks, as many as fit. */
export function turnOf(state: CaseState, since = 0): Turn {
  const lacking = state.unacknowledged.filter((row) => row.seq > since);
  let size = 0;
  const rows = lacking.filter((row, index) => {
    size += JSON.stringify(row).length;
    return index === 0 || size <= answerLimit;
  });
  const answer = {
    turn: state.turn,
    digest: state.digests[String(state.turn)] ?? '',
    seq: state.seq,
    status: state.status,
    flying: attemptCount(state),
    rows,
  };
  return rows.length < lacking.length ? { ...answer, more: true } : answer;
}

/** Answers the query `view`. */
export function viewOf(state: CaseState, since: number, whole = false): CaseView {
  return {
    ...(whole ? { snapshot: snapshotOf(state) } : {}),
    caseId: state.start.caseId,
    edition: state.edition,
    tasks: Object.values(state.tasks).map(taskRow),
    ...turnOf(state, since),
  };
}

/** SQL has stored all rows up to `seq`. */
export function acknowledge(state: CaseState, seq: number): CaseState {
  const first = state.unacknowledged[0];
  return first === undefined || first.seq > seq ? state : { ...state, unacknowledged: state.unacknowledged.filter((row) => row.seq > seq) };
}

/** Old names of steps and what they are called now. */
export type Renamed = Readonly<Record<string, string>>;

/** A key whose last part, the step, has another name now. */
export function renamedKey(key: string, names: Renamed): string {
  const at = key.lastIndexOf('/') + 1;
  const step = key.slice(at);
  return Object.hasOwn(names, step) ? key.slice(0, at) + names[step] : key;
}

/** A case in which steps have their new names: answers, votes and open tasks go on under them. Ids of tasks stay; nobody is asked anew. */
export function withNames(state: CaseState, names: Renamed): CaseState {
  if (Object.keys(names).length === 0) return state;
  const own = (key: string): string => renamedKey(key, names);
  const renamedTasks = (tasks: CaseState['tasks']): CaseState['tasks'] =>
    Object.fromEntries(
      Object.values(tasks).map((task) => [own(task.key), { ...task, key: own(task.key), step: names[task.step] ?? task.step }]),
    );
  return {
    ...state,
    facts: state.facts.map((fact) => renamedFact(fact, own)),
    tasks: renamedTasks(state.tasks),
    ...(state.ended === undefined ? {} : { ended: { ...state.ended, tasks: renamedTasks(state.ended.tasks) } }),
    opened: Object.fromEntries(Object.entries(state.opened).map(([key, times]) => [own(key), times])),
  };
}

function renamedFact(fact: Fact, own: (key: string) => string): Fact {
  switch (fact.kind) {
    case 'answered':
    case 'lapsed':
    case 'seated':
    case 'passed':
      return own(fact.key) === fact.key ? fact : freeze({ ...fact, key: own(fact.key) });
    case 'struck':
    case 'reopened':
      return fact.redo === undefined ? fact : freeze({ ...fact, redo: fact.redo.map(own) });
    default:
      return fact;
  }
}
