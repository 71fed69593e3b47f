import { kindOf, rungId, rungMoments } from '../time/ladder.js';
import type { Ladder, Rung } from '../time/rung.js';
import type { Draft } from './draft.js';
import { pausesOf, reckoned, standsSince } from './reckoning.js';
import type { RungRow, Seat, Timed } from './rows.js';

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
