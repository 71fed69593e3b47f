import * as z from 'zod';
import { createPrinter, type Printer } from '../../../adapters/documents/printer.js';
import { printAgain } from '../../../adapters/documents/reprint.js';
import { type CaseRecord, listDocuments, readDocument } from '../../../db/cases.js';
import { createDocumentArchive, listPapers, type PaperHead } from '../../../db/documents.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { type ApiContext, namesFor, type RequestContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { documentIdFor, partsOfDocumentId } from '../http/idempotency.js';
import { iso, json, moment } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { caseParam, readableCase } from '../http/scope.js';
import { type Names, procedureOf } from '../http/words.js';

const language = z.enum(['zh', 'en', 'id']);

/** A document that was printed: its PDF is at `/api/v1/documents/{id}.pdf`. */
export const paper = z
  .object({
    id: z.string().meta({ example: 'hehe:HH-OR-2026-00042' }),
    kind: z.string(),
    number: z.string(),
    language,
    version: z.number().int(),
    replaces: z.string().nullable().meta({ description: 'The document that this one corrects.' }),
    replacedBy: z.string().nullable(),
    createdAt: moment,
    hash: z.string().meta({ description: 'SHA-256 of the PDF as issued, in hex.' }),
    reprints: z.number().int(),
  })
  .meta({ id: 'PrintedDocument' });

export const document = z
  .object({
    id: z.string().meta({ description: '`key@version`; URL-encode it.' }),
    kind: z.string(),
    name: z.string(),
    to: z.string(),
    version: z.number().int(),
    correction: z.boolean(),
    at: moment,
  })
  .meta({ id: 'Document' });

export const papers = z.array(paper).meta({ description: 'What was printed and sent, oldest first.' });

export const documentList = z.object({ items: z.array(document), printed: papers }).meta({ id: 'DocumentList' });

export const documentPage = document.extend({ content: json, hash: z.string() }).meta({ id: 'DocumentPage' });

export function documentRoutes(app: ApiApp, api: ApiContext): void {
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
      const caller = await identify(api, c, { caseId: param('caseId') });
      const head = readableCase(caller, param('caseId'));
      const names = await namesFor(api, head);
      const [notices, papers] = await Promise.all([listDocuments(api.db, head.id), listPapers(api.db, head.id)]);
      return c.json({ items: notices.map((document) => documentView(document, names, caller.locale)), printed: papers.map(paperView) });
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
      const caller = await identify(api, c, { caseId: param('caseId') });
      const head = readableCase(caller, param('caseId'));
      const parts = partsOfDocumentId(param('documentId'));
      const found = parts === undefined ? undefined : await readDocument(api.db, head.id, parts.key, parts.version);
      if (found === undefined) throw new Problem('DOCUMENT_UNKNOWN', { values: { document: param('documentId') } });
      const names = await namesFor(api, head);
      return c.json({ ...documentView(found, names, caller.locale), content: found.content, hash: found.hash });
    },
  );
}

export function documentView(document: CaseRecord['documents'][number], names: Names, locale: Locale) {
  const { key, version, kind, notice, to, at } = document;
  const procedure = procedureOf(names);
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

/** A printed document as it was issued, which looking at never changes; and printed once more, which is counted. */
export function pdfRoutes(app: ApiApp, api: ApiContext): void {
  const documents = createDocumentArchive(api.db);
  let printer: Printer | undefined;
  const about = {
    path: '/api/v1/documents/{documentId}.pdf',
    tag: 'Documents',
    params: { documentId: 'The document id, URL-encoded (`:` may stay).' },
    answer: { status: 200, description: 'The PDF.', schema: z.string().meta({ format: 'binary' }), type: 'application/pdf' },
  } as const;
  const asked = async (c: RequestContext, given: string) => {
    const { person } = await identify(api, c);
    const id = given.replace(/\.pdf$/, '');
    const unknown = new Problem('DOCUMENT_UNKNOWN', { values: { document: id } });
    const document = await documents.get(id);
    if (document === undefined || !mayAct(person, document.company, { on: 'read' }).allowed) throw unknown;
    const headers = {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${document.number.replace(/[^A-Za-z0-9._-]/g, '_')}.pdf"`,
    };
    const pdf = (bytes: Uint8Array | undefined): Response => {
      if (bytes === undefined) throw unknown;
      return c.body(new Uint8Array(bytes), 200, headers);
    };
    return { person, id, document, pdf };
  };
  serve(
    app,
    { method: 'get', summary: 'A printed document as PDF, the bytes as issued', query: z.strictObject({}), ...about },
    async ({ c, param }) => {
      const { id, pdf } = await asked(c, param('documentId'));
      return pdf(await documents.bytes(id));
    },
  );
  serve(
    app,
    {
      method: 'post',
      summary: 'Print a document again',
      description: 'Marked as reprint on every page, and counted.',
      query: z.strictObject({}),
      ...about,
    },
    async ({ c, param }) => {
      const { person, id, document, pdf } = await asked(c, param('documentId'));
      const book = (await api.books.current())?.books[document.company];
      printer ??= createPrinter();
      const mark = { by: person.id, at: Date.now(), utcOffsetMinutes: book?.company.utcOffsetMinutes ?? 0 };
      return pdf((await printAgain({ documents, printer }, id, mark))?.bytes);
    },
  );
}

/** A printed document as the API shows it. */
export const paperView = ({ createdAt, ...paper }: PaperHead) => ({ ...paper, createdAt: iso(createdAt) });
