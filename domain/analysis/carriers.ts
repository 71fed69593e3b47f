import type { Row } from '../engine/ledger.js';

/** The carriers that a ledger shows: steps that were answered or went without an answer in time, deadlines that ran, notices told and effects done. */
export function carriersIn(ledger: readonly Row[]): ReadonlySet<string> {
  return new Set(ledger.flatMap((row) => partsIn(row)));
}

function partsIn({ type, task, clock, notice, effect }: Row): readonly string[] {
  const parts: string[] = [];
  if (task !== undefined && ['completed', 'answered-part', 'lapsed'].includes(type)) parts.push(`steps.${task.step}`);
  if (clock !== undefined) parts.push(`clocks.${clock.clock}`);
  if (notice !== undefined) parts.push(`notices.${notice.notice}`);
  if (effect?.state === 'done') parts.push(`effects.${effect.effect}`);
  return parts;
}
