import * as z from 'zod';
import { type Absence, endAbsence, listAbsences, readAbsence, saveAbsence } from '../../../db/absences.js';
import type { Principal } from '../../../db/authentication.js';
import { namesOf } from '../../../db/people.js';
import type { Limits } from '../../../domain/authority/directory.js';
import { plainLine } from '../../../domain/plain-text.js';
import { identify } from '../http/auth.js';
import { anyMoment } from '../http/bounds.js';
import type { ApiContext, Caller } from '../http/context.js';
import { namesIn } from '../http/deliver.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { companiesOf, holdsOneOf } from '../http/scope.js';

const named = { person: z.string(), name: z.string() };

export const absence = z
  .object({
    id: z.string(),
    ...named,
    from: z.iso.datetime(),
    until: z.iso.datetime(),
    note: z.string(),
    grantedBy: z.string(),
    standIns: z.array(
      z.object({
        ...named,
        limits: z.object({
          amountMinor: z.number().int().optional(),
          currency: z.string().optional(),
          customers: z.array(z.string()).optional(),
          procedures: z.array(z.string()).optional(),
        }),
      }),
    ),
  })
  .meta({ id: 'Absence' });

export const absenceList = z.object({ items: z.array(absence) }).meta({ id: 'AbsenceList' });

const id = z.string().min(1).max(120);

const body = z
  .strictObject({
    person: id.optional().meta({ description: 'Who is away; you when absent.' }),
    from: anyMoment.meta({ example: '2026-11-30T00:00:00+08:00' }),
    until: anyMoment.meta({ description: 'The moment of being back.' }),
    note: plainLine(200).optional(),
    standIns: z
      .array(
        z.strictObject({
          person: id,
          limits: z
            .strictObject({
              amountMinor: z.int().min(0).optional().meta({ description: 'Up to and including, in minor units; needs currency.' }),
              currency: z
                .string()
                .regex(/^[A-Z]{3}$/)
                .optional(),
              customers: z.array(plainLine(120)).min(1).max(100).optional(),
              procedures: z.array(id).min(1).max(100).optional(),
            })
            .refine(({ amountMinor, currency }) => (amountMinor === undefined) === (currency === undefined), {
              path: ['currency'],
              message: 'FIELD_REQUIRED',
            })
            .default({}),
        }),
      )
      .max(20)
      .default([]),
  })
  .meta({ id: 'AbsenceAsked' });

type Asked = z.infer<typeof body>;

const params = { absenceId: 'The id of the absence.' };

/** Who is away, and who stands in. */
export function absenceRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/absences',
      tag: 'People',
      summary: 'Absences that are not over: yours, where you stand in, and those you see to',
      answer: { status: 200, description: 'Earliest first.', schema: absenceList },
    },
    async ({ c }) => {
      const { person } = await identify(api, c);
      const found = await listAbsences(api.db, person.id, await managedBy(api, person));
      return c.json({ items: await Promise.all(found.map((one) => absenceView(api, one))) });
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/absences',
      tag: 'People',
      summary: 'Enter an absence, with who stands in',
      description:
        'Your own, or anybody’s where your role sees to absences. Stand-ins act for the person away in this window, within their limits.',
      body,
      answer: { status: 201, description: 'It is entered.', schema: absence },
    },
    async ({ c, body: read }) => {
      const caller = await identify(api, c);
      const asked = await read();
      return c.json(await entered(api, caller, asked, asked.person ?? caller.person.id), 201);
    },
  );
  changeRoutes(app, api);
}

function changeRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'put',
      path: '/api/v1/absences/{absenceId}',
      tag: 'People',
      summary: 'Change an absence: its window and who stands in',
      params,
      body,
      answer: { status: 200, description: 'It is changed.', schema: absence },
    },
    async ({ c, param, body: read }) => {
      const caller = await identify(api, c);
      const known = await mine(api, caller, param('absenceId'));
      return c.json(await entered(api, caller, await read(), known.person, known.id));
    },
  );
  serve(
    app,
    {
      method: 'delete',
      path: '/api/v1/absences/{absenceId}',
      tag: 'People',
      summary: 'End an absence now, or take back one that has not begun',
      params,
      answer: { status: 200, description: 'The person is back.', schema: absence },
    },
    async ({ c, param }) => {
      const known = await mine(api, await identify(api, c), param('absenceId'));
      await endAbsence(api.db, known.id);
      return c.json(await absenceView(api, known));
    },
  );
}

/** The companies whose absences a person sees to. */
async function managedBy(api: ApiContext, person: Principal): Promise<readonly string[]> {
  const books = (await api.books.current())?.books ?? {};
  return companiesOf(person).filter((company) => holdsOneOf(person, company, books[company]?.company.absencesManagedBy));
}

/** Refuses whoever may not see to a person's absences. */
async function requireRight(api: ApiContext, { person: asker }: Caller, person: string): Promise<void> {
  if (person === asker.id) return;
  const managed = await managedBy(api, asker);
  const { rows } = await api.db.query<{ company: string }>({
    name: 'gendan_companies_of',
    text: 'select distinct company_id as company from membership where person_id = $1',
    values: [person],
  });
  const theirs = rows.map(({ company }) => company);
  if (theirs.some((company) => managed.includes(company))) return;
  const shared = companiesOf(asker).find((company) => theirs.includes(company));
  if (shared === undefined) throw new Problem('PERSON_UNKNOWN', { field: '/person', values: { person } });
  const book = (await api.books.current())?.books[shared];
  throw new Problem('ABSENCE_NOT_YOURS', { values: { roles: book?.company.absencesManagedBy ?? [] }, names: { book } });
}

async function mine(api: ApiContext, caller: Caller, absenceId: string): Promise<Absence> {
  const known = await readAbsence(api.db, absenceId);
  if (known === undefined) throw new Problem('ABSENCE_UNKNOWN', { values: { absence: absenceId } });
  await requireRight(api, caller, known.person).catch((thrown: unknown) => {
    // An absence in another company is none here, like its person.
    if (thrown instanceof Problem && thrown.code === 'PERSON_UNKNOWN')
      throw new Problem('ABSENCE_UNKNOWN', { values: { absence: absenceId } });
    throw thrown;
  });
  return known;
}

async function entered(api: ApiContext, caller: Caller, asked: Asked, person: string, absenceId?: string) {
  await requireRight(api, caller, person);
  const saved = await saveAbsence(api.db, {
    person,
    from: Date.parse(asked.from),
    until: Date.parse(asked.until),
    note: asked.note ?? '',
    grantedBy: caller.person.id,
    standIns: asked.standIns.map(({ person: substitute, limits }) => ({ person: substitute, limits: limits as Limits })),
    ...(absenceId === undefined ? {} : { id: absenceId }),
  });
  if (!('code' in saved)) return absenceView(api, saved);
  const [company = ''] = companiesOf(caller.person);
  const book = (await api.books.current())?.books[company];
  // Who is no colleague is not named: whether there is such a person elsewhere is nobody's business here.
  const people = saved.code === 'STAND_IN_STRANGER' ? new Map<string, string>() : await namesIn(api, saved.values);
  throw new Problem(saved.code, { field: saved.field, values: saved.values, names: { book, people } });
}

async function absenceView(api: ApiContext, { person, from, until, standIns, grantedBy, ...rest }: Absence) {
  const names = await namesOf(api.db, [person, ...standIns.map((one) => one.person)]);
  const named = (one: string) => ({ person: one, name: names.get(one) ?? one });
  return {
    ...rest,
    ...named(person),
    from: iso(from),
    until: iso(until),
    grantedBy,
    standIns: standIns.map(({ person: substitute, limits }) => ({ ...named(substitute), limits })),
  };
}
