import * as z from 'zod';

/** A version of a date promised for a line. */
export const promise = z.object({
  line: z.string(),
  version: z.number().int(),
  date: z.iso.date(),
  cause: z.string(),
  by: z.string(),
  causeName: z.string(),
  slipDays: z.number().int().meta({ description: 'Days later than the version before, or than was wanted; negative: earlier.' }),
  taskId: z.string().nullable(),
  at: z.iso.datetime(),
});
