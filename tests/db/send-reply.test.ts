import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPrinter } from '../../adapters/documents/printer.js';
import { createSendReply } from '../../adapters/documents/send-reply.js';
import { createKeptOutbox } from '../../adapters/mail/kept-outbox.js';
import { createSmtpMail } from '../../adapters/mail/smtp.js';
import { createDocumentStore, documentsOfCase } from '../../db/documents.js';
import { createKeptMailStore, createMailLog, keptMails, keptMessage, mailsOfCase } from '../../db/mail.js';
import type { Json } from '../../domain/json.js';
import type { MailLog, MailPort } from '../../ports/mail.js';
import type { EffectPort } from '../../ports/outside.js';
import { type MailServer, startMailServer } from '../adapters/mail-server.js';
import { input, letterhead, rod } from '../adapters/replies.js';
import { createTestDatabase, type TestDatabase } from '../support/servers.js';

let database: TestDatabase;
let pool: pg.Pool;
let log: MailLog;
const printer = createPrinter();
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  pool.on('error', () => undefined);
  log = createMailLog(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

let server: MailServer;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(() => server.close());

const office = (mail: MailPort, mailLog = log): EffectPort =>
  createSendReply({
    documents: createDocumentStore(pool),
    mailLog,
    mail,
    printer,
    letterhead: async (company) => (company === 'hehe' ? letterhead : undefined),
    now: () => Date.UTC(2026, 8, 28),
  });
let cases = 0;
const newCall = (key = 'do') => {
  cases += 1;
  const caseId = `hehe:order-intake:SO-${cases}`;
  return { caseId, idempotencyKey: `${caseId}/reply/${key}`, signal: new AbortController().signal };
};
/** As the activity does it: asks first. */
const perform = async (port: EffectPort, json: Json, call: ReturnType<typeof newCall>) =>
  (await port.find(call)) ?? (await port.do(json, call));
const mails = async (caseId: string) => (await mailsOfCase(pool, caseId)).map(({ state, tries, answer }) => ({ state, tries, answer }));

describe('the written reply is sent', () => {
  it('once per idempotency key, numbered and kept', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    expect(await port.find(call)).toBeUndefined();
    const result = await perform(port, input, call);
    expect(await perform(port, input, call)).toEqual(result);
    expect(await port.do(input, call)).toEqual(result);
    expect(server.accepted).toHaveLength(1);
    const [document] = await documentsOfCase(pool, call.caseId);
    expect(result).toEqual({
      document: document?.id,
      number: document?.number,
      version: 1,
      hash: document?.hash,
      mail: { messageId: expect.stringMatching(/^<[0-9a-f]{40}@hehe\.example>$/), route: 'smtp', answer: expect.stringMatching(/^250 /) },
    });
    expect(await mails(call.caseId)).toEqual([{ state: 'handed-over', tries: 1, answer: expect.stringMatching(/^250 /) }]);
    const sent = /Content-Type: application\/pdf[^]*?\r\n\r\n([^]*?)\r\n--/.exec(server.accepted[0] ?? '')?.[1] ?? '';
    expect(Buffer.from(sent, 'base64').equals(Buffer.from((await createDocumentStore(pool).bytes(document!.id))!))).toBe(true);
  });

  it('again as a correction that names the one it replaces', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    const first = (await port.do(input, call)) as { document: string; number: string; mail: { messageId: string } };
    const changed = { ...input, reply: { ...input.reply, lines: [{ ...rod, date: '2026-11-11' }] } };
    const again = { ...call, idempotencyKey: `${call.idempotencyKey}/revise` };
    const second = await port.revise({ input, result: first }, changed, again);
    expect(second).toMatchObject({ version: 2, replaces: first.document });
    expect(server.accepted).toHaveLength(2);
    expect(server.accepted[1]).toContain(`In-Reply-To: ${first.mail.messageId}`);
    const [corrected] = await documentsOfCase(pool, call.caseId);
    expect(corrected?.content.corrects?.number).toBe(first.number);
    const third = await port.revise({ input: changed, result: { note: 'sent by hand' } }, input, {
      ...call,
      idempotencyKey: `${call.idempotencyKey}/3`,
    });
    expect(third).toMatchObject({ version: 3, replaces: corrected?.id });
  });

  it('never twice when two tries run at once', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    const ends = await Promise.allSettled([port.do(input, call), port.do(input, call), perform(port, input, call)]);
    expect(server.read).toHaveLength(1);
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    await perform(port, input, call);
    expect(server.read).toHaveLength(1);
    expect(await documentsOfCase(pool, call.caseId)).toHaveLength(1);
  });
});

describe('when the mail server', () => {
  it('refuses for good, a person is told its words, and may have it tried again', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push({ at: 'addressee', code: 550, words: 'mailbox is gone' });
    await expect(perform(port, input, call)).rejects.toMatchObject({
      name: 'PermanentFailure',
      code: 'MAIL_REFUSED',
      message: expect.stringContaining('mailbox is gone'),
    });
    expect(await mails(call.caseId)).toEqual([{ state: 'refused', tries: 1, answer: expect.stringContaining('mailbox is gone') }]);
    expect(await perform(port, input, call)).toMatchObject({ version: 1 });
    expect(await documentsOfCase(pool, call.caseId)).toHaveLength(1);
  });

  it('puts it off and then accepts, it is sent by the retry under the same number and message id', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push({ at: 'message', code: 451, words: 'greylisted' });
    const fault = await perform(port, input, call).catch((error: Error) => error);
    expect(fault).toMatchObject({ name: 'Error', message: expect.stringContaining('greylisted') });
    expect(await mails(call.caseId)).toEqual([{ state: 'prepared', tries: 1, answer: expect.stringContaining('greylisted') }]);
    await perform(port, input, call);
    expect(server.accepted).toHaveLength(1);
    expect(await mails(call.caseId)).toEqual([{ state: 'handed-over', tries: 2, answer: expect.stringMatching(/^250 /) }]);
    expect(await documentsOfCase(pool, call.caseId)).toHaveLength(1);
  });

  it('cuts the line before the message, it is sent by the retry', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push('cut-before-message');
    await expect(perform(port, input, call)).rejects.toMatchObject({ name: 'Error' });
    await perform(port, input, call);
    expect(server.accepted).toHaveLength(1);
  });

  it('cuts the line after the message, it is never mailed again until a person says that it was not sent', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push('cut-after-message');
    const unknown = { name: 'PermanentFailure', code: 'MAIL_OUTCOME_UNKNOWN' };
    await expect(perform(port, input, call)).rejects.toMatchObject(unknown);
    await expect(perform(port, input, call)).rejects.toMatchObject(unknown);
    await expect(port.do(input, call)).rejects.toMatchObject(unknown);
    expect(server.read).toHaveLength(1);
    expect(await log.settle(call.idempotencyKey, { sent: false, by: 'u-chen' })).toBe(true);
    expect(await log.settle(call.idempotencyKey, { sent: true, by: 'u-chen' })).toBe(false);
    expect(await perform(port, input, call)).toMatchObject({ version: 1 });
    expect(server.read).toHaveLength(2);
  });

  it('cuts the line after the message, and a person has it tried again, the same document is mailed once more', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push('cut-after-message');
    await expect(perform(port, input, call)).rejects.toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN', unknown: true });
    const again = { ...call, idempotencyKey: `${call.caseId}/reply/again` };
    await expect(port.find(call)).rejects.toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN' });
    expect(await port.find({ ...call, confirmedUndone: true })).toBeUndefined();
    const [document, ...others] = await documentsOfCase(pool, call.caseId);
    expect(await perform(port, input, again)).toMatchObject({ version: 1, number: document?.number });
    expect(others).toEqual([]);
    expect(await documentsOfCase(pool, call.caseId)).toHaveLength(1);
    expect(server.accepted).toHaveLength(1);
    expect(await port.find({ ...again, confirmedUndone: true })).toMatchObject({ version: 1 });
  });

  it('cuts the line after the message, and a person says that it was sent, it counts as sent', async () => {
    const call = newCall();
    const port = office(createSmtpMail(server.url));
    server.next.push('cut-after-message');
    await expect(perform(port, input, call)).rejects.toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN' });
    await log.settle(call.idempotencyKey, { sent: true, by: 'u-chen' });
    expect(await port.find(call)).toMatchObject({ version: 1 });
    expect((await log.find(call.idempotencyKey))?.settledBy).toBe('u-chen');
    expect(server.read).toHaveLength(1);
  });
});

describe('when the program', () => {
  /** A log whose process dies at a moment: nothing it would write from then on arrives. */
  const dying = (): MailLog => ({ ...log, end: () => new Promise<never>(() => undefined) });

  it('dies with the mail on its way, a person is asked in the end, and nothing is mailed again', async () => {
    const call = newCall();
    void office(createSmtpMail(server.url), dying()).do(input, call);
    while ((await log.find(call.idempotencyKey))?.state !== 'handing-over') await new Promise((resolve) => setTimeout(resolve, 10));
    const port = office(createSmtpMail(server.url));
    await expect(perform(port, input, call)).rejects.toMatchObject({ name: 'Error', message: expect.stringContaining('not ended') });
    await pool.query("update mail set changed_at = now() - interval '3 minutes' where key = $1", [call.idempotencyKey]);
    await expect(perform(port, input, call)).rejects.toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN' });
    expect(server.read.length).toBeLessThanOrEqual(1);
  });

  it('has another try ask about a mail that is prepared, the first try sends it no more', async () => {
    const call = newCall();
    let reached = () => {};
    const inFront = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let goOn = () => {};
    const slow: MailPort = {
      route: 'smtp',
      send: async (mail, handing) => {
        reached();
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return createSmtpMail(server.url).send(mail, handing);
      },
    };
    const first = office(slow).do(input, call);
    await inFront;
    expect(await office(createSmtpMail(server.url)).find(call)).toBeUndefined();
    goOn();
    await expect(first).rejects.toThrow('taken the mail over');
    expect(server.accepted).toEqual([]);
  });
});

describe('nothing is numbered or sent', () => {
  it.each<[string, Json, string]>([
    ['an address that is none', { ...input, to: { name: '邓', email: 'deng at hongtai' } }, 'MAIL_ADDRESS_INVALID'],
    ['an address with a line end', { ...input, to: { email: 'deng@hongtai.example\r\nRCPT TO:<spy@x.example>' } }, 'MAIL_ADDRESS_INVALID'],
    ['no address', { ...input, to: {} }, 'MAIL_ADDRESS_INVALID'],
    ['a character that cannot be printed', { ...input, reply: { ...input.reply, message: '好的 👍' } }, 'DOCUMENT_CHARACTERS_MISSING'],
    ['a reply without lines', { ...input, reply: { ...input.reply, lines: [] } }, 'REPLY_INVALID'],
  ])('for %s', async (_case, json, code) => {
    const call = newCall();
    const before = await pool.query('select sum(last) from document_number');
    await expect(perform(office(createSmtpMail(server.url)), json, call)).rejects.toMatchObject({ name: 'PermanentFailure', code });
    expect(server.read).toEqual([]);
    expect(await documentsOfCase(pool, call.caseId)).toEqual([]);
    expect((await pool.query('select sum(last) from document_number')).rows).toEqual(before.rows);
  });

  it('for a company without a letterhead', async () => {
    const call = { ...newCall(), caseId: 'nobody:order-intake:1' };
    await expect(office(createSmtpMail(server.url)).do(input, call)).rejects.toMatchObject({ code: 'COMPANY_UNKNOWN' });
  });

  it('and nothing can be undone', async () => {
    await expect(office(createSmtpMail(server.url)).undo({ input, result: null }, newCall())).rejects.toMatchObject({
      code: 'IRREVERSIBLE',
    });
  });
});

describe('without a mail server', () => {
  it('the mail is kept, whole and once', async () => {
    const call = newCall();
    const port = office(createKeptOutbox(createKeptMailStore(pool)));
    const result = (await perform(port, input, call)) as { mail: { messageId: string } };
    expect(await perform(port, input, call)).toEqual(result);
    const [kept, ...others] = await keptMails(pool, { company: 'hehe', limit: 10 });
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ caseId: call.caseId, to: input.to.email, messageId: result.mail.messageId });
    expect(kept?.text).toContain('邓永强，您好：');
    expect(Buffer.from((await keptMessage(pool, result.mail.messageId))!).toString()).toContain('Content-Type: application/pdf');
    expect(await keptMails(pool, { company: 'hehe', limit: 10, before: kept! })).toEqual([]);
    expect(await keptMails(pool, { company: 'jinhui', limit: 10 })).toEqual([]);
  });

  it.each([true, false])('and the program dies while it keeps it (kept: %s), the next try knows', async (wasKept) => {
    const call = newCall();
    const store = createKeptMailStore(pool);
    const dead: MailLog = { ...log, end: () => new Promise<never>(() => undefined) };
    const broken = { ...store, keep: () => new Promise<never>(() => undefined) };
    void office(createKeptOutbox(wasKept ? store : broken), dead).do(input, call);
    while ((await log.find(call.idempotencyKey))?.state !== 'handing-over') await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await perform(office(createKeptOutbox(store)), input, call)).toMatchObject({ version: 1 });
    expect(await mails(call.caseId)).toMatchObject([{ state: 'handed-over', tries: wasKept ? 1 : 2 }]);
  });
});
