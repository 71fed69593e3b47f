import * as z from 'zod';

/** The longest text a person may send where nothing else is said, in characters. */
export const textLimit = 2_000;

const printable = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;

/** Text that every store and printer takes: no control characters but line ends and tabs, no half characters. Trimmed, never empty. */
export function plainText(max = textLimit): z.ZodString {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => printable.test(text), { params: { expected: 'text' } });
}
