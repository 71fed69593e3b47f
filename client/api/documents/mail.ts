import * as z from 'zod';
import { type ListedMail, listMails, mailStates, readMail } from '../../../db/mail.js';
import { mayAct } from '../../../domain/authority/may-act.js';
import { replyMail } from '../../../domain/documents/reply.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { cursorUnknown, pageQuery } from '../http/check.js';
import type { ApiContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso, moment } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { companiesOf, requireScope } from '../http/scope.js';
import { pdfRoutes } from './documents.js';

export const listedMail = z
  .object({
    id: z.string().meta({ description: 'The message id without its angle brackets.' }),
    caseId: z.string(),
    to: z.string(),
    subject: z.string(),
    state: z.enum(mailStates).meta({
      description:
        'bounced: accepted, and came back · kept: there is no mail server, send it by hand · unknown: the line broke before the answer, a repair task asks whether it arrived · called-off: not sent, and not sent any more · by-hand: was unknown, a person has seen to it.',
    }),
    stateName: z.string(),
    answer: z.string().nullable().meta({ description: 'What the mail server said last, or what broke.' }),
    tries: z.number().int(),
    documentId: z.string(),
    createdAt: moment,
    changedAt: moment,
  })
  .meta({ id: 'ListedMail' });

export const mailList = z.object({ items: z.array(listedMail), next: z.string().nullable() }).meta({ id: 'MailList' });

export const mailPage = listedMail
  .extend({ text: z.string(), attachments: z.array(z.object({ name: z.string(), documentId: z.string() })) })
  .meta({ id: 'MailPage' });

/** Printed documents, and the mail they travelled with. */
export function paperRoutes(app: ApiApp, api: ApiContext): void {
  pdfRoutes(app, api);
  mailRoutes(app, api);
}

const text = z.string().min(1).max(120);

const mailQuery = z.strictObject({ company: text.optional(), caseId: z.string().min(1).max(300).optional(), ...pageQuery });

function mailRoutes(app: ApiApp, api: ApiContext): void {
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
      const caller = await identify(api, c);
      await requireScope(api, caller, { company: asked.company });
      const page = await listMails(api.db, companiesOf(caller.person), { ...asked, cursor: after });
      if (page === undefined) throw cursorUnknown();
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
      const { person, locale } = await identify(api, c);
      const mail = await readMail(api.db, param('mailId'));
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
