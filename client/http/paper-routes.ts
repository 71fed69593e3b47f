import * as z from 'zod';
import { createPrinter, type Printer } from '../../adapters/documents/printer.js';
import { printAgain } from '../../adapters/documents/reprint.js';
import { createDocumentArchive } from '../../db/documents.js';
import { type ListedMail, listMails, type PaperHead, readMail } from '../../db/queries/papers.js';
import { mayAct } from '../../domain/authority/may-act.js';
import { replyMail } from '../../domain/documents/reply.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { identify } from './auth.js';
import type { Edge } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { mailList, mailPage } from './paper-schemas.js';
import { iso } from './present.js';
import { Problem } from './problem.js';
import { companiesOf, requireScope } from './scope.js';
import { pageQuery } from './task-routes.js';

/** Printed documents, and the mail they travelled with. */
export function paperRoutes(app: EdgeApp, edge: Edge): void {
  pdfRoute(app, edge);
  mailRoutes(app, edge);
}

const pdfQuery = z.strictObject({
  reprint: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'true: prints it again, marked as reprint on every page, and counts it. Otherwise the bytes as issued.' }),
});

function pdfRoute(app: EdgeApp, edge: Edge): void {
  const documents = createDocumentArchive(edge.db);
  let printer: Printer | undefined;
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/documents/{documentId}.pdf',
      tag: 'Documents',
      summary: 'A printed document as PDF',
      params: { documentId: 'The document id, URL-encoded (`:` may stay).' },
      query: pdfQuery,
      answer: { status: 200, description: 'The PDF.', schema: z.string().meta({ format: 'binary' }), type: 'application/pdf' },
    },
    async ({ c, param, query }) => {
      const { person } = await identify(edge, c);
      const id = param('documentId').replace(/\.pdf$/, '');
      const unknown = new Problem('DOCUMENT_UNKNOWN', { values: { document: id } });
      const document = await documents.get(id);
      if (document === undefined || !mayAct(person, document.company, { on: 'read' }).allowed) throw unknown;
      const headers = {
        'content-type': 'application/pdf',
        'content-disposition': `inline; filename="${document.number.replace(/[^A-Za-z0-9._-]/g, '_')}.pdf"`,
      };
      if (query.reprint !== 'true') {
        const bytes = await documents.bytes(id);
        if (bytes === undefined) throw unknown;
        return c.body(new Uint8Array(bytes), 200, headers);
      }
      const book = (await edge.books.current())?.books[document.company];
      printer ??= createPrinter();
      const mark = { by: person.id, at: Date.now(), utcOffsetMinutes: book?.company.utcOffsetMinutes ?? 0 };
      const print = await printAgain({ documents, printer }, id, mark);
      if (print === undefined) throw unknown;
      return c.body(new Uint8Array(print.bytes), 200, headers);
    },
  );
}

const text = z.string().min(1).max(120);
const mailQuery = z.strictObject({ company: text.optional(), caseId: z.string().min(1).max(300).optional(), ...pageQuery });

function mailRoutes(app: EdgeApp, edge: Edge): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/mails',
      tag: 'Documents',
      summary: 'Mail to customers: sent, kept, refused, or of unknown outcome',
      description: 'Latest first; without what it says.',
      query: mailQuery,
      answer: { status: 200, description: 'A page of mails.', schema: mailList },
    },
    async ({ c, query: { after, ...asked } }) => {
      const caller = await identify(edge, c);
      await requireScope(edge, caller, { company: asked.company });
      const page = await listMails(edge.db, companiesOf(caller.person), { ...asked, cursor: after });
      if (page === undefined) throw new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });
      return c.json({ items: page.items.map((mail) => mailView(mail, caller.locale)), next: page.next });
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/mails/{mailId}',
      tag: 'Documents',
      summary: 'One mail with its text and the names of its attachments',
      params: { mailId: 'The mail id, URL-encoded into one segment.' },
      answer: { status: 200, description: 'The mail.', schema: mailPage },
    },
    async ({ c, param }) => {
      const { person, locale } = await identify(edge, c);
      const mail = await readMail(edge.db, param('mailId'));
      const [company = ''] = mail?.caseId.split(':') ?? [];
      if (mail === undefined || !mayAct(person, company, { on: 'read' }).allowed)
        throw new Problem('MAIL_UNKNOWN', { values: { mail: param('mailId') } });
      const { text: words, fileName } = replyMail(mail.content);
      return c.json({ ...mailView(mail, locale), text: words, attachments: [{ name: fileName, documentId: mail.documentId }] });
    },
  );
}

function mailView({ id, caseId, to, subject, state, answer, tries, documentId, createdAt, changedAt }: ListedMail, locale: Locale) {
  const stateName = say(locale, `mail-state.${state}`);
  return { id, caseId, to, subject, state, stateName, answer, tries, documentId, createdAt: iso(createdAt), changedAt: iso(changedAt) };
}

/** A printed document as the API shows it. */
export const paperView = ({ createdAt, ...paper }: PaperHead) => ({ ...paper, createdAt: iso(createdAt) });
