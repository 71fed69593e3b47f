import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bodyLimit } from '../../client/api/http/body.js';
import type { JsonObject } from '../../domain/json.js';
import { anOrder, type TestApi, testApi } from './support/api.js';

let api: TestApi;
let headers: Record<string, string>;
beforeAll(async () => {
  api = await testApi();
  headers = { ...(await api.as('chen-li')), 'accept-language': 'en', 'idempotency-key': 'k' };
});
afterAll(() => api.close());

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly values?: Record<string, unknown>;
  readonly errors?: readonly { readonly code: string; readonly field: string }[];
}

async function post(path: string, body: string | Buffer | ReadableStream, more: Record<string, string> = {}): Promise<Problem> {
  const answer = await api.app.request(path, {
    method: 'POST',
    body,
    headers: { ...headers, 'content-type': 'application/json', ...more },
    duplex: 'half',
  } as RequestInit);
  const text = await answer.text();
  expect(answer.headers.get('content-type'), text).toBe('application/problem+json; charset=utf-8');
  expect(text).not.toMatch(/\bat .*\.(ts|js):\d/);
  const problem = JSON.parse(text) as Problem;
  expect(problem.status).toBe(answer.status);
  expect(problem.message).not.toMatch(/\{\{|undefined/);
  return problem;
}

const start = (body: object | string, more?: Record<string, string>): Promise<Problem> =>
  post('/api/v1/cases', typeof body === 'string' ? body : JSON.stringify(body), more);
const order = (subject: object): object => ({ company: 'hehe', procedure: 'order-intake', subject });
const line = (id: string): JsonObject => ({ id, code: 'LJG', name: '连接杆', quantity: 1, unit: '支', unitPriceMinor: 1 });

describe('a body that is no JSON of ours is refused before anything happens', () => {
  beforeEach(async () => {
    const { rows } = await api.pool.query<{ n: string }>('select count(*) as n from command');
    expect(rows[0]?.n, 'commands in the journal').toBe('0');
  });

  test('no content type', async () => {
    expect(await start('{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415, code: 'CONTENT_TYPE_UNSUPPORTED' });
  });

  test('a charset that is not UTF-8', async () => {
    expect(await start('{}', { 'content-type': 'application/json; charset=gbk' })).toMatchObject({ status: 400, code: 'ENCODING_INVALID' });
  });

  test('text in GBK', async () => {
    const gbk = Buffer.concat([Buffer.from('{"company":"'), Buffer.from([0xba, 0xcf, 0xba, 0xcd]), Buffer.from('"}')]);
    expect(await post('/api/v1/cases', gbk)).toMatchObject({ status: 400, code: 'ENCODING_INVALID' });
  });

  test('1.1 MB, announced', async () => {
    const body = JSON.stringify(order(anOrder({ remarks: 'x'.repeat(1_100_000) })));
    expect(await start(body, { 'content-length': String(body.length) })).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
      values: { limit: bodyLimit },
    });
  });

  test('1.1 MB that comes bit by bit, without its length', async () => {
    const bits = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent < 1_100_000; sent += 100_000) controller.enqueue(new Uint8Array(100_000).fill(0x20));
        controller.close();
      },
    });
    expect(await post('/api/v1/cases', bits)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  test.each([
    ['nothing at all', '', 1, 1],
    ['half of it', '{"company":', 1, 12],
    ['a comma too many', '{\n  "company": "hehe",\n}', 3, 1],
    ['a word that is none', '{"a": nope}', 1, 8],
    ['something after it', '{"a":1} {"b":2}', 1, 9],
    ['a list nested a million deep', '['.repeat(1_000_000), 1, undefined],
  ])('malformed: %s', async (_, body, row, column) => {
    const problem = await start(body);
    expect(problem).toMatchObject({ status: 400, code: 'JSON_INVALID', values: { line: row } });
    if (column !== undefined) expect(problem.values?.['column']).toBe(column);
  });

  test.each([
    ['an unknown field', { ...order(anOrder()), urgent: true }, 'FIELD_UNKNOWN', '/urgent'],
    [
      'an unknown field deep inside',
      order(anOrder({ lines: [{ ...line('1'), colour: 'red' }] })),
      'FIELD_UNKNOWN',
      '/subject/lines/0/colour',
    ],
    ['a field missing', { company: 'hehe', procedure: 'order-intake' }, 'FIELD_REQUIRED', '/subject'],
    ['a wrong type', order(anOrder({ remarks: 7 })), 'FIELD_INVALID', '/subject/remarks'],
    [
      'a quantity of half a piece',
      order(anOrder({ lines: [{ ...line('1'), quantity: 0.5 }] })),
      'QUANTITY_INVALID',
      '/subject/lines/0/quantity',
    ],
    ['a number without end', `{"company":"hehe","procedure":"order-intake","subject":{"x":1e999}}`, 'FIELD_INVALID', '/subject/x'],
    [
      'a date that is none',
      order(anOrder({ lines: [{ ...line('1'), requestedDate: '2026-13-01' }] })),
      'FIELD_INVALID',
      '/subject/lines/0/requestedDate',
    ],
    ['a currency that is none', order(anOrder({ currency: 'EUR' })), 'FIELD_INVALID', '/subject/currency'],
    ['the same line id twice', order(anOrder({ lines: [line('1'), line('1')] })), 'LINE_ID_DUPLICATE', '/subject/lines/1/id'],
    ['no line', order(anOrder({ lines: [] })), 'FIELD_REQUIRED', '/subject/lines'],
    ['a text too long', order(anOrder({ remarks: 'x'.repeat(2_001) })), 'TEXT_TOO_LONG', '/subject/remarks'],
    ['a number with a colon', { ...order(anOrder()), number: 'HH:1' }, 'FIELD_INVALID', '/number'],
    ['text that no store can hold', order(anOrder({ remarks: 'a\u0000b' })), 'FIELD_INVALID', '/subject/remarks'],
    [
      'half a character',
      `{"company":"hehe","procedure":"order-intake","subject":{"customer":"\\ud800"}}`,
      'FIELD_INVALID',
      '/subject/customer',
    ],
    [
      'a field of every object',
      `{"company":"hehe","procedure":"order-intake","subject":{"__proto__":{"x":1}}}`,
      'FIELD_UNKNOWN',
      '/subject/__proto__',
    ],
    ['a list in place of the whole', '[]', 'FIELD_INVALID', ''],
  ])('%s', async (_, body, code, field) => {
    expect(await start(body)).toMatchObject({ status: 400, code, field });
  });

  test('everything that is wrong is told at once, twenty things at most', async () => {
    const { errors = [] } = await start(
      order(anOrder({ currency: 'EUR', lines: Array.from({ length: 50 }, (_, index) => ({ ...line(String(index)), quantity: 0 })) })),
    );
    expect(errors).toHaveLength(20);
    expect(errors.map(({ field }) => field)).toContain('/subject/currency');
  });

  test('2,001 lines', async () => {
    const lines = Array.from({ length: 2_001 }, (_, index) => line(String(index + 1)));
    expect(await start(order(anOrder({ lines })))).toMatchObject({
      status: 413,
      code: 'TOO_MANY_LINES',
      field: '/subject/lines',
      values: { limit: 2_000, found: 2_001 },
    });
  });

  test.each([
    ['zh', '字段 /subject/remarks 有误：必须是文本。'],
    ['en', 'The field /subject/remarks is not right: it must be text.'],
    ['id', 'Isian /subject/remarks tidak benar: harus berupa teks.'],
  ])('is told in %s', async (language, message) => {
    expect(await start(order(anOrder({ remarks: 7 })), { 'accept-language': language })).toMatchObject({ message });
  });
});

describe('what a person sent is not in the log', () => {
  test('neither bodies nor tokens', async () => {
    await start(order(anOrder({ remarks: 'secret remark' })), { 'content-type': 'text/plain' });
    await start(order(anOrder({ customer: 'secret remark', currency: 'EUR' })));
    const log = api.logged.join('');
    expect(log).toContain('/api/v1/cases');
    expect(log).not.toContain('secret remark');
    expect(log).not.toContain('gendan_');
  });
});
