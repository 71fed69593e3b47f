import * as z from 'zod';

/** The longest text a person may send where nothing else is said, in characters. */
export const textLimit = 2_000;

/** What makes a page show something else than was typed: marks that turn the direction of writing, and lines and paragraphs that no key ends. */
const turning = '\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
/** What is not seen at all, and makes two names that look alike. Joiners stay, since some scripts write with them. */
const unseen = '\\u00ad\\u180e\\u200b\\u2060-\\u2065\\ufeff\\ufff9-\\ufffb';
const printable = new RegExp(`^(?:[^\\p{Cc}\\p{Cs}${turning}]|[\\t\\n\\r])*$`, 'u');
const printableLine = new RegExp(`^[^\\p{Cc}\\p{Cs}${turning}${unseen}]*$`, 'u');

/** Text that every store, page and printer takes, and shows as it was typed: no control characters but line ends and tabs, nothing that deceives. Trimmed, never empty. */
export function plainText(max = textLimit): z.ZodString {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => printable.test(text), { params: { expected: 'text' } });
}

/** Such text in one line: what stands in a row of a list, a title, an address or a name, where a line end would begin another row. */
export function plainLine(max = textLimit): z.ZodString {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => printableLine.test(text), { params: { expected: 'text' } });
}
