import * as z from 'zod';
import type { CaseHead } from '../../../db/authentication.js';
import { type CaseRecord, type ListedCase, ledgerPage, listCases, readCase } from '../../../db/cases.js';
import { listPapers } from '../../../db/documents.js';
import { caseVerbs, mayAct } from '../../../domain/authority/may-act.js';
import type { ClockRow, Rest } from '../../../domain/engine/ledger.js';
import type { Json } from '../../../domain/json.js';
import { factsOf } from '../../../domain/policy/facts.js';
import type { ProcedurePolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { document, documentRoutes, documentView, papers, paperView } from '../documents/documents.js';
import { identify } from '../http/auth.js';
import { countInQuery } from '../http/bounds.js';
import { cursorUnknown, pageQuery } from '../http/check.js';
import { type ApiContext, type Caller, namesFor } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { allowance, holdCausesOf, iso, json, moment, procedureName, verb, verbName } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { caseParam, companiesOf, readableCase, requireScope } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';
import { withClaims } from '../tasks/collaboration.js';
import { fact, factContext } from '../tasks/facts.js';
import { holdProblem } from '../tasks/guards.js';
import { paused, pausedView, restView, task, taskView } from '../tasks/task.js';
import { promise, promiseView } from './promises.js';
import { entry, entryView, withNotes } from './timeline.js';

const id = z.string();

export const listedCase = z
  .object({
    caseId: id,
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string(),
    status: z.enum(['open', 'closing', 'closed', 'faulted']),
    statusName: z.string(),
    outcome: json,
    startedBy: z.string(),
    startedAt: moment,
    changedAt: moment,
    closedAt: moment.nullable(),
    openTasks: z.number().int(),
    overdue: z.boolean(),
  })
  .meta({ id: 'ListedCase' });

export const caseList = z.object({ items: z.array(listedCase), next: z.string().nullable() }).meta({ id: 'CaseList' });

export const casePage = z
  .object({
    caseId: id,
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string(),
    edition: z.string(),
    status: z.string(),
    statusName: z.string(),
    turn: z.number().int().meta({ description: 'Send it as `from` when amending.' }),
    subject: json,
    facts: z.array(fact).meta({ description: '`subject` in the reader’s words.' }),
    outcome: json,
    startedBy: z.string(),
    startedAt: moment,
    changedAt: moment,
    closedAt: moment.nullable(),
    pending: z.boolean(),
    openTasks: z.array(task).meta({ description: 'Open and paused ones.' }),
    timeline: z.array(entry).meta({ description: 'The latest 200 entries, oldest first.' }),
    earlier: z.number().int().nullable().meta({ description: 'Send it as `before` for earlier entries; null when there are none.' }),
    promises: z.array(promise),
    deadlines: z.array(
      z.object({
        key: z.string(),
        clock: z.string(),
        name: z.string(),
        from: moment,
        dueAt: moment,
        state: z.string(),
        paused: paused.optional(),
      }),
    ),
    held: paused.optional().meta({ description: 'The case as a whole is on hold.' }),
    effects: z.array(
      z.object({
        key: z.string(),
        effect: z.string(),
        name: z.string(),
        state: z.string(),
        action: z.string(),
        code: z.string().nullable(),
        detail: z.string().nullable(),
      }),
    ),
    documents: z.array(document),
    printed: papers,
    links: z.array(json),
    people: z.record(z.string(), z.string()).meta({ description: 'Names of all people named above.' }),
    verbs: z.array(verb),
  })
  .meta({ id: 'CasePage' });

const text = z.string().min(1).max(120);

const listQuery = z.strictObject({
  company: text.optional(),
  procedure: text.optional(),
  status: z.enum(['open', 'closing', 'closed', 'faulted']).optional(),
  number: text.optional().meta({ description: 'The order number, whole.' }),
  customerPo: text.optional().meta({ description: 'The customer’s order number, whole.' }),
  q: text.optional().meta({ description: 'Part of order number, customer or customer’s order number.' }),
  ...pageQuery,
});

const caseQuery = z.strictObject({
  before: countInQuery.optional().meta({ description: 'Only timeline entries below this seq.' }),
});

/** Lists of cases, one case, and its documents. */
export function caseRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases',
      tag: 'Cases',
      summary: 'Find cases',
      description: 'Latest start first.',
      query: listQuery,
      answer: { status: 200, description: 'A page of cases.', schema: caseList },
    },
    async ({ c, query }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, query);
      const { limit, after, ...filter } = query;
      const page = await listCases(api.db, companiesOf(caller.person), { filter, limit, cursor: after });
      if (page === undefined) throw cursorUnknown();
      return c.json({ items: await Promise.all(page.items.map((item) => listed(api, item, caller.locale))), next: page.next });
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}',
      tag: 'Cases',
      summary: 'One case whole',
      params: caseParam,
      query: caseQuery,
      answer: { status: 200, description: 'The case.', schema: casePage },
    },
    async ({ c, param, query }) => {
      const caller = await identify(api, c, { caseId: param('caseId') });
      const head = readableCase(caller, param('caseId'));
      const [record, papers] = await Promise.all([readCase(api.db, head.id, query.before), listPapers(api.db, head.id)]);
      if (record === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: head.id } });
      const names = { ...(await namesFor(api, head)), people: new Map(Object.entries(record.people)) };
      const page = pageOf(caller, head, record, names, await namesToday(api, caller, names));
      const until = query.before === undefined ? undefined : (record.ledger.at(-1)?.at ?? 0) + 1;
      const span = { names, locale: caller.locale, from: record.ledger[0]?.seq === 1 ? 0 : (record.ledger[0]?.at ?? 0), until };
      const { timeline, people } = await withNotes(api, head.id, page.timeline, span);
      const openTasks = await withClaims(api, page.openTasks, caller.person.id);
      const facts = factsOf(record.subject as Json, await factContext(api, caller, names));
      return c.json({ ...page, facts, openTasks, timeline, people: { ...page.people, ...people }, printed: papers.map(paperView) });
    },
  );
  documentRoutes(app, api);
}

async function listed(api: ApiContext, item: ListedCase, locale: Locale) {
  const names = await namesFor(api, item);
  const { id, company, procedure, number, title, status, outcome, startedBy, openTasks, overdue, startedAt, changedAt, closedAt } = item;
  return {
    caseId: id,
    company,
    procedure,
    number,
    title,
    status,
    outcome,
    startedBy,
    openTasks,
    overdue,
    procedureName: procedureName(locale, names),
    statusName: say(locale, `status.${item.status}`),
    startedAt: iso(startedAt),
    changedAt: iso(changedAt),
    closedAt: closedAt === null ? null : iso(closedAt),
  };
}

function deadlineView(clock: ClockRow, names: Names, locale: Locale) {
  const procedure = procedureOf(names);
  return {
    key: clock.key,
    clock: clock.clock,
    name: procedure?.clocks[clock.clock]?.name[locale] ?? clock.clock,
    from: iso(clock.from),
    dueAt: iso(clock.dueAt),
    state: clock.state,
    ...(clock.late === true ? { late: true } : {}),
    ...pausedView(clock, names, locale),
  };
}

/** The hold of the case; of one that is closed it has no more meaning. */
function heldIn({ held }: CaseRecord, { status }: CaseHead): Rest | undefined {
  if (held === null || status === 'closed') return undefined;
  const { until, ...rest } = held;
  return until === null || until === undefined ? rest : { ...rest, until };
}

function pageOf(caller: Caller, head: CaseHead, record: CaseRecord, names: Names, today: Names) {
  const { locale } = caller;
  const procedure = procedureOf(names);
  const first = record.ledger[0]?.seq ?? 1;
  const held = heldIn(record, head);
  return {
    caseId: head.id,
    company: head.company,
    procedure: head.procedure,
    procedureName: procedureName(locale, names),
    number: head.number,
    title: head.title,
    edition: head.edition,
    status: head.status,
    statusName: say(locale, `status.${head.status}`),
    turn: head.turn,
    subject: record.subject,
    outcome: head.outcome,
    startedBy: head.startedBy,
    startedAt: iso(record.startedAt),
    changedAt: iso(record.changedAt),
    closedAt: record.closedAt === null ? null : iso(record.closedAt),
    pending: record.flying > 0,
    openTasks: record.openTasks.map((row) => taskView(row, names, locale)),
    timeline: record.ledger.map((row) => entryView(row, names, locale)),
    earlier: record.ledger.length === ledgerPage && first > 1 ? first : null,
    promises: record.promises.map((promise) => promiseView(promise, procedure, locale)),
    deadlines: record.clocks.map((clock) => deadlineView(clock, names, locale)),
    ...(held === undefined ? {} : { held: restView(held, names, locale) }),
    effects: record.effects.map(({ key, effect, state, action, code, detail }) => ({
      key,
      effect,
      name: procedure?.effects[effect]?.name[locale] ?? effect,
      state,
      action,
      code: code ?? null,
      detail: detail ?? null,
    })),
    documents: record.documents.map((document) => documentView(document, names, locale)),
    links: [],
    people: record.people,
    verbs: caseVerbViews(caller, head, held, names, today),
  };
}

/** What may be done to a case, and why not. `today`: the names of the edition in force, by whose policy a closed case is reopened. */
export function caseVerbViews({ person, locale }: Caller, head: CaseHead, held: Rest | undefined, own: Names, today: Names) {
  const since = held === undefined ? undefined : { cause: held.cause, since: held.from };
  const ended = head.status === 'closed' || head.status === 'closing';
  return caseVerbs.flatMap((verb) => {
    const names = verb === 'reopen' ? today : own;
    const procedure = procedureOf(names);
    if (procedure === undefined) return [];
    const reopening = ended ? undefined : ({ code: 'CASE_OPEN', values: {} } as const);
    const others = head.status === 'closed' ? ({ code: 'CASE_CLOSED', values: { case: head.id } } as const) : holdProblem(verb, since);
    const authority = mayAct(person, head.company, { on: 'case', verb, procedure, about: head.about });
    const allowed = allowance(locale, authority, names, verb === 'reopen' ? reopening : others);
    return [{ verb, name: verbName(locale, verb), ...allowed, ...askedWith(verb, procedure, names, locale) }];
  });
}

/** What a verb has to be told, as far as the policy lists it. */
function askedWith(verb: (typeof caseVerbs)[number], { steps, reopen }: ProcedurePolicy, names: Names, locale: Locale) {
  if (verb === 'hold') return { causes: holdCausesOf(names, locale) };
  if (verb !== 'reopen') return {};
  const to = Object.entries(steps).map(([step, { name }]) => ({ step, name: name[locale] }));
  return { to, ...(reopen?.redo === 'choose' ? { redo: reopen.redo } : {}) };
}

/** A closed case goes on in the edition in force: its policy decides. */
export async function namesToday(api: ApiContext, { edition }: Caller, own: Names): Promise<Names> {
  const books = edition === undefined ? undefined : await api.books.of(edition);
  const book = books?.[own.book?.company.company ?? ''];
  return book === undefined ? own : { ...own, book };
}
