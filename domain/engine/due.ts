import type { WorkingCalendar } from '../time/calendar.js';
import { dateOf } from '../time/days.js';
import { type DueSpec, momentDue } from '../time/due.js';
import { kindOf, type Ladder, type Rung, rungId, rungMoments } from '../time/escalation.js';
import type { Pause } from '../time/pause.js';
import { CalendarYearMissing, dayOf } from '../time/plan.js';

import type { ClockRow, RungRow, Seat, Timed } from './ledger.js';
import { type Setting } from './procedure.js';
import type { Ask } from './requests.js';
import { type OpenTask, taskRow } from './state.js';
import { stepPolicy } from './system-tasks.js';
import type { Draft } from './transaction.js';

/** Reckons by the case's calendar. Undefined: the calendar lacks a year it needs; a row says so, once a year. */
export function reckoned<T>(draft: Draft, reckon: (calendar: WorkingCalendar) => T): T | undefined {
  try {
    return reckon(draft.state.calendar ?? wallClock(draft.setting));
  } catch (thrown) {
    if (!(thrown instanceof CalendarYearMissing)) throw thrown;
    const { calendar, year } = thrown.values;
    if (!draft.state.undated.includes(year)) {
      draft.state.undated = [...draft.state.undated, year];
      draft.emit('undated', { body: { calendar, year } });
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
export function standsSince({ rests = [] }: Timed): number {
  return Math.min(...rests.map(({ from, until }) => (until === undefined ? from : Number.POSITIVE_INFINITY)), Number.POSITIVE_INFINITY);
}

const clocks = new WeakMap<Setting, WorkingCalendar>();
/** For companies without a calendar: an offset and no working hours, enough for what the wall clock decides. */
function wallClock(setting: Setting): WorkingCalendar {
  const known = clocks.get(setting);
  if (known !== undefined) return known;
  const made: WorkingCalendar = {
    calendar: 'none',
    name: { en: '-', zh: '-', id: '-' },
    zone: '-',
    offsets: [{ minutes: setting.utcOffsetMinutes }],
    editions: [],
  };
  clocks.set(setting, made);
  return made;
}

/** When something counted from `from` is due, epoch milliseconds. Undefined: it rests without an end, or the calendar lacks a year. */
export function dueIn(draft: Draft, spec: DueSpec, from: number, timed: Timed): number | undefined {
  const at = reckoned(draft, (calendar) => momentDue(spec, from, calendar, pausesOf(timed)));
  return at === undefined || at > standsSince(timed) ? undefined : at;
}

type Reckoned = Pick<OpenTask, 'step' | 'openedAt' | 'countsFrom' | 'dueAt' | 'overdue' | keyof Timed>;

/** When a task is due and what happens around it: counted from its opening or from the moment it names, less the time it rested. What is overdue stays due when it was. */
export function taskTimes(draft: Draft, task: Reckoned): Pick<OpenTask, 'dueAt' | 'ladder'> {
  const { due: spec, ladder } = stepPolicy(draft.setting.policy, task.step) ?? {};
  const start = task.countsFrom ?? task.openedAt;
  const due = task.overdue ? task.dueAt : spec === undefined ? undefined : dueIn(draft, spec, start, task);
  return { ...(due === undefined ? {} : { dueAt: due }), ...planLadder(draft, ladder, { start: task.openedAt, due }, task) };
}

/** Since when a task's time counts, and the daily batch it goes with. */
export function countedFrom(draft: Draft, ask: Pick<Ask, 'step' | 'from'>): Pick<OpenTask, 'countsFrom' | 'batch'> {
  const cutOff = stepPolicy(draft.setting.policy, ask.step)?.batch;
  const passes = (calendar: WorkingCalendar): string =>
    dateOf(dayOf(calendar, momentDue({ cutOff: cutOff ?? '' }, ask.from ?? draft.now, calendar)));
  const batch = cutOff === undefined ? undefined : reckoned(draft, passes);
  return { ...(ask.from === undefined ? {} : { countsFrom: ask.from }), ...(batch === undefined ? {} : { batch }) };
}

/** A task with its times reckoned anew. */
export function withTimes(draft: Draft, task: OpenTask): OpenTask {
  const { dueAt: _dueAt, ladder: _ladder, ...rest } = task;
  return { ...rest, ...taskTimes(draft, task) };
}

/** A deadline with its times reckoned anew. One that has been missed stays missed. */
export function clockTimes(draft: Draft, clock: ClockRow): ClockRow {
  const { ladder: _ladder, rests = [], ...rest } = clock;
  const spec = draft.setting.policy.clocks[clock.clock];
  const due = clock.state === 'overdue' ? clock.dueAt : spec === undefined ? undefined : dueIn(draft, spec.due, clock.from, clock);
  return {
    ...rest,
    ...(rests.length === 0 ? {} : { rests }),
    dueAt: due ?? clock.dueAt,
    ...planLadder(draft, spec?.ladder, { start: clock.from, due }, clock),
  };
}

/** Reckons open tasks anew, after another calendar came. Clocks follow by themselves. */
export function rebaseTasks(draft: Draft): void {
  for (const task of Object.values(draft.state.tasks)) {
    if (task.state !== 'open') continue;
    const next = withTimes(draft, task);
    if (next.dueAt === task.dueAt && sameLadder(next, task)) continue;
    draft.state.tasks = { ...draft.state.tasks, [task.key]: next };
    draft.emit('rebased', { task: taskRow(next), body: { from: task.dueAt ?? null, to: next.dueAt ?? null } });
  }
}

/** Whether two plans strike the same rungs at the same times. */
export function sameLadder({ ladder: one = [] }: Timed, { ladder: other = [] }: Timed): boolean {
  return (
    one.length === other.length &&
    one.every(({ rung, at, struckAt }, i) => rung === other[i]?.rung && at === other[i].at && struckAt === other[i].struckAt)
  );
}

/**
 * The rungs around a due time: those to come, and those struck. A rung that another due time puts off until later than now will be struck
 * again; for the same due time never. While the clock rests without an end only what comes before the rest is known.
 */
export function planLadder(
  draft: Draft,
  ladder: Ladder | undefined,
  { start, due }: { readonly start: number; readonly due: number | undefined },
  timed: Timed,
): { readonly ladder?: readonly RungRow[] } {
  const struck = new Map((timed.ladder ?? []).flatMap((rung) => (rung.struckAt === undefined ? [] : [[rung.rung, rung] as const])));
  const stands = standsSince(timed);
  const planned = ladder === undefined || due === undefined ? [] : ladder.flatMap((one) => rungsOf(draft, one, { start, due }, timed));
  const rungs = new Map<string, RungRow>(struck);
  for (const rung of planned) {
    const before = struck.get(rung.rung);
    if (before !== undefined && (before.due === due || rung.at <= draft.now)) continue;
    if (rung.at <= stands) rungs.set(rung.rung, rung);
  }
  return rungs.size === 0 ? {} : { ladder: [...rungs.values()].sort((a, b) => a.at - b.at) };
}

function rungsOf(draft: Draft, one: Rung, span: { readonly start: number; readonly due: number }, timed: Timed): readonly RungRow[] {
  const moments = reckoned(draft, (calendar) => rungMoments(one, span, calendar, pausesOf(timed))) ?? [];
  const id = rungId(one);
  const to = toldBy(one, draft);
  return moments.map((at, i) => ({ rung: i === 0 ? id : `${id}.${i + 1}`, kind: kindOf(one), ...to, at, due: span.due }));
}

/** The roles a rung names; those who manage the procedure where nobody is above. */
function toldBy(one: Rung, { setting }: Draft): { readonly to?: readonly string[] } {
  if ('remind' in one) return one.remind.to === undefined ? {} : { to: one.remind.to };
  return { to: one.escalate.to === undefined ? setting.policy.managedBy : [one.escalate.to] };
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
