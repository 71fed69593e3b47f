import * as z from 'zod';
import { membersOf } from '../../db/queries/members.js';
import { mayAct } from '../../domain/authority/may-act.js';
import { type Caller, type Edge, namesFor } from './edge.js';
import { allowance, iso, stepOf } from './present.js';
import { Problem } from './problem.js';
import { told } from './schemas.js';
import { wishOn } from './task-state.js';

/** Who may do something to a task, and why the others may not. */
export const fitPeople = z.object({
  items: z.array(
    z.object({
      person: z.string(),
      name: z.string(),
      allowed: z.boolean(),
      whyNot: told.optional(),
      actingFor: z.string().optional(),
      away: z.object({ until: z.iso.datetime() }).optional(),
    }),
  ),
});

/** Everybody of a task's company by the rule: those who may first. */
export async function peopleFor(
  edge: Edge,
  { person: asker, locale, task, case: head }: Caller,
  { verb, taskId, q }: { readonly verb: string; readonly taskId: string; readonly q?: string | undefined },
): Promise<z.infer<typeof fitPeople>> {
  if (task === undefined || head === undefined || !mayAct(asker, head.company, { on: 'read' }).allowed)
    throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  const members = await membersOf(edge.db, head.company, q);
  const names = { ...(await namesFor(edge, head)), people: new Map(members.map(({ id, name }) => [id, name])) };
  const step = stepOf(names, task.step);
  if (step === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  const wish = { ...wishOn(task, step, head, names), verb, seats: task.seats };
  const byName = new Intl.Collator(locale);
  const items = members.map((member) => {
    const authority = mayAct(member, head.company, wish);
    if (!authority.allowed && authority.code === 'VERB_UNKNOWN')
      throw new Problem('VERB_UNKNOWN', { field: 'for', values: authority.values, names });
    const { whyNot } = allowance(locale, authority, names);
    return {
      person: member.id,
      name: member.name,
      allowed: authority.allowed,
      ...(whyNot === undefined ? {} : { whyNot }),
      ...(authority.allowed && authority.actingFor !== undefined ? { actingFor: authority.actingFor } : {}),
      ...(member.awayUntil === null ? {} : { away: { until: iso(member.awayUntil) } }),
    };
  });
  return { items: items.toSorted((a, b) => Number(b.allowed) - Number(a.allowed) || byName.compare(a.name, b.name)) };
}
