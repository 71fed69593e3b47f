import * as z from 'zod';
import { deadlinesOf } from '../../../db/cases.js';
import { identify } from '../http/auth.js';
import { type ApiContext, namesFor } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso, message } from '../http/message.js';
import { readableCase } from '../http/scope.js';
import { procedureOf } from '../http/words.js';
import { deadlineExplained } from '../tasks/due.js';
import { paused, pausedView } from '../tasks/task.js';

const deadline = z
  .object({
    key: z.string(),
    clock: z.string(),
    name: z.string(),
    from: z.iso.datetime(),
    dueAt: z.iso.datetime().meta({ description: 'While it stands still without an end: when it was due before.' }),
    state: z.string(),
    late: z.literal(true).optional().meta({ description: 'Of one that is met: after its time.' }),
    paused: paused.optional(),
    dueExplained: z.object({ lines: z.array(message) }).optional(),
  })
  .meta({ id: 'Deadline' });

const deadlineList = z.object({ items: z.array(deadline) }).meta({ id: 'DeadlineList' });

/** The deadlines of a case, and how each came about. */
export function deadlineRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}/deadlines',
      tag: 'Cases',
      summary: 'The deadlines of a case: how each is counted, what moved it, reminders sent and planned',
      params: { caseId: 'The case id, URL-encoded into one segment.' },
      answer: { status: 200, description: 'The earliest first.', schema: deadlineList },
    },
    async ({ c, param }) => {
      const caseId = param('caseId');
      const caller = await identify(api, c, { caseId });
      const { locale } = caller;
      const head = readableCase(caller, caseId);
      const names = await namesFor(api, head);
      const clocks = procedureOf(names)?.clocks;
      const items = (await deadlinesOf(api.db, caseId)).map(async (clock) => {
        const explained = await deadlineExplained(api, caseId, clock, names, locale);
        return {
          key: clock.key,
          clock: clock.clock,
          name: clocks?.[clock.clock]?.name[locale] ?? clock.clock,
          from: iso(clock.from),
          dueAt: iso(clock.dueAt),
          state: clock.state,
          ...(clock.late === true ? { late: true } : {}),
          ...pausedView(clock, names, locale),
          ...(explained === undefined ? {} : { dueExplained: { lines: [...explained.lines] } }),
        };
      });
      return c.json({ items: await Promise.all(items) });
    },
  );
}
