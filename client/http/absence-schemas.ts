import * as z from 'zod';

const named = { person: z.string(), name: z.string() };
export const absence = z
  .object({
    id: z.string(),
    ...named,
    from: z.iso.datetime(),
    until: z.iso.datetime(),
    note: z.string(),
    grantedBy: z.string(),
    standIns: z.array(
      z.object({
        ...named,
        limits: z.object({
          amountMinor: z.number().int().optional(),
          currency: z.string().optional(),
          customers: z.array(z.string()).optional(),
          procedures: z.array(z.string()).optional(),
        }),
      }),
    ),
  })
  .meta({ id: 'Absence' });
export const absenceList = z.object({ items: z.array(absence) }).meta({ id: 'AbsenceList' });
