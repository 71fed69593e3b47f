import * as z from 'zod';
import { dropDraft, keepDraft, readDraft } from '../../../db/collaboration.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import type { Json } from '../../../domain/json.js';
import { identify } from '../http/auth.js';
import { count } from '../http/bounds.js';
import { type ApiContext, namesFor, type RequestContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso, stepOf } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { readableTask, requireAllowed } from '../http/scope.js';
import { seatsFor } from './collaboration.js';
import { requireNone, stateProblem } from './guards.js';

const path = '/api/v1/tasks/{taskId}/draft';

const params = { taskId: 'The task id, URL-encoded into one segment.' };

const draft = z
  .object({
    data: z.unknown().meta({ description: 'As far as it was written; null: there is none.' }),
    rev: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Of the task when it was written: below the task’s own, something new is shown.' }),
    at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Draft' });

const written = z
  .strictObject({ data: z.record(z.string(), z.unknown()), rev: count })
  .meta({ id: 'DraftWritten', description: 'Not checked by the form: it is not finished.' });

/** An answer that somebody has begun: kept for them alone, over revisions and reopening, until the task is answered. */
export function draftRoutes(app: ApiApp, api: ApiContext): void {
  const answer = { status: 200, description: 'The draft as it is kept.', schema: draft } as const;
  const about = { path, tag: 'Tasks', params, answer } as const;
  serve(app, { method: 'get', summary: 'What you have begun to answer', ...about }, async ({ c, param }) => {
    const { owned } = await own(api, c, param('taskId'));
    return c.json(shown(await readDraft(api.db, owned)));
  });
  serve(app, { method: 'put', summary: 'Keep what you have begun to answer', ...about, body: written }, async ({ c, param, body }) => {
    const { owned, mayKeep } = await own(api, c, param('taskId'));
    await mayKeep();
    const { data, rev } = await body();
    await keepDraft(api.db, owned, { data: data as Json, rev });
    return c.json(shown(await readDraft(api.db, owned)));
  });
  serve(app, { method: 'delete', summary: 'Throw away what you have begun', ...about }, async ({ c, param }) => {
    const { owned } = await own(api, c, param('taskId'));
    await dropDraft(api.db, owned);
    return c.json(shown(undefined));
  });
}

function shown(found: { readonly data: Json; readonly rev: number; readonly at: number } | undefined) {
  return found === undefined ? { data: null, rev: null, at: null } : { ...found, at: iso(found.at) };
}

/** The reader's own draft of a task. `mayKeep` throws why they may not answer it, so that nothing is written that nobody will send. */
async function own(api: ApiContext, c: RequestContext, taskId: string) {
  const caller = await identify(api, c, { taskId });
  const { person } = caller;
  const { task, head } = readableTask(caller, taskId);
  const names = await namesFor(api, head);
  const step = stepOf(names, task.step);
  const mayKeep = async (): Promise<void> => {
    if (step === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
    const seats = seatsFor('complete', caller, task);
    const right = mayAct(person, head.company, { on: 'task', verb: 'complete', seats, step, about: head.about });
    await requireAllowed(api, right, { unknown: 'TASK_UNKNOWN', values: { task: taskId }, names });
    await requireNone(api, task.state === 'suspended' ? undefined : stateProblem(task), names);
  };
  return { owned: { caseId: head.id, key: task.key, person: person.id }, mayKeep };
}
