import { assertNever } from '../assert-never.js';
import { type Command, grantOf } from './command.js';
import type { Draft } from './draft.js';
import { succeed } from './effects.js';
import type { FactBody, PartAnswer, Ref } from './facts.js';
import { ProcedureFault } from './fault.js';
import { hold, resume } from './holds.js';
import { type JsonObject, textOf } from './json.js';
import { Refusal } from './refusal.js';
import { type Rendering, render, type Setting } from './render.js';
import { repairStepName, stepPolicy } from './repair.js';
import { sizeOf, snapshotLimit } from './snapshot.js';
import type { CaseState, OpenTask, Uncertain } from './state.js';
import { close } from './tasks.js';
import { amend, type Turned, takeCalendar, tryTurn, unsettleOutside } from './turn.js';

/**
 * A person's command: one turn, or a Refusal and nothing happened. Pure, so the validator runs it for its refusals alone.
 * `id` names the command for the journal. Who may act was decided at the edge; here is checked what the facts can prove.
 */
export function act(setting: Setting, state: CaseState, command: Command, now: number, id?: string): Turned {
  admit(state, command);
  try {
    const turned = tryTurn(setting, state, now, (draft) => {
      draft.command = id;
      perform(draft, draft.state, command);
    });
    if (sizeOf(turned.state) > snapshotLimit) throw new Refusal('SNAPSHOT_TOO_LARGE', { limit: snapshotLimit });
    return turned;
  } catch (thrown) {
    if (thrown instanceof ProcedureFault) throw new Refusal('PROCEDURE_FAULT', { code: thrown.code, detail: thrown.message });
    throw thrown;
  }
}

/** Whether the case takes commands now, and whether sender and case speak of the same history. */
function admit(state: CaseState, { verb, seen }: Command): void {
  if (seen !== undefined) {
    const digest = state.digests[seen.turn];
    if (seen.turn > state.turn || seen.seq > state.seq) throw new Refusal('SQL_AHEAD', { turn: state.turn, seen: seen.turn });
    if (digest !== undefined && digest !== seen.digest) throw new Refusal('EDITION_MISMATCH', { turn: seen.turn });
  }
  if (state.moving !== undefined) throw new Refusal('CASE_MOVING');
  if (state.status === 'closed') throw new Refusal('CASE_CLOSED');
  if (state.status === 'faulted' && verb !== 'move') throw new Refusal('CASE_FAULTED');
}

function perform(draft: Draft, state: CaseState, command: Command): void {
  switch (command.verb) {
    case 'complete':
      return complete(draft, openTask(state, command), command);
    case 'return':
      return sendBack(draft, openTask(state, command), command);
    case 'amend':
      return change(draft, state, command);
    case 'cancel':
      if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
      draft.record({ kind: 'cancelled', reason: command.reason }, command);
      return draft.emit('cancelled', { body: { reason: command.reason } }, command);
    case 'hold':
      return hold(draft, taskOf(state, command), command);
    case 'resume':
      return resume(draft, taskOf(state, command), command);
    case 'move':
      if (command.to === state.edition) throw new Refusal('EDITION_NOT_CURRENT', { edition: command.to });
      draft.state.moving = command.to;
      return draft.emit('moving', { body: { to: command.to } }, command);
    case 'calendar':
      if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
      return takeCalendar(draft, command.calendar, command);
    default:
      assertNever(command);
  }
}

/** The open task that a hold is of, if it is of one. */
function taskOf(state: CaseState, { task, rev }: { readonly task?: string; readonly rev?: number }): OpenTask | undefined {
  if (task !== undefined) return openTask(state, { task, rev: rev ?? 0 });
  if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
  return undefined;
}

/** The open task a command speaks of, or why not: unknown, closed (by whom, when, how), suspended, or changed since. */
function openTask(state: CaseState, command: { readonly task: string; readonly rev: number }): OpenTask {
  const task = Object.values(state.tasks).find((candidate) => candidate.id === command.task);
  if (task === undefined) {
    const closing = state.closings.findLast((candidate) => candidate.task === command.task);
    if (closing === undefined) throw new Refusal('TASK_UNKNOWN', { task: command.task });
    throw new Refusal('TASK_CLOSED', { ...closing });
  }
  if (task.state === 'suspended') throw new Refusal('TASK_SUSPENDED', { task: task.id });
  if (task.rev !== command.rev) throw new Refusal('TASK_CHANGED', { task: task.id, rev: task.rev });
  return task;
}

function complete(draft: Draft, task: OpenTask, command: Command & { readonly verb: 'complete' }): void {
  const step = stepPolicy(draft.setting.policy, task.step);
  if (step === undefined) throw new Refusal('TASK_UNKNOWN', { task: task.id });
  const outcomes = Object.keys(step.outcomes);
  const outcome = command.data['outcome'] ?? (outcomes.length === 1 ? outcomes[0] : undefined);
  if (typeof outcome !== 'string' || !outcomes.includes(outcome))
    throw new Refusal('OUTCOME_UNKNOWN', { outcome: textOf(outcome), allowed: outcomes });
  const data = { ...command.data, outcome };
  if (task.parts !== undefined) return completeLines(draft, task, command, { outcome, promised: step.promises });
  draft.record({ kind: 'answered', key: task.key, task: task.id, shown: task.shown, after: task.after, data }, command);
  close(draft, task, 'completed', { actor: command, verb: 'complete', outcome, body: { data, ...grantOf(command) } });
  if (task.step === repairStepName) repair(draft, task, outcome, data, command);
}

function completeLines(
  draft: Draft,
  task: OpenTask,
  command: Command & { readonly verb: 'complete' },
  { outcome, promised }: { readonly outcome: string; readonly promised: string | undefined },
): void {
  const open = task.parts ?? {};
  const lines = command.data['lines'];
  if (typeof lines !== 'object' || lines === null || Array.isArray(lines)) throw new Refusal('DATA_INVALID', { field: '/lines' });
  const answered = Object.entries(lines as JsonObject).map(([id, data]): [string, PartAnswer] => {
    const shown = Object.hasOwn(open, id) ? open[id] : undefined;
    if (shown === undefined) throw new Refusal(answeredBefore(draft, task.key, id) ? 'LINE_CLOSED' : 'LINE_UNKNOWN', { line: id });
    if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new Refusal('DATA_INVALID', { field: `/lines/${id}` });
    return [id, { shown, data: data as JsonObject }];
  });
  if (answered.length === 0) throw new Refusal('DATA_INVALID', { field: '/lines' });
  draft.record(
    { kind: 'answered', key: task.key, task: task.id, shown: task.shown, after: task.after, data: {}, parts: Object.fromEntries(answered) },
    command,
  );
  const promises =
    promised === undefined
      ? {}
      : { promises: answered.map(([line, part]) => ({ line, date: part.data[promised] ?? null, cause: 'answer' })) };
  const body = { data: command.data, ...promises, ...grantOf(command) };
  const rest = Object.fromEntries(Object.entries(open).filter(([id]) => !Object.hasOwn(lines, id)));
  if (Object.keys(rest).length === 0) return close(draft, task, 'completed', { actor: command, verb: 'complete', outcome, body });
  const left: OpenTask = { ...task, parts: rest, lines: Object.keys(rest) };
  draft.state.tasks = { ...draft.state.tasks, [task.key]: left };
  const { after: _after, parts: _parts, ...row } = left;
  draft.emit('answered-part', { task: row, body }, command);
}

const answeredBefore = (draft: Draft, key: string, line: string): boolean =>
  draft.state.facts.some((fact) => fact.kind === 'answered' && fact.key === key && Object.hasOwn(fact.parts ?? {}, line));

/** What a repair task decides: the effect is tried again, or counts as done. */
function repair(draft: Draft, task: OpenTask, outcome: string, data: JsonObject, command: Command): void {
  const key = task.key.slice(0, -`!${repairStepName}`.length);
  const effect = draft.state.effects[key];
  if (effect?.failed === undefined) return;
  const { failed, ...rest } = effect;
  if (outcome === 'retry') draft.record({ kind: 'retried', key }, command);
  const again = failed.unknown === true ? { ...rest, uncertain: rest.uncertain.map(confirmUndone) } : rest;
  draft.state.effects = { ...draft.state.effects, [key]: outcome === 'retry' ? again : succeed(draft, rest, failed, data) };
}

/** Who has an effect of unknown outcome tried again says that it was not carried out. */
const confirmUndone = (attempt: Uncertain): Uncertain => ({ ...attempt, confirmedUndone: true });

/** Sends the case back to an earlier step: its answer is struck out, and what does not stand on it stays. */
function sendBack(draft: Draft, task: OpenTask, command: Command & { readonly verb: 'return' }): void {
  const { to, reason } = command;
  const allowed = stepPolicy(draft.setting.policy, task.step)?.returnTo ?? [];
  if (allowed.length === 0) throw new Refusal('VERB_UNKNOWN', { verb: 'return', allowed: ['complete'] });
  const rendering = render(draft.setting, draft.state.subject, draft.state.begunAt, draft.state.facts);
  const found = allowed.includes(to) ? lastPassed(rendering, to) : undefined;
  if (found === undefined) throw new Refusal('RETURN_TARGET_UNKNOWN', { to, allowed });
  draft.record({ kind: 'struck', refs: found, reason }, command);
  draft.emit('returned', { body: { task: task.id, to, reason, refs: found, ...grantOf(command) } }, command);
  unsettleOutside(draft);
}

/** The standing answer that the case last passed a step with. */
function lastPassed(rendering: Rendering, step: string): readonly Ref[] | undefined {
  const passed = [...rendering.carried].filter(([key, refs]) => refs.length > 0 && (key === step || key.endsWith(`/${step}`)));
  return passed.at(-1)?.[1];
}

function change(draft: Draft, state: CaseState, command: Command & { readonly verb: 'amend' }): void {
  if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
  if (state.amendedTurn > command.from) throw new Refusal('CASE_CHANGED', { turn: state.amendedTurn });
  const { patch, reason } = command;
  const because = reason === undefined ? {} : { reason };
  const fact: FactBody = { kind: 'amended', patch, ...because };
  draft.record(fact, command);
  const hash = amend(draft, patch);
  draft.emit(
    'amended',
    { body: { patch, ...because, subject: hash, ...grantOf(command) }, ...draft.contents({ [hash]: draft.state.subject }) },
    command,
  );
}
