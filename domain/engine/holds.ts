import type { JsonObject } from '../json.js';
import type { Pause } from '../time/pause.js';
import { type Command, grantOf } from './command.js';
import { clockTimes, withTimes } from './due.js';
import type { Actor } from './facts.js';
import type { ClockRow, Rest, Timed } from './ledger.js';
import { Refusal } from './refusal.js';
import { type OpenTask, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import type { Transaction } from './transaction.js';

/**
 * Stops the clock of a task, or all clocks of the case. A hold ends at its `until`, with its task, or by `resume`; it stops nothing but
 * clocks: tasks may be answered all the while.
 */
export function hold(transaction: Transaction, task: OpenTask | undefined, command: Command & { readonly verb: 'hold' }): void {
  const { cause, until, reason } = command;
  if (until !== undefined && until <= transaction.now) throw new Refusal('HOLD_END_PAST', { until });
  const before = task === undefined ? transaction.state.held : own(task);
  if (before !== undefined) throw new Refusal('HELD_ALREADY', { cause: before.cause, since: before.from });
  const ends = until === undefined ? {} : { until };
  const of = task?.id ?? 'case';
  transaction.record({ kind: 'held', of, cause, ...ends }, command);
  const body: JsonObject = { of, cause, ...ends, ...(reason === undefined ? {} : { reason }), ...grantOf(command) };
  const rest = { from: transaction.now, cause, ...ends };
  if (task === undefined) {
    transaction.state.held = rest;
    return transaction.emit('held', { body }, command);
  }
  const next = putRests(transaction, task, { ...task, rests: [...(task.rests ?? []), { of: 'task', ...rest }] });
  transaction.emit('held', { task: taskRow(next), body: { ...body, ...moved(task, next) } }, command);
}

/** Clocks go on. */
export function resume(transaction: Transaction, task: OpenTask | undefined, command: Command & { readonly verb: 'resume' }): void {
  if ((task === undefined ? transaction.state.held : own(task)) === undefined) throw new Refusal('NOT_HELD');
  end(transaction, task, command, grantOf(command));
}

/** Ends the holds whose own end has come. */
export function endHolds(transaction: Transaction): void {
  if (transaction.state.status === 'faulted') return;
  const over = (rest: { readonly until?: number } | undefined): boolean => rest?.until !== undefined && rest.until <= transaction.now;
  for (const task of Object.values(transaction.state.tasks)) if (over(own(task))) end(transaction, task);
  if (over(transaction.state.held)) end(transaction, undefined);
}

function end(transaction: Transaction, task: OpenTask | undefined, actor?: Actor, grant: JsonObject = {}): void {
  const held = task === undefined ? transaction.state.held : own(task);
  const of = task?.id ?? 'case';
  transaction.record({ kind: 'resumed', of }, actor);
  const body: JsonObject = { of, cause: held?.cause ?? null, since: held?.from ?? null, ...grant };
  if (task === undefined) {
    delete transaction.state.held;
    return transaction.emit('hold-ended', { body }, actor);
  }
  const left = (task.rests ?? []).filter((rest) => rest.of !== 'task');
  const next = putRests(transaction, task, { ...task, ...endRests(task, left, transaction.now) });
  transaction.emit('hold-ended', { task: taskRow(next), body: { ...body, ...moved(task, next) } }, actor);
}

/** Brings in line which clocks stand still and why: holds of tasks and the case, and open steps that stop deadlines. Old and new due times are kept. */
export function keepRests(transaction: Transaction): void {
  for (const task of Object.values(transaction.state.tasks)) {
    const rests = restsFor(transaction, task, restsOfCase(transaction, stepPolicy(transaction.context.policy, task.step)), own(task));
    if (rests === undefined) continue;
    const next = putRests(transaction, task, { ...task, ...endRests(task, rests, transaction.now) });
    transaction.emit('rebased', { task: taskRow(next), body: moved(task, next) });
  }
  for (const clock of Object.values(transaction.state.clocks)) {
    const rests = restsFor(transaction, clock, restsOfClock(transaction, clock));
    if (rests === undefined) continue;
    const next = clockTimes(transaction, { ...clock, ...endRests(clock, rests, transaction.now) });
    transaction.putClock(next);
    if (next.state === 'running' || next.state === 'overdue') transaction.emit('rebased', { clock: next, body: moved(clock, next) });
    else transaction.emit('clock', { clock: next });
  }
}

type Source = Omit<Rest, 'from'>;

function restsOfCase({ state: { held } }: Transaction, policy: { readonly onHold?: 'rests' | 'runs' } | undefined): readonly Source[] {
  if (held === undefined || policy?.onHold === 'runs') return [];
  const { from: _from, ...rest } = held;
  return [{ of: 'case', ...rest }];
}

function restsOfClock(transaction: Transaction, { clock, state }: ClockRow): readonly Source[] {
  if (state !== 'running' && state !== 'overdue') return [];
  const { policy } = transaction.context;
  const steps = Object.values(transaction.state.tasks).flatMap(({ key, step, state: stands }): readonly Source[] => {
    const pauses = stands === 'open' ? stepPolicy(policy, step)?.pauses : undefined;
    return pauses?.clocks.includes(clock) === true ? [{ of: `step:${key}`, cause: pauses.cause }] : [];
  });
  return [...restsOfCase(transaction, policy.clocks[clock]), ...steps];
}

/** The rests that are to be, those that go on with their beginning; undefined: they are as they were. */
function restsFor(transaction: Transaction, { rests = [] }: Timed, wanted: readonly Source[], kept?: Rest): readonly Rest[] | undefined {
  const next = wanted.map((source): Rest => rests.find(({ of }) => of === source.of) ?? { ...source, from: transaction.now });
  const all = kept === undefined ? next : [kept, ...next];
  return all.length === rests.length && all.every((rest) => rests.includes(rest)) ? undefined : all;
}

/** Rests that are over become pauses. */
function endRests(
  { pauses = [], rests = [] }: Timed,
  next: readonly Rest[],
  now: number,
): { pauses?: readonly Pause[]; rests?: readonly Rest[] } {
  const over = rests.filter((rest) => !next.includes(rest));
  const spans = over
    .map(({ from, until = now, cause }): Pause => ({ from, to: Math.min(until, now), cause }))
    .filter(({ from, to }) => from < to);
  const all = [...pauses, ...spans];
  return { ...(all.length === 0 ? {} : { pauses: all }), rests: next };
}

const own = ({ rests = [] }: Timed): Rest | undefined => rests.find(({ of }) => of === 'task');

function putRests(transaction: Transaction, task: OpenTask, changed: OpenTask): OpenTask {
  const { rests = [], ...rest } = changed;
  const running = rests.length === 0 ? rest : { ...rest, rests };
  const next = task.state === 'open' ? withTimes(transaction, running) : running;
  transaction.putTask(next);
  return next;
}

const moved = (before: { readonly dueAt?: number }, after: { readonly dueAt?: number }): JsonObject => ({
  from: before.dueAt ?? null,
  to: after.dueAt ?? null,
});
