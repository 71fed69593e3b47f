import * as z from 'zod';

const moment = z.iso.datetime();
const candidate = z.object({
  role: z.string().optional(),
  site: z.string().optional(),
  team: z.string().optional(),
  person: z.string().optional(),
  name: z.string(),
});
/** A seat of a task: one signature that is asked for. */
export const seat = z
  .object({
    id: z.string(),
    name: z.string().optional().meta({ description: 'As whom its holder answers.' }),
    candidates: z.array(candidate),
    excluded: z.array(z.string()).optional().meta({ description: 'People who may not fill it, because of what they did before.' }),
    state: z
      .enum(['waiting', 'done', 'removed', 'left'])
      .optional()
      .meta({ description: 'Absent: open. waiting: for another seat. left: no longer needed.' }),
    by: z.string().optional().meta({ description: 'Who filled or removed it.' }),
    actingFor: z.string().optional(),
    at: moment.optional(),
    verb: z.string().optional(),
    outcome: z.string().optional(),
    claimedBy: z.string().optional().meta({ description: 'Who has taken it.' }),
    claimedByName: z.string().optional(),
    claimedAt: moment.optional(),
    added: z.object({ by: z.string(), of: z.string(), where: z.enum(['before', 'after', 'beside']) }).optional(),
    delegated: z.object({ by: z.string(), of: z.string() }).optional(),
    transferred: z.array(z.object({ by: z.string(), to: z.string(), at: moment })).optional(),
    skip: z
      .object({ by: z.string(), at: moment, reason: z.string() })
      .optional()
      .meta({ description: 'Somebody proposed to skip it; a second person must confirm.' }),
  })
  .meta({ id: 'Seat' });
