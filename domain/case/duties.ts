import type { Draft } from './draft.js';
import { clockTimes, dueIn, sameLadder } from './dues.js';
import type { Rendering } from './render.js';
import type { ClockRow } from './rows.js';

/** Tells what has not been told, or was told otherwise. */
export function tell(draft: Draft, rendering: Rendering): void {
  for (const { key, notice, to, shows, shown } of rendering.tells.values()) {
    const before = rendering.live.told.get(key);
    if (before?.shown === shown && before.to === to) continue;
    draft.record({ kind: 'told', key, notice, to, shown });
    draft.emit('told', { notice: { key, notice, to, shown, correction: before !== undefined }, ...draft.contents({ [shown]: shows }) });
  }
}

/** Tells of the stages that were passed over for the same approver, once per approval. */
export function tellPassed(draft: Draft, rendering: Rendering): void {
  for (const [key, { step, on, by }] of rendering.passed) {
    if (rendering.live.passed.get(key)?.on === on) continue;
    draft.record({ kind: 'passed', key, on });
    draft.emit('passed', { body: { key, step, approver: by, on } });
  }
}

/** Waits keep the turn since which they wait: the oldest gets the next report. */
export function keepWaits(draft: Draft, rendering: Rendering): void {
  draft.state.waits = Object.fromEntries(
    [...rendering.waits].map(([key, { event }]) => [key, draft.state.waits[key] ?? { event, since: draft.state.turn }]),
  );
}

/** Starts, moves and ends the case's deadlines as the procedure says. */
export function keepClocks(draft: Draft, rendering: Rendering, ended: boolean): void {
  for (const [key, { clock, from, until }] of rendering.clocks) {
    const before = draft.state.clocks[key];
    const next = clockFrom(draft, { key, clock, from }, before);
    if (next === undefined) continue;
    const met = rendering.carried.has(until) && !rendering.asks.has(until);
    const missed = before?.state === 'overdue' && before.dueAt === next.dueAt;
    const state = met ? 'met' : ended ? 'ended' : missed ? 'overdue' : 'running';
    if (before?.state !== state || before.dueAt !== next.dueAt || before.from !== from || !sameLadder(before, next))
      setClock(draft, { ...next, state });
  }
  for (const clock of Object.values(draft.state.clocks)) {
    if (!rendering.clocks.has(clock.key) && ended && (clock.state === 'running' || clock.state === 'overdue'))
      setClock(draft, { ...clock, state: 'ended' });
  }
}

/** A deadline counted from a moment. Undefined: it cannot be reckoned. One that is as it was is not reckoned again. */
function clockFrom(draft: Draft, named: Pick<ClockRow, 'key' | 'clock' | 'from'>, before: ClockRow | undefined): ClockRow | undefined {
  const spec = draft.setting.policy.clocks[named.clock];
  if (before?.from === named.from) return draft.rebasing || before.state === 'ended' ? clockTimes(draft, before) : before;
  const due = spec === undefined ? undefined : dueIn(draft, spec.due, named.from, before ?? {});
  if (due === undefined && before === undefined) return undefined;
  return clockTimes(draft, { ...before, ...named, dueAt: due ?? before?.dueAt ?? named.from, state: 'running' });
}

export function setClock(draft: Draft, clock: ClockRow): void {
  draft.state.clocks = { ...draft.state.clocks, [clock.key]: clock };
  draft.emit('clock', { clock });
}
