import { type Json, textOf } from '../case/json.js';

/** What came of releasing goods. `code` says why not; unknown is never granted. */
export type Released =
  | { readonly granted: true; readonly release: string; readonly amountMinor: number; readonly exposureMinor: number }
  | { readonly granted: false; readonly code: string };

/** Reads the result of `release-goods`. */
export function releasedBy(result: Json): Released {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return { granted: false, code: 'UNKNOWN' };
  const { granted, release, amountMinor, exposureMinor, code } = result as Readonly<Record<string, Json>>;
  if (granted === true && typeof release === 'string')
    return { granted, release, amountMinor: Number(amountMinor), exposureMinor: Number(exposureMinor) };
  return { granted: false, code: code === undefined ? 'UNKNOWN' : textOf(code) };
}

/** Reads the result of `ship-goods`: what left is worth this much, or why it was not booked. */
export function shippedBy(
  result: Json,
): { readonly shipped: true; readonly amountMinor: number } | { readonly shipped: false; readonly code: string } {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return { shipped: false, code: 'UNKNOWN' };
  const { shipped, amountMinor, code } = result as Readonly<Record<string, Json>>;
  return shipped === true
    ? { shipped, amountMinor: Number(amountMinor) }
    : { shipped: false, code: code === undefined ? 'UNKNOWN' : textOf(code) };
}
