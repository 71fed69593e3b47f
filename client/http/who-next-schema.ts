import * as z from 'zod';

export const whoNext = z
  .array(
    z.object({
      code: z.string(),
      values: z.record(z.string(), z.unknown()),
      sentence: z.string(),
      outcome: z.string(),
      step: z.string().nullable().meta({ description: 'The step asked next; null where the case ends or a system goes on.' }),
      who: z.array(z.object({ role: z.string().optional(), person: z.string().optional(), name: z.string() })),
      dueAt: z.iso.datetime().optional().meta({ description: 'If it were answered now.' }),
      dueSpec: z.unknown().optional(),
      condition: z.literal('ALL_LINES').nullable().meta({ description: 'It follows once all lines have an answer.' }),
    }),
  )
  .meta({
    id: 'WhoNext',
    description: 'What would follow each outcome, tried out with sample data in the form. Empty where it cannot be told now.',
  });
export type WhoNext = z.infer<typeof whoNext>;
