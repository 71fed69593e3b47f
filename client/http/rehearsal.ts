import * as z from 'zod';
import type { Rehearsal } from '../../domain/analysis/rehearse.js';
import { mayAct } from '../../domain/authority/may-act.js';
import type { CaseState } from '../../domain/engine/state.js';
import { Foreign } from '../courier/contract.js';
import { identify } from './auth.js';
import { type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { Problem } from './problem.js';

const keysOfTasks = z.array(z.string()).meta({ description: 'Keys of tasks.', example: ['price-review'] });
const rehearsal = z
  .object({
    caseId: z.string(),
    from: z.string(),
    to: z.string(),
    opens: keysOfTasks,
    revises: keysOfTasks,
    suspends: keysOfTasks,
    resumes: keysOfTasks,
    withdraws: keysOfTasks,
    renames: z
      .array(z.object({ from: z.string(), to: z.string() }))
      .optional()
      .meta({ description: 'Tasks that go on under another name.' }),
    drops: z
      .array(z.object({ key: z.string(), by: z.string(), at: z.number() }))
      .meta({ description: 'Recorded answers that would no longer stand.' }),
    effects: z.array(z.object({ key: z.string(), action: z.enum(['do', 'revise', 'undo']) })),
    closes: z.boolean(),
    fault: z.object({ code: z.string(), detail: z.string() }).optional(),
    snapshot: z.unknown().optional(),
  })
  .meta({ id: 'Rehearsal' });

/** What moving a case to the edition in force would do, tried out before anybody does it. */
export function rehearsalRoute(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}/rehearsal',
      tag: 'Cases',
      summary: 'Try a move to the edition in force out',
      description: 'For people who manage the procedure. Nothing is changed. Tasks that are not named stay as they are.',
      params: { caseId: 'The case id, URL-encoded into one segment.' },
      query: z.strictObject({
        snapshot: z.literal('true').optional().meta({ description: 'Also the case as it would be carried, to be kept in a file.' }),
      }),
      answer: { status: 200, description: 'What would open, be withdrawn, lose its answer.', schema: rehearsal },
    },
    async ({ c, param, query }) => {
      const caseId = param('caseId');
      const { person, case: head } = await identify(edge, c, { caseId });
      if (head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
        throw new Problem('CASE_UNKNOWN', { values: { case: caseId } });
      const names = await namesFor(edge, head);
      const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
      if (procedure === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: caseId } });
      const authority = mayAct(person, head.company, { on: 'case', verb: 'move', procedure, about: head.about });
      if (!authority.allowed)
        throw new Problem(authority.code === 'STRANGER' ? 'CASE_UNKNOWN' : authority.code, { values: authority.values, names });
      const { outcome, snapshot } = await rehearsed(edge, caseId, head.edition);
      return c.json({ ...outcome, ...(query.snapshot === undefined ? {} : { snapshot }) });
    },
  );
}

/**
 * Tries out what a case would become in the edition in force.
 * @throws Problem EDITION_NOT_CURRENT, CASE_CLOSED, EDITION_MISMATCH, REHEARSAL_IMPOSSIBLE
 */
export async function rehearsed(
  edge: Edge,
  caseId: string,
  from: string,
  to?: string,
): Promise<{ readonly outcome: Rehearsal; readonly snapshot: CaseState }> {
  const current = await edge.books.current();
  if (current === undefined) throw new Problem('EDITION_MISSING');
  const edition = to ?? current.id;
  if (edition !== current.id || edition === from)
    throw new Problem('EDITION_NOT_CURRENT', { field: '/to', values: { edition, current: current.id } });
  const snapshot = await edge.courier.snapshot(caseId).catch((thrown: unknown) => {
    throw thrown instanceof Foreign ? new Problem('EDITION_MISMATCH', { values: { case: caseId } }) : thrown;
  });
  if (snapshot === undefined) throw new Problem('CASE_CLOSED', { values: { case: caseId } });
  const outcome = edge.rehearse(snapshot, current);
  if (outcome === undefined) throw new Problem('REHEARSAL_IMPOSSIBLE', { values: { edition } });
  return { outcome, snapshot };
}
