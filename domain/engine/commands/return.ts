import type { JsonObject } from '../../json.js';
import { isRepairKey, starterKey, starterStepName } from '../../policy/reserved-steps.js';
import { type Command, grantOf, type Redo } from '../command.js';
import { clockTimes, dueIn } from '../due.js';
import { invalidateOutside } from '../effects.js';
import { type Rendering, render } from '../execution.js';
import type { Fact, Ref } from '../facts.js';
import { type EffectiveHistory, effectiveHistory, refOf } from '../history.js';
import type { ClockRow } from '../ledger.js';
import { type ProcedureContext } from '../procedure.js';
import { Refusal } from '../refusal.js';
import type { CaseState, Ended, OpenTask } from '../state.js';
import { changeClock } from '../timers.js';
import type { Transaction } from '../transaction.js';
import { mayFill, openTask, type TaskTarget, targetOf } from '../verbs.js';
import { type Ballot, seatsBehind } from '../voting.js';

/** Sends the case back to an earlier step: its answer is revoked, and what does not stand on it stays, unless all is to be done anew. */
export function sendBack(transaction: Transaction, command: Command & { readonly verb: 'return' }): void {
  const { task, step, seat } = targetOf(transaction, command);
  mayFill(seat, command);
  const { to, reason } = command;
  const redo = redoFor(step.redo, command.redo);
  const rendering = rendered(transaction, transaction.state.facts);
  const toStarter = to === starterStepName && step.returnTo.includes(to);
  const found = step.returnTo.includes(to) ? passedAt(rendering, to, task.key) : undefined;
  if (found === undefined && !toStarter) throw new Refusal('RETURN_TARGET_UNKNOWN', { to, allowed: step.returnTo });
  const anew = redo === 'all' ? everythingSince(rendering, found) : undefined;
  const refs = anew?.refs ?? (found === undefined ? [] : rendering.consumed.get(found)) ?? [];
  transaction.record(
    { kind: 'struck', refs, reason, ...(anew === undefined ? {} : { redo: anew.keys }), ...(toStarter ? { starter: task.id } : {}) },
    command,
  );
  const how: JsonObject = { ...(anew === undefined ? {} : { redo: 'all' }), ...(task.covered === undefined ? {} : { seat: seat.id }) };
  transaction.emit('returned', { body: { task: task.id, to, reason, refs, ...how, ...grantOf(command) } }, command);
  invalidateOutside(transaction);
}

/** Whether all is asked anew: as the policy has it, or as the command asks where the policy leaves that to it. */
export function redoFor(policy: Redo | 'choose' = 'keep', asked: Redo | undefined): Redo {
  if (policy === 'choose') return asked ?? 'keep';
  if (asked !== undefined && asked !== policy) throw new Refusal('REDO_FIXED', { redo: policy });
  return policy;
}

const rendered = (transaction: Transaction, facts: readonly Fact[]): Rendering =>
  render(transaction.context, transaction.state.subject, transaction.state.begunAt, facts);

/** The key that the case last passed a step with; `previous` is the step before the task itself. */
export function passedAt(rendering: Rendering, to: string, from: string): string | undefined {
  const passed = [...rendering.consumed].flatMap(([key, refs]) => (refs.length > 0 ? [key] : []));
  if (to === 'previous') {
    const before = rendering.tasks.get(from)?.previous;
    return before !== undefined && passed.includes(before) ? before : undefined;
  }
  return passed.findLast((key) => key === to || key.endsWith(`/${to}`));
}

/**
 * What people have answered at a key and after it, and all keys there whose seats they changed: what stands beside it, in another branch of
 * `all`, follows it as little as what was passed before. An answer that the case has not come to again yet counts as later.
 */
export function everythingSince(
  { keys, history }: Rendering,
  key: string | undefined,
): { readonly refs: readonly Ref[]; readonly keys: readonly string[] } {
  const after = new Set(key === undefined ? keys.keys() : [key]);
  for (const [one, before] of keys) if (before.some((passed) => after.has(passed))) after.add(one);
  const later = (candidate: string): boolean => after.has(candidate) || !keys.has(candidate);
  return {
    refs: effectiveAnswers(history).flatMap(({ key: of, ref }) => (later(of) ? [ref] : [])),
    keys: [...history.seatings.keys()].filter(later),
  };
}

interface EffectiveAnswer {
  readonly key: string;
  readonly ref: Ref;
  readonly fact: Extract<Fact, { kind: 'answered' | 'lapsed' }>;
}

function effectiveAnswers(history: EffectiveHistory): readonly EffectiveAnswer[] {
  return [
    ...[...history.answers]
      .filter(([key]) => !isRepairKey(key) && key !== starterKey)
      .map(([key, fact]) => ({ key, ref: refOf(fact), fact })),
    ...[...history.votes].flatMap(([key, votes]) => [...votes.values()].map((fact) => ({ key, ref: refOf(fact), fact }))),
    ...[...history.parts].flatMap(([key, lines]) => [...lines].map(([line, { fact }]) => ({ key, ref: refOf(fact, line), fact }))),
  ];
}

/** Takes the actor's own answer back, as long as nothing was decided that stands on it. */
export function takeBack(transaction: Transaction, command: Command & { readonly verb: 'withdraw' }): void {
  if (transaction.state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
  const open = Object.values(transaction.state.tasks).some(({ id }) => id === command.task);
  const target = open ? targetOf(transaction, command) : undefined;
  const own = effectiveAnswers(effectiveHistory(transaction.state.facts)).filter(({ fact }) => isOwn(fact, command, target));
  const [first] = own;
  if (first === undefined) return refuse(transaction, command);
  const refs = own.map(({ ref }) => ref);
  const later = actedSince(transaction, refs, Math.min(...own.map(({ fact }) => fact.n)));
  if (later !== undefined) throw new Refusal('WITHDRAW_TOO_LATE', later);
  const reason = command.reason ?? '';
  transaction.record({ kind: 'struck', refs, reason }, command);
  const body: JsonObject = { task: command.task, refs, reason, ...grantOf(command) };
  if (target !== undefined && target.task.covered !== undefined)
    return transaction.setPendingAction(first.key, {
      type: 'taken-back',
      verb: 'withdraw',
      actor: command,
      body: { ...body, seat: target.seat.id },
    });
  transaction.emit('taken-back', { body }, command);
}

/** Of an open task, what its key and seat have; of a closed one, what it was closed with. */
function isOwn(
  fact: EffectiveAnswer['fact'],
  { task, by, seat }: Command & { readonly verb: 'withdraw' },
  target: TaskTarget | undefined,
): boolean {
  if (fact.kind !== 'answered' || fact.by !== by) return false;
  if (target === undefined) return fact.task === task && (seat === undefined || (fact.seat ?? '1') === seat);
  return fact.key === target.task.key && (target.task.covered === undefined || fact.seat === target.seat.id);
}

/** There is nothing of the actor's: the task is unknown, was answered by somebody else, or not at all. */
function refuse(transaction: Transaction, command: Command & { readonly verb: 'withdraw' }): never {
  if (Object.values(transaction.state.tasks).every(({ id }) => id !== command.task)) openTask(transaction.state, command);
  throw new Refusal('NOTHING_TO_WITHDRAW', { task: command.task });
}

/** Who has acted since on what would be revoked: the case is rendered without these answers, and what is later and in use no longer counts. */
function actedSince(transaction: Transaction, refs: readonly Ref[], since: number): JsonObject | undefined {
  const { facts } = transaction.state;
  const before = rendered(transaction, facts);
  const revoked: Fact = { kind: 'struck', refs, reason: '', by: '', n: transaction.state.factCount + 1, at: transaction.now };
  const after = rendered(transaction, [...facts, revoked]);
  const kept = new Set(inUse(after));
  const lost = inUse(before).filter((ref) => !kept.has(ref) && !refs.includes(ref));
  const lostFacts = new Set([...lost, ...votedAfter(before, refs)].map((ref) => Number(ref.split(':', 1)[0])));
  const late = facts.find((fact) => fact.n > since && lostFacts.has(fact.n) && fact.kind !== 'chosen');
  if (late !== undefined) return { by: late.by, at: late.at, verb: late.kind === 'answered' ? 'complete' : late.kind };
  const begun = new Set([...before.used.keys()].filter((key) => !after.used.has(key) && !after.calls.has(key)));
  const effect = facts.find((fact) => fact.kind === 'done' && fact.n > since && begun.has(fact.key));
  return effect === undefined ? undefined : { by: effect.by, at: effect.at, verb: 'effect' };
}

const ballots = ({ tasks, decided }: Rendering): readonly Ballot[] => [
  ...[...tasks.values()].flatMap(({ ballot }) => ballot ?? []),
  ...decided.values(),
];

/** Answers and votes that the case stands on. */
const inUse = (rendering: Rendering): readonly Ref[] => [
  ...[...rendering.consumed.values()].flat(),
  ...ballots(rendering).flatMap(({ votes }) => votes.map((vote) => refOf(vote))),
];

/** Votes that could be given only because these had been: their seats come after. */
function votedAfter(rendering: Rendering, refs: readonly Ref[]): readonly Ref[] {
  return ballots(rendering).flatMap(({ plan, seats, votes }) => {
    const early = votes.filter((vote) => refs.includes(refOf(vote))).flatMap(({ seat }) => seat ?? []);
    const late = new Set(early.flatMap((seat) => [...seatsBehind(plan, seats, seat)]));
    return votes.filter(({ seat = '' }) => late.has(seat)).map((vote) => refOf(vote));
  });
}

type Reopen = Command & { readonly verb: 'reopen' };

/**
 * A closed case goes on. One that was cancelled stands as it did; one that had come to its end is asked the step `to` again, as after a
 * return to it. Tasks come back with their ids and what was left of their time, deadlines likewise: while a case is closed no clock runs.
 */
export function reopen(transaction: Transaction, command: Reopen): void {
  const { state } = transaction;
  if (state.outcome === undefined) throw new Refusal('CASE_OPEN', reopenedBy(state.facts));
  const ended = state.ended ?? { at: state.facts.at(-1)?.at ?? state.begunAt, tasks: {}, clocks: state.clocks };
  inTime(transaction, ended);
  const revocation = revocationOf(transaction, command);
  const { to, reason } = command;
  const wasCancelled = effectiveHistory(state.facts).cancelled !== undefined;
  transaction.record({ kind: 'reopened', reason, ...revocation }, command);
  const how: JsonObject = { ...(to === undefined ? {} : { to }), ...(revocation.redo === undefined ? {} : { redo: 'all' }) };
  transaction.emit(
    'case-reopened',
    { body: { reason, ...how, refs: revocation.refs, cancelled: wasCancelled, ...grantOf(command) } },
    command,
  );
  if (state.movedFrom !== undefined) transaction.emit('moved', { body: { from: state.movedFrom, to: state.edition } });
  invalidateOutside(transaction);
  delete state.movedFrom;
  delete state.outcome;
  delete state.ended;
  state.status = 'open';
  transaction.rebasing = true;
  bringBack(transaction, ended);
}

/** By whom and when a case that is open was reopened last, if it was. */
function reopenedBy(facts: readonly Fact[]): JsonObject {
  const last = facts.findLast(({ kind }) => kind === 'reopened');
  return last === undefined ? {} : { by: last.by, at: last.at };
}

/** Whether the procedure lets closed cases be reopened, and so late. */
function inTime(transaction: Transaction, { at }: Ended): void {
  const { reopen: policy } = transaction.context.policy;
  if (policy === undefined) throw new Refusal('REOPEN_NOT_PROVIDED');
  const until = policy.within === undefined ? undefined : dueIn(transaction, { within: policy.within, clock: 'wall' }, at, {});
  if (until !== undefined && until < transaction.now) throw new Refusal('REOPEN_TOO_LATE', { until });
}

/** What a closed case asks for and stands on once its cancellation, if it was one, no longer counts. */
function uncancelled(context: ProcedureContext, { subject, begunAt, facts, factCount }: CaseState): Rendering {
  const undone: Fact = { kind: 'reopened', refs: [], reason: '', by: '', n: factCount + 1, at: 0 };
  return render(context, subject, begunAt, [...facts, undone]);
}

/** The answers that no longer count. */
function revocationOf(
  { context, state }: Transaction,
  { to, redo: asked }: Reopen,
): { readonly refs: readonly Ref[]; readonly redo?: readonly string[] } {
  const redo = redoFor(context.policy.reopen?.redo, asked);
  const rendering = uncancelled(context, state);
  if (to === undefined && rendering.outcome === undefined) return { refs: [] };
  const steps = stepsPassed(rendering, Object.keys(context.policy.steps));
  const found = to === undefined || !steps.includes(to) ? undefined : passedAt(rendering, to, '');
  if (found === undefined) throw new Refusal('REOPEN_TARGET_UNKNOWN', { to: to ?? '', allowed: steps });
  if (redo === 'keep') return { refs: rendering.consumed.get(found) ?? [] };
  const { refs, keys } = everythingSince(rendering, found);
  return { refs, redo: keys };
}

/** Where a case that has ended may be reopened: at the steps it passed; where it stood, if it was cancelled. */
export function reopenings(context: ProcedureContext, state: CaseState): readonly { readonly to?: string }[] {
  if (context.policy.reopen === undefined) return [];
  const rendering = uncancelled(context, state);
  const steps = stepsPassed(rendering, Object.keys(context.policy.steps)).map((to) => ({ to }));
  return rendering.outcome === undefined ? [{}, ...steps] : steps;
}

/** The steps whose answers a case stands on, in the order of the policy. */
function stepsPassed({ consumed }: Pick<Rendering, 'consumed'>, steps: readonly string[]): readonly string[] {
  const passed = new Set([...consumed].flatMap(([key, refs]) => (refs.length > 0 ? [key.slice(key.lastIndexOf('/') + 1)] : [])));
  return steps.filter((step) => passed.has(step));
}

/** Tasks rest until they are asked for, which is in this turn for those that were open; deadlines go on. */
function bringBack(transaction: Transaction, { at, tasks, clocks }: Ended): void {
  const { state, now } = transaction;
  const rested = Object.values(tasks).map((task): OpenTask => ({ ...task, state: 'suspended', suspendedAt: task.suspendedAt ?? at }));
  transaction.broughtBack = new Set(Object.keys(tasks));
  state.tasks = { ...state.tasks, ...Object.fromEntries(rested.map((task) => [task.key, task])) };
  const pause = at < now ? [{ from: at, to: now, cause: 'closed' }] : [];
  for (const clock of Object.values(clocks)) {
    const next: ClockRow = clockTimes(transaction, { ...clock, pauses: [...(clock.pauses ?? []), ...pause] });
    if (next.state === 'running' || next.state === 'overdue') changeClock(transaction, next);
    else transaction.putClock(next);
  }
}
