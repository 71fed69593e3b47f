import type { WorkingCalendar } from '../time/calendar.js';
import { dateOf } from '../time/days.js';
import { type DueSpec, momentDue } from '../time/due.js';
import { type EscalationPolicy, type EscalationStep, escalationId, escalationKind, escalationMoments } from '../time/escalation.js';
import type { Pause } from '../time/pause.js';
import { CalendarYearMissing, dayOf } from '../time/plan.js';

import type { ClockRow, EscalationRow, Seat, Timed } from './ledger.js';
import { type ProcedureContext } from './procedure.js';
import type { TaskRequest } from './requests.js';
import { type OpenTask, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import type { Transaction } from './transaction.js';

/** Computes by the case's calendar. Undefined: the calendar lacks a year it needs; a row says so, once a year. */
export function computeDue<T>(transaction: Transaction, compute: (calendar: WorkingCalendar) => T): T | undefined {
  try {
    return compute(transaction.state.calendar ?? wallClock(transaction.context));
  } catch (thrown) {
    if (!(thrown instanceof CalendarYearMissing)) throw thrown;
    const { calendar, year } = thrown.values;
    if (!transaction.state.undated.includes(year)) {
      transaction.state.undated = [...transaction.state.undated, year];
      transaction.emit('undated', { body: { calendar, year } });
    }
    return undefined;
  }
}

/** All that does not count, as far as its end is known. */
export function pausesOf({ pauses = [], rests = [] }: Timed): readonly Pause[] {
  return rests.length === 0
    ? pauses
    : [...pauses, ...rests.flatMap(({ from, until, cause }) => (until === undefined ? [] : [{ from, to: until, cause }]))];
}

/** Since when it rests without an end; never: infinity. */
export function restsSince({ rests = [] }: Timed): number {
  return Math.min(...rests.map(({ from, until }) => (until === undefined ? from : Number.POSITIVE_INFINITY)), Number.POSITIVE_INFINITY);
}

const clocks = new WeakMap<ProcedureContext, WorkingCalendar>();
/** For companies without a calendar: an offset and no working hours, enough for what the wall clock decides. */
function wallClock(context: ProcedureContext): WorkingCalendar {
  const known = clocks.get(context);
  if (known !== undefined) return known;
  const made: WorkingCalendar = {
    calendar: 'none',
    name: { en: '-', zh: '-', id: '-' },
    zone: '-',
    offsets: [{ minutes: context.utcOffsetMinutes }],
    editions: [],
  };
  clocks.set(context, made);
  return made;
}

/** When something counted from `from` is due, epoch milliseconds. Undefined: it rests without an end, or the calendar lacks a year. */
export function dueIn(transaction: Transaction, spec: DueSpec, from: number, timed: Timed): number | undefined {
  const at = computeDue(transaction, (calendar) => momentDue(spec, from, calendar, pausesOf(timed)));
  return at === undefined || at > restsSince(timed) ? undefined : at;
}

type Timing = Pick<OpenTask, 'step' | 'openedAt' | 'countsFrom' | 'dueAt' | 'overdue' | keyof Timed>;

/** When a task is due and what happens around it: counted from its opening or from the moment it names, less the time it rested. What is overdue stays due when it was. */
export function taskTimes(transaction: Transaction, task: Timing): Pick<OpenTask, 'dueAt' | 'ladder'> {
  const { due: spec, ladder } = stepPolicy(transaction.context.policy, task.step) ?? {};
  const start = task.countsFrom ?? task.openedAt;
  const due = task.overdue ? task.dueAt : spec === undefined ? undefined : dueIn(transaction, spec, start, task);
  return { ...(due === undefined ? {} : { dueAt: due }), ...planEscalation(transaction, ladder, { start: task.openedAt, due }, task) };
}

/** Since when a task's time counts, and the daily batch it goes with. */
export function countedFrom(transaction: Transaction, request: Pick<TaskRequest, 'step' | 'from'>): Pick<OpenTask, 'countsFrom' | 'batch'> {
  const cutOff = stepPolicy(transaction.context.policy, request.step)?.batch;
  const passes = (calendar: WorkingCalendar): string =>
    dateOf(dayOf(calendar, momentDue({ cutOff: cutOff ?? '' }, request.from ?? transaction.now, calendar)));
  const batch = cutOff === undefined ? undefined : computeDue(transaction, passes);
  return { ...(request.from === undefined ? {} : { countsFrom: request.from }), ...(batch === undefined ? {} : { batch }) };
}

/** A task with its times computed anew. */
export function withTimes(transaction: Transaction, task: OpenTask): OpenTask {
  const { dueAt: _dueAt, ladder: _ladder, ...rest } = task;
  return { ...rest, ...taskTimes(transaction, task) };
}

/** A deadline with its times computed anew. One that has been missed stays missed. */
export function clockTimes(transaction: Transaction, clock: ClockRow): ClockRow {
  const { ladder: _ladder, rests = [], ...rest } = clock;
  const spec = transaction.context.policy.clocks[clock.clock];
  const due = clock.state === 'overdue' ? clock.dueAt : spec === undefined ? undefined : dueIn(transaction, spec.due, clock.from, clock);
  return {
    ...rest,
    ...(rests.length === 0 ? {} : { rests }),
    dueAt: due ?? clock.dueAt,
    ...planEscalation(transaction, spec?.ladder, { start: clock.from, due }, clock),
  };
}

/** Computes open tasks anew, after another calendar came. Clocks follow by themselves. */
export function rebaseTasks(transaction: Transaction): void {
  for (const task of Object.values(transaction.state.tasks)) {
    if (task.state !== 'open') continue;
    const next = withTimes(transaction, task);
    if (next.dueAt === task.dueAt && sameEscalation(next, task)) continue;
    transaction.putTask(next);
    transaction.emit('rebased', { task: taskRow(next), body: { from: task.dueAt ?? null, to: next.dueAt ?? null } });
  }
}

/** Whether two plans fire the same escalations at the same times. */
export function sameEscalation({ ladder: one = [] }: Timed, { ladder: other = [] }: Timed): boolean {
  return (
    one.length === other.length &&
    one.every(
      ({ rung: escalation, at, struckAt }, i) => escalation === other[i]?.rung && at === other[i].at && struckAt === other[i].struckAt,
    )
  );
}

/**
 * The escalations around a due time: those to come, and those that have fired. An escalation that another due time puts off until later than now will fire
 * again; for the same due time never. While the clock rests without an end only what comes before the rest is known.
 */
export function planEscalation(
  transaction: Transaction,
  ladder: EscalationPolicy | undefined,
  { start, due }: { readonly start: number; readonly due: number | undefined },
  timed: Timed,
): { readonly ladder?: readonly EscalationRow[] } {
  const fired = new Map(
    (timed.ladder ?? []).flatMap((escalation) => (escalation.struckAt === undefined ? [] : [[escalation.rung, escalation] as const])),
  );
  const stands = restsSince(timed);
  const planned =
    ladder === undefined || due === undefined ? [] : ladder.flatMap((one) => escalationRows(transaction, one, { start, due }, timed));
  const escalations = new Map<string, EscalationRow>(fired);
  for (const escalation of planned) {
    const before = fired.get(escalation.rung);
    if (before !== undefined && (before.due === due || escalation.at <= transaction.now)) continue;
    if (escalation.at <= stands) escalations.set(escalation.rung, escalation);
  }
  return escalations.size === 0 ? {} : { ladder: [...escalations.values()].sort((a, b) => a.at - b.at) };
}

function escalationRows(
  transaction: Transaction,
  one: EscalationStep,
  span: { readonly start: number; readonly due: number },
  timed: Timed,
): readonly EscalationRow[] {
  const moments = computeDue(transaction, (calendar) => escalationMoments(one, span, calendar, pausesOf(timed))) ?? [];
  const id = escalationId(one);
  const to = rolesToTell(one, transaction);
  return moments.map((at, i) => ({ rung: i === 0 ? id : `${id}.${i + 1}`, kind: escalationKind(one), ...to, at, due: span.due }));
}

/** The roles an escalation names; those who manage the procedure where nobody is above. */
function rolesToTell(one: EscalationStep, { context }: Transaction): { readonly to?: readonly string[] } {
  if ('remind' in one) return one.remind.to === undefined ? {} : { to: one.remind.to };
  return { to: one.escalate.to === undefined ? context.policy.managedBy : [one.escalate.to] };
}

/** Seats with the roles that joined those of them that wait for an answer. */
export function withSupervisors(seats: readonly Seat[], roles: readonly string[] = []): readonly Seat[] {
  if (roles.length === 0) return seats;
  return seats.map((seat) => {
    if (seat.state !== undefined) return seat;
    const there = new Set(seat.candidates.flatMap((candidate) => ('role' in candidate ? [candidate.role] : [])));
    const joined = roles.filter((role) => !there.has(role)).map((role) => ({ role }));
    return joined.length === 0 ? seat : { ...seat, candidates: [...seat.candidates, ...joined] };
  });
}
