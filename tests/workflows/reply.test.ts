import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { documentsOfCase } from '../../db/documents.js';
import { mailsOfCase } from '../../db/mail.js';
import type { Books, ProcedurePolicy } from '../../domain/policy/policy.js';
import { loadBooks } from '../../policies/load.js';
import { procedures } from '../../workflows/procedures.js';
import { type MailServer, startMailServer } from '../adapters/mail-server.js';
import { type Body, Plant } from '../support/plant.js';

let plant: Plant;
let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
  const { books: shipped } = await loadBooks(fileURLToPath(new URL('../../policies', import.meta.url)));
  const books = endingWithReply(shipped);
  plant = await Plant.start({
    source: { books, workflows: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)), procedures },
    smtpUrl: server.url,
  });
});
afterAll(async () => {
  await plant.close();
  await server.close();
});

/** Here an order ends with its reply: what is sent is what this is about. */
function endingWithReply({ hehe: book, ...others }: Books): Books {
  const intake = book?.procedures['order-intake'];
  if (book === undefined || intake === undefined) throw new Error('no order intake');
  const until: ProcedurePolicy = { ...intake, values: { ...intake.values, 'follow-until': 'reply' } };
  return { ...others, hehe: { ...book, procedures: { ...book.procedures, 'order-intake': until } } };
}

const rods = { id: '1', code: 'LJG-800', name: '连接杆', quantity: 100, unit: '支', unitPriceMinor: 68 };
const hinges = { id: '2', code: 'HY-304', name: '合页', quantity: 20, unit: '副', unitPriceMinor: 1_250 };
const order = {
  customer: '佛山宏泰门窗有限公司',
  customerPo: 'HT-20260911',
  contact: { name: '邓永强', email: 'deng@hongtai.example' },
  currency: 'CNY',
  lines: [rods, hinges],
};

const answers: Readonly<Record<string, readonly [person: string, data: object]>> = {
  'initial-review': ['merchandiser', {}],
  'production-points': ['merchandiser', { outcome: 'known', points: '无' }],
  'enter-order': ['merchandiser', { outcome: 'entered' }],
  'joint-review': ['cs-planner', { outcome: 'correct' }],
  'pass-to-pmc': ['cs-planner', { outcome: 'passed' }],
  'command-production': ['pmc-dept', { outcome: 'commanded', assembly: 'M-77' }],
  'written-reply': ['merchandiser', { outcome: 'replied', message: '交期如上，谢谢。' }],
};

/** The books know neither the customer nor the codes: each finding is confirmed. */
async function looked(caseId: string): Promise<object> {
  const { id } = await plant.openTask(caseId, 'initial-review');
  const { body } = await plant.ask('merchandiser', 'GET', `/tasks/${encodeURIComponent(id)}`);
  const found = [...(body['findings'] ?? [])].map((finding) => [String(finding['id']), 'right'] as const);
  return { outcome: 'accurate', confirmed: Object.fromEntries(found) };
}

/** Answers whatever is open, with the same date for all lines, until the written reply has been answered. */
async function answerAll(caseId: string, date: string): Promise<void> {
  for (;;) {
    const [step = ''] = await plant.until(
      async () => (await plant.open(caseId)).filter((open) => open in answers || open === 'delivery-date'),
      (open) => open.length > 0,
    );
    const dates = { outcome: 'replied', all: { date, cause: 'capacity' } };
    const [person, usual] = step === 'delivery-date' ? (['pmc-dept', dates] as const) : (answers[step] ?? ['nobody', {}]);
    const data = step === 'initial-review' ? await looked(caseId) : usual;
    const { status, body } = await plant.complete(person, caseId, step, data);
    expect([step, status], JSON.stringify(body)).toEqual([step, 200]);
    if (step === 'written-reply') return;
  }
}

async function replied(subject: object = order): Promise<string> {
  const caseId = await plant.begin('merchandiser', 'hehe', 'order-intake', subject);
  await answerAll(caseId, '2026-12-05');
  return caseId;
}

const status = (caseId: string): Promise<Body> => plant.read('merchandiser', caseId).then((page) => page['status'] as unknown as Body);
const closed = (caseId: string) =>
  plant.until(
    () => status(caseId),
    (seen) => String(seen) === 'closed',
    30_000,
  );
const numbers = async (caseId: string) => (await documentsOfCase(plant.pool, caseId)).map(({ number, version }) => ({ number, version }));
const list = async (path: string): Promise<readonly Body[]> => [...((await plant.ask('merchandiser', 'GET', path)).body['items'] ?? [])];
const accepted = () => server.accepted.length;

it('an order with an address ends with one mail, with the reply as PDF, numbered and kept', async () => {
  const before = accepted();
  const caseId = await replied({ ...order, language: 'en' });
  await closed(caseId);
  expect(accepted()).toBe(before + 1);
  expect(server.accepted.at(-1)).toMatch(/To: .*<deng@hongtai\.example>/);
  expect(server.accepted.at(-1)).toMatch(/From: Hehe Customer Service <orders@hehe\.example\.com>/);
  const [document, ...others] = await documentsOfCase(plant.pool, caseId);
  expect(others).toEqual([]);
  expect(document).toMatchObject({
    language: 'en',
    version: 1,
    content: { caseNumber: caseId.split(':')[2], message: '交期如上，谢谢。' },
  });
  const id = String(document?.id);

  const documents = (await plant.ask('pmc-dept', 'GET', `/cases/${encodeURIComponent(caseId)}/documents`)).body;
  expect(documents).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ kind: 'order-reply' })]),
    printed: [{ id, version: 1, replaces: null, hash: document?.hash, reprints: 0 }],
  });
  const [mail] = await list(`/mails?caseId=${encodeURIComponent(caseId)}`);
  expect(mail).toMatchObject({ to: 'deng@hongtai.example', state: 'handed-over', caseId, documentId: id });
  expect(mail).not.toHaveProperty('text');
  const whole = (await plant.ask('merchandiser', 'GET', `/mails/${encodeURIComponent(String(mail?.['id']))}`)).body;
  expect(whole).toMatchObject({
    text: expect.stringContaining('Dear 邓永强'),
    attachments: [{ name: expect.stringMatching(/\.pdf$/), documentId: id }],
  });
  expect((await plant.ask('merchandiser', 'GET', '/mails/nobody@nowhere')).body['code']).toBe('MAIL_UNKNOWN');
});

it('the PDF is handed out as issued, and printed again with a mark', async () => {
  const { createToken } = await import('../../db/authentication.js');
  const caseId = await replied();
  await closed(caseId);
  const [document] = await documentsOfCase(plant.pool, caseId);
  const token = await createToken(plant.pool, 'pmc-dept');
  const get = (path: string, secret = token?.secret, method = 'GET') =>
    fetch(`${plant.api.url}/api/v1/documents/${path}`, { method, headers: { authorization: `Bearer ${secret}` } });
  const issued = await get(`${encodeURIComponent(String(document?.id))}.pdf`);
  expect([issued.status, issued.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect((await issued.arrayBuffer()).byteLength).toBe(document?.size);
  // Looking never changes anything.
  expect((await get(`${encodeURIComponent(String(document?.id))}.pdf?reprint=true`)).status).toBe(400);
  expect((await documentsOfCase(plant.pool, caseId))[0]?.reprints).toBe(0);
  const again = await get(`${encodeURIComponent(String(document?.id))}.pdf`, token?.secret, 'POST');
  expect(again.status).toBe(200);
  expect((await documentsOfCase(plant.pool, caseId))[0]?.reprints).toBe(1);
  expect((await get('hehe:HH-OR-2026-99999.pdf')).status).toBe(404);
  expect((await get(`${encodeURIComponent(String(document?.id))}.pdf`, 'wrong')).status).toBe(401);
});

it('an order without an address ends with the kept reply alone', async () => {
  const before = accepted();
  const { contact: _contact, ...rest } = order;
  const caseId = await replied(rest);
  await closed(caseId);
  expect(accepted()).toBe(before);
  const { body } = await plant.ask('merchandiser', 'GET', `/cases/${encodeURIComponent(caseId)}/documents`);
  expect(body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ kind: 'order-reply' })]), printed: [] });
});

it('with the mail server down it is tried again and on the radar, and the order can be changed meanwhile', async () => {
  const port = Number(new URL(server.url).port);
  await server.close();
  const caseId = await replied();
  await plant.until(
    () => mailsOfCase(plant.pool, caseId),
    (mails) => (mails[0]?.tries ?? 0) > 1,
  );
  await plant.pool.query("update effect set since = now() - interval '3 minutes' where case_id = $1", [caseId]);
  expect(await plant.radar('merchandiser', caseId)).toContain('effect-waiting');
  expect((await plant.amend('merchandiser', caseId, { remarks: '海运' })).status).toBe(200);
  await plant.until(
    () => plant.open(caseId),
    (open) => open.includes('initial-review'),
  );
  for (const step of ['initial-review', 'enter-order', 'joint-review']) {
    const [person, data] = answers[step] ?? ['nobody', {}];
    const said = step === 'initial-review' ? await looked(caseId) : data;
    expect((await plant.complete(person, caseId, step, said)).status).toBe(200);
  }
  server = await startMailServer({ port });
  await closed(caseId);
  expect(server.accepted).toHaveLength(1);
  expect(await numbers(caseId)).toMatchObject([{ version: 1 }]);
});

/** A case whose mail was cut off after the message, with the repair task that asks about it. */
async function doubtful(): Promise<string> {
  server.next.push('cut-after-message');
  const caseId = await replied();
  await plant.until(
    () => plant.open(caseId),
    (open) => open.includes('repair'),
  );
  return caseId;
}

it('cut off after the message, a person is asked; "try again" sends the same document once more', async () => {
  const before = server.read.length;
  const caseId = await doubtful();
  const task = await plant.openTask(caseId, 'repair');
  const page = (await plant.ask('sales-admin', 'GET', `/tasks/${encodeURIComponent(task.id)}`, undefined, { 'accept-language': 'en' }))
    .body;
  expect(page['failure']).toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN', sentence: expect.stringContaining('says that it did not arrive') });
  const radar = (await list('/radar?limit=200&cause=effect-failing')).find((item) => String(item['caseId']) === caseId);
  expect(radar).toMatchObject({ code: 'MAIL_OUTCOME_UNKNOWN', taskId: task.id, actions: [{ action: 'open-task' }] });
  expect(String(radar?.['sentence'])).not.toMatch(/\{\{|radar\./);
  expect((await plant.complete('sales-admin', caseId, 'repair', { outcome: 'retry' })).status).toBe(200);
  await closed(caseId);
  expect(server.read).toHaveLength(before + 2);
  expect(await numbers(caseId)).toMatchObject([{ version: 1 }]);
  const mails = await list(`/mails?caseId=${encodeURIComponent(caseId)}`);
  expect(mails.map((mail) => String(mail['state'])).sort()).toEqual(['called-off', 'handed-over']);
});

it('cut off after the message, "done by hand" sends nothing more', async () => {
  const caseId = await doubtful();
  const before = server.read.length;
  expect((await plant.complete('sales-admin', caseId, 'repair', { outcome: 'done-by-hand', note: '客户已确认收到' })).status).toBe(200);
  await closed(caseId);
  expect(server.read).toHaveLength(before);
  expect(await list(`/mails?caseId=${encodeURIComponent(caseId)}`)).toMatchObject([{ state: 'by-hand' }]);
});

it('changed while it was being sent and answered anew, a corrected reply follows that names the one it replaces', async () => {
  const before = accepted();
  server.next.push('slow');
  const caseId = await replied();
  await plant.until(
    async () => accepted(),
    (count) => count === before + 1,
  );
  expect((await plant.amend('merchandiser', caseId, { lines: { '1': { quantity: 150 } } })).status).toBe(200);
  server.letGo();
  await answerAll(caseId, '2026-12-18');
  await closed(caseId);
  expect(accepted()).toBe(before + 2);
  const [corrected, first] = await documentsOfCase(plant.pool, caseId);
  expect(corrected).toMatchObject({ version: 2, replaces: first?.id, content: { corrects: { number: first?.number } } });
  expect(server.accepted.at(-1)).toMatch(/In-Reply-To: <[0-9a-f]{40}@hehe\.example\.com>/);
  expect((await plant.read('merchandiser', caseId))['printed']).toMatchObject([{ replacedBy: corrected?.id }, { replaces: first?.id }]);
});
