import type { WorkingCalendar } from './calendar.js';
import { durationMs } from './duration.js';
import type { Pause } from './pause.js';
import { momentDue } from './reckon.js';
import type { Rung } from './rung.js';
import { subtractWall, subtractWorking } from './working.js';

/** When a rung is struck, relative to the due time. */
const timeOf = (one: Rung) => ('remind' in one ? one.remind : one.escalate);
export const kindOf = (one: Rung): 'remind' | 'escalate' => ('remind' in one ? 'remind' : 'escalate');

/** Names a rung within its ladder by what it says, such as `remind-before-2h-working`: two that say the same are one. Whom it tells is no part of it. */
export function rungId(one: Rung): string {
  const time = timeOf(one);
  const words =
    'before' in time ? ['before', time.before, time.clock] : 'at' in time ? ['at-due'] : ['after', ...Object.entries(time.after).flat()];
  return [kindOf(one), ...words].join('-').replace(/(-clock)?-wall$/, '');
}

/**
 * The moments of a rung around a due time, epoch milliseconds, in order; what a pause covers does not count. A reminder that would come
 * before the clock had begun is left out. Throws `CalendarYearMissing`.
 */
export function rungMoments(
  one: Rung,
  { start, due }: { readonly start: number; readonly due: number },
  calendar: WorkingCalendar,
  pauses: readonly Pause[] = [],
): readonly number[] {
  const time = timeOf(one);
  if ('at' in time) return [due];
  if ('before' in time) {
    const length = durationMs(time.before);
    const moment = time.clock === 'wall' ? subtractWall(due, length, pauses) : subtractWorking(calendar, due, length, pauses, start);
    return moment !== undefined && moment > start ? [moment] : [];
  }
  const moments: number[] = [];
  for (let from = due; moments.length < ('times' in time ? time.times : 1); from = moments.at(-1) ?? due)
    moments.push(momentDue(time.after, from, calendar, pauses));
  return moments;
}
