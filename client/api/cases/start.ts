import * as z from 'zod';
import type { Principal } from '../../../db/authentication.js';
import { createOrderBooks } from '../../../db/books.js';
import { journalled, numberFor } from '../../../db/journal.js';
import { worthOf } from '../../../domain/authority/directory.js';
import { type Allowed, mayAct } from '../../../domain/authority/may-act.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { CaseStart, Grant } from '../../../domain/engine/command.js';
import type { Actor } from '../../../domain/engine/facts.js';
import { siteOf, sitesOf } from '../../../domain/engine/procedure.js';
import type { JsonObject } from '../../../domain/json.js';
import type { CompanyBook, ProcedurePolicy } from '../../../domain/policy/policy.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { type ApiContext, actorOf, type Caller } from '../http/context.js';
import { deliveredOrRefused, onceTasksOpen } from '../http/deliver.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { caseIdFor, caseNumber, commandIdFor, keyOf } from '../http/idempotency.js';
import { type Message, message } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { requireAllowed } from '../http/scope.js';
import type { Names } from '../http/words.js';
import { findingSentence } from '../tasks/findings.js';
import { task, taskView } from '../tasks/task.js';
import { checkKnown, checkSubject } from './subject.js';

const id = z.string().min(1).max(80);

const startSchema = z
  .strictObject({
    company: id.meta({ example: 'hehe' }),
    procedure: id.meta({ example: 'order-intake' }),
    number: caseNumber.optional().meta({ description: 'Generated when absent: prefix, day, counter.', example: 'HH-261127-001' }),
    subject: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What the case is about; for order intake an order of at most 2,000 lines.' }),
  })
  .meta({ id: 'CaseStart' });

type Asked = z.infer<typeof startSchema>;

const started = z
  .object({
    caseId: z.string(),
    number: z.string(),
    openTasks: z.array(task),
    pending: z.boolean(),
    status: z.string(),
    turn: z.number().int(),
    warnings: z
      .array(message)
      .meta({ description: 'What may be wrong with it and does not stop it, such as a customer’s order number that was used before.' }),
  })
  .meta({ id: 'Started' });

/** Starting a case. */
export function caseStartRoute(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/cases',
      tag: 'Cases',
      summary: 'Start a case',
      description:
        'The first tasks are in the lists when the answer comes. Without Idempotency-Key the same order under the same number is still one case; without either, every request starts one.',
      key: 'optional',
      body: startSchema,
      answer: { status: 201, description: 'The case is started.', schema: started },
    },
    async ({ c, body }) => {
      const given = keyOf(c);
      const caller = await identify(api, c);
      const asked = await body();
      const { start, key, names } = await prepare(api, caller, asked, given);
      const dispatch = {
        id: commandIdFor(caller.person.id, key),
        actor: caller.person.id,
        key,
        bodyHash: hashOf(asked as JsonObject),
        body: start,
      };
      const outcome = await api.dispatcher.start(dispatch);
      const { caseId, openTasks, flying, status, turn } = await onceTasksOpen(
        api,
        await deliveredOrRefused(api, named(outcome, start), names),
      );
      c.header('location', `/api/v1/cases/${encodeURIComponent(caseId)}`);
      const tasks = openTasks.map((row) => taskView(row, names, caller.locale));
      const warnings = await startWarnings(api, start, names, caller.locale);
      return c.json({ caseId, number: start.number, openTasks: tasks, pending: flying > 0, status, turn, warnings }, 201);
    },
  );
}

/** A number that is taken is answered with the case that has it. */
function named(outcome: Awaited<ReturnType<ApiContext['dispatcher']['start']>>, { caseId, number }: CaseStart): typeof outcome {
  return outcome.kind === 'refused' && outcome.code === 'DUPLICATE_NUMBER'
    ? { ...outcome, values: { ...outcome.values, case: caseId, number } }
    : outcome;
}

async function prepare(
  api: ApiContext,
  caller: Caller,
  asked: Asked,
  given: string | undefined,
): Promise<{ start: CaseStart; key: string; names: Names }> {
  const { person } = caller;
  const { edition, book, procedure } = await bookFor(api, caller, asked);
  const names = { book, procedure: procedure.procedure };
  const about = {
    procedure: procedure.procedure,
    ...worthOf(asked.subject as JsonObject),
    ...siteOf(sitesOf(book.company).sites, asked.subject as JsonObject),
  };
  const right = mayAct(person, asked.company, { on: 'start', procedure, about });
  const authority = await requireAllowed(api, right, { unknown: 'COMPANY_UNKNOWN', names });
  const subject = subjectOf(procedure, asked, names);
  const key = given ?? implicitKey(asked);
  await checkKnown(api, procedure, { company: asked.company, subject, under: '/subject', names }).catch(async (problem: unknown) => {
    // The same start again gets its answer, whatever has become of order and stock since.
    if ((await journalled(api.db, commandIdFor(person.id, key))) === undefined) throw problem;
  });
  const number =
    asked.number ??
    (await numberFor(api.db, {
      command: commandIdFor(person.id, key),
      company: asked.company,
      procedure: asked.procedure,
      prefix: book.company.prefix,
      day: dayIn(book.company.utcOffsetMinutes),
    }));
  const { company } = asked;
  const calendar = await api.calendars.of(company);
  const caseId = caseIdFor(company, procedure.procedure, number);
  const start: CaseStart = { caseId, company, procedure: procedure.procedure, number, edition, subject, ...starterOf(person, authority) };
  return { start: { ...start, ...(calendar === undefined ? {} : { calendar }) }, key, names };
}

async function bookFor(
  api: ApiContext,
  { person, edition }: Caller,
  { company, procedure }: Asked,
): Promise<{ edition: string; book: CompanyBook; procedure: ProcedurePolicy }> {
  if (!mayAct(person, company, { on: 'read' }).allowed) throw new Problem('COMPANY_UNKNOWN', { field: '/company', values: { company } });
  const books = edition === undefined ? undefined : await api.books.of(edition);
  if (edition === undefined || books === undefined) throw new Problem('EDITION_MISSING');
  const book = books[company];
  if (book === undefined) throw new Problem('COMPANY_UNKNOWN', { field: '/company', values: { company } });
  const policy = Object.hasOwn(book.procedures, procedure) ? book.procedures[procedure] : undefined;
  if (policy === undefined)
    throw new Problem('PROCEDURE_UNKNOWN', {
      field: '/procedure',
      values: { company, procedure, allowed: Object.keys(book.procedures) },
      names: { book },
    });
  return { edition, book, procedure: policy };
}

const subjectOf = (procedure: ProcedurePolicy, { subject }: Asked, names: Names): JsonObject =>
  checkSubject(procedure, subject as JsonObject, '/subject', names);

/** Who starts it; the right is kept with the start where it is somebody else's. */
function starterOf(person: Principal, authority: Allowed): Actor & { readonly grant?: Grant } {
  const { grant, ...actor } = actorOf(person, authority);
  return actor.actingFor === undefined ? actor : { ...actor, grant };
}

/** Without a key, the order under its number is the key; without a number there is nothing to go by, and every request is one of its own. */
function implicitKey(asked: Asked): string {
  return asked.number === undefined ? `start:${crypto.randomUUID()}` : `start:${hashOf(asked as JsonObject)}`;
}

/** Today in a company's zone, as numbers have it: `261127`. */
function dayIn(utcOffsetMinutes: number): string {
  return new Date(Date.now() + utcOffsetMinutes * 60_000).toISOString().slice(2, 10).replaceAll('-', '');
}

const ordered = z.object({ customer: z.string(), customerPo: z.string() });

/** What may be wrong with a case that was started, and does not stop it: the same order of the customer was entered before. */
export async function startWarnings(api: ApiContext, { caseId, subject }: CaseStart, names: Names, locale: Locale): Promise<Message[]> {
  const order = ordered.safeParse(subject);
  if (!order.success) return [];
  const { customer, customerPo } = order.data;
  const earlier = await createOrderBooks(api.db).earlierOrders(caseId, { customer, customerPo });
  return earlier.map(({ caseId: earlierCase, number, startedAt: at }) => {
    const code = 'CUSTOMER_PO_REPEATED';
    const values = { customerPo, number, at, case: earlierCase };
    return { code, values, sentence: findingSentence({ id: code, code, values }, names, locale) };
  });
}
