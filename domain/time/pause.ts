import type { Span } from './plan.js';

/** Time that a clock stands still, half-open, epoch milliseconds. `cause` is the id of what stopped it, e.g. the hold's reason. */
export interface Pause extends Span {
  readonly cause: string;
}

/** In order and without overlap; where two overlap, the earlier one keeps the time. Empty and reversed ones fall away. */
export function tidyPauses(pauses: readonly Pause[]): Pause[] {
  const tidy: Pause[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to, cause } of pauses.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const start = Math.max(from, end);
    if (start >= to) continue;
    tidy.push({ from: start, to, cause });
    end = to;
  }
  return tidy;
}

/** The parts of a span that no pause covers. Pauses must be tidy. */
export function unpaused(span: Span, pauses: readonly Pause[]): Span[] {
  const parts: Span[] = [];
  let from = span.from;
  for (const pause of pauses) {
    if (pause.to <= from) continue;
    if (pause.from >= span.to) break;
    if (pause.from > from) parts.push({ from, to: pause.from });
    from = pause.to;
  }
  if (from < span.to) parts.push({ from, to: span.to });
  return parts;
}

/** The moment itself, or the end of the pauses it lies strictly within: a clock that stands still does not fall due. Pauses must be tidy. */
export function afterPauses(at: number, pauses: readonly Pause[]): number {
  let moment = at;
  let run: Span | undefined;
  for (const { from, to } of pauses) {
    run = { from: run?.to === from ? run.from : from, to };
    if (run.from < at && at < run.to) moment = run.to;
  }
  return moment;
}

/** The moment itself, or the begin of the pauses that end with it: between the two nothing counts. Pauses must be tidy. */
export function beforePauses(at: number, pauses: readonly Pause[]): number {
  return pauses.toReversed().reduce((moment, { from, to }) => (to === moment ? from : moment), at);
}
