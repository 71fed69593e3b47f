import * as z from 'zod';
import type { CaseHead } from '../../db/authenticate.js';
import { type CaseRecord, type ListedCase, ledgerPage, listCases, listDocuments, readCase, readDocument } from '../../db/queries/cases.js';
import { listPapers } from '../../db/queries/papers.js';
import { mayAct } from '../../domain/authority/may-act.js';
import type { ClockRow, Rest } from '../../domain/engine/ledger.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import { withNotes } from './beside-view.js';
import { caseVerbViews, namesToday } from './case-verbs.js';
import { withClaims } from './claims-shown.js';
import { type Caller, type Edge, namesFor } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { pausedView, restView } from './holds.js';
import { documentIdFor, partsOfDocumentId } from './ids.js';
import { paperView } from './paper-routes.js';
import { iso, procedureName, taskView } from './present.js';
import { Problem } from './problem.js';
import { promiseView } from './promise-routes.js';
import { caseList, casePage, documentList, documentPage } from './schemas.js';
import { companiesOf, requireScope } from './scope.js';
import { pageQuery } from './task-routes.js';
import { entryView } from './timeline.js';
import type { Names } from './words.js';

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
  before: z.coerce.number().int().min(1).optional().meta({ description: 'Only timeline entries below this seq.' }),
});
const caseParam = { caseId: 'The case id, URL-encoded into one segment (`:` may stay).' };

/** Lists of cases, one case, and its documents. */
export function caseRoutes(app: EdgeApp, edge: Edge): void {
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
      const caller = await identify(edge, c);
      await requireScope(edge, caller, query);
      const { limit, after, ...filter } = query;
      const page = await listCases(edge.db, companiesOf(caller.person), { filter, limit, cursor: after });
      if (page === undefined) throw new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });
      return c.json({ items: await Promise.all(page.items.map((item) => listed(edge, item, caller.locale))), next: page.next });
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
      const caller = await identify(edge, c, { caseId: param('caseId') });
      const head = readable(caller, param('caseId'));
      const [record, papers] = await Promise.all([readCase(edge.db, head.id, query.before), listPapers(edge.db, head.id)]);
      if (record === undefined) throw new Problem('CASE_UNKNOWN', { values: { case: head.id } });
      const names = { ...(await namesFor(edge, head)), people: new Map(Object.entries(record.people)) };
      const page = pageOf(caller, head, record, names, await namesToday(edge, caller, names));
      const until = query.before === undefined ? undefined : (record.ledger.at(-1)?.at ?? 0) + 1;
      const span = { names, locale: caller.locale, from: record.ledger[0]?.seq === 1 ? 0 : (record.ledger[0]?.at ?? 0), until };
      const { timeline, people } = await withNotes(edge, head.id, page.timeline, span);
      const openTasks = await withClaims(edge, page.openTasks, caller.person.id);
      return c.json({ ...page, openTasks, timeline, people: { ...page.people, ...people }, printed: papers.map(paperView) });
    },
  );
  documentRoutes(app, edge);
}

function documentRoutes(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}/documents',
      tag: 'Cases',
      summary: 'Documents of a case',
      params: caseParam,
      description: '`items`: what was told to somebody, as content; `printed`: what was printed, as PDF.',
      answer: { status: 200, description: 'Oldest first.', schema: documentList },
    },
    async ({ c, param }) => {
      const caller = await identify(edge, c, { caseId: param('caseId') });
      const head = readable(caller, param('caseId'));
      const names = await namesFor(edge, head);
      const [told, papers] = await Promise.all([listDocuments(edge.db, head.id), listPapers(edge.db, head.id)]);
      return c.json({ items: told.map((document) => documentView(document, names, caller.locale)), printed: papers.map(paperView) });
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/cases/{caseId}/documents/{documentId}',
      tag: 'Cases',
      summary: 'One document with what it says',
      params: { ...caseParam, documentId: 'The document id, URL-encoded into one segment.' },
      answer: { status: 200, description: 'The document.', schema: documentPage },
    },
    async ({ c, param }) => {
      const caller = await identify(edge, c, { caseId: param('caseId') });
      const head = readable(caller, param('caseId'));
      const parts = partsOfDocumentId(param('documentId'));
      const found = parts === undefined ? undefined : await readDocument(edge.db, head.id, parts.key, parts.version);
      if (found === undefined) throw new Problem('DOCUMENT_UNKNOWN', { values: { document: param('documentId') } });
      const names = await namesFor(edge, head);
      return c.json({ ...documentView(found, names, caller.locale), content: found.content, hash: found.hash });
    },
  );
}

/** A case of a company that the reader is not in does not exist for them. */
function readable({ person, case: head }: Caller, id: string): CaseHead {
  if (head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
    throw new Problem('CASE_UNKNOWN', { values: { case: id } });
  return head;
}

async function listed(edge: Edge, item: ListedCase, locale: Locale) {
  const names = await namesFor(edge, item);
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

function documentView(document: CaseRecord['documents'][number], names: Names, locale: Locale) {
  const { key, version, kind, notice, to, at } = document;
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return {
    id: documentIdFor(key, version),
    kind,
    name: procedure?.notices[notice]?.name[locale] ?? notice,
    to,
    version,
    correction: version > 1,
    at: iso(at),
  };
}

function deadlineView(clock: ClockRow, names: Names, locale: Locale) {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return {
    key: clock.key,
    clock: clock.clock,
    name: procedure?.clocks[clock.clock]?.name[locale] ?? clock.clock,
    from: iso(clock.from),
    dueAt: iso(clock.dueAt),
    state: clock.state,
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
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
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
