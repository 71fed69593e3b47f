import * as z from 'zod';
import { canon } from '../../domain/canonical-json.js';
import { type DocumentStore, issuedBy, type KeptDocument, type Letterhead, replyIn } from '../../domain/documents/document.js';

import { replyContent, replyMail, type SendReplyInput, sendReplyInput } from '../../domain/documents/reply.js';
import type { Json } from '../../domain/json.js';
import { dateAt } from '../../domain/time/days.js';
import type { MailLog, MailPort } from '../../ports/mail.js';
import { type Call, type EffectPort, PermanentFailure, type PreviousResult } from '../../ports/outside.js';
import { messageIdOf } from '../mail/compose.js';
import { handOver, type Postman, sentUnder } from '../mail/hand-over.js';
import type { Printer } from './printer.js';

export interface SendReplyParts {
  readonly documents: DocumentStore;
  readonly mailLog: MailLog;
  readonly mail: MailPort;
  readonly printer: Printer;
  /** What stands on a company's paper, by company id. */
  readonly letterhead: (company: string) => Promise<Letterhead | undefined>;
  /** Epoch milliseconds; the clock when absent. */
  readonly now?: () => number;
}

const sentDocument = z.object({ document: z.string(), mail: z.object({ messageId: z.string() }) });
const address = z.email().max(254);

/**
 * The effect `send-reply`: the written reply to an order (HH-B11, HH-B13) is numbered, printed, kept and mailed to the customer, once per idempotency key.
 * A changed reply is a corrected one, which names the one it replaces; an equal one that was never sent keeps its number. A mail cannot be undone.
 *
 * Permanent failures: REPLY_INVALID, COMPANY_UNKNOWN, MAIL_ADDRESS_INVALID, DOCUMENT_CHARACTERS_MISSING (nothing was numbered or sent) · MAIL_REFUSED (the
 * server's words) · MAIL_OUTCOME_UNKNOWN (it may have arrived: never mailed again until a person has said in the log that it was not sent) · IRREVERSIBLE.
 * Anything else thrown is a passing fault.
 */
export function createSendReply(parts: SendReplyParts): EffectPort {
  const postman: Postman = { log: parts.mailLog, mail: parts.mail };
  return {
    async find(call) {
      const sent = await sentUnder(postman, call);
      if (sent === undefined) return undefined;
      const document = await parts.documents.get(sent.documentId);
      if (document === undefined) throw new Error(`document ${sent.documentId} is missing`);
      return resultOf(document, sent);
    },
    do: (input, call) => sendReply(parts, postman, { input, call }),
    async revise(standing, input, call) {
      const { document: corrected, follows } = await standingIn(parts, standing, call);
      return sendReply(parts, postman, { input, call, ...(corrected && { corrected }), ...(follows && { follows }) });
    },
    async again(standing, call) {
      const { document } = await standingIn(parts, standing, call);
      if (document === undefined) throw new PermanentFailure('REPLY_INVALID', call.caseId);
      const input = readInput(standing.input);
      return mailOut(parts, postman, document, { input, call, email: addressOf(input, call) });
    },
    undo: (_standing, call) =>
      Promise.reject(
        new PermanentFailure('IRREVERSIBLE', `the reply of ${call.caseId} has been sent; tell the customer that it no longer applies`),
      ),
  };
}

/** The reply that was sent last, and its mail's message id. */
async function standingIn(
  { documents }: SendReplyParts,
  { result }: PreviousResult,
  { caseId }: Call,
): Promise<{ readonly document?: KeptDocument | undefined; readonly follows?: string }> {
  const sent = sentDocument.safeParse(result);
  // done by hand, it stands for the reply that was printed last
  if (!sent.success) return { document: await documents.latest(caseId, 'order-reply') };
  return { document: await documents.get(sent.data.document), follows: sent.data.mail.messageId };
}

interface Order {
  readonly input: Json;
  readonly call: Call;
  /** The reply that this one corrects, and its mail's message id. */
  readonly corrected?: KeptDocument;
  readonly follows?: string;
}

async function sendReply(parts: SendReplyParts, postman: Postman, { input: json, call, corrected, follows }: Order): Promise<Json> {
  const input = readInput(json);
  const email = addressOf(input, call);
  const [company = '', , ...rest] = call.caseId.split(':');
  const office = { company, caseNumber: rest.join(':'), letterhead: await letterheadOf(parts, company), at: (parts.now ?? Date.now)() };
  const order = { call, ...(corrected && { corrected }) };
  const document = (await unsent(parts, office, input, order)) ?? (await issue(parts, office, input, order));
  return mailOut(parts, postman, document, { input, call, email, ...(follows && { follows }) });
}

async function letterheadOf({ letterhead }: SendReplyParts, company: string): Promise<Letterhead> {
  const found = await letterhead(company);
  if (found === undefined) throw new PermanentFailure('COMPANY_UNKNOWN', company);
  return found;
}

interface Post {
  readonly input: SendReplyInput;
  readonly call: Call;
  readonly email: string;
  readonly follows?: string;
}

async function mailOut(
  parts: SendReplyParts,
  postman: Postman,
  document: KeptDocument,
  { input, call, email, follows }: Post,
): Promise<Json> {
  const letterhead = await letterheadOf(parts, document.company);
  const bytes = await parts.documents.bytes(document.id);
  if (bytes === undefined) throw new Error(`the bytes of document ${document.id} are missing`);
  const { subject, text, fileName } = replyMail(replyIn(document));
  const { from } = letterhead;
  const sent = await handOver(postman, call, document.id, {
    messageId: messageIdOf(call.idempotencyKey, from.email),
    caseId: call.caseId,
    date: document.createdAt,
    from: { name: (from.name ?? letterhead.name)[input.language], email: from.email },
    ...(from.replyTo === undefined ? {} : { replyTo: from.replyTo }),
    to: { ...(input.to.name === undefined ? {} : { name: input.to.name }), email },
    ...(follows && { follows }),
    subject,
    text,
    attachment: { name: fileName, type: 'application/pdf', bytes },
  });
  return resultOf(document, sent);
}

function readInput(json: Json): SendReplyInput {
  const read = sendReplyInput.safeParse(json);
  if (read.success) return read.data;
  const words = read.error.issues.slice(0, 20).map(({ path, message }) => `/${path.join('/')}: ${message}`);
  throw new PermanentFailure('REPLY_INVALID', words.join('; '));
}

/** Where it goes: the customer's address, or the one given in its place after mail had come back from it. */
function addressOf({ to }: SendReplyInput, { readdressed = {} }: Call): string {
  const asked = to.email?.trim() ?? '';
  const read = address.safeParse(Object.hasOwn(readdressed, asked) ? readdressed[asked] : asked);
  if (read.success) return read.data;
  throw new PermanentFailure('MAIL_ADDRESS_INVALID', to.email ?? '');
}

interface Office {
  readonly company: string;
  readonly caseNumber: string;
  readonly letterhead: Letterhead;
  readonly at: number;
}

/** The same reply, issued before and never sent: who has it tried again gets no second number for it. */
async function unsent(
  { documents, mailLog }: SendReplyParts,
  { caseNumber }: Office,
  input: SendReplyInput,
  { call, corrected }: Pick<Order, 'call' | 'corrected'>,
): Promise<KeptDocument | undefined> {
  const latest = await documents.latest(call.caseId, 'order-reply');
  if (latest === undefined || latest.replaces !== corrected?.id || latest.language !== input.language) return undefined;
  const { company, number, date } = latest.content;
  const wanted = replyContent(input, { company, number, date, caseNumber }, corrected && replyIn(corrected));
  if (canon(wanted as unknown as Json) !== canon(latest.content as unknown as Json)) return undefined;
  return (await mailLog.mayHaveBeenSent(latest.id)) ? undefined : latest;
}

function issue(
  parts: SendReplyParts,
  office: Office,
  input: SendReplyInput,
  { call, corrected }: Pick<Order, 'call' | 'corrected'>,
): Promise<KeptDocument> {
  const { company, caseNumber, letterhead, at } = office;
  const { language } = input;
  const date = dateAt(at, letterhead.utcOffsetMinutes);
  const request = {
    key: call.idempotencyKey,
    caseId: call.caseId,
    company,
    kind: 'order-reply' as const,
    prefix: letterhead.prefix,
    year: Number(date.slice(0, 4)),
    language,
    version: (corrected?.version ?? 0) + 1,
    ...(corrected === undefined ? {} : { replaces: corrected.id }),
    createdAt: at,
    by: issuedBy,
  };
  return parts.documents.issue(request, async (number) => {
    call.signal.throwIfAborted();
    const paper = { name: letterhead.name[language], words: letterhead.words[language] };
    const content = replyContent(input, { company: paper, number, date, caseNumber }, corrected && replyIn(corrected));
    const { bytes, missing } = await parts.printer.print(content, { at });
    if (missing.length > 0) throw new PermanentFailure('DOCUMENT_CHARACTERS_MISSING', missing.join(' '));
    return { bytes, content };
  });
}

/** What is kept with the case. */
function resultOf(document: KeptDocument, sent: { readonly messageId: string; readonly route: string; readonly answer: string }): Json {
  const { id, number, version, hash, replaces } = document;
  return {
    document: id,
    number,
    version,
    hash,
    ...(replaces === undefined ? {} : { replaces }),
    mail: { messageId: sent.messageId, route: sent.route, answer: sent.answer },
  };
}
