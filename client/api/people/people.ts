import * as z from 'zod';
import { listPeople, membersOf } from '../../../db/people.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import { kindsOfSubjects, subjectKinds } from '../../../domain/contracts/subjects.js';
import type { Books, ProcedurePolicy } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { type ApiContext, type Caller, namesFor } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { allowance, iso, message, stepOf } from '../http/message.js';
import { fieldRequired, Problem } from '../http/problem.js';
import { companiesOf, readableTask, requireScope, teamOf } from '../http/scope.js';
import { accessRequest } from '../tasks/guards.js';

const id = z.string();

const membership = z.object({ company: z.string(), companyName: z.string(), role: z.string(), roleName: z.string() });

export const me = z
  .object({
    id,
    name: z.string(),
    locale: z.enum(['zh', 'en', 'id']),
    roles: z.array(membership),
    companies: z.array(z.object({ company: z.string(), name: z.string(), zone: z.string() })),
    capabilities: z.object({
      start: z.array(
        z.object({
          company: z.string(),
          procedure: z.string(),
          name: z.string(),
          clauses: z.array(z.string()),
          subject: z
            .enum(subjectKinds)
            .optional()
            .meta({ description: 'What kind of thing the case is about; absent where it is none of these.' }),
        }),
      ),
      team: z.boolean(),
      radar: z.boolean(),
    }),
  })
  .meta({ id: 'Me' });

export const people = z
  .object({ items: z.array(z.object({ id, name: z.string(), locale: z.enum(['zh', 'en', 'id']), roles: z.array(membership) })) })
  .meta({ id: 'People' });

/** Who may do something to a task, and why the others may not. */
export const fitPeople = z.object({
  items: z.array(
    z.object({
      person: z.string(),
      name: z.string(),
      allowed: z.boolean(),
      whyNot: message.optional(),
      actingFor: z.string().optional(),
      away: z.object({ until: z.iso.datetime() }).optional(),
    }),
  ),
});

/** Everybody of a task's company by the rule: those who may first. */
export async function peopleFor(
  api: ApiContext,
  caller: Caller,
  { verb, taskId, q }: { readonly verb: string; readonly taskId: string; readonly q?: string | undefined },
): Promise<z.infer<typeof fitPeople>> {
  const { task, head } = readableTask(caller, taskId);
  const { locale } = caller;
  const members = await membersOf(api.db, head.company, q);
  const names = { ...(await namesFor(api, head)), people: new Map(members.map(({ id, name }) => [id, name])) };
  const step = stepOf(names, task.step);
  if (step === undefined) throw new Problem('TASK_UNKNOWN', { values: { task: taskId } });
  const request = { ...accessRequest(task, step, head, names), verb, seats: task.seats };
  const byName = new Intl.Collator(locale);
  const items = members.map((member) => {
    const authority = mayAct(member, head.company, request);
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

const text = z.string().min(1).max(120);

const peopleQuery = z.strictObject({
  company: text.optional(),
  role: text.optional(),
  for: text.optional().meta({ description: 'With task: who may do this to it, and why the others may not.', example: 'complete' }),
  task: z.string().min(1).max(600).optional().meta({ description: 'With for: the task.' }),
  q: text.optional().meta({ description: 'With for: part of a name or an id.' }),
});

/** Who I am, and who there is. */
export function peopleRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/me',
      tag: 'People',
      summary: 'You: roles, companies, what you may do',
      answer: { status: 200, description: 'You.', schema: me },
    },
    async ({ c }) => {
      const { person, locale } = await identify(api, c);
      const books = (await api.books.current())?.books ?? {};
      const companies = companiesOf(person);
      return c.json({
        id: person.id,
        name: person.name,
        locale: person.locale,
        roles: person.memberships.map((membership) => named(books, membership, locale)),
        companies: companies.map((company) => ({
          company,
          name: books[company]?.company.name[locale] ?? company,
          zone: books[company]?.company.zone ?? 'UTC',
        })),
        capabilities: {
          start: companies.flatMap((company) =>
            Object.values(books[company]?.procedures ?? {})
              .filter((procedure) => mayAct(person, company, { on: 'start', procedure, about: { procedure: procedure.procedure } }).allowed)
              .map((procedure) => startView(company, procedure, locale)),
          ),
          team: (await teamOf(api, person)).length > 0,
          radar: companies.length > 0,
        },
      });
    },
  );
  peopleRoute(app, api);
}

function startView(company: string, { procedure, name, clauses, implementation }: ProcedurePolicy, locale: Locale) {
  const subject = kindsOfSubjects[implementation];
  return { company, procedure, name: name[locale], clauses: [...clauses], ...(subject === undefined ? {} : { subject }) };
}

function peopleRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/people',
      tag: 'People',
      summary: 'People of your companies with their roles',
      query: peopleQuery,
      answer: { status: 200, description: 'By name; for a task those who may first.', schema: z.union([people, fitPeople]) },
    },
    async ({ c, query }) => {
      const { for: verb, task: taskId, q } = query;
      const caller = await identify(api, c, taskId === undefined ? {} : { taskId });
      if (verb !== undefined && taskId !== undefined) return c.json(await peopleFor(api, caller, { verb, taskId, q }));
      if (verb !== undefined || taskId !== undefined) throw fieldRequired(verb === undefined ? 'for' : 'task');
      await requireScope(api, caller, { company: query.company });
      const books = (await api.books.current())?.books ?? {};
      const companies = query.company === undefined ? companiesOf(caller.person) : [query.company];
      const items = await listPeople(api.db, companies, query.role);
      const byName = new Intl.Collator(caller.locale);
      return c.json({
        items: items
          .toSorted((a, b) => byName.compare(a.name, b.name))
          .map(({ roles, ...person }) => ({ ...person, roles: roles.map((membership) => named(books, membership, caller.locale)) })),
      });
    },
  );
}

function named(books: Books, { company, role }: { readonly company: string; readonly role: string }, locale: Locale) {
  const book = books[company]?.company;
  return { company, companyName: book?.name[locale] ?? company, role, roleName: book?.roles[role]?.[locale] ?? role };
}
