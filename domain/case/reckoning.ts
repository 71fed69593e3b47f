import type { WorkingCalendar } from '../time/calendar.js';
import type { Pause } from '../time/pause.js';
import { CalendarYearMissing } from '../time/plan.js';
import type { Draft } from './draft.js';
import type { Setting } from './render.js';
import type { Timed } from './rows.js';

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
