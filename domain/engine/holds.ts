import type { JsonObject } from '../json.js';
import type { Pause } from '../time/pause.js';
import { type Command, grantOf } from './command.js';
import { clockTimes, withTimes } from './due.js';
import type { Actor } from './facts.js';
import type { ClockRow, Rest, Timed } from './ledger.js';
import { Refusal } from './refusal.js';
import { type OpenTask, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import type { Draft } from './transaction.js';

/**
 * Stops the clock of a task, or all clocks of the case. A hold ends at its `until`, with its task, or by `resume`; it stops nothing but
 * clocks: tasks may be answered all the while.
 */
export function hold(draft: Draft, task: OpenTask | undefined, command: Command & { readonly verb: 'hold' }): void {
  const { cause, until, reason } = command;
  if (until !== undefined && until <= draft.now) throw new Refusal('HOLD_END_PAST', { until });
  const before = task === undefined ? draft.state.held : own(task);
  if (before !== undefined) throw new Refusal('HELD_ALREADY', { cause: before.cause, since: before.from });
  const ends = until === undefined ? {} : { until };
  const of = task?.id ?? 'case';
  draft.record({ kind: 'held', of, cause, ...ends }, command);
  const body: JsonObject = { of, cause, ...ends, ...(reason === undefined ? {} : { reason }), ...grantOf(command) };
  const rest = { from: draft.now, cause, ...ends };
  if (task === undefined) {
    draft.state.held = rest;
    return draft.emit('held', { body }, command);
  }
  const next = putTask(draft, task, { ...task, rests: [...(task.rests ?? []), { of: 'task', ...rest }] });
  draft.emit('held', { task: taskRow(next), body: { ...body, ...moved(task, next) } }, command);
}

/** Clocks go on. */
export function resume(draft: Draft, task: OpenTask | undefined, command: Command & { readonly verb: 'resume' }): void {
  if ((task === undefined ? draft.state.held : own(task)) === undefined) throw new Refusal('NOT_HELD');
  end(draft, task, command, grantOf(command));
}

/** Ends the holds whose own end has come. */
export function endHolds(draft: Draft): void {
  if (draft.state.status === 'faulted') return;
  const over = (rest: { readonly until?: number } | undefined): boolean => rest?.until !== undefined && rest.until <= draft.now;
  for (const task of Object.values(draft.state.tasks)) if (over(own(task))) end(draft, task);
  if (over(draft.state.held)) end(draft, undefined);
}

function end(draft: Draft, task: OpenTask | undefined, actor?: Actor, grant: JsonObject = {}): void {
  const held = task === undefined ? draft.state.held : own(task);
  const of = task?.id ?? 'case';
  draft.record({ kind: 'resumed', of }, actor);
  const body: JsonObject = { of, cause: held?.cause ?? null, since: held?.from ?? null, ...grant };
  if (task === undefined) {
    delete draft.state.held;
    return draft.emit('hold-ended', { body }, actor);
  }
  const left = (task.rests ?? []).filter((rest) => rest.of !== 'task');
  const next = putTask(draft, task, { ...task, ...settled(task, left, draft.now) });
  draft.emit('hold-ended', { task: taskRow(next), body: { ...body, ...moved(task, next) } }, actor);
}

/** Brings in line which clocks stand still and why: holds of tasks and the case, and open steps that stop deadlines. Old and new due times are kept. */
export function keepRests(draft: Draft): void {
  for (const task of Object.values(draft.state.tasks)) {
    const rests = restsFor(draft, task, restsOfCase(draft, stepPolicy(draft.setting.policy, task.step)), own(task));
    if (rests === undefined) continue;
    const next = putTask(draft, task, { ...task, ...settled(task, rests, draft.now) });
    draft.emit('rebased', { task: taskRow(next), body: moved(task, next) });
  }
  for (const clock of Object.values(draft.state.clocks)) {
    const rests = restsFor(draft, clock, restsOfClock(draft, clock));
    if (rests === undefined) continue;
    const next = clockTimes(draft, { ...clock, ...settled(clock, rests, draft.now) });
    draft.state.clocks = { ...draft.state.clocks, [clock.key]: next };
    if (next.state === 'running' || next.state === 'overdue') draft.emit('rebased', { clock: next, body: moved(clock, next) });
    else draft.emit('clock', { clock: next });
  }
}

type Source = Omit<Rest, 'from'>;

function restsOfCase({ state: { held } }: Draft, policy: { readonly onHold?: 'rests' | 'runs' } | undefined): readonly Source[] {
  if (held === undefined || policy?.onHold === 'runs') return [];
  const { from: _from, ...rest } = held;
  return [{ of: 'case', ...rest }];
}

function restsOfClock(draft: Draft, { clock, state }: ClockRow): readonly Source[] {
  if (state !== 'running' && state !== 'overdue') return [];
  const { policy } = draft.setting;
  const steps = Object.values(draft.state.tasks).flatMap(({ key, step, state: stands }): readonly Source[] => {
    const pauses = stands === 'open' ? stepPolicy(policy, step)?.pauses : undefined;
    return pauses?.clocks.includes(clock) === true ? [{ of: `step:${key}`, cause: pauses.cause }] : [];
  });
  return [...restsOfCase(draft, policy.clocks[clock]), ...steps];
}

/** The rests that are to be, those that go on with their beginning; undefined: they are as they were. */
function restsFor(draft: Draft, { rests = [] }: Timed, wanted: readonly Source[], kept?: Rest): readonly Rest[] | undefined {
  const next = wanted.map((source): Rest => rests.find(({ of }) => of === source.of) ?? { ...source, from: draft.now });
  const all = kept === undefined ? next : [kept, ...next];
  return all.length === rests.length && all.every((rest) => rests.includes(rest)) ? undefined : all;
}

/** Rests that are over become pauses. */
function settled(
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

function putTask(draft: Draft, task: OpenTask, changed: OpenTask): OpenTask {
  const { rests = [], ...rest } = changed;
  const settledTask = rests.length === 0 ? rest : { ...rest, rests };
  const next = task.state === 'open' ? withTimes(draft, settledTask) : settledTask;
  draft.state.tasks = { ...draft.state.tasks, [task.key]: next };
  return next;
}

const moved = (before: { readonly dueAt?: number }, after: { readonly dueAt?: number }): JsonObject => ({
  from: before.dueAt ?? null,
  to: after.dueAt ?? null,
});
