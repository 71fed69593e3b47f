import * as z from 'zod';
import { type BatchCount, countsOf } from '../../../db/counts.js';
import type { Page, PageAsked } from '../../../db/paging.js';
import { doneTasks, type ListedTask, teamTasks, waitingTasks } from '../../../db/tasks.js';
import { assertNever } from '../../../domain/assert-never.js';
import { groupOf, reachOf } from '../../../domain/authority/reach.js';
import type { Books } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { day } from '../http/bounds.js';
import { cursorUnknown, flag, pageQuery } from '../http/check.js';
import { type ApiContext, type Caller, namesFor } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso, moment, procedureName, stepOf } from '../http/message.js';
import { requireScope, teamOf } from '../http/scope.js';
import { withClaims } from './collaboration.js';
import { pageOf, taskPage } from './page.js';
import { listedTask, taskView } from './task.js';

export const taskList = z
  .object({
    items: z.array(listedTask),
    next: z.string().nullable().meta({ description: 'Send it as `after` for the next page; null on the last.' }),
  })
  .meta({ id: 'TaskList' });

const badge = z.object({ open: z.number().int(), overdue: z.number().int() });

export const counts = z
  .object({
    mine: badge,
    group: badge,
    team: badge,
    overdue: z.number().int().meta({ description: 'Overdue among mine.' }),
    batches: z
      .array(
        badge.extend({
          company: z.string(),
          procedure: z.string(),
          procedureName: z.string(),
          step: z.string(),
          name: z.string().meta({ description: 'The step in the language asked for.' }),
          batch: z.iso.date().meta({ description: 'Send it as `batch` to list them.' }),
          dueAt: moment.nullable().meta({ description: 'When the first of them is due.' }),
        }),
      )
      .meta({ description: 'Among mine, what goes with a daily batch: by step and batch, the earliest first.' }),
  })
  .meta({ id: 'Counts' });

const views = ['mine', 'group', 'team', 'done'] as const;

const text = z.string().min(1).max(120);

const listQuery = z.strictObject({
  view: z.enum(views).default('mine').meta({
    description:
      'mine: what you may answer, by role, team or name, and for people you stand in for · group: what waits for one of your roles or teams · team: all open tasks of procedures you manage · done: what you answered.',
  }),
  company: text.optional(),
  procedure: text.optional(),
  step: text.optional(),
  batch: day.optional().meta({ description: 'The daily batch that a task goes with, as its date at the site.' }),
  q: text.optional().meta({ description: 'Part of order number, customer or customer’s order number.' }),
  overdue: flag.optional(),
  ...pageQuery,
});

/** Lists of tasks, one task, and the counts beside the lists. */
export function taskRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/tasks',
      tag: 'Tasks',
      summary: 'Tasks that wait for you, for your team, or that you answered',
      description: 'Overdue first, then by due time; those without come last. `done` is latest first.',
      query: listQuery,
      answer: { status: 200, description: 'A page of tasks.', schema: taskList },
    },
    async ({ c, query }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, query);
      const { view, limit, after, ...filter } = query;
      const page = await read(api, caller, view, { filter, limit, cursor: after });
      if (page === undefined) throw cursorUnknown();
      const items = await Promise.all(page.items.map((item) => listed(api, item, caller.locale)));
      return c.json({ items: await withClaims(api, items, caller.person.id), next: page.next });
    },
  );
  countsRoute(app, api);
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/tasks/{taskId}',
      tag: 'Tasks',
      summary: 'One task: what is asked, what is shown, what may be done',
      params: { taskId: 'The task id, URL-encoded into one segment (`/` as %2F, `#` as %23).' },
      answer: { status: 200, description: 'The task.', schema: taskPage },
    },
    async ({ c, param }) => {
      const caller = await identify(api, c, { taskId: param('taskId') });
      return c.json(await pageOf(api, caller, param('taskId')));
    },
  );
}

function countsRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/tasks/counts',
      tag: 'Tasks',
      summary: 'How many tasks each list has',
      answer: { status: 200, description: 'Counts.', schema: counts },
    },
    async ({ c }) => {
      const { person, locale } = await identify(api, c);
      const found = await countsOf(api.db, person.id, reachOf(person, person.sites), await teamOf(api, person));
      const books = (await api.books.current())?.books ?? {};
      return c.json({ ...found, batches: found.batches.map((one) => batchView(one, books, locale)), overdue: found.mine.overdue });
    },
  );
}

function batchView({ dueAt, ...count }: BatchCount, books: Books, locale: Locale) {
  const names = { book: books[count.company], procedure: count.procedure };
  const name = stepOf(names, count.step)?.name[locale] ?? count.step;
  return { ...count, procedureName: procedureName(locale, names), name, dueAt: dueAt === null ? null : iso(dueAt) };
}

function read(api: ApiContext, { person }: Caller, view: (typeof views)[number], page: PageAsked): Promise<Page<ListedTask> | undefined> {
  switch (view) {
    case 'mine':
      return waitingTasks(api.db, person.id, reachOf(person, person.sites), page);
    case 'group':
      return waitingTasks(api.db, person.id, groupOf(reachOf(person, person.sites)), page);
    case 'team':
      return teamOf(api, person).then((team) => teamTasks(api.db, team, page));
    case 'done':
      return doneTasks(api.db, person.id, page);
    default:
      return assertNever(view);
  }
}

async function listed(api: ApiContext, item: ListedTask, locale: Locale) {
  const names = await namesFor(api, item);
  const { company, procedure, number, title, actingFor } = item;
  return {
    ...taskView(item.task, names, locale),
    company,
    procedure,
    procedureName: procedureName(locale, names),
    number,
    title,
    ...(actingFor === undefined ? {} : { actingFor }),
  };
}
