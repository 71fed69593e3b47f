import { type Command, grantOf } from './command.js';
import type { Draft } from './draft.js';
import { clockTimes, dueIn } from './dues.js';
import { setClock } from './duties.js';
import type { Fact, Ref } from './facts.js';
import type { JsonObject } from './json.js';
import { standing } from './live.js';
import { Refusal } from './refusal.js';
import { type Rendering, render, type Setting } from './render.js';
import { everythingSince, passedAt, redoFor } from './returning.js';
import type { ClockRow } from './rows.js';
import type { CaseState, Ended, OpenTask } from './state.js';
import { unsettleOutside } from './turn.js';

type Reopen = Command & { readonly verb: 'reopen' };

/**
 * A closed case goes on. One that was cancelled stands as it did; one that had come to its end is asked the step `to` again, as after a
 * return to it. Tasks come back with their ids and what was left of their time, deadlines likewise: while a case is closed no clock runs.
 */
export function reopen(draft: Draft, command: Reopen): void {
  const { state } = draft;
  if (state.outcome === undefined) throw new Refusal('CASE_OPEN', reopenedBy(state.facts));
  const ended = state.ended ?? { at: state.facts.at(-1)?.at ?? state.begunAt, tasks: {}, clocks: state.clocks };
  inTime(draft, ended);
  const strike = strikeOf(draft, command);
  const { to, reason } = command;
  const wasCancelled = standing(state.facts).cancelled !== undefined;
  draft.record({ kind: 'reopened', reason, ...strike }, command);
  const how: JsonObject = { ...(to === undefined ? {} : { to }), ...(strike.redo === undefined ? {} : { redo: 'all' }) };
  draft.emit('case-reopened', { body: { reason, ...how, refs: strike.refs, cancelled: wasCancelled, ...grantOf(command) } }, command);
  if (state.movedFrom !== undefined) draft.emit('moved', { body: { from: state.movedFrom, to: state.edition } });
  unsettleOutside(draft);
  delete state.movedFrom;
  delete state.outcome;
  delete state.ended;
  state.status = 'open';
  draft.rebasing = true;
  bringBack(draft, ended);
}

/** By whom and when a case that is open was reopened last, if it was. */
function reopenedBy(facts: readonly Fact[]): JsonObject {
  const last = facts.findLast(({ kind }) => kind === 'reopened');
  return last === undefined ? {} : { by: last.by, at: last.at };
}

/** Whether the procedure lets closed cases be reopened, and so late. */
function inTime(draft: Draft, { at }: Ended): void {
  const { reopen: policy } = draft.setting.policy;
  if (policy === undefined) throw new Refusal('REOPEN_NOT_PROVIDED');
  const until = policy.within === undefined ? undefined : dueIn(draft, { within: policy.within, clock: 'wall' }, at, {});
  if (until !== undefined && until < draft.now) throw new Refusal('REOPEN_TOO_LATE', { until });
}

/** What a closed case asks for and stands on once its cancellation, if it was one, no longer counts. */
function uncancelled(setting: Setting, { subject, begunAt, facts, factCount }: CaseState): Rendering {
  const undone: Fact = { kind: 'reopened', refs: [], reason: '', by: '', n: factCount + 1, at: 0 };
  return render(setting, subject, begunAt, [...facts, undone]);
}

/** The answers that no longer count. */
function strikeOf(
  { setting, state }: Draft,
  { to, redo: asked }: Reopen,
): { readonly refs: readonly Ref[]; readonly redo?: readonly string[] } {
  const redo = redoFor(setting.policy.reopen?.redo, asked);
  const rendering = uncancelled(setting, state);
  if (to === undefined && rendering.outcome === undefined) return { refs: [] };
  const steps = stepsPassed(rendering, Object.keys(setting.policy.steps));
  const found = to === undefined || !steps.includes(to) ? undefined : passedAt(rendering, to, '');
  if (found === undefined) throw new Refusal('REOPEN_TARGET_UNKNOWN', { to: to ?? '', allowed: steps });
  if (redo === 'keep') return { refs: rendering.carried.get(found) ?? [] };
  const { refs, keys } = everythingSince(rendering, found);
  return { refs, redo: keys };
}

/** Where a case that has ended may be reopened: at the steps it passed; where it stood, if it was cancelled. */
export function reopenings(setting: Setting, state: CaseState): readonly { readonly to?: string }[] {
  if (setting.policy.reopen === undefined) return [];
  const rendering = uncancelled(setting, state);
  const steps = stepsPassed(rendering, Object.keys(setting.policy.steps)).map((to) => ({ to }));
  return rendering.outcome === undefined ? [{}, ...steps] : steps;
}

/** The steps whose answers a case stands on, in the order of the policy. */
function stepsPassed({ carried }: Pick<Rendering, 'carried'>, steps: readonly string[]): readonly string[] {
  const passed = new Set([...carried].flatMap(([key, refs]) => (refs.length > 0 ? [key.slice(key.lastIndexOf('/') + 1)] : [])));
  return steps.filter((step) => passed.has(step));
}

/** Tasks rest until they are asked for, which is in this turn for those that were open; deadlines go on. */
function bringBack(draft: Draft, { at, tasks, clocks }: Ended): void {
  const { state, now } = draft;
  const rested = Object.values(tasks).map((task): OpenTask => ({ ...task, state: 'suspended', suspendedAt: task.suspendedAt ?? at }));
  draft.back = new Set(Object.keys(tasks));
  state.tasks = { ...state.tasks, ...Object.fromEntries(rested.map((task) => [task.key, task])) };
  const pause = at < now ? [{ from: at, to: now, cause: 'closed' }] : [];
  for (const clock of Object.values(clocks)) {
    const next: ClockRow = clockTimes(draft, { ...clock, pauses: [...(clock.pauses ?? []), ...pause] });
    if (next.state === 'running' || next.state === 'overdue') setClock(draft, next);
    else state.clocks = { ...state.clocks, [clock.key]: next };
  }
}
