import type { Draft } from './draft.js';
import { dueIn } from './dues.js';
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

/** Waits keep the turn since which they wait: the oldest gets the next report. */
export function keepWaits(draft: Draft, rendering: Rendering): void {
  draft.state.waits = Object.fromEntries(
    [...rendering.waits].map(([key, { event }]) => [key, draft.state.waits[key] ?? { event, since: draft.state.turn }]),
  );
}

/** Starts, moves and ends the case's deadlines as the procedure says. */
export function keepClocks(draft: Draft, rendering: Rendering, ended: boolean): void {
  for (const [key, { clock, from, until }] of rendering.clocks) {
    const spec = draft.setting.policy.clocks[clock];
    if (spec === undefined) continue;
    const before = draft.state.clocks[key];
    const due = dueIn(draft, spec.due, from) ?? before?.dueAt;
    if (due === undefined) continue;
    const met = rendering.carried.has(until) && !rendering.asks.has(until);
    const running = before === undefined || before.dueAt !== due || before.state !== 'overdue' ? 'running' : 'overdue';
    const state = met ? 'met' : ended ? 'ended' : running;
    if (before?.state !== state || before.dueAt !== due || before.from !== from) setClock(draft, { key, clock, from, dueAt: due, state });
  }
  for (const clock of Object.values(draft.state.clocks)) {
    if (!rendering.clocks.has(clock.key) && ended && (clock.state === 'running' || clock.state === 'overdue'))
      setClock(draft, { ...clock, state: 'ended' });
  }
}

export function setClock(draft: Draft, clock: ClockRow): void {
  draft.state.clocks = { ...draft.state.clocks, [clock.key]: clock };
  draft.emit('clock', { clock });
}
