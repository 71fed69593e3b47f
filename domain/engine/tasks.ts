import { hashOf } from '../canonical-json.js';
import type { Json, JsonObject } from '../json.js';
import type { StepPolicy } from '../policy/policy.js';
import { repairSteps, starterStepName } from '../policy/reserved-steps.js';
import { countedFrom, taskTimes, withSupervisors, withTimes } from './due.js';
import type { Rendering } from './execution.js';
import type { Actor } from './facts.js';
import type { Seat, TaskRow } from './ledger.js';
import { siteOf } from './procedure.js';
import type { LeftScope, TaskRequest } from './requests.js';
import { type Closing, kept, type OpenTask, pathOf, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import { engine, type Transaction } from './transaction.js';
import { type Ballot, candidatesOf, type Decision, seatRow } from './voting.js';

/** The seats of a task: the one of its roles; as people left it; or those of its mode. Segregation of duties keeps people out of open ones. */
function seatsOf(transaction: Transaction, step: StepPolicy, request: TaskRequest): readonly Seat[] {
  const planned = request.ballot?.seats.map(seatRow) ?? request.seats ?? [{ id: '1', candidates: own(transaction, step, request) }];
  const seats = atSite(planned, siteOf(transaction.context.sites, transaction.state.subject));
  const { by, actingFor } = transaction.state.start;
  const starters = step.notStarter === true ? [by, ...(actingFor === undefined ? [] : [actingFor])] : [];
  const kept = [...(request.excluded ?? []), ...starters];
  if (kept.length === 0) return seats;
  return seats.map((seat) =>
    seat.state === 'done' || seat.state === 'removed'
      ? seat
      : { ...seat, excluded: [...new Set([...(seat.excluded ?? []), ...kept])].sort() },
  );
}

const own = (transaction: Transaction, step: StepPolicy, request: TaskRequest): Seat['candidates'] =>
  request.step === starterStepName ? [{ person: transaction.state.start.by }] : candidatesOf(step);

/** Holders of a role fill seats of their own site. */
function atSite(seats: readonly Seat[], site: { readonly site?: string }): readonly Seat[] {
  if (site.site === undefined) return seats;
  return seats.map((seat) => ({
    ...seat,
    candidates: seat.candidates.map((one) => ('role' in one && one.site === undefined ? { ...one, ...site } : one)),
  }));
}

/** Brings the open tasks in line with what is asked for: opened, reopened, revised, resumed, suspended or withdrawn. */
export function reconcileTasks(
  transaction: Transaction,
  requests: ReadonlyMap<string, TaskRequest>,
  rendering: Rendering | undefined,
): void {
  const tasks: Record<string, OpenTask> = { ...transaction.state.tasks };
  transaction.state.tasks = tasks;
  for (const [key, task] of Object.entries(tasks)) {
    if (requests.has(key)) continue;
    const ballot = rendering?.decided.get(key);
    if (ballot?.decision !== undefined) finish(transaction, task, ballot, ballot.decision);
    else if (isOver(transaction, task, rendering)) leave(transaction, task, rendering?.outcome !== undefined);
    else if (task.state === 'open' || transaction.broughtBack.has(key)) suspend(transaction, task);
  }
  for (const request of requests.values()) {
    const task = tasks[request.key];
    if (task === undefined) open(transaction, request);
    else update(transaction, task, request);
  }
}

/** Withdraws a task. One that the end of the case withdraws is kept for a reopening; one that a reopening did not bring back was withdrawn before. */
function leave(transaction: Transaction, task: OpenTask, ends: boolean): void {
  const { ended } = transaction.state;
  if (ends && ended !== undefined && !repairSteps.includes(task.step))
    transaction.state.ended = { ...ended, tasks: { ...ended.tasks, [task.key]: task } };
  if (!transaction.broughtBack.has(task.key)) return close(transaction, task, 'withdrawn');
  transaction.dropTask(task.key);
}

/** Takes a task off the case; `actor` for an answer, nobody for a withdrawal. */
export function close(
  transaction: Transaction,
  task: OpenTask,
  state: 'completed' | 'withdrawn' | 'lapsed',
  by?: { readonly actor: Actor; readonly verb: string; readonly outcome?: string; readonly body: JsonObject },
): void {
  transaction.dropTask(task.key);
  const who = by?.actor.by ?? 'engine';
  const outcome = by?.outcome === undefined ? {} : { outcome: by.outcome };
  const principal = by?.actor.actingFor;
  const row: TaskRow = {
    ...taskRow(task),
    state,
    closedAt: transaction.now,
    closedBy: who,
    ...(principal === undefined ? {} : { closedFor: principal }),
    ...outcome,
  };
  transaction.emit(state, { task: row, ...(by === undefined ? {} : { body: by.body }) }, by?.actor);
  const closing: Closing = {
    task: task.id,
    by: who,
    at: transaction.now,
    verb: by?.verb ?? state,
    ...(principal === undefined ? {} : { actingFor: principal }),
    ...outcome,
  };
  transaction.state.closings = [...transaction.state.closings, closing].slice(-kept.closings);
}

/** The seats have decided: by the action of this turn, or because what is shown no longer needs the others. */
function finish(transaction: Transaction, task: OpenTask, { seats, votes }: Ballot, { outcome, by }: Decision): void {
  const pending = transaction.pendingActions.get(task.key);
  const data = votes.find(({ n }) => n === by.n)?.data ?? {};
  const body = pending?.body ?? { seat: by.seat, data };
  close(transaction, { ...task, seats: seats.map(seatRow) }, 'completed', {
    actor: pending?.actor ?? engine,
    verb: pending?.verb ?? 'complete',
    outcome,
    body,
  });
}

/**
 * Whether nobody will ask for a task again as things stand: the case has ended, its answer is complete, its scope was left, or the edition the
 * case has moved to has no such step. What the engine asks itself is asked at once or never.
 */
function isOver(transaction: Transaction, { key, step }: OpenTask, rendering: Rendering | undefined): boolean {
  if (repairSteps.includes(step) || step === starterStepName || stepPolicy(transaction.context.policy, step) === undefined) return true;
  if (rendering?.resting.has(key) === true) return false;
  if (rendering === undefined || rendering.outcome !== undefined || rendering.consumed.has(key)) return true;
  return rendering.left.some((scope) => outside(key, scope));
}

/** Whether a key lies in a scope that is of no more use. */
function outside(key: string, { prefix, kept: branch }: LeftScope): boolean {
  return key.startsWith(prefix) && (branch === undefined || !key.startsWith(`${prefix}${branch}/`));
}

function open(transaction: Transaction, request: TaskRequest): void {
  const step = stepPolicy(transaction.context.policy, request.step);
  if (step === undefined) return;
  const n = (transaction.state.opened[request.key] ?? 0) + 1;
  transaction.state.opened = { ...transaction.state.opened, [request.key]: n };
  const before = n === 1 ? undefined : earlierAnswer(transaction, request);
  const prefill = before === undefined ? {} : { prefill: hashOf(before) };
  const counts = countedFrom(transaction, request);
  const task: OpenTask = {
    id: `${pathOf(transaction.state)}${request.key}#${n}`,
    key: request.key,
    step: request.step,
    rev: 1,
    state: 'open',
    seats: seatsOf(transaction, step, request),
    shown: request.shown,
    openedAt: transaction.now,
    ...counts,
    ...taskTimes(transaction, { step: request.step, openedAt: transaction.now, overdue: false, ...counts }),
    overdue: false,
    after: request.after,
    ...linesOf(request),
    ...coveredIn(request),
    ...prefill,
  };
  transaction.putTask(task);
  const contents = { [request.shown]: request.shows, ...(before === undefined ? {} : { [hashOf(before)]: before }) };
  const again = before !== undefined || (request.ballot?.votes ?? []).length > 0;
  transaction.emit(again ? 'reopened' : 'opened', { task: taskRow(task), ...transaction.contents(contents) });
}

const linesOf = (request: TaskRequest): { readonly parts?: Readonly<Record<string, string>>; readonly lines?: readonly string[] } =>
  request.parts === undefined ? {} : { parts: request.parts, lines: Object.keys(request.parts) };

const coveredIn = ({ ballot }: TaskRequest): Pick<OpenTask, 'covered'> => (ballot === undefined ? {} : { covered: ballot.covered });

function update(transaction: Transaction, task: OpenTask, request: TaskRequest): void {
  const resumed = task.state === 'suspended';
  const seats = withSupervisors(
    seatsOf(transaction, stepPolicy(transaction.context.policy, request.step) as StepPolicy, request),
    task.escalated,
  );
  const pending = transaction.pendingActions.get(task.key);
  const reseated = hashOf(task.seats as unknown as Json) !== hashOf(seats as unknown as Json);
  const byPolicy = reseated && pending === undefined && request.ballot === undefined && isPlain(task) && isPlain({ seats });
  const revised = task.shown !== request.shown || byPolicy;
  const { suspendedAt, parts: _parts, lines: _lines, covered: _covered, ...held } = task;
  const recounted = request.from !== undefined && request.from !== task.countsFrom;
  const rest = recounted ? { ...held, ...countedFrom(transaction, request) } : held;
  const rested: Pick<OpenTask, 'pauses'> =
    suspendedAt === undefined ? {} : { pauses: [...(task.pauses ?? []), { from: suspendedAt, to: transaction.now, cause: 'suspended' }] };
  const asked: OpenTask = {
    ...rest,
    state: 'open',
    rev: revised ? task.rev + 1 : task.rev,
    seats,
    shown: request.shown,
    after: request.after,
    ...linesOf(request),
    ...coveredIn(request),
    ...rested,
  };
  const next = resumed || recounted ? withTimes(transaction, asked) : asked;
  transaction.putTask(next);
  const parted = hashOf((task.lines ?? []) as Json) !== hashOf((next.lines ?? []) as Json);
  const content = { task: taskRow(next), ...transaction.contents({ [request.shown]: request.shows }) };
  if (pending !== undefined) return transaction.emit(pending.type, { ...content, body: pending.body }, pending.actor);
  const changed = revised || parted || recounted;
  if (changed || resumed || reseated) transaction.emit(changed ? 'revised' : resumed ? 'resumed' : 'seated', content);
}

/** One seat as the policy has it: who sees another one there has to look at the task anew. */
const isPlain = ({ seats: [seat] }: Pick<OpenTask, 'seats'>): boolean => seat?.transferred === undefined && seat?.excluded === undefined;

function suspend(transaction: Transaction, task: OpenTask): void {
  const next: OpenTask = { ...task, state: 'suspended', suspendedAt: task.suspendedAt ?? transaction.now };
  transaction.putTask(next);
  transaction.emit('suspended', { task: taskRow(next) });
}

/** The last answer on a key, standing or not: what a reopened task starts from. */
function earlierAnswer(transaction: Transaction, request: TaskRequest): JsonObject | undefined {
  const lines: Record<string, Json> = {};
  for (const fact of transaction.state.facts) {
    if (fact.kind !== 'answered' || fact.key !== request.key || fact.seat !== undefined) continue;
    if (fact.parts === undefined) lines[''] = fact.data;
    else for (const [id, part] of Object.entries(fact.parts)) lines[id] = part.data;
  }
  if (request.parts === undefined) return lines[''] as JsonObject | undefined;
  const known = Object.fromEntries(Object.entries(lines).filter(([id]) => Object.hasOwn(request.parts ?? {}, id)));
  return Object.keys(known).length === 0 ? undefined : { lines: known };
}
