/** What commands are answered with. */
import * as z from 'zod';
import { task } from './schemas.js';

const id = z.string();

export const commandAnswer = z
  .object({
    task: z.object({
      id,
      state: z.enum(['open', 'completed', 'returned', 'taken-back']),
      rev: z.number().int(),
      outcome: z.string().optional(),
      lines: z.array(z.string()).optional(),
    }),
    openTasks: z.array(task).meta({ description: 'All open tasks of the case now; lists show them already.' }),
    pending: z.boolean().meta({ description: 'An effect is under way: further tasks may follow, and an event then says so.' }),
    status: z.string(),
    turn: z.number().int(),
    note: z.number().int().optional().meta({ description: 'Of what was done beside the task.' }),
  })
  .meta({ id: 'CommandAnswer' });

export const caseAnswer = z
  .object({
    caseId: id,
    status: z.string(),
    turn: z.number().int(),
    openTasks: z.array(task),
    pending: z.boolean(),
    note: z.number().int().optional(),
  })
  .meta({ id: 'CaseAnswer' });
