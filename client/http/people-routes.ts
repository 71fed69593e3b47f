import * as z from 'zod';
import { listPeople } from '../../db/queries/people.js';
import { mayAct } from '../../domain/authority/may-act.js';
import type { Books } from '../../domain/policy/policy.js';
import type { Locale } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import { me, people } from './directory-schemas.js';
import type { Edge } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { fitPeople, peopleFor } from './fit-people.js';
import { Problem } from './problem.js';
import { companiesOf, requireScope, teamOf } from './scope.js';

const text = z.string().min(1).max(120);
const peopleQuery = z.strictObject({
  company: text.optional(),
  role: text.optional(),
  for: text.optional().meta({ description: 'With task: who may do this to it, and why the others may not.', example: 'complete' }),
  task: z.string().min(1).max(600).optional().meta({ description: 'With for: the task.' }),
  q: text.optional().meta({ description: 'With for: part of a name or an id.' }),
});

/** Who I am, and who there is. */
export function peopleRoutes(app: EdgeApp, edge: Edge): void {
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
      const { person, locale } = await identify(edge, c);
      const books = (await edge.books.current())?.books ?? {};
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
              .map((procedure) => ({ company, procedure: procedure.procedure, name: procedure.name[locale] })),
          ),
          team: (await teamOf(edge, person)).length > 0,
          radar: companies.length > 0,
        },
      });
    },
  );
  peopleRoute(app, edge);
}

function peopleRoute(app: EdgeApp, edge: Edge): void {
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
      const caller = await identify(edge, c, taskId === undefined ? {} : { taskId });
      if (verb !== undefined && taskId !== undefined) return c.json(await peopleFor(edge, caller, { verb, taskId, q }));
      if (verb !== undefined || taskId !== undefined) throw asksHalf(verb === undefined ? 'for' : 'task');
      await requireScope(edge, caller, { company: query.company });
      const books = (await edge.books.current())?.books ?? {};
      const companies = query.company === undefined ? companiesOf(caller.person) : [query.company];
      const items = await listPeople(edge.db, companies, query.role);
      const byName = new Intl.Collator(caller.locale);
      return c.json({
        items: items
          .toSorted((a, b) => byName.compare(a.name, b.name))
          .map(({ roles, ...person }) => ({ ...person, roles: roles.map((membership) => named(books, membership, caller.locale)) })),
      });
    },
  );
}

const asksHalf = (field: string): Problem => new Problem('FIELD_REQUIRED', { field, values: { field } });

function named(books: Books, { company, role }: { readonly company: string; readonly role: string }, locale: Locale) {
  const book = books[company]?.company;
  return { company, companyName: book?.name[locale] ?? company, role, roleName: book?.roles[role]?.[locale] ?? role };
}
