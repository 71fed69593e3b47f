import type { WorkingCalendar } from '../time/calendar.js';
import { dateOf } from '../time/days.js';
import { dayOf } from '../time/plan.js';
import { momentDue } from '../time/reckon.js';
import type { DueSpec } from '../time/spec.js';
import type { Draft } from './draft.js';
import { planLadder } from './ladder.js';
import { pausesOf, reckoned, standsSince } from './reckoning.js';
import type { Ask } from './registers.js';
import { stepPolicy } from './repair.js';
import type { ClockRow, Timed } from './rows.js';
import { type OpenTask, taskRow } from './state.js';

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
