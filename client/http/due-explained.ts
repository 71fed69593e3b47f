import { calendarsOfCase } from '../../db/calendars.js';
import type { TaskRow } from '../../domain/case/rows.js';
import { type Locale, say, type TextValues, textKeys } from '../../domain/texts/texts.js';
import { durationMs } from '../../domain/time/duration.js';
import { type DueLine, explainDue } from '../../domain/time/explain.js';
import { CalendarYearMissing } from '../../domain/time/plan.js';
import { type DueSum, dueOf } from '../../domain/time/reckon.js';
import type { DueSpec } from '../../domain/time/spec.js';
import { wallClock } from '../../domain/time/wall-clock.js';
import type { Edge } from './edge.js';
import { caseIdOf } from './ids.js';
import type { Told } from './present.js';
import { lengthOf, momentOf, type Names, sayCode } from './words.js';

/**
 * How a task's due time came about, line by line: reckoned again by the calendar that it was reckoned by, the latest of its case that gives
 * the same. Undefined: it has none, or one that its step no longer explains, such as after a move to another edition.
 */
export async function dueExplained(
  edge: Edge,
  task: TaskRow,
  spec: DueSpec | undefined,
  names: Names,
  locale: Locale,
): Promise<{ readonly lines: readonly Told[] } | undefined> {
  if (spec === undefined || task.dueAt === undefined) return undefined;
  const calendars = await calendarsOfCase(edge.db, caseIdOf(task));
  for (const calendar of [...calendars, wallClock(names.book?.company.utcOffsetMinutes ?? 0)]) {
    const sum = sumBy(() => dueOf(spec, task.countsFrom ?? task.openedAt, calendar, task.pauses).sum);
    if (sum?.result !== task.dueAt) continue;
    const zone = names.book?.company.zone;
    return {
      lines: explainDue(sum).map((line) => ({
        code: line.code,
        values: { ...line.values },
        sentence: say(locale, line.code, wordsOf(line, locale, zone)),
      })),
    };
  }
  return undefined;
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
function wordsOf({ code, values }: DueLine, locale: Locale, zone: string | undefined): TextValues {
  const moment = (at: number): string => momentOf(locale, at, zone);
  const length = (ms: number): string => lengthOf(locale, ms);
  switch (code) {
    case 'explain.start':
    case 'explain.result':
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
    case 'explain.paused': {
      const key = `explain.cause.${values.cause}`;
      return { ...stretch(values), cause: textKeys.has(key) ? sayCode(locale, key) : values.cause };
    }
    case 'explain.total':
      return { counted: length(values.countedMs), nonWorking: length(values.nonWorkingMs), paused: length(values.pausedMs) };
    case 'explain.moved-by-pauses':
      return { from: moment(values.from), to: moment(values.to) };
    default:
      return { ...values };
  }
  function stretch({ from, to, ms }: { readonly from: number; readonly to: number; readonly ms: number }): TextValues {
    return { from: moment(from), to: moment(to), length: length(ms) };
  }
}
