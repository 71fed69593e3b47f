import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createToken } from '../../db/authentication.js';
import { mailsOfCase } from '../../db/mail.js';
import { procedures } from '../../workflows/procedures.js';
import { type MailServer, startMailServer } from '../adapters/mail-server.js';
import { deliveryReport, originalOf } from '../support/delivery-report.js';
import { answer, exampleOrder, hehe, proceed } from '../support/hehe-orders.js';
import { type Body, Plant } from '../support/plant.js';

let plant: Plant;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  const { books, people, calendars, tradeBooks } = await hehe();
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks, workflows, procedures }, smtpUrl: server.url });
});
afterAll(async () => {
  await plant.close();
  await server.close();
});

const reason = '550 5.1.1 <deng@hongtai.example>: no such mailbox';

/** An order whose written reply has been mailed, and the message id of that mail. */
async function replied(): Promise<{ readonly id: string; readonly messageId: string }> {
  const contact = { name: '邓永强', email: 'deng@hongtai.example' };
  const order = { ...exampleOrder('connecting-rods', 1, crypto.randomUUID()), contact, language: 'en' };
  const id = await plant.begin('chen-li', 'hehe', 'order-intake', order);
  await proceed(plant, id, 'track');
  return { id, messageId: await sentLast(id, 1) };
}

/** The message id of the mail that was sent last, once there are so many. */
async function sentLast(id: string, count: number): Promise<string> {
  const [mail] = await plant.until(
    () => mailsOfCase(plant.pool, id),
    (mails) => mails.length === count && mails.every(({ state }) => state === 'handed-over'),
  );
  return String(mail?.messageId);
}

const report = (messageId: string, by = 'mail-gateway', more: object = {}) =>
  plant.ask(by, 'POST', '/mail/bounces', { messageId, reason, ...more });
const states = async (id: string): Promise<readonly Body[]> => [
  ...((await plant.ask('chen-li', 'GET', `/mails?caseId=${encodeURIComponent(id)}`)).body['items'] ?? []),
];
const onRadar = async (id: string, by = 'zhao-jing'): Promise<Body | undefined> => {
  const { body } = await plant.ask(by, 'GET', '/radar?limit=200&cause=mail-bounced', undefined, { 'accept-language': 'en' });
  return [...(body['items'] ?? [])].find((item) => String(item['caseId']) === id);
};

describe('a reply that comes back', () => {
  it('is a task beside the order, which goes on; sent again to the address given, the ledger tells all of it', async () => {
    const { id, messageId } = await replied();
    const first = await report(messageId);
    expect([first.status, first.body]).toMatchObject([
      200,
      { id: messageId.slice(1, -1), caseId: id, to: 'deng@hongtai.example', reason, state: 'task', settled: null },
    ]);
    expect(await plant.open(id)).toEqual(['bounced', 'moved-date', 'track']);
    expect((await states(id))[0]).toMatchObject({ state: 'bounced' });
    expect(await onRadar(id)).toMatchObject({
      taskId: first.body['taskId'],
      sentence: `The mail to deng@hongtai.example came back: ${reason}`,
      actions: [{ action: 'open-task', allowed: true }],
    });

    const again = await report(messageId.slice(1, -1), 'chen-li', { reason: 'the same in other words' });
    expect(again.body).toEqual(first.body);
    expect(await plant.open(id)).toEqual(['bounced', 'moved-date', 'track']);

    const page = await plant.ask('zhao-jing', 'GET', `/tasks/${encodeURIComponent(String(first.body['taskId']))}`);
    expect(page.body).toMatchObject({ failure: { code: 'MAIL_BOUNCED' }, data: { to: 'deng@hongtai.example', reason } });
    const wrong = await plant.complete('zhao-jing', id, 'bounced', { outcome: 'send-again', email: 'deng at hongtai' });
    expect([wrong.status, wrong.body]).toMatchObject([400, { code: 'FIELD_INVALID', field: '/data/email' }]);

    const before = server.accepted.length;
    const sentAgain = await plant.complete('zhao-jing', id, 'bounced', { outcome: 'send-again', email: 'office@hongtai.example' });
    expect(sentAgain.status, JSON.stringify(sentAgain.body)).toBe(200);
    const second = await sentLast(id, 2);
    expect(second).not.toBe(messageId);
    expect(server.accepted.slice(before)).toHaveLength(1);
    expect(server.accepted.at(-1)).toMatch(/To: .*<office@hongtai\.example>/);
    expect((await mailsOfCase(plant.pool, id)).map(({ documentId }) => documentId)).toEqual(Array(2).fill(expect.stringMatching(/^hehe:/)));
    expect(await plant.settled(id)).toEqual(['moved-date', 'track']);
    expect(await onRadar(id)).toBeUndefined();

    const told = (await plant.ledger(id)).filter(
      ({ type, effect, task }) => type === 'bounced' || effect?.effect === 'send-reply' || task?.step === 'bounced',
    );
    expect(told.map(({ type, effect, task, by }) => [type, effect?.state ?? task?.state, by])).toEqual([
      ['effect', 'flying', 'engine'],
      ['effect', 'done', 'engine'],
      ['bounced', 'bounced', 'mail-gateway'],
      ['opened', 'open', 'engine'],
      ['completed', 'completed', 'zhao-jing'],
      ['effect', 'flying', 'engine'],
      ['effect', 'done', 'engine'],
    ]);

    expect((await report(second)).body).toMatchObject({ state: 'task' });
    const settled = await plant.complete('zhao-jing', id, 'bounced', { outcome: 'settled', note: 'told by telephone' });
    expect(settled.status, JSON.stringify(settled.body)).toBe(200);
    await answer(plant, id, 'track');
    await plant.until(
      () => plant.status(id),
      (status) => status === 'closed',
    );
    expect(await mailsOfCase(plant.pool, id)).toHaveLength(2);
  });

  it('when the order has been changed since, is only written down; the corrected reply goes to the address as corrected', async () => {
    const { id, messageId } = await replied();
    expect((await plant.amend('chen-li', id, { contact: { email: 'office@hongtai.example' } })).status).toBe(200);
    await proceed(plant, id, 'track');
    await sentLast(id, 2);
    expect((await report(messageId)).body).toMatchObject({ state: 'filed', taskId: null });
    expect(await plant.open(id)).toEqual(['moved-date', 'track']);
    expect(server.accepted.at(-1)).toMatch(/To: .*<office@hongtai\.example>/);
  });

  it("is told by the mail server's own report; one of a delay is no bounce, and anything else is refused", async () => {
    const { id, messageId } = await replied();
    const token = await createToken(plant.pool, 'mail-gateway');
    const send = async (message: string, type = 'message/rfc822') => {
      const headers = { authorization: `Bearer ${token?.secret}`, 'content-type': type };
      const response = await fetch(`${plant.api.url}/api/v1/mail/bounces`, { method: 'POST', headers, body: message });
      return (await response.json()) as Body;
    };
    const fields = (action: string) => [`Action: ${action}`, 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 no such mailbox'];
    expect(await send(deliveryReport(fields('delayed'), originalOf(messageId)))).toMatchObject({
      caseId: id,
      state: 'not-final',
      taskId: null,
    });
    expect(await plant.open(id)).toEqual(['moved-date', 'track']);
    expect(await send(deliveryReport(fields('failed'), originalOf(messageId)))).toMatchObject({
      state: 'task',
      reason: '5.1.1 550 no such mailbox',
    });
    expect(await plant.open(id)).toEqual(['bounced', 'moved-date', 'track']);
    expect(await send('Subject: hello\r\n\r\nhello')).toMatchObject({ status: 400, code: 'DELIVERY_REPORT_INVALID' });
    expect(await send('x'.repeat(1_100_000))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await send('hello', 'text/plain')).toMatchObject({ status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' });
  });

  it('after the case has closed, is on the radar and told to who started it, until somebody has seen to it', async () => {
    const { id, messageId } = await replied();
    const unsettled = await plant.ask('chen-li', 'POST', `/mail/bounces/${encodeURIComponent(messageId)}/settle`, { note: 'x' });
    expect(unsettled.body).toMatchObject({ status: 409, code: 'BOUNCE_NOT_OPEN' });
    await answer(plant, id, 'track');
    await plant.until(
      () => plant.status(id),
      (status) => status === 'closed',
    );
    const first = await report(messageId);
    expect(first.body).toMatchObject({ state: 'after-close', taskId: null, settled: null });
    expect((await report(messageId)).body).toEqual(first.body);
    expect(await onRadar(id)).toMatchObject({
      code: 'BOUNCED_AFTER_CLOSE',
      sentence: expect.stringContaining('came back: 550 5.1.1'),
      values: { mail: messageId.slice(1, -1) },
      actions: [{ action: 'open-case' }, { action: 'settle-bounce', allowed: true }],
    });
    const notices = (await plant.ask('chen-li', 'GET', '/notices', undefined, { 'accept-language': 'zh' })).body['items'];
    expect(
      [...(notices ?? [])].filter((notice) => String(notice['caseId']) === id && String(notice['notice']) === 'mail-bounced'),
    ).toMatchObject([{ sentence: expect.stringContaining('deng@hongtai.example') }]);
    const path = `/mail/bounces/${encodeURIComponent(messageId.slice(1, -1))}/settle`;
    expect((await plant.ask('mail-gateway', 'POST', path, { note: 'x' })).body).toMatchObject({ status: 403, code: 'ROLE_NEEDED' });
    expect((await plant.ask('chen-li', 'POST', path, { note: 'told by telephone' })).body).toMatchObject({
      state: 'after-close',
      settled: { by: 'chen-li', note: 'told by telephone' },
    });
    expect((await plant.ask('chen-li', 'POST', path, { note: 'again' })).body).toMatchObject({ settled: { note: 'told by telephone' } });
    expect(await onRadar(id)).toBeUndefined();
  });

  it.each([
    ['unknown', 'nobody@nowhere.example', 'mail-gateway', {}, 404, 'MAIL_UNKNOWN', undefined],
    ['malformed', 'no id at all', 'mail-gateway', {}, 400, 'FIELD_INVALID', '/messageId'],
    ['of another company', 'ours', 'shen-lan', {}, 404, 'MAIL_UNKNOWN', undefined],
    ['reported by somebody who may not', 'ours', 'wang-qiang', {}, 403, 'ROLE_NEEDED', undefined],
    ['with too long a reason', 'ours', 'mail-gateway', { reason: 'x'.repeat(501) }, 400, 'TEXT_TOO_LONG', '/reason'],
    ['without a reason', 'ours', 'mail-gateway', { reason: ' ' }, 400, 'FIELD_REQUIRED', '/reason'],
    ['at no time', 'ours', 'mail-gateway', { at: 'yesterday' }, 400, 'FIELD_INVALID', '/at'],
  ] as const)('that is %s is refused in three languages', async (_what, which, by, more, status, code, field) => {
    const messageId = which === 'ours' ? (await sent).messageId : which;
    const sentences = await Promise.all(
      ['en', 'zh', 'id'].map(async (language) => {
        const { body } = await plant.ask(by, 'POST', '/mail/bounces', { messageId, reason, ...more }, { 'accept-language': language });
        expect(body).toMatchObject({ status, code, ...(field === undefined ? {} : { field }) });
        return String(body['message']);
      }),
    );
    expect(new Set(sentences).size).toBe(3);
    expect(sentences.join()).not.toMatch(/\{\{|problem\.|undefined/);
  });
  let sent: ReturnType<typeof replied>;
  beforeAll(() => {
    sent = replied();
    return sent;
  });
});
