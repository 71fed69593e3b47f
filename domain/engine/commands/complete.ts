import { isObject, type Json, type JsonObject, textOf } from '../../json.js';
import { dateFaults, hasDateRules } from '../../policy/answer-rules.js';
import type { StepPolicy } from '../../policy/policy.js';
import { bouncedStepName, repairStepName } from '../../policy/reserved-steps.js';
import { dateAt } from '../../time/days.js';
import { type Command, grantOf } from '../command.js';
import { decideBounce, succeed } from '../effects.js';
import { render } from '../execution.js';
import type { PartAnswer } from '../facts.js';
import { Refusal } from '../refusal.js';
import { type OpenTask, taskRow, type Uncertain } from '../state.js';
import { effectKeyOf } from '../system-tasks.js';
import { close } from '../tasks.js';
import type { Transaction } from '../transaction.js';
import { mayFill, targetOf } from '../verbs.js';

type Answer = Command & { readonly verb: 'complete' | 'reject' };

/** An answer, or a "no": of the step's one seat, of lines of it, or a vote of one seat among several. */
export function answer(transaction: Transaction, command: Answer): void {
  const { task, step, seat } = targetOf(transaction, command);
  mayFill(seat, command);
  const outcome = outcomeOf(step, command);
  const data = { ...command.data, outcome };
  const { verb } = command;
  refusePastDates(transaction, step, data);
  if (task.parts !== undefined) return completeLines(transaction, task, { ...command, data }, { outcome, step });
  const reason = command.verb === 'reject' ? { reason: command.reason } : {};
  const roles = rolesOf(transaction, command);
  const voted = task.covered === undefined ? {} : { seat: seat.id };
  const shown = task.covered?.[seat.id] ?? task.shown;
  transaction.record(
    { kind: 'answered', key: task.key, task: task.id, shown, after: task.after, data, ...voted, ...reason, ...roles },
    command,
  );
  const body = { ...voted, data, ...reason, ...grantOf(command) };
  if (task.covered !== undefined) return transaction.setPendingAction(task.key, { type: 'voted', verb, actor: command, body });
  close(transaction, task, 'completed', { actor: command, verb, outcome, body });
  if (task.step === repairStepName) repair(transaction, task, outcome, data, command);
  if (task.step === bouncedStepName) decideBounce(transaction, task, data, command);
}

/** The roles by which the actor could fill a later stage: who started the case not those of stages that are kept from them. */
function rolesOf({ context: { policy }, state: { start } }: Transaction, { by, grant }: Answer): { readonly roles?: readonly string[] } {
  if (grant?.roles === undefined) return {};
  if (by !== start.by && by !== start.actingFor) return { roles: grant.roles };
  const kept = Object.values(policy.steps).flatMap(({ notStarter, roles = [] }) => (notStarter === true ? roles : []));
  return { roles: grant.roles.filter((role) => !kept.includes(role)) };
}

/** A date that must not be past is held against the day of the case: its own clock counts, not that of whoever sends the answer. */
function refusePastDates({ now, context: { utcOffsetMinutes } }: Transaction, step: StepPolicy, data: JsonObject): void {
  if (!hasDateRules(Object.values(step.fields))) return;
  const facts = { today: dateAt(now, utcOffsetMinutes), freeDay: () => undefined, shown: null, before: null };
  const past = dateFaults(step, data, facts).find(({ code }) => code === 'DATE_PAST');
  if (past !== undefined) throw new Refusal('DATE_PAST', { ...past.values, field: `/data${past.field}` });
}

/** The outcome that was chosen; it need not be named where there is only one to choose from. */
function outcomeOf(step: StepPolicy, command: Answer): string {
  const all = Object.entries(step.outcomes).filter(([, { rejects }]) => command.verb === 'complete' || rejects === true);
  const allowed = all.map(([id]) => id);
  const outcome = command.data?.['outcome'] ?? (allowed.length === 1 ? allowed[0] : undefined);
  if (typeof outcome !== 'string' || !allowed.includes(outcome))
    throw new Refusal('OUTCOME_UNKNOWN', { outcome: textOf(outcome), allowed });
  return outcome;
}

function completeLines(
  transaction: Transaction,
  task: OpenTask,
  command: Answer & { readonly data: JsonObject },
  { outcome, step }: { readonly outcome: string; readonly step: StepPolicy },
): void {
  const open = task.parts ?? {};
  const lines = command.data['lines'];
  if (!isObject(lines)) throw new Refusal('DATA_INVALID', { field: '/lines' });
  const answered = Object.entries(lines).map(([id, data]): [string, PartAnswer] => {
    const shown = Object.hasOwn(open, id) ? open[id] : undefined;
    if (shown === undefined) throw lineRefused(transaction, task, id);
    if (!isObject(data)) throw new Refusal('DATA_INVALID', { field: `/lines/${id}` });
    return [id, { shown, data }];
  });
  if (answered.length === 0) throw new Refusal('DATA_INVALID', { field: '/lines' });
  const promises = promisesIn(transaction, task, step, answered);
  transaction.record(
    { kind: 'answered', key: task.key, task: task.id, shown: task.shown, after: task.after, data: {}, parts: Object.fromEntries(answered) },
    command,
  );
  const body = { data: command.data, ...promises, ...grantOf(command) };
  const rest = Object.fromEntries(Object.entries(open).filter(([id]) => !Object.hasOwn(lines, id)));
  if (Object.keys(rest).length === 0) return close(transaction, task, 'completed', { actor: command, verb: 'complete', outcome, body });
  const left: OpenTask = { ...task, parts: rest, lines: Object.keys(rest) };
  transaction.putTask(left);
  transaction.emit('answered-part', { task: taskRow(left), body }, command);
}

/** A line that is not open: answered before, by whom, when and how, or never asked for. */
function lineRefused(transaction: Transaction, { id, key, step }: OpenTask, line: string): Refusal {
  const before = transaction.state.facts.findLast(
    (fact) => fact.kind === 'answered' && fact.key === key && Object.hasOwn(fact.parts ?? {}, line),
  );
  if (before === undefined) return new Refusal('LINE_UNKNOWN', { line });
  const { by, at, actingFor } = before;
  const who = { by, at, verb: 'complete', ...(actingFor === undefined ? {} : { actingFor }) };
  return new Refusal('LINE_CLOSED', { task: id, step, line, ...who });
}

/** What a repair task decides: the effect is tried again, or counts as done. */
function repair(transaction: Transaction, task: OpenTask, outcome: string, data: JsonObject, command: Command): void {
  const key = effectKeyOf(task);
  const effect = transaction.state.effects[key];
  if (effect?.failed === undefined) return;
  const { failed, ...rest } = effect;
  const made = failed.unknown === true ? effect.uncertain.at(-1) : undefined;
  const pending = made === undefined ? failed : { ...failed, idempotencyKey: made.idempotencyKey };
  if (outcome === 'retry') transaction.record({ kind: 'retried', key }, command);
  const again = failed.unknown === true ? { ...rest, uncertain: rest.uncertain.map(confirmUndone) } : rest;
  transaction.putEffect(outcome === 'retry' ? again : succeed(transaction, rest, pending, data));
}

/** Who has an effect of unknown outcome tried again says that it was not carried out. */
const confirmUndone = (attempt: Uncertain): Uncertain => ({ ...attempt, confirmedUndone: true });

/** Why a date is promised where the answer does not say. */
const defaultCause = 'answer';

/** The dates that an answer promises, line by line, for the ledger of promises: why, and what was wanted. Asked for before the answer is recorded. */
export function promisesIn(
  { context, state }: Transaction,
  task: OpenTask,
  step: StepPolicy,
  answered: readonly (readonly [line: string, part: PartAnswer])[],
): { readonly promises?: readonly JsonObject[] } {
  const { promises: field, promiseCause: cause, fields } = step;
  if (field === undefined) return {};
  const than = fields[field]?.whenLater?.than;
  const asked = than === undefined ? undefined : render(context, state.subject, state.begunAt, state.facts).tasks.get(task.key);
  const shown = ((asked?.shows as JsonObject | undefined)?.['lines'] ?? {}) as JsonObject;
  return {
    promises: answered.map(([line, { data }]) => {
      const wanted = than === undefined ? undefined : (shown[line] as JsonObject | undefined)?.[than];
      const said = cause === undefined ? undefined : data[cause];
      const why: Json = typeof said === 'string' ? said : defaultCause;
      return { line, date: data[field] ?? null, cause: why, ...(typeof wanted === 'string' ? { wanted } : {}) };
    }),
  };
}
