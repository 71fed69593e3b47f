import type { Email } from 'postal-mime';
import * as z from 'zod';
import { reportedBounce, type SentMail, sentMail, settleBounce } from '../../../db/mail.js';
import { type Allowed, mayAct } from '../../../domain/authority/may-act.js';
import { hashOf } from '../../../domain/canonical-json.js';
import type { Command } from '../../../domain/engine/command.js';
import { plainText } from '../../../domain/plain-text.js';
import { identify } from '../http/auth.js';
import { readMessage } from '../http/body.js';
import { anyMoment } from '../http/bounds.js';
import { type ApiContext, actorOf, type Caller, namesFor, type RequestContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { companiesOf, holdsOneOf } from '../http/scope.js';
import type { Names } from '../http/words.js';

/** An id as mail has it, with or without its angle brackets. */
const messageId = z
  .string()
  .trim()
  .max(250)
  .regex(/^(<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/)
  .meta({ description: 'The Message-ID of the mail that came back.', example: '<2f1c…@hehe.example.com>' });

const bounceBody = z
  .strictObject({
    messageId,
    reason: plainText(500).meta({ description: 'Why, as the mail server has it.', example: '550 5.1.1 no such mailbox' }),
    at: anyMoment.optional().meta({ description: 'When it came back; now when absent.' }),
  })
  .meta({ id: 'BounceReport' });

const bounce = z
  .object({
    id: z.string().meta({ description: 'The message id without its angle brackets.' }),
    caseId: z.string(),
    to: z.string(),
    reason: z.string(),
    state: z.enum(['task', 'filed', 'after-close', 'pending', 'not-final']).meta({
      description:
        'not-final: the report says that it is late or arrived, nothing is done · task: a repair task opened · filed: another mail had followed, nothing to do · after-close: its case had ended, it is on the radar · pending: on its way.',
    }),
    taskId: z.string().nullable(),
    settled: z.object({ by: z.string(), note: z.string(), at: z.iso.datetime() }).nullable(),
  })
  .meta({ id: 'Bounce' });

/** Mail that came back: reports of it, and what people have seen to after a case had ended. */
export function bounceRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/mail/bounces',
      tag: 'Documents',
      summary: 'Report a mail that came back',
      description:
        'For the mail system, by a token of a role in `bouncesReportedBy`, and for who manages the procedure. Reported twice, it is one, and the answer is the same.',
      body: bounceBody,
      orBody: { type: 'message/rfc822', description: 'The delivery report itself (RFC 3464), as the mail system sent it.' },
      answer: { status: 200, description: 'It is known and durable.', schema: bounce },
    },
    async ({ c, body }) => {
      const caller = await identify(api, c);
      if (isMessage(c)) await requireReporter(api, caller);
      const asked = isMessage(c) ? await reported(c) : { ...(await body()), failed: true };
      const { mail, allowed } = await ofMail(api, caller, asked.messageId, 'report-bounce');
      if (!asked.failed) return c.json(notFinal(mail, asked.reason));
      await report(api, caller, mail, allowed, { reason: asked.reason, ...(asked.at === undefined ? {} : { at: Date.parse(asked.at) }) });
      return c.json(await bounceView(api, mail));
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/mail/bounces/{messageId}/settle',
      tag: 'Documents',
      summary: 'Say that a mail that came back after its case had ended has been seen to',
      description: 'For who manages the procedure or repairs in it. The first word stands. Before the end of a case it is a task instead.',
      params: { messageId: 'The message id, URL-encoded.' },
      body: z.strictObject({ note: plainText(500).meta({ description: 'What was done.' }) }).meta({ id: 'BounceSettled' }),
      answer: { status: 200, description: 'It is off the radar.', schema: bounce },
    },
    async ({ c, param, body }) => {
      const caller = await identify(api, c);
      const { note } = await body();
      const { mail, names } = await ofMail(api, caller, param('messageId'), 'settle-bounce');
      const found = await reportedBounce(api.db, mail.messageId);
      if (found?.state !== 'after-close') throw new Problem('BOUNCE_NOT_OPEN', { values: { mail: idOf(mail.messageId) }, names });
      await settleBounce(api.db, mail.messageId, caller.person.id, note);
      return c.json(await bounceView(api, mail));
    },
  );
}

/** A report is read for somebody alone who may report of some mail: reading it is work. Of which mail it speaks, only the report says. */
async function requireReporter(api: ApiContext, { person }: Caller): Promise<void> {
  const books = (await api.books.current())?.books ?? {};
  const mine = companiesOf(person).flatMap((company) => books[company] ?? []);
  const rolesOf = ({ company, procedures }: (typeof mine)[number]): readonly string[] => [
    ...(company.bouncesReportedBy ?? []),
    ...Object.values(procedures).flatMap(({ managedBy }) => managedBy),
  ];
  if (mine.some((book) => holdsOneOf(person, book.company.company, rolesOf(book)))) return;
  const [book] = mine;
  throw new Problem('ROLE_NEEDED', {
    values: { verb: 'report-bounce', roles: book?.company.bouncesReportedBy ?? [] },
    names: { book },
  });
}

const isMessage = (c: RequestContext): boolean => /^message\/rfc822\s*(;|$)/i.test(c.req.header('content-type') ?? '');

/** The delivery report that a request brings. @throws Problem DELIVERY_REPORT_INVALID */
async function reported(c: RequestContext): Promise<DeliveryReport> {
  const found = await readDeliveryReport(await readMessage(c));
  if (found === undefined) throw new Problem('DELIVERY_REPORT_INVALID');
  return found;
}

const notFinal = ({ messageId: id, caseId, to }: SentMail, reason: string) => ({
  id: idOf(id),
  caseId,
  to,
  reason,
  state: 'not-final' as const,
  taskId: null,
  settled: null,
});

const idOf = (id: string): string => id.replace(/^<|>$/g, '');

/**
 * A mail of ours, and the caller's right to speak of its coming back.
 * @throws Problem MAIL_UNKNOWN, ROLE_NEEDED
 */
async function ofMail(
  api: ApiContext,
  { person }: Caller,
  given: string,
  verb: 'report-bounce' | 'settle-bounce',
): Promise<{ readonly mail: SentMail; readonly allowed: Allowed; readonly names: Names }> {
  const mail = await sentMail(api.db, `<${idOf(given.trim())}>`);
  const unknown = new Problem('MAIL_UNKNOWN', { values: { mail: idOf(given) } });
  if (mail === undefined) throw unknown;
  const names = await namesFor(api, mail);
  const policy = names.book?.procedures[mail.procedure];
  const machines = verb === 'report-bounce' ? (names.book?.company.bouncesReportedBy ?? []) : (policy?.repairedBy ?? []);
  const roles = [...machines, ...(policy?.managedBy ?? [])];
  const authority = mayAct(person, mail.company, { on: 'mail', verb, roles, about: mail.about });
  if (authority.allowed) return { mail, allowed: authority, names };
  if (authority.code === 'STRANGER') throw unknown;
  throw new Problem(authority.code, { values: authority.values, names });
}

/** Takes the report to its case, once for each mail whoever reports it. */
async function report(
  api: ApiContext,
  { person }: Caller,
  { messageId: key, attempt, to, caseId }: SentMail,
  allowed: Allowed,
  said: { readonly reason: string; readonly at?: number },
): Promise<void> {
  const id = hashOf(['bounced', key]);
  const command: Command = { verb: 'bounced', attempt, to, ...said, ...actorOf(person, allowed) };
  await api.dispatcher.command(caseId, { id, actor: person.id, key, bodyHash: id, body: command });
}

async function bounceView(api: ApiContext, { messageId: id, caseId, to }: SentMail) {
  const found = await reportedBounce(api.db, id);
  if (found === undefined) throw new Error(`the report about ${id} was not kept`);
  const { state, taskId, reason, settled } = found;
  return { id: idOf(id), caseId, to, reason, state, taskId, settled: settled === null ? null : { ...settled, at: iso(settled.at) } };
}

/** What a mail system says about a mail of ours, from its report (RFC 3464). */
export interface DeliveryReport {
  /** Of the mail that it is about, with its angle brackets. */
  readonly messageId: string;
  /** It came back for good. False: it is late, or arrived after all. */
  readonly failed: boolean;
  readonly reason: string;
  /** When the report was written, ISO 8601. */
  readonly at?: string;
}

/** The longest reason, in characters. */
const reasonLimit = 500;

/** Reads the report out of the mail it comes in; undefined: it is none, or does not name the mail it is about. */
export async function readDeliveryReport(message: Uint8Array): Promise<DeliveryReport | undefined> {
  // Few processes ever read one.
  const { default: PostalMime } = await import('postal-mime');
  const mail = await PostalMime.parse(message, { forceRfc822Attachments: true, attachmentEncoding: 'utf8', maxNestingDepth: 20 }).catch(
    () => undefined,
  );
  const status = partOf(mail, ['message/delivery-status', 'message/global-delivery-status']);
  const original = partOf(mail, ['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers']);
  const messageId = /<[^\s<>@]+@[^\s<>@]+>/.exec(fieldsIn(original ?? '')[0]?.get('message-id') ?? '')?.[0];
  if (status === undefined || messageId === undefined) return undefined;
  const recipients = fieldsIn(status).filter((fields) => fields.has('action'));
  const failed = recipients.find((fields) => /^failed/i.test(fields.get('action') ?? ''));
  const recipient = failed ?? recipients[0];
  if (recipient === undefined) return undefined;
  const words = [recipient.get('status'), recipient.get('diagnostic-code')?.replace(/^[\w-]+;\s*/, '')].filter(
    (one) => one !== undefined && one !== '',
  );
  const at = mail?.date === undefined ? Number.NaN : Date.parse(mail.date);
  return {
    messageId,
    failed: failed !== undefined,
    reason: oneLine(words.length > 0 ? words.join(' ') : `Action: ${recipient.get('action') ?? ''}`),
    ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }),
  };
}

function partOf(mail: Email | undefined, types: readonly string[]): string | undefined {
  const content = mail?.attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()))?.content;
  return typeof content === 'string' ? content : undefined;
}

/** Groups of header fields, with blank lines between them: names in small letters, continued lines joined. */
function fieldsIn(text: string): ReadonlyMap<string, string>[] {
  const groups = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n\s*\n/);
  return groups.map(
    (group) =>
      new Map(
        group.split('\n').flatMap((line) => {
          const [, name, value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
          return name === undefined ? [] : [[name.toLowerCase(), value.trim()] as const];
        }),
      ),
  );
}

/** Plain text of one line, as forms take it. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, reasonLimit);
