import type { WorkingCalendar } from '../time/calendar.js';
import type { Pause } from '../time/pause.js';
import { CalendarYearMissing } from '../time/plan.js';
import { dueOf } from '../time/reckon.js';
import type { DueSpec } from '../time/spec.js';
import type { Draft } from './draft.js';
import type { Setting } from './render.js';
import { stepPolicy } from './repair.js';
import { type OpenTask, taskRow } from './state.js';

/** When something counted from `from` is due by the case's calendar, epoch milliseconds. Undefined: the calendar lacks a year it needs; a row says so, once a year. */
export function dueIn(draft: Draft, spec: DueSpec, from: number, pauses: readonly Pause[] = []): number | undefined {
  try {
    return dueOf(spec, from, draft.state.calendar ?? wallClock(draft.setting), pauses).at;
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

/** When a task is due: counted from its opening, less the time it rested. */
export function taskDue(draft: Draft, task: Pick<OpenTask, 'step' | 'openedAt' | 'pauses'>): { readonly dueAt?: number } {
  const spec = stepPolicy(draft.setting.policy, task.step)?.due;
  const at = spec === undefined ? undefined : dueIn(draft, spec, task.openedAt, task.pauses);
  return at === undefined ? {} : { dueAt: at };
}

/** Reckons the due times of open tasks anew, after another calendar came; what is overdue stays so. Clocks follow by themselves. */
export function rebaseTasks(draft: Draft): void {
  for (const task of Object.values(draft.state.tasks)) {
    if (task.state !== 'open' || task.overdue) continue;
    const { dueAt: before, ...rest } = task;
    const after = taskDue(draft, task);
    if (after.dueAt === before) continue;
    const next: OpenTask = { ...rest, ...after };
    draft.state.tasks = { ...draft.state.tasks, [task.key]: next };
    draft.emit('rebased', { task: taskRow(next), body: { from: before ?? null, to: after.dueAt ?? null } });
  }
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
