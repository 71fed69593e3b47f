import * as z from 'zod';
import { listPeople } from '../../../db/people.js';
import { beginSession, endSession, renewSession } from '../../../db/sessions.js';
import type { Books } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { giveSession, identify, requireOwnPage, sessionCookie } from '../http/auth.js';
import type { ApiContext, RequestContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { languageOf } from '../http/locale.js';
import { Problem } from '../http/problem.js';

const ways = z
  .object({
    demo: z
      .array(
        z.object({
          company: z.string(),
          name: z.string(),
          people: z.array(z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()) })),
        }),
      )
      .nullable()
      .meta({ description: 'Invented people, any of whom whoever is at this machine may be; null where people are real.' }),
  })
  .meta({ id: 'SignInWays' });
const signIn = z
  .strictObject({ person: z.string().min(1).max(80) })
  .meta({ id: 'SignIn', description: 'demo: which of the invented people.' });
const session = z
  .object({
    person: z.object({ id: z.string(), name: z.string() }),
    seconds: z.number().int().meta({ description: 'How long it holds unless it is renewed.' }),
  })
  .meta({ id: 'Session' });
const signedOut = z.object({ signedOut: z.literal(true) }).meta({ id: 'SignedOut' });

/** Sessions of browsers. They hold in a cookie what a token holds in a header; the people and their rights are the same. */
export function sessionRoutes(app: ApiApp, api: ApiContext): void {
  const about = { path: '/api/v1/session', tag: 'People' } as const;
  const answer = { status: 200, description: 'The session; a cookie holds it.', schema: session } as const;
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/sign-in',
      tag: 'People',
      summary: 'How one may sign in',
      open: true,
      answer: { status: 200, description: 'The ways there are.', schema: ways },
    },
    async ({ c }) => c.json({ demo: mayBeAnybody(api, c) ? await demoPeople(api, languageOf(c)) : null }),
  );
  serve(app, { method: 'post', ...about, summary: 'Sign in', open: true, body: signIn, answer }, async ({ c, body }) => {
    requireOwnPage(c);
    if (!mayBeAnybody(api, c)) throw new Problem('SIGN_IN_NOT_OFFERED');
    const { person } = await body();
    const begun = await beginSession(api.db, person, 'demo');
    if (begun === undefined) throw new Problem('PERSON_UNKNOWN', { field: '/person', values: { person } });
    // Whoever signs in anew does not leave the session before behind.
    const before = sessionCookie(c);
    if (before !== undefined) await endSession(api.db, before);
    giveSession(c, begun);
    const [found] = (await listPeople(api.db, Object.keys((await api.books.current())?.books ?? {}), undefined)).filter(
      ({ id }) => id === person,
    );
    return c.json({ person: { id: person, name: found?.name ?? person }, seconds: begun.seconds });
  });
  serve(app, { method: 'put', ...about, summary: 'Renew the session under a new secret', answer }, async ({ c }) => {
    const { person } = await identify(api, c);
    const renewed = await renewSession(api.db, sessionCookie(c) ?? '');
    if (renewed === undefined) throw new Problem('TOKEN_REVOKED');
    giveSession(c, renewed);
    return c.json({ person: { id: person.id, name: person.name }, seconds: renewed.seconds });
  });
  serve(
    app,
    {
      method: 'delete',
      ...about,
      summary: 'Sign out',
      open: true,
      answer: { status: 200, description: 'Nobody is signed in in this browser.', schema: signedOut },
    },
    async ({ c }) => {
      requireOwnPage(c);
      const secret = sessionCookie(c);
      if (secret !== undefined) await endSession(api.db, secret);
      giveSession(c, undefined);
      return c.json({ signedOut: true as const });
    },
  );
}

/**
 * Whether this request may choose who it is: the people are invented, the server listens to this machine alone, and the page was opened under a
 * name of this machine, so that no page of elsewhere can ask by a name that it makes point here.
 */
function mayBeAnybody({ demoPeople: offered }: ApiContext, c: RequestContext): boolean {
  const host = (c.req.header('host') ?? '').replace(/:\d+$/, '');
  return offered && ['127.0.0.1', 'localhost', '[::1]'].includes(host);
}

async function demoPeople(api: ApiContext, locale: Locale) {
  const books = (await api.books.current())?.books ?? {};
  const byName = new Intl.Collator(locale);
  const people = (await listPeople(api.db, Object.keys(books), undefined)).toSorted((a, b) => byName.compare(a.name, b.name));
  return Object.entries(books).map(([company, { company: policy }]) => ({
    company,
    name: policy.name[locale],
    people: people.flatMap(({ id, name, roles }) => {
      const own = roles.filter((one) => one.company === company).map(({ role }) => roleName(books, company, role, locale));
      return own.length === 0 ? [] : [{ id, name, roles: own }];
    }),
  }));
}

const roleName = (books: Books, company: string, role: string, locale: Locale): string =>
  books[company]?.company.roles[role]?.[locale] ?? role;
