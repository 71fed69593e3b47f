import * as z from 'zod';
import { identify } from './auth.js';
import type { Edge, EdgeContext } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { keyLimit, requireKey } from './idempotency.js';
import { Problem } from './problem.js';
import { sentenceOf } from './problem-answer.js';
import { command, commandSchema } from './task-command.js';

/** The most tasks of one request. */
const most = 500;
/** How many are decided at the same time. */
const abreast = 8;

const { rev, ...shared } = commandSchema.shape;
const batchSchema = z
  .strictObject({
    ...shared,
    tasks: z
      .array(z.strictObject({ task: z.string().min(1).max(400), rev }))
      .min(1)
      .max(most)
      .meta({ description: 'Which tasks, each with the revision that was decided on; at most 500, each once.' }),
  })
  .meta({ id: 'TaskCommands' });

const result = z.union([
  z.object({ task: z.string(), ok: z.literal(true), state: z.string(), status: z.string() }),
  z.object({ task: z.string(), ok: z.literal(false), code: z.string(), message: z.string(), field: z.string().optional() }),
]);
const results = z
  .object({
    results: z.array(result).meta({ description: 'One a task, in the order asked.' }),
    done: z.number().int(),
    refused: z.number().int(),
  })
  .meta({ id: 'TaskCommandResults' });

/** One decision on many tasks, such as the daily pass (HH-B8): a command of its own for each. */
export function taskBatchRoute(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/tasks/commands',
      tag: 'Tasks',
      summary: 'Decide many tasks alike',
      description:
        'Each task is decided for itself, by a command with an idempotency key of its own: one that is refused says why and keeps none of the others back. Asked again with the same key, every task gets the answer it had.',
      key: 'required',
      body: batchSchema,
      answer: { status: 200, description: 'What became of each.', schema: results },
    },
    async ({ c, body }) => {
      const key = requireKey(c);
      if (key.length > keyLimit) throw new Problem('IDEMPOTENCY_KEY_INVALID', { values: { limit: keyLimit } });
      await identify(edge, c);
      const { tasks, ...asked } = await body();
      const doubled = tasks.findIndex(({ task }, index) => tasks.findIndex((other) => other.task === task) !== index);
      if (doubled >= 0)
        throw new Problem('FIELD_INVALID', {
          field: `/tasks/${doubled}/task`,
          values: { field: `/tasks/${doubled}/task`, rule: 'invalid' },
        });
      const all = await eachOf(tasks, (one) => decideOne(edge, c, key, { ...asked, rev: one.rev }, one.task));
      const done = all.filter(({ ok }) => ok).length;
      return c.json({ results: all, done, refused: all.length - done });
    },
  );
}

async function decideOne(
  edge: Edge,
  c: EdgeContext,
  key: string,
  asked: z.output<typeof commandSchema>,
  taskId: string,
): Promise<z.infer<typeof result>> {
  const caller = await identify(edge, c, { taskId, toAnswer: true });
  try {
    const { task, status } = await command(edge, caller, { taskId, key: `${key}:${taskId}`, asked });
    return { task: taskId, ok: true, state: task.state, status };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { field, values = {}, names = {} } = error.details;
    const message = sentenceOf(caller.locale, error.code, values, names);
    return { task: taskId, ok: false, code: error.code, message, ...(field === undefined ? {} : { field }) };
  }
}

/** Does something for each item, some at a time; the results in the order of the items. */
async function eachOf<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const found: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) found[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(abreast, items.length) }, worker));
  return found;
}
