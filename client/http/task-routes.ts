import * as z from 'zod';
import { readShown } from '../../db/queries/cases.js';
import { type BatchCount, countsOf } from '../../db/queries/counts.js';
import { namesOf } from '../../db/queries/people.js';
import { doneTasks, type ListedTask, type Page, type PageAsked, teamTasks, waitingTasks } from '../../db/queries/tasks.js';
import { assertNever } from '../../domain/assert-never.js';
import { mayAct } from '../../domain/authority/may-act.js';
import { groupOf, reachOf } from '../../domain/authority/reach.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import { formJsonSchema } from '../../domain/policy/form.js';
import type { Books } from '../../domain/policy/policy.js';
import type { Locale } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import { claimsView } from './beside-view.js';
import { changedSince } from './changed.js';
import { withClaims } from './claims-shown.js';
import { dueExplained } from './due-explained.js';
import { type Caller, type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { findingsIn } from './findings.js';
import { dueView, iso, procedureName, stepOf, taskView, whyMine } from './present.js';
import { Problem } from './problem.js';
import { failureShown, refusalsShown } from './refusals-shown.js';
import { counts, taskList, taskPage } from './schemas.js';
import { requireScope, teamOf } from './scope.js';
import { allVerbsFor } from './task-verbs.js';
import { whoNextOf } from './who-next.js';

const views = ['mine', 'group', 'team', 'done'] as const;
const text = z.string().min(1).max(120);
/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Paging of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(2_000).optional().meta({ description: '`next` of the page before.' }),
};

const listQuery = z.strictObject({
  view: z.enum(views).default('mine').meta({
    description:
      'mine: what you may answer, by role, team or name, and for people you stand in for · group: what waits for one of your roles or teams · team: all open tasks of procedures you manage · done: what you answered.',
  }),
  company: text.optional(),
  procedure: text.optional(),
  step: text.optional(),
  batch: z.iso.date().optional().meta({ description: 'The daily batch that a task goes with, as its date at the site.' }),
  q: text.optional().meta({ description: 'Part of order number, customer or customer’s order number.' }),
  overdue: flag.optional(),
  ...pageQuery,
});

/** Lists of tasks, one task, and the counts beside the lists. */
export function taskRoutes(app: EdgeApp, edge: Edge): void {
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
      const caller = await identify(edge, c);
      await requireScope(edge, caller, query);
      const { view, limit, after, ...filter } = query;
      const page = await read(edge, caller, view, { filter, limit, cursor: after });
      if (page === undefined) throw new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });
      const items = await Promise.all(page.items.map((item) => listed(edge, item, caller.locale)));
      return c.json({ items: await withClaims(edge, items, caller.person.id), next: page.next });
    },
  );
  countsRoute(app, edge);
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
      const caller = await identify(edge, c, { taskId: param('taskId') });
      return c.json(await pageOf(edge, caller, param('taskId')));
    },
  );
}

function countsRoute(app: EdgeApp, edge: Edge): void {
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
      const { person, locale } = await identify(edge, c);
      const found = await countsOf(edge.db, person.id, reachOf(person, person.sites), await teamOf(edge, person));
      const books = (await edge.books.current())?.books ?? {};
      return c.json({ ...found, batches: found.batches.map((one) => batchView(one, books, locale)), overdue: found.mine.overdue });
    },
  );
}

function batchView({ dueAt, ...count }: BatchCount, books: Books, locale: Locale) {
  const names = { book: books[count.company], procedure: count.procedure };
  const name = stepOf(names, count.step)?.name[locale] ?? count.step;
  return { ...count, procedureName: procedureName(locale, names), name, dueAt: dueAt === null ? null : iso(dueAt) };
}

function read(edge: Edge, { person }: Caller, view: (typeof views)[number], page: PageAsked): Promise<Page<ListedTask> | undefined> {
  switch (view) {
    case 'mine':
      return waitingTasks(edge.db, person.id, reachOf(person, person.sites), page);
    case 'group':
      return waitingTasks(edge.db, person.id, groupOf(reachOf(person, person.sites)), page);
    case 'team':
      return teamOf(edge, person).then((team) => teamTasks(edge.db, team, page));
    case 'done':
      return doneTasks(edge.db, person.id, page);
    default:
      return assertNever(view);
  }
}

async function listed(edge: Edge, item: ListedTask, locale: Locale) {
  const names = await namesFor(edge, item);
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

async function pageOf(edge: Edge, caller: Caller, taskId: string) {
  const { person, locale, task, case: head } = caller;
  if (task === undefined || head === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  if (!mayAct(person, head.company, { on: 'read' }).allowed) throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  const around = person.circle?.substitutions.map((link) => link.person) ?? [];
  const names = {
    ...(await namesFor(edge, head)),
    people: await namesOf(edge.db, [...peopleOf(task), ...around, head.startedBy, ...caller.claims.map((claim) => claim.person)]),
  };
  const step = stepOf(names, task.step);
  const view = taskView(task, names, locale);
  const { shown, prefill } = await readShown(edge.db, task.shown, task.prefill);
  const { company, procedure, number, title, id: caseId, status, turn, edition } = head;
  const open = task.state === 'open';
  const authority =
    step === undefined ? undefined : mayAct(person, company, { on: 'task', verb: 'complete', seats: task.seats, step, about: head.about });
  return {
    ...view,
    ...claimsView(view.seats, caller.claims, { reader: person.id, people: names.people }),
    company,
    procedure,
    procedureName: procedureName(locale, names),
    number,
    title,
    form: { schema: step === undefined ? {} : formJsonSchema(step, locale, shown), ...(prefill === null ? {} : { prefill }) },
    data: shown,
    shown: task.shown,
    ...failureShown(task, shown, locale),
    ...refusalsShown(shown, locale, names),
    ...(await changedSince(edge, task, shown, locale)),
    ...findingsIn(shown, names, locale),
    whyMine: authority === undefined || !open ? null : whyMine(locale, authority, names, step?.clauses),
    whoNext: await whoNextOf(edge, caller, task, names),
    verbs: allVerbsFor(caller, task, names),
    due: dueView(task, step?.due ?? null, names, locale),
    dueExplained: await dueExplained(edge, task, step?.due, names, locale),
    case: { caseId, status, turn, edition },
  };
}

/** The people that a task names. */
export function peopleOf({ closedBy, closedFor, seats }: TaskRow): readonly string[] {
  const seated = seats.flatMap((seat) => seat.candidates.flatMap((candidate) => ('person' in candidate ? [candidate.person] : [])));
  const signed = seats.flatMap(({ by, actingFor, added, delegated, transferred = [], skip }) => [
    by,
    actingFor,
    added?.by,
    delegated?.by,
    ...transferred.flatMap((one) => [one.by, one.to]),
    skip?.by,
  ]);
  return [closedBy, closedFor, ...signed].flatMap((one) => (one === undefined || one === 'engine' ? [] : [one])).concat(seated);
}
