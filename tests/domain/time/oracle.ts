import type { Hours, WorkingCalendar } from '../../../domain/time/calendar.js';
import type { DueSpec } from '../../../domain/time/due.js';
import type { Pause } from '../../../domain/time/pause.js';
import { minute } from './support.js';

/** One minute of a site's life, read off the calendar's data in the most obvious way. */
interface Minute {
  readonly at: number;
  readonly date: string;
  /** Minutes since local midnight. */
  readonly time: number;
  readonly working: boolean;
  readonly kind: 'counted' | 'make-up' | 'holiday' | 'non-working';
}

/** Every minute from `first` to `last` (local dates, the last one left out), one after the other. */
export function minutesOf(calendar: WorkingCalendar, first: string, last: string): Minute[] {
  const all: Minute[] = [];
  for (let date = first; date < last; date = nextDate(date)) {
    const { kind, hours } = dayIn(calendar, date);
    const end = midnight(calendar, nextDate(date));
    for (let at = midnight(calendar, date), time = 0; at < end; at += minute, time++) {
      const clock = `${String(Math.floor(time / 60)).padStart(2, '0')}:${String(time % 60).padStart(2, '0')}`;
      const working = hours.some(([from, to]) => from <= clock && clock < to);
      all.push({
        at,
        date,
        time,
        working,
        kind: working ? (kind === 'make-up' ? 'make-up' : 'counted') : kind === 'holiday' ? 'holiday' : 'non-working',
      });
    }
  }
  return all;
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * 60 * minute).toISOString().slice(0, 10);
}

function midnight(calendar: WorkingCalendar, date: string): number {
  const offset = calendar.offsets.filter(({ from }) => from === undefined || from <= date).at(-1)!;
  return Date.parse(`${date}T00:00:00Z`) - offset.minutes * minute;
}

function dayIn(calendar: WorkingCalendar, date: string): { kind: string; hours: Hours } {
  const edition = calendar.editions.find(({ year }) => String(year) === date.slice(0, 4))!;
  const weekday = (['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[new Date(`${date}T00:00:00Z`).getUTCDay()]!;
  if (edition.holidays.some((entry) => entry.date <= date && date <= (entry.to ?? entry.date))) return { kind: 'holiday', hours: [] };
  const makeUp = edition.makeUp.find((entry) => entry.date === date);
  if (makeUp !== undefined)
    return { kind: 'make-up', hours: typeof makeUp.hours === 'string' ? edition.weekly[makeUp.hours] : makeUp.hours };
  const halfDay = edition.halfDays.find((entry) => entry.date === date);
  return { kind: 'week', hours: halfDay?.hours ?? edition.weekly[weekday] };
}

/** The slow way to a due time, minute by minute; `undefined` when the minutes at hand are not enough. */
export class Oracle {
  private readonly minutes: readonly Minute[];
  private readonly days = new Map<string, Minute[]>();
  private readonly workingDates: ReadonlySet<string>;
  constructor(minutes: readonly Minute[]) {
    this.minutes = minutes;
    for (const one of minutes) {
      const day = this.days.get(one.date);
      if (day === undefined) this.days.set(one.date, [one]);
      else day.push(one);
    }
    this.workingDates = new Set(minutes.filter(({ working }) => working).map(({ date }) => date));
  }

  index(at: number): number {
    return (at - this.minutes[0]!.at) / minute;
  }

  /** How a minute counts for a clock. */
  kind(at: number, clock: 'wall' | 'working', pauses: readonly Pause[]): string {
    if (paused(at, pauses)) return 'paused';
    return clock === 'wall' ? 'counted' : this.minutes[this.index(at)]!.kind;
  }

  /** Whole minutes that count from `from` to `to`. */
  count(from: number, to: number, clock: 'wall' | 'working', pauses: readonly Pause[]): number {
    let counted = 0;
    for (let at = from; at < to; at += minute) if (this.counts(at, clock, pauses)) counted++;
    return counted;
  }

  after(from: number, length: number, clock: 'wall' | 'working', pauses: readonly Pause[]): number | undefined {
    let at = from;
    for (let left = length; left > 0; at += minute) {
      if (this.index(at) >= this.minutes.length) return undefined;
      if (this.counts(at, clock, pauses)) left--;
    }
    return at;
  }

  due(spec: DueSpec, from: number, pauses: readonly Pause[]): number | undefined {
    if ('within' in spec) return this.after(from, Number.parseInt(spec.within, 10), spec.clock, pauses);
    const plain = this.plain(spec, from);
    if (plain === undefined || pauses.length === 0) return plain;
    const wall = 'days' in spec && 'at' in spec;
    const clock = wall ? 'wall' : 'working';
    const earned = this.count(from, plain, clock, []);
    const time = 'nextWorkingDay' in spec ? spec.nextWorkingDay : 'cutOff' in spec ? spec.cutOff : spec.at;
    const dates = [...this.days.keys()].filter((date) => wall || this.workingDates.has(date));
    const times = time === undefined ? undefined : new Set(dates.map((date) => this.moment(date, time)));
    let passed = 0;
    for (let at = Math.min(from, plain); ; at += minute) {
      const here = this.minutes[this.index(at)];
      if (here === undefined) return undefined;
      const onTime = times === undefined || times.has(at);
      if (at >= plain && passed >= earned && onTime && !(paused(at, pauses) && paused(at - minute, pauses))) return at;
      if (at >= from && this.counts(at, clock, pauses)) passed++;
    }
  }

  private plain(spec: Exclude<DueSpec, { within: string }>, from: number): number | undefined {
    const start = this.minutes[this.index(from)]!;
    if ('cutOff' in spec) {
      const date = [...this.days.keys()].find(
        (one) => this.workingDates.has(one) && this.moment(one, spec.cutOff) > from && one >= start.date,
      );
      return date === undefined ? undefined : this.moment(date, spec.cutOff);
    }
    const later = [...this.days.keys()].filter((date) => date > start.date);
    const dates = 'days' in spec && 'at' in spec ? [start.date, ...later] : later.filter((date) => this.workingDates.has(date));
    const date = 'workingDays' in spec ? dates[spec.workingDays - 1] : 'nextWorkingDay' in spec ? dates[spec.days - 1] : dates[spec.days];
    if (date === undefined) return undefined;
    const time = 'nextWorkingDay' in spec ? spec.nextWorkingDay : spec.at;
    if (time !== undefined) return this.moment(date, time);
    return sameTime(this.days.get(date)!, this.workingDates.has(start.date) ? start.time : Number.POSITIVE_INFINITY);
  }

  /** A time of day on a date; a time that the date does not have, because the clock was put forward, is its end. */
  private moment(date: string, time: string): number {
    const day = this.days.get(date)!;
    return day[clockMinutes(time)]?.at ?? day.at(-1)!.at + minute;
  }

  /** Walks back from a moment, minute by minute, until so many have counted; then over what is paused just before. */
  before(at: number, minutes: number, clock: 'wall' | 'working', pauses: readonly Pause[]): number {
    let moment = at;
    for (let left = minutes; left > 0; moment -= minute) if (this.counts(moment - minute, clock, pauses)) left--;
    while (paused(moment - minute, pauses)) moment -= minute;
    return moment;
  }

  private counts(at: number, clock: 'wall' | 'working', pauses: readonly Pause[]): boolean {
    return !paused(at, pauses) && (clock === 'wall' || this.minutes[this.index(at)]!.working);
  }
}

/** The last moment of the day not after the time that has work at it or just before it; else the first that has work. */
function sameTime(day: readonly Minute[], time: number): number {
  const first = day.find(({ working }) => working)!;
  if (time <= first.time) return first.at;
  let last = first.at;
  for (const { at, time: here, working } of day) {
    if (here <= time && working) last = at;
    if (here < time && working) last = at + minute;
  }
  return last;
}

function paused(at: number, pauses: readonly Pause[]): boolean {
  for (const { from, to } of pauses) if (from <= at && at < to) return true;
  return false;
}

function clockMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
