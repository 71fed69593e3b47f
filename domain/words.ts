import * as z from 'zod';

/** A text in every language; none may be missing. */
export const words = z.strictObject({ en: z.string().min(1), zh: z.string().min(1), id: z.string().min(1) });

export type Words = z.infer<typeof words>;
