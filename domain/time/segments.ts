import type { Words } from '../words.js';
import type { EditionRef, HolidayKind, WorkingCalendar } from './calendar.js';
import { yearOf } from './days.js';
import { type Pause, tidyPauses, unpaused } from './pause.js';
import { dayOf, dayPlanOf, dayStart, editionRef, type Span, spansOf } from './plan.js';

/** A stretch of a clock's time and how it counts. `counted` and `make-up` count; the others do not. */
export type DueSegment = Span &
  (
    | { readonly kind: 'counted' | 'non-working' }
    | { readonly kind: 'make-up'; readonly words: Words }
    | { readonly kind: 'holiday'; readonly holiday: HolidayKind; readonly words: Words }
    | { readonly kind: 'paused'; readonly cause: string }
  );

/** A span of the wall clock, cut into counted and paused. */
export function wallSegments(from: number, to: number, pauses: readonly Pause[]): DueSegment[] {
  return withPauses(from < to ? [{ from, to, kind: 'counted' }] : [], pauses);
}

/** A span cut by what the calendar says of it; pauses go before all else, also in the night. Neighbours that say the same are one. */
export function workingSegments(calendar: WorkingCalendar, from: number, to: number, pauses: readonly Pause[]): DueSegment[] {
  const segments: DueSegment[] = [];
  for (let day = dayOf(calendar, from); dayStart(calendar, day) < to; day++)
    for (const part of daySegments(calendar, day)) {
      const clipped = { ...part, from: Math.max(part.from, from), to: Math.min(part.to, to) };
      if (clipped.from < clipped.to) segments.push(clipped);
    }
  return withPauses(segments, pauses);
}

function daySegments(calendar: WorkingCalendar, day: number): DueSegment[] {
  const plan = dayPlanOf(calendar, day);
  const whole = { from: dayStart(calendar, day), to: dayStart(calendar, day + 1) };
  if (plan.kind === 'holiday') return [{ ...whole, kind: 'holiday', holiday: plan.holiday, words: plan.words }];
  const segments: DueSegment[] = [];
  let from = whole.from;
  for (const span of spansOf(calendar, day)) {
    if (from < span.from) segments.push({ from, to: span.from, kind: 'non-working' });
    segments.push(plan.kind === 'make-up' ? { ...span, kind: 'make-up', words: plan.words } : { ...span, kind: 'counted' });
    from = span.to;
  }
  if (from < whole.to) segments.push({ from, to: whole.to, kind: 'non-working' });
  return segments;
}

function withPauses(segments: readonly DueSegment[], pauses: readonly Pause[]): DueSegment[] {
  const first = segments[0];
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return [];
  const tidy = tidyPauses(pauses);
  const counted = segments.flatMap((segment) => unpaused(segment, tidy).map((part): DueSegment => ({ ...segment, ...part })));
  const paused = tidy
    .map(({ from, to, cause }): DueSegment => ({ from: Math.max(from, first.from), to: Math.min(to, last.to), kind: 'paused', cause }))
    .filter(({ from, to }) => from < to);
  return joined([...counted, ...paused].toSorted((a, b) => a.from - b.from));
}

function joined(segments: readonly DueSegment[]): DueSegment[] {
  const result: DueSegment[] = [];
  for (const segment of segments) {
    const last = result.at(-1);
    if (last?.to === segment.from && label(last) === label(segment)) result[result.length - 1] = { ...last, to: segment.to };
    else result.push(segment);
  }
  return result;
}

/** What a segment says, without its span. */
function label(segment: DueSegment): string {
  return JSON.stringify({ ...segment, from: 0, to: 0 });
}

/** The editions of the years that a span touches, in order. */
export function editionsOf(calendar: WorkingCalendar, from: number, to: number): EditionRef[] {
  const editions: EditionRef[] = [];
  const last = yearOf(dayOf(calendar, Math.max(from, to - 1)));
  for (let year = yearOf(dayOf(calendar, from)); year <= last; year++) editions.push(editionRef(calendar, year));
  return editions;
}
