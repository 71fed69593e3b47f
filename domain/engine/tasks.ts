import { hashOf } from '../canonical-json.js';
import type { Json, JsonObject } from '../json.js';
import type { StepPolicy } from '../policy/policy.js';
import { repairSteps, starterStepName } from '../policy/reserved-steps.js';
import { countedFrom, taskTimes, withSupervisors, withTimes } from './due.js';
import type { Rendering } from './execution.js';
import type { Actor } from './facts.js';
import type { Seat, TaskRow } from './ledger.js';
import { siteOf } from './procedure.js';
import type { Ask, Left } from './requests.js';
import { type Closing, kept, type OpenTask, pathOf, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import { type Draft, engine } from './transaction.js';
import { type Ballot, candidatesOf, type Decision, seatRow } from './voting.js';

/** The seats of a task: the one of its roles; as people left it; or those of its mode. Segregation of duties keeps people out of open ones. */
function seatsOf(draft: Draft, step: StepPolicy, ask: Ask): readonly Seat[] {
  const planned = ask.ballot?.seats.map(seatRow) ?? ask.seats ?? [{ id: '1', candidates: own(draft, step, ask) }];
  const seats = atSite(planned, siteOf(draft.setting.sites, draft.state.subject));
  const { by, actingFor } = draft.state.start;
  const starters = step.notStarter === true ? [by, ...(actingFor === undefined ? [] : [actingFor])] : [];
  const kept = [...(ask.excluded ?? []), ...starters];
  if (kept.length === 0) return seats;
  return seats.map((seat) =>
    seat.state === 'done' || seat.state === 'removed'
      ? seat
      : { ...seat, excluded: [...new Set([...(seat.excluded ?? []), ...kept])].sort() },
  );
}

const own = (draft: Draft, step: StepPolicy, ask: Ask): Seat['candidates'] =>
  ask.step === starterStepName ? [{ person: draft.state.start.by }] : candidatesOf(step);

/** Holders of a role fill seats of their own site. */
function atSite(seats: readonly Seat[], site: { readonly site?: string }): readonly Seat[] {
  if (site.site === undefined) return seats;
  return seats.map((seat) => ({
    ...seat,
    candidates: seat.candidates.map((one) => ('role' in one && one.site === undefined ? { ...one, ...site } : one)),
  }));
}

/** Brings the open tasks in line with what is asked for: opened, reopened, revised, resumed, suspended or withdrawn. */
export function reconcileTasks(draft: Draft, asks: ReadonlyMap<string, Ask>, rendering: Rendering | undefined): void {
  const tasks: Record<string, OpenTask> = { ...draft.state.tasks };
  draft.state.tasks = tasks;
  for (const [key, task] of Object.entries(tasks)) {
    if (asks.has(key)) continue;
    const ballot = rendering?.decided.get(key);
    if (ballot?.decision !== undefined) finish(draft, task, ballot, ballot.decision);
    else if (isOver(draft, task, rendering)) leave(draft, task, rendering?.outcome !== undefined);
    else if (task.state === 'open' || draft.back.has(key)) suspend(draft, task);
  }
  for (const ask of asks.values()) {
    const task = tasks[ask.key];
    if (task === undefined) open(draft, ask);
    else update(draft, task, ask);
  }
}

/** Withdraws a task. One that the end of the case withdraws is kept for a reopening; one that a reopening did not bring back was withdrawn before. */
function leave(draft: Draft, task: OpenTask, ends: boolean): void {
  const { ended } = draft.state;
  if (ends && ended !== undefined && !repairSteps.includes(task.step))
    draft.state.ended = { ...ended, tasks: { ...ended.tasks, [task.key]: task } };
  if (!draft.back.has(task.key)) return close(draft, task, 'withdrawn');
  const { [task.key]: _gone, ...tasks } = draft.state.tasks;
  draft.state.tasks = tasks;
}

/** Takes a task off the case; `actor` for an answer, nobody for a withdrawal. */
export function close(
  draft: Draft,
  task: OpenTask,
  state: 'completed' | 'withdrawn' | 'lapsed',
  by?: { readonly actor: Actor; readonly verb: string; readonly outcome?: string; readonly body: JsonObject },
): void {
  const tasks = { ...draft.state.tasks };
  delete tasks[task.key];
  draft.state.tasks = tasks;
  const who = by?.actor.by ?? 'engine';
  const outcome = by?.outcome === undefined ? {} : { outcome: by.outcome };
  const principal = by?.actor.actingFor;
  const row: TaskRow = {
    ...taskRow(task),
    state,
    closedAt: draft.now,
    closedBy: who,
    ...(principal === undefined ? {} : { closedFor: principal }),
    ...outcome,
  };
  draft.emit(state, { task: row, ...(by === undefined ? {} : { body: by.body }) }, by?.actor);
  const closing: Closing = {
    task: task.id,
    by: who,
    at: draft.now,
    verb: by?.verb ?? state,
    ...(principal === undefined ? {} : { actingFor: principal }),
    ...outcome,
  };
  draft.state.closings = [...draft.state.closings, closing].slice(-kept.closings);
}

/** The seats have decided: by the deed of this turn, or because what is shown no longer needs the others. */
function finish(draft: Draft, task: OpenTask, { seats, votes }: Ballot, { outcome, by }: Decision): void {
  const deed = draft.deedOn.get(task.key);
  const data = votes.find(({ n }) => n === by.n)?.data ?? {};
  const body = deed?.body ?? { seat: by.seat, data };
  close(draft, { ...task, seats: seats.map(seatRow) }, 'completed', {
    actor: deed?.actor ?? engine,
    verb: deed?.verb ?? 'complete',
    outcome,
    body,
  });
}

/**
 * Whether nobody will ask for a task again as things stand: the case has ended, its answer is complete, its scope was left, or the edition the
 * case has moved to has no such step. What the engine asks itself is asked at once or never.
 */
function isOver(draft: Draft, { key, step }: OpenTask, rendering: Rendering | undefined): boolean {
  if (repairSteps.includes(step) || step === starterStepName || stepPolicy(draft.setting.policy, step) === undefined) return true;
  if (rendering?.resting.has(key) === true) return false;
  if (rendering === undefined || rendering.outcome !== undefined || rendering.carried.has(key)) return true;
  return rendering.left.some((scope) => outside(key, scope));
}

/** Whether a key lies in a scope that is of no more use. */
function outside(key: string, { prefix, kept: branch }: Left): boolean {
  return key.startsWith(prefix) && (branch === undefined || !key.startsWith(`${prefix}${branch}/`));
}

function open(draft: Draft, ask: Ask): void {
  const step = stepPolicy(draft.setting.policy, ask.step);
  if (step === undefined) return;
  const n = (draft.state.opened[ask.key] ?? 0) + 1;
  draft.state.opened = { ...draft.state.opened, [ask.key]: n };
  const before = n === 1 ? undefined : earlierAnswer(draft, ask);
  const prefill = before === undefined ? {} : { prefill: hashOf(before) };
  const counts = countedFrom(draft, ask);
  const task: OpenTask = {
    id: `${pathOf(draft.state)}${ask.key}#${n}`,
    key: ask.key,
    step: ask.step,
    rev: 1,
    state: 'open',
    seats: seatsOf(draft, step, ask),
    shown: ask.shown,
    openedAt: draft.now,
    ...counts,
    ...taskTimes(draft, { step: ask.step, openedAt: draft.now, overdue: false, ...counts }),
    overdue: false,
    after: ask.after,
    ...linesOf(ask),
    ...coveredIn(ask),
    ...prefill,
  };
  draft.state.tasks = { ...draft.state.tasks, [ask.key]: task };
  const contents = { [ask.shown]: ask.shows, ...(before === undefined ? {} : { [hashOf(before)]: before }) };
  const again = before !== undefined || (ask.ballot?.votes ?? []).length > 0;
  draft.emit(again ? 'reopened' : 'opened', { task: taskRow(task), ...draft.contents(contents) });
}

const linesOf = (ask: Ask): { readonly parts?: Readonly<Record<string, string>>; readonly lines?: readonly string[] } =>
  ask.parts === undefined ? {} : { parts: ask.parts, lines: Object.keys(ask.parts) };

const coveredIn = ({ ballot }: Ask): Pick<OpenTask, 'covered'> => (ballot === undefined ? {} : { covered: ballot.covered });

function update(draft: Draft, task: OpenTask, ask: Ask): void {
  const resumed = task.state === 'suspended';
  const seats = withSupervisors(seatsOf(draft, stepPolicy(draft.setting.policy, ask.step) as StepPolicy, ask), task.escalated);
  const deed = draft.deedOn.get(task.key);
  const reseated = hashOf(task.seats as unknown as Json) !== hashOf(seats as unknown as Json);
  const byPolicy = reseated && deed === undefined && ask.ballot === undefined && isPlain(task) && isPlain({ seats });
  const revised = task.shown !== ask.shown || byPolicy;
  const { suspendedAt, parts: _parts, lines: _lines, covered: _covered, ...held } = task;
  const recounted = ask.from !== undefined && ask.from !== task.countsFrom;
  const rest = recounted ? { ...held, ...countedFrom(draft, ask) } : held;
  const rested: Pick<OpenTask, 'pauses'> =
    suspendedAt === undefined ? {} : { pauses: [...(task.pauses ?? []), { from: suspendedAt, to: draft.now, cause: 'suspended' }] };
  const asked: OpenTask = {
    ...rest,
    state: 'open',
    rev: revised ? task.rev + 1 : task.rev,
    seats,
    shown: ask.shown,
    after: ask.after,
    ...linesOf(ask),
    ...coveredIn(ask),
    ...rested,
  };
  const next = resumed || recounted ? withTimes(draft, asked) : asked;
  draft.state.tasks = { ...draft.state.tasks, [ask.key]: next };
  const parted = hashOf((task.lines ?? []) as Json) !== hashOf((next.lines ?? []) as Json);
  const content = { task: taskRow(next), ...draft.contents({ [ask.shown]: ask.shows }) };
  if (deed !== undefined) return draft.emit(deed.type, { ...content, body: deed.body }, deed.actor);
  const changed = revised || parted || recounted;
  if (changed || resumed || reseated) draft.emit(changed ? 'revised' : resumed ? 'resumed' : 'seated', content);
}

/** One seat as the policy has it: who sees another one there has to look at the task anew. */
const isPlain = ({ seats: [seat] }: Pick<OpenTask, 'seats'>): boolean => seat?.transferred === undefined && seat?.excluded === undefined;

function suspend(draft: Draft, task: OpenTask): void {
  const next: OpenTask = { ...task, state: 'suspended', suspendedAt: task.suspendedAt ?? draft.now };
  draft.state.tasks = { ...draft.state.tasks, [task.key]: next };
  draft.emit('suspended', { task: taskRow(next) });
}

/** The last answer on a key, standing or not: what a reopened task starts from. */
function earlierAnswer(draft: Draft, ask: Ask): JsonObject | undefined {
  const lines: Record<string, Json> = {};
  for (const fact of draft.state.facts) {
    if (fact.kind !== 'answered' || fact.key !== ask.key || fact.seat !== undefined) continue;
    if (fact.parts === undefined) lines[''] = fact.data;
    else for (const [id, part] of Object.entries(fact.parts)) lines[id] = part.data;
  }
  if (ask.parts === undefined) return lines[''] as JsonObject | undefined;
  const known = Object.fromEntries(Object.entries(lines).filter(([id]) => Object.hasOwn(ask.parts ?? {}, id)));
  return Object.keys(known).length === 0 ? undefined : { lines: known };
}
