import * as z from 'zod';
import { told } from './schemas.js';

const action = z.object({
  action: z.enum(['open-task', 'open-case', 'move', 'set-stand-in', 'settle-bounce']),
  allowed: z.boolean(),
  whyNot: told.optional(),
});
const stuck = z
  .object({
    id: z.string(),
    cause: z.string(),
    caseId: z.string(),
    taskId: z.string().nullable(),
    company: z.string(),
    number: z.string().nullable(),
    title: z.string().nullable(),
    since: z.iso.datetime().meta({ description: 'UTC, ISO 8601.' }),
    actions: z.array(action),
  })
  .extend(told.shape)
  .meta({ id: 'Stuck' });
export const radar = z
  .object({ items: z.array(stuck), next: z.string().nullable(), counts: z.record(z.string(), z.number().int()) })
  .meta({ id: 'Radar' });
