import { calendarsOfCase } from '../../../db/calendars.js';
import { timeRows } from '../../../db/cases.js';
import { explainEscalation, explainRebased, explainRests, type TimeLine } from '../../../domain/analysis/explain-times.js';
import { pausesOf, restsSince } from '../../../domain/engine/due.js';
import type { ClockRow, Seat, TaskRow, Timed } from '../../../domain/engine/ledger.js';
import { type Locale, say, type TextValues } from '../../../domain/texts/texts.js';
import { type WorkingCalendar, wallClock } from '../../../domain/time/calendar.js';
import { durationMs } from '../../../domain/time/days.js';
import { type DueSpec, type DueSum, dueOf } from '../../../domain/time/due.js';
import { type DueLine, explainDue, explainStart } from '../../../domain/time/explain.js';
import { CalendarYearMissing } from '../../../domain/time/plan.js';
import type { ApiContext } from '../http/context.js';
import { caseIdOf } from '../http/idempotency.js';
import type { Message } from '../http/message.js';
import { lengthOf, momentOf, type Names, procedureOf, wordsFor } from '../http/words.js';

interface Explained {
  readonly lines: readonly Message[];
}

/** What is explained: a task or a deadline. */
interface Counted extends Timed {
  readonly caseId: string;
  /** A task's id or a deadline's key. */
  readonly of: string;
  readonly start: number;
  readonly dueAt?: number;
  readonly seats?: readonly Seat[];
}

/**
 * How a task's due time came about, line by line: reckoned again by the calendar that it was reckoned by, the latest of its case that gives
 * the same; then what moved it, and the reminders sent and planned. Undefined: it is never due.
 */
export function dueExplained(
  api: ApiContext,
  task: TaskRow,
  spec: DueSpec | undefined,
  names: Names,
  locale: Locale,
): Promise<Explained | undefined> {
  const { openedAt, countsFrom = openedAt } = task;
  return explained(api, { ...task, caseId: caseIdOf(task), of: task.id, start: countsFrom }, spec, names, locale);
}

/** The same for a deadline of a case. */
export function deadlineExplained(
  api: ApiContext,
  caseId: string,
  clock: ClockRow,
  names: Names,
  locale: Locale,
): Promise<Explained | undefined> {
  const spec = procedureOf(names)?.clocks[clock.clock]?.due;
  const { dueAt, ...rest } = clock;
  const stands = clock.state === 'running' && restsSince(clock) < dueAt;
  return explained(api, { ...rest, ...(stands ? {} : { dueAt }), caseId, of: clock.key, start: clock.from }, spec, names, locale);
}

async function explained(
  api: ApiContext,
  counted: Counted,
  spec: DueSpec | undefined,
  names: Names,
  locale: Locale,
): Promise<Explained | undefined> {
  const stands = restsSince(counted) < Number.POSITIVE_INFINITY;
  if (spec === undefined || (counted.dueAt === undefined && !stands)) return undefined;
  const [kept, rows] = await Promise.all([calendarsOfCase(api.db, counted.caseId), timeRows(api.db, counted.caseId, counted.of)]);
  const calendars = [...kept, wallClock(names.book?.company.utcOffsetMinutes ?? 0)];
  const sum = counted.dueAt === undefined ? restLines(counted, spec, calendars) : sumLines(counted, spec, calendars);
  const managers = procedureOf(names)?.managedBy ?? [];
  const lines = [...sum, ...explainRebased(rows), ...explainEscalation(rows, counted, managers)];
  if (lines.length === 0) return undefined;
  const zone = names.book?.company.zone;
  return {
    lines: lines.map((line) => ({
      code: line.code,
      values: { ...line.values },
      sentence: say(locale, line.code, wordsOf(line, locale, zone, names)),
    })),
  };
}

/** Empty where the step no longer explains the due time, such as after a move to another edition. */
function sumLines(counted: Counted, spec: DueSpec, calendars: readonly WorkingCalendar[]): readonly DueLine[] {
  for (const calendar of calendars) {
    const sum = sumBy(() => dueOf(spec, counted.start, calendar, pausesOf(counted)).sum);
    if (sum?.result === counted.dueAt && sum !== undefined) return explainDue(sum);
  }
  return [];
}

/** Of a clock that stands still: from when it counts, why it rests, and when it would have been due. */
function restLines(counted: Counted, spec: DueSpec, calendars: readonly WorkingCalendar[]): readonly (DueLine | TimeLine)[] {
  const sum = calendars.map((calendar) => sumBy(() => dueOf(spec, counted.start, calendar, pausesOf(counted)).sum)).find((found) => found);
  const without = sum === undefined ? [] : [{ code: 'explain.without-rest', values: { at: sum.result } } as const];
  return [...explainStart(spec, counted.start), ...explainRests(counted), ...without];
}

function sumBy(reckon: () => DueSum): DueSum | undefined {
  try {
    return reckon();
  } catch (thrown) {
    if (thrown instanceof CalendarYearMissing) return undefined;
    throw thrown;
  }
}

/** The values of a line in the reader's words. */
function wordsOf({ code, values }: DueLine | TimeLine, locale: Locale, zone: string | undefined, names: Names): TextValues {
  const moment = (at: number): string => momentOf(locale, at, zone);
  const length = (ms: number): string => lengthOf(locale, ms);
  const cause = (id: string): string | number => wordsFor(locale, { cause: id }, names)['cause'] ?? id;
  switch (code) {
    case 'explain.start':
    case 'explain.result':
    case 'explain.without-rest':
      return { at: moment(values.at) };
    case 'explain.rule.within-wall':
    case 'explain.rule.within-working':
      return { within: length(durationMs(values.within)) };
    case 'explain.counted':
    case 'explain.non-working':
      return stretch(values);
    case 'explain.make-up':
      return { ...stretch(values), words: values.words[locale] };
    case 'explain.holiday':
      return { ...stretch(values), words: values.words[locale], holiday: say(locale, `explain.kind.${values.holiday}`) };
    case 'explain.paused':
      return { ...stretch(values), cause: cause(values.cause) };
    case 'explain.total':
      return { counted: length(values.countedMs), nonWorking: length(values.nonWorkingMs), paused: length(values.pausedMs) };
    case 'explain.moved-by-pauses':
      return { from: moment(values.from), to: moment(values.to) };
    case 'explain.rests':
      return { from: moment(values.from), cause: cause(values.cause) };
    case 'explain.rests-until':
      return { from: moment(values.from), until: moment(values.until), cause: cause(values.cause) };
    case 'explain.moved':
      return { at: moment(values.at), from: moment(values.from), to: moment(values.to) };
    case 'explain.moved-off':
      return { at: moment(values.at), from: moment(values.from) };
    case 'explain.moved-on':
      return { at: moment(values.at), to: moment(values.to) };
    case 'explain.reminded':
    case 'explain.escalated':
    case 'explain.will-remind':
    case 'explain.will-escalate':
      return wordsFor(locale, { ...values }, names);
    default:
      return { ...values };
  }
  function stretch({ from, to, ms }: { readonly from: number; readonly to: number; readonly ms: number }): TextValues {
    return { from: moment(from), to: moment(to), length: length(ms) };
  }
}
