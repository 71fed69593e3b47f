import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createToken } from '../../db/authentication.js';
import { loadBooks } from '../../policies/load.js';
import { Plant } from '../support/plant.js';

let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks, errors } = await loadBooks('policies');
  expect(errors).toEqual([]);
  plant = await Plant.start({ source: { books, calendars, tradeBooks }, people });
});
afterAll(() => plant.close());

const orderFrom = async (name: string): Promise<object> => JSON.parse(await readFile(`examples/hehe/${name}.json`, 'utf8')) as object;

interface Task {
  readonly id: string;
  readonly step: string;
  readonly rev: number;
  readonly state: string;
  readonly number: string;
}

/** The one task in a person's own list that belongs to a case. */
async function mine(person: string, number: string, step?: string): Promise<Task> {
  const { body } = await plant.ask(person, 'GET', `/tasks?view=mine&q=${number}`);
  const items = (body['items'] as unknown as readonly Task[]).filter((task) => step === undefined || task.step === step);
  expect(
    items.map(({ step }) => step),
    `what ${person} finds for ${number}`,
  ).toHaveLength(1);
  return items[0] as Task;
}

async function start(number: string, name = 'connecting-rods'): Promise<string> {
  const { status, body } = await plant.ask('chen-li', 'POST', '/cases', {
    company: 'hehe',
    procedure: 'order-intake',
    number,
    subject: { ...(await orderFrom(name)), customerPo: number },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return String(body['caseId']);
}

const complete = (person: string, task: Task, data: object, headers: Record<string, string> = {}) =>
  plant.ask(person, 'POST', `/tasks/${encodeURIComponent(task.id)}/commands`, { verb: 'complete', rev: task.rev, data }, headers);

test('four people take an order from receipt to reply', async () => {
  const order = (await orderFrom('connecting-rods')) as { lines: { id: string }[] };
  const begun = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', subject: order });
  expect(begun.status).toBe(201);
  const number = String(begun.body['number']);
  const caseId = String(begun.body['caseId']);
  expect(number).toMatch(/^HH-\d{6}-\d{3}$/);
  expect(caseId).toBe(`hehe:order-intake:${number}`);
  expect(begun.body['openTasks']).toMatchObject([{ step: 'initial-review', rev: 1, seats: [{ candidates: [{ role: 'merchandiser' }] }] }]);

  const dates = Object.fromEntries(order.lines.map(({ id }, index) => [id, { date: `2027-12-0${index + 6}` }]));
  const [first = '', ...others] = Object.keys(dates);
  const steps: [string, string, object][] = [
    ['siti-rahayu', 'initial-review', { outcome: 'accurate' }],
    ['siti-rahayu', 'enter-order', { outcome: 'entered', orderDataNo: 'D-1' }],
    ['zhang-min', 'joint-review', { outcome: 'correct' }],
    ['zhang-min', 'pass-to-pmc', { outcome: 'passed' }],
    ['chen-li', 'production-points', { outcome: 'known', points: '无' }],
    ['wang-qiang', 'command-production', { outcome: 'commanded', assembly: 'M-77' }],
    ['wang-qiang', 'delivery-date', { outcome: 'replied', lines: { [first]: dates[first] } }],
    ['sun-yan', 'delivery-date', { outcome: 'replied', lines: Object.fromEntries(others.map((id) => [id, dates[id]])) }],
    ['chen-li', 'written-reply', { outcome: 'replied', message: '交期如上，谢谢。' }],
  ];
  for (const [person, step, data] of steps) {
    const task = await mine(person, number, step);
    const page = await plant.ask(person, 'GET', `/tasks/${encodeURIComponent(task.id)}`);
    expect(page.body['verbs']?.[0]).toMatchObject({ verb: 'complete', allowed: true });
    expect(page.body['data']).not.toBeNull();
    const answer = await complete(person, task, data);
    expect(answer.status, `${step}: ${JSON.stringify(answer.body)}`).toBe(200);
    expect(answer.body['task']?.['state']).toBe(step === 'delivery-date' && person === 'wang-qiang' ? 'open' : 'completed');
  }

  // The written reply goes out by mail; then the order is followed, until its goods are finished.
  await plant.openTask(caseId, 'track');
  expect((await complete('chen-li', await mine('chen-li', number, 'track'), { outcome: 'finished' })).status).toBe(200);
  const body = await plant.until(
    async () => (await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(caseId)}`, undefined, { 'accept-language': 'en' })).body,
    (seen) => String(seen['status']) === 'closed',
  );
  expect(body).toMatchObject({ outcome: { result: 'finished' }, openTasks: [], pending: false });
  expect([...(body['promises'] ?? [])].map((promise) => promise['date'])).toEqual(Object.values(dates).map(({ date }) => date));
  expect([...(body['timeline'] ?? [])].every((entry) => !/\{\{|timeline\./.test(String(entry['sentence'])))).toBe(true);

  const documents = await plant.ask('wang-qiang', 'GET', `/cases/${encodeURIComponent(caseId)}/documents`);
  const reply = documents.body['items']?.find(({ kind }) => String(kind) === 'order-reply');
  expect(reply).toMatchObject({ version: 1, correction: false });
  const document = await plant.ask(
    'wang-qiang',
    'GET',
    `/cases/${encodeURIComponent(caseId)}/documents/${encodeURIComponent(String(reply?.['id']))}`,
  );
  expect(document.body['content']).toMatchObject({
    message: '交期如上，谢谢。',
    lines: order.lines.map(({ id }) => ({ id, date: dates[id]?.date })),
  });
});

describe('decisions that meet others', () => {
  test('the same key twice is one decision with one answer', async () => {
    await start('SAME-1');
    const task = await mine('chen-li', 'SAME-1');
    const once = await complete('chen-li', task, { outcome: 'accurate' }, { 'idempotency-key': 'one-click' });
    const twice = await complete('chen-li', task, { outcome: 'accurate' }, { 'idempotency-key': 'one-click' });
    expect([once.status, twice.status]).toEqual([200, 200]);
    expect(twice.body).toEqual(once.body);
    const other = await complete('chen-li', task, { outcome: 'problem', problems: 'x' }, { 'idempotency-key': 'one-click' });
    expect(other).toMatchObject({ status: 409, body: { code: 'KEY_REUSED' } });
    expect(await plant.history('hehe:order-intake:SAME-1')).toEqual(['initial-review', 'enter-order']);
  });

  test('a double click is one decision', async () => {
    await start('SAME-2');
    const task = await mine('chen-li', 'SAME-2');
    const both = await Promise.all(
      [1, 2, 3].map(() => complete('chen-li', task, { outcome: 'accurate' }, { 'idempotency-key': 'double' })),
    );
    expect(both.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await plant.ledger('hehe:order-intake:SAME-2')).filter(({ type }) => type === 'completed')).toHaveLength(1);
  });

  test('of two people at the same instant one decides, and the other is told who, when and how', async () => {
    await start('RACE-1');
    const task = await mine('chen-li', 'RACE-1');
    const both = await Promise.all([
      complete('chen-li', task, { outcome: 'accurate' }),
      complete('siti-rahayu', task, { outcome: 'problem', problems: 'kode salah' }, { 'accept-language': 'en' }),
    ]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const loser = both.find(({ status }) => status === 409);
    expect(loser?.body).toMatchObject({ code: 'TASK_CLOSED', values: { task: task.id, verb: 'complete' } });
    expect(JSON.stringify(loser?.body)).toMatch(/"by":"(chen-li|siti-rahayu)"/);
  });

  test('a closed task says who closed it, in the reader’s words', async () => {
    await start('CLOSED-1');
    const task = await mine('chen-li', 'CLOSED-1');
    await complete('chen-li', task, { outcome: 'accurate' });
    const late = await complete('siti-rahayu', task, { outcome: 'accurate' }, { 'accept-language': 'en' });
    expect(late).toMatchObject({ status: 409, body: { code: 'TASK_CLOSED' } });
    expect(String(late.body['message'])).toMatch(/^陈丽 already answered this task on .*: Order is accurate\.$/);
    const page = await plant.ask('siti-rahayu', 'GET', `/tasks/${encodeURIComponent(task.id)}`, undefined, { 'accept-language': 'zh' });
    expect(page.body).toMatchObject({ state: 'completed', whyMine: null });
    expect(page.body['verbs']?.[0]).toMatchObject({ verb: 'complete', allowed: false, whyNot: { code: 'TASK_CLOSED' } });
  });

  test('a number that is taken names the case that has it', async () => {
    const caseId = await start('TAKEN-1');
    const other = await plant.ask(
      'siti-rahayu',
      'POST',
      '/cases',
      { company: 'hehe', procedure: 'order-intake', number: 'TAKEN-1', subject: await orderFrom('mixed') },
      { 'accept-language': 'en' },
    );
    expect(other).toMatchObject({ status: 409, body: { code: 'DUPLICATE_NUMBER', values: { case: caseId } } });
    expect(String(other.body['message'])).toContain(caseId);
  });

  test('the same order under the same number, without a key, is one case', async () => {
    const body = JSON.stringify({ company: 'hehe', procedure: 'order-intake', number: 'KEYLESS-1', subject: await orderFrom('mixed') });
    const token = (await createToken(plant.pool, 'chen-li'))?.secret ?? '';
    const ask = (): Promise<Response> =>
      fetch(`${plant.api.url}/api/v1/cases`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
    const answers = await Promise.all([ask(), ask()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.headers.get('location')).toBe('/api/v1/cases/hehe%3Aorder-intake%3AKEYLESS-1');
    expect(await answers[0]?.json()).toEqual(await answers[1]?.json());
  });

  test('the same key gets the same generated number', async () => {
    const body = { company: 'hehe', procedure: 'order-intake', subject: await orderFrom('mixed') };
    const answers = await Promise.all(
      [1, 2, 3].map(() => plant.ask('chen-li', 'POST', '/cases', body, { 'idempotency-key': 'one-order' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((answer) => answer.body['number'])).size).toBe(1);
  });
});

/** What the API asks the database besides, for nobody in particular. */
const inBackground = /announce|unsent|untold|stuck|chore|sweep|swept|served/;

/** Names of the statements that the API sends from now on. */
function watchQueries(): { readonly names: string[]; stop(): void } {
  const names: string[] = [];
  const original = pg.Client.prototype.query as (...given: unknown[]) => unknown;
  const spy = vi.spyOn(pg.Client.prototype as { query: (...given: unknown[]) => unknown }, 'query').mockImplementation(function (
    this: unknown,
    ...given
  ) {
    const { connectionParameters } = this as { connectionParameters: { application_name?: string } };
    const asked = given[0] as { name?: string; text?: string } | string;
    if (connectionParameters.application_name === 'gendan api')
      names.push(typeof asked === 'string' ? asked : (asked.name ?? asked.text ?? ''));
    return original.apply(this, given);
  });
  return { names, stop: () => spy.mockRestore() };
}

/** What the API asks the database for one answer. */
async function tripsOf(number: string, data: object): Promise<readonly string[]> {
  const task = await mine('chen-li', number);
  const { names, stop } = watchQueries();
  const answer = await complete('chen-li', task, data);
  stop();
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return names.filter((name) => !inBackground.test(name));
}
const threeTrips = ['gendan_authenticate', 'gendan_submit', 'gendan_apply'];

test('a task command costs three round trips to the database, also where its form is held against what is shown', async () => {
  await start('TRIPS-1');
  expect(await tripsOf('TRIPS-1', { outcome: 'accurate' })).toEqual(threeTrips);
  expect(await tripsOf('TRIPS-1', { outcome: 'entered' })).toEqual(threeTrips);
});

test('an initial review with a verdict on each finding costs three round trips; a verdict on what was not found is refused', async () => {
  await start('TRIPS-2', 'code-name-mismatch');
  const { id, rev } = await mine('chen-li', 'TRIPS-2');
  const page = await plant.ask('chen-li', 'GET', `/tasks/${encodeURIComponent(id)}`);
  const found = [...(page.body['findings'] ?? [])].map((finding) => String(finding['id']));
  expect(found.length).toBeGreaterThan(0);
  const confirmed = Object.fromEntries(found.map((finding) => [finding, 'right']));
  const surplus = await plant.ask('chen-li', 'POST', `/tasks/${encodeURIComponent(id)}/commands`, {
    verb: 'complete',
    rev,
    data: { outcome: 'accurate', confirmed: { ...confirmed, 'no-such-finding': 'right' } },
  });
  expect(surplus.body).toMatchObject({ status: 400, code: 'FIELD_UNKNOWN' });
  expect(await tripsOf('TRIPS-2', { outcome: 'accurate', confirmed, note: 'asked the customer' })).toEqual(threeTrips);
});

test('a return sends the case back, and the task says what it may go to', async () => {
  const caseId = await start('BACK-1');
  await complete('chen-li', await mine('chen-li', 'BACK-1'), { outcome: 'accurate' });
  await complete('chen-li', await mine('chen-li', 'BACK-1'), { outcome: 'entered' });
  const review = await mine('zhang-min', 'BACK-1');
  const page = await plant.ask('zhang-min', 'GET', `/tasks/${encodeURIComponent(review.id)}`);
  expect(page.body['verbs']?.[1]).toMatchObject({
    verb: 'return',
    allowed: true,
    to: [{ step: 'initial-review' }, { step: 'enter-order' }],
  });
  const command = (to: string) =>
    plant.ask('zhang-min', 'POST', `/tasks/${encodeURIComponent(review.id)}/commands`, {
      verb: 'return',
      rev: review.rev,
      to,
      reason: '数量不对',
    });
  expect(await command('fly')).toMatchObject({ status: 404, body: { code: 'STEP_UNKNOWN', field: '/to' } });
  expect(await command('clarify')).toMatchObject({ status: 409, body: { code: 'RETURN_TARGET_UNKNOWN', field: '/to' } });
  expect(await command('enter-order')).toMatchObject({
    status: 200,
    body: { task: { state: 'returned' }, openTasks: [{ step: 'enter-order' }] },
  });
  const again = await mine('siti-rahayu', 'BACK-1');
  const form = await plant.ask('siti-rahayu', 'GET', `/tasks/${encodeURIComponent(again.id)}`);
  expect(form.body['form']?.['prefill']).toMatchObject({ outcome: 'entered' });
  const { body } = await plant.ask('siti-rahayu', 'GET', `/cases/${encodeURIComponent(caseId)}`, undefined, { 'accept-language': 'zh' });
  expect([...(body['timeline'] ?? [])].map((entry) => entry['sentence'])).toContain('张敏退回到录入订单：数量不对');
});

test('an amendment is made from the turn that was read', async () => {
  const caseId = await start('AMEND-1');
  const amend = (from: number, quantity: number) =>
    plant.command('chen-li', caseId, { verb: 'amend', from, patch: { lines: { '1': { quantity } } }, reason: 'customer rang' });
  const { turn } = (await plant.read('chen-li', caseId)) as unknown as { turn: number };
  expect(await amend(turn, 77)).toMatchObject({ status: 200, body: { openTasks: [{ step: 'initial-review', rev: 2 }] } });
  expect(await amend(turn, 78)).toMatchObject({ status: 409, body: { code: 'CASE_CHANGED' } });
  expect((await plant.read('chen-li', caseId))['subject']?.['lines']?.[0]).toMatchObject({ id: '1', quantity: 77 });
  const old = await plant.ask('chen-li', 'POST', `/tasks/${encodeURIComponent(`${caseId}/review/1/initial-review#1`)}/commands`, {
    verb: 'complete',
    rev: 1,
    data: { outcome: 'accurate' },
  });
  expect(old).toMatchObject({ status: 409, body: { code: 'TASK_CHANGED', values: { rev: 2 } } });
  expect(await plant.command('zhang-min', caseId, { verb: 'cancel', reason: 'withdrawn' })).toMatchObject({
    status: 200,
    body: { status: 'closed', openTasks: [] },
  });
  expect(await plant.command('zhang-min', caseId, { verb: 'cancel', reason: 'withdrawn' })).toMatchObject({
    status: 409,
    body: { code: 'CASE_CLOSED' },
  });
});

test('a late task is first in the list and on the radar', async () => {
  const caseId = await start('LATE-1');
  // Four working hours, however the weekend lies.
  await plant.forward(caseId, 5 * 24 * 3_600);
  await plant.until(
    () => plant.radar('zhang-min', caseId),
    (causes) => causes.includes('overdue'),
  );
  const { body } = await plant.ask('chen-li', 'GET', '/tasks?view=mine');
  expect(body['items']?.[0]).toMatchObject({ caseId, overdue: true });
});

test('events tell what changed, from where a reader left off', async () => {
  const token = (await createToken(plant.pool, 'zhang-min'))?.secret ?? '';
  const listen = async (more: Record<string, string>, until: RegExp): Promise<string> => {
    const stop = new AbortController();
    const answer = await fetch(`${plant.api.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}`, ...more },
      signal: stop.signal,
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (until.test(text)) break;
    }
    stop.abort();
    return text;
  };
  const before = Date.now();
  const live = listen({}, /EVENT-1/);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await start('EVENT-1');
  expect(await live).toMatch(
    /event: case\ndata: \{"caseId":"hehe:order-intake:EVENT-1","company":"hehe","turn":1,"kinds":\[.*"begun".*\]\}\nid: \d+/,
  );
  expect(await listen({ 'last-event-id': String(before) }, /EVENT-1/)).toContain('EVENT-1');
  expect(await listen({ 'last-event-id': 'nonsense' }, /reset/)).toContain('event: reset');
});

describe('over a real connection', () => {
  const send = async (body: string | Buffer | ReadableStream, type = 'application/json'): Promise<{ status: number; code: string }> => {
    const token = (await createToken(plant.pool, 'chen-li'))?.secret ?? '';
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const answer = await fetch(`${plant.api.url}/api/v1/cases`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    return { status: answer.status, code: ((await answer.json()) as { code: string }).code };
  };

  test('a body of 1.1 MB is refused in words, not by a broken connection', async () => {
    const body = JSON.stringify({ company: 'hehe', procedure: 'order-intake', subject: { remarks: 'x'.repeat(1_100_000) } });
    for (let attempt = 0; attempt < 5; attempt++) expect(await send(body)).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  test('one that comes bit by bit too', async () => {
    const bits = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent < 3_000_000; sent += 50_000) controller.enqueue(new Uint8Array(50_000).fill(0x20));
        controller.close();
      },
    });
    expect(await send(bits)).toEqual({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  test('an order in GBK', async () => {
    expect(await send(Buffer.from([0x7b, 0x22, 0xba, 0xcf, 0x22, 0x3a, 0x31, 0x7d]))).toEqual({ status: 400, code: 'ENCODING_INVALID' });
  });

  test('an order of 200 lines goes through', async () => {
    await start('LARGE-1', 'large-200-lines');
    const task = await mine('chen-li', 'LARGE-1');
    expect((await complete('chen-li', task, { outcome: 'accurate' })).status).toBe(200);
  });
});
