import { assertNever } from '../assert-never.js';
import type { Words } from '../words.js';
import type { HolidayKind, WorkingCalendar } from './calendar.js';
import { type DueSpec, type DueSum, dueOf } from './due.js';
import type { Pause } from './pause.js';
import type { DueSegment } from './segments.js';

/** One line of an explanation: a code, which has a sentence in every language, and its values. Times are epoch milliseconds. */
export type DueLine =
  | { readonly code: 'explain.start'; readonly values: { readonly at: number } }
  | { readonly code: 'explain.rule.within-wall' | 'explain.rule.within-working'; readonly values: { readonly within: string } }
  | { readonly code: 'explain.rule.working-days'; readonly values: { readonly days: number } }
  | {
      readonly code: 'explain.rule.working-days-at' | 'explain.rule.next-working-day' | 'explain.rule.days';
      readonly values: { readonly days: number; readonly time: string };
    }
  | { readonly code: 'explain.rule.cut-off'; readonly values: { readonly time: string } }
  | {
      readonly code: 'explain.rule.after-cut-off';
      readonly values: { readonly days: number; readonly time: string; readonly cutOff: string };
    }
  | { readonly code: 'explain.day'; readonly values: { readonly number: number; readonly date: string } }
  | { readonly code: 'explain.counted' | 'explain.non-working'; readonly values: Stretch }
  | { readonly code: 'explain.make-up'; readonly values: Stretch & { readonly words: Words } }
  | { readonly code: 'explain.holiday'; readonly values: Stretch & { readonly holiday: HolidayKind; readonly words: Words } }
  | { readonly code: 'explain.paused'; readonly values: Stretch & { readonly cause: string } }
  | {
      readonly code: 'explain.total';
      readonly values: { readonly countedMs: number; readonly nonWorkingMs: number; readonly pausedMs: number };
    }
  | { readonly code: 'explain.moved-by-pauses'; readonly values: { readonly from: number; readonly to: number } }
  | {
      readonly code: 'explain.edition' | 'explain.edition-provisional';
      readonly values: { readonly calendar: string; readonly year: number; readonly edition: number };
    }
  | { readonly code: 'explain.result'; readonly values: { readonly at: number } };

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

/** The lines of a sum in reading order: start, rule, days counted, stretches, total, what pauses moved, calendar editions, result. */
export function explainDue(sum: DueSum): DueLine[] {
  const { start, spec, segments, days, countedMs, nonWorkingMs, pausedMs, editions, withoutPauses, result } = sum;
  return [
    ...explainStart(spec, start),
    ...days.map((date, i): DueLine => ({ code: 'explain.day', values: { number: i + 1, date } })),
    ...segments.map(segmentLine),
    { code: 'explain.total', values: { countedMs, nonWorkingMs, pausedMs } },
    ...(withoutPauses === result ? [] : [{ code: 'explain.moved-by-pauses', values: { from: withoutPauses, to: result } } as const]),
    ...editions.map(({ calendar, year, edition, provisional }): DueLine => {
      return { code: provisional ? 'explain.edition-provisional' : 'explain.edition', values: { calendar, year, edition } };
    }),
    { code: 'explain.result', values: { at: result } },
  ];
}

/** From when something counts, and by which rule. */
export function explainStart(spec: DueSpec, start: number): DueLine[] {
  return [{ code: 'explain.start', values: { at: start } }, ruleLine(spec)];
}

function ruleLine(spec: DueSpec): DueLine {
  if ('within' in spec)
    return { code: spec.clock === 'wall' ? 'explain.rule.within-wall' : 'explain.rule.within-working', values: { within: spec.within } };
  if ('workingDays' in spec) {
    const { workingDays: days, at } = spec;
    return at === undefined
      ? { code: 'explain.rule.working-days', values: { days } }
      : { code: 'explain.rule.working-days-at', values: { days, time: at } };
  }
  if ('nextWorkingDay' in spec && spec.afterCutOff !== undefined)
    return { code: 'explain.rule.after-cut-off', values: { days: spec.days, time: spec.nextWorkingDay, cutOff: spec.afterCutOff } };
  if ('nextWorkingDay' in spec) return { code: 'explain.rule.next-working-day', values: { days: spec.days, time: spec.nextWorkingDay } };
  if ('cutOff' in spec) return { code: 'explain.rule.cut-off', values: { time: spec.cutOff } };
  return { code: 'explain.rule.days', values: { days: spec.days, time: spec.at } };
}

function segmentLine(segment: DueSegment): DueLine {
  const { from, to } = segment;
  const stretch = { from, to, ms: to - from };
  switch (segment.kind) {
    case 'counted':
    case 'non-working':
      return { code: `explain.${segment.kind}`, values: stretch };
    case 'make-up':
      return { code: 'explain.make-up', values: { ...stretch, words: segment.words } };
    case 'holiday':
      return { code: 'explain.holiday', values: { ...stretch, holiday: segment.holiday, words: segment.words } };
    case 'paused':
      return { code: 'explain.paused', values: { ...stretch, cause: segment.cause } };
    default:
      return assertNever(segment);
  }
}

/** What a new calendar or hold did to a clock. `kept`: it had run out already and stays as it was. */
export type Rebased =
  | { readonly state: 'kept'; readonly old: DueSum }
  | { readonly state: 'same' | 'moved'; readonly old: DueSum; readonly new: DueSum };

/**
 * Computes a pending clock again by another calendar, and by other pauses when given; both sums are kept. A clock whose due time is not
 * after `now` stays. A clock that became shorter may be due at once: its new result is then not after `now`, and is not made later.
 * Throws `CalendarYearMissing`.
 */
export function rebase(old: DueSum, calendar: WorkingCalendar, now: number, pauses: readonly Pause[] = old.pauses): Rebased {
  if (old.result <= now) return { state: 'kept', old };
  const { sum } = dueOf(old.spec, old.start, calendar, pauses);
  return { state: sum.result === old.result ? 'same' : 'moved', old, new: sum };
}
