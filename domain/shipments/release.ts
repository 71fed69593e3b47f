import { isObject, type Json, type JsonObject, textOf } from '../case/json.js';

/** Why the books did not do what they were asked: a code with its values, each with a sentence in every language (`refusal.<code>`). */
export interface BookRefusal {
  readonly code: string;
  readonly values: JsonObject;
}

/** What came of releasing goods; unknown is never granted. */
export type Released =
  | { readonly granted: true; readonly release: string; readonly amountMinor: number; readonly exposureMinor: number }
  | { readonly granted: false; readonly refusal: BookRefusal };

/** Reads the result of `release-goods`. */
export function releasedBy(result: Json): Released {
  if (isObject(result)) {
    const { granted, release, amountMinor, exposureMinor } = result;
    if (granted === true && typeof release === 'string')
      return { granted, release, amountMinor: Number(amountMinor), exposureMinor: Number(exposureMinor) };
  }
  return { granted: false, refusal: refusalIn(result) };
}

/** Reads the result of `ship-goods`: what left is worth this much, or why it was not booked. */
export function shippedBy(
  result: Json,
): { readonly shipped: true; readonly amountMinor: number } | { readonly shipped: false; readonly refusal: BookRefusal } {
  if (isObject(result) && result['shipped'] === true) return { shipped: true, amountMinor: Number(result['amountMinor']) };
  return { shipped: false, refusal: refusalIn(result) };
}

/** The refusal that an answer of the books is; UNKNOWN where it says nothing that can be read, such as one given by hand. */
export function refusalIn(result: Json): BookRefusal {
  if (!isObject(result) || result['code'] === undefined) return { code: 'UNKNOWN', values: {} };
  const { code, values = {} } = result;
  return { code: textOf(code), values: isObject(values) ? values : {} };
}
