import { afterAll, beforeAll, expect, it } from 'vitest';
import { Unavailable } from '../../../client/dispatch/contract.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import { anOrder, type TestApi, testApi } from '../support/api.js';
import { addressOf, type Operation, operationsOf, type Schema, sampleOf } from './operations.js';

/** M1: whatever is sent, the answer is never "internal error", and the log gets no stack. Made from the API's own document, so that new endpoints are tried too. */
let api: TestApi;
let all: readonly Operation[];
let resolve: (schema: Schema) => Schema;
let known: Readonly<Record<string, string>>;
const away = () => Promise.reject(new Unavailable('TEMPORAL_UNAVAILABLE', true));
beforeAll(async () => {
  api = await testApi({ start: away, command: away, catchUp: away, snapshot: away });
  ({ all, resolve } = await operationsOf(api));
  const caseId = await api.seed('HH-1', anOrder());
  known = { caseId, taskId: `${caseId}/review/1/initial-review#1`, personId: 'chen-li' };
});
afterAll(() => api.close());

const texts = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\n',
  '\u001b[2J',
  '\u202eevil',
  '%00',
  "' or 1=1 --",
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'null',
  'x'.repeat(3_000),
  '\ud800',
  '💣'.repeat(200),
  'ﬀ',
  '{}',
];
const numbers = [
  '-1',
  '0',
  '1',
  '2147483647',
  '2147483648',
  '9007199254740991',
  '9007199254740992',
  '99999999999',
  '1e309',
  'NaN',
  '1.5',
  '0x10',
  '١',
];
const dates = [
  '0000-01-01',
  '0001-01-01',
  '1899-12-31',
  '9999-12-31',
  '2026-02-30',
  '2026-13-01',
  '10000-01-01',
  '-000001-01-01',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-11-27T09:00:00+99:00',
];
const mark = (...parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
const marks = [
  mark('0', '2026-13-45 99:99:99+00', 'x'),
  mark('2026-13-45 99:99:99+00', 'x'),
  mark('2026-02-30 00:00:00+00', 'x'),
  mark('0000-01-01 00:00:00+00', 'x'),
  mark('294277-01-01 00:00:00+00', 'x'),
  mark('0', 'infinity', 'x'),
  mark('infinity', 'x'),
  mark('999999999', 'x'),
  mark('9999999999', 'x'),
  mark('x', '\u0000'),
  mark(null),
  mark({}),
  '!!!',
];
const edges = [...texts, ...numbers, ...dates, ...marks];

/** Half of a surrogate pair cannot be in an address. */
const sendable = (text: string): boolean => !/\p{Cs}/u.test(text);

async function send(
  operation: Operation,
  address: string,
  changes: { readonly body?: string; readonly headers?: Record<string, string> } = {},
) {
  const { body, headers = {} } = changes;
  const init = {
    method: operation.method,
    headers: {
      ...(await api.as('chen-li')),
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  };
  const answer = await api.app.request(address, init);
  const { status } = answer;
  await answer.body?.cancel();
  return status;
}

/** Every request of a list; those that were answered with 500, or as if all were well with what is no value, are told by what was sent. */
async function tried(sent: readonly (readonly [what: string, send: () => Promise<number>])[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const [what, work] of sent) {
    const status = await work();
    if (status === 500 || status > 503) wrong.push(`${status} ${what}`);
  }
  return wrong;
}

const bodyText = (operation: Operation): string | undefined =>
  operation.body === undefined ? undefined : JSON.stringify(sampleOf(operation.body, resolve));
const required = (operation: Operation): string =>
  operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name, schema }) => `${name}=${encodeURIComponent(JSON.stringify(sampleOf(schema, resolve)).replaceAll('"', ''))}`)
    .join('&');

it('when a path has any edge in it, then the answer is no internal error, with a token and without', async () => {
  const sent = all.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === 'path')
      .flatMap(({ name }) =>
        edges.filter(sendable).flatMap((edge) => {
          const address = `${addressOf(operation, { ...known, [name]: edge })}?${required(operation)}`;
          const body = bodyText(operation);
          const given = body === undefined ? {} : { body };
          return [
            [`${operation.name} ${name}=${JSON.stringify(edge)}`, () => send(operation, address, given)] as const,
            [
              `${operation.name} ${name}=${JSON.stringify(edge)} as a stranger`,
              () => send(operation, address, { ...given, headers: { authorization: 'Bearer x' } }),
            ] as const,
          ];
        }),
      ),
  );
  expect(sent.length).toBeGreaterThan(500);
  expect(await tried(sent)).toEqual([]);
  const raw = ['%00', '%', '%E0%A4%A', '%ff', '%2e%2e', '%2F', 'x%0d%0aset-cookie:a'];
  const cases = all.find(({ name }) => name === 'GET /cases/{caseId}') as Operation;
  expect(await tried(raw.map((part) => [part, () => send(cases, `/api/v1/cases/${part}`)] as const))).toEqual([]);
});

it('when a query has any edge in it, then the answer is no internal error', async () => {
  const streams = new Set(['GET /events']);
  const sent = all
    .filter(({ name }) => !streams.has(name))
    .flatMap((operation) =>
      operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .flatMap(({ name }) =>
          edges.filter(sendable).map((edge) => {
            const rest = required(operation)
              .split('&')
              .filter((part) => part !== '' && !part.startsWith(`${name}=`));
            const address = `${addressOf(operation, known)}?${[...rest, `${name}=${encodeURIComponent(edge)}`].join('&')}`;
            return [`${operation.name} ${name}=${JSON.stringify(edge)}`, () => send(operation, address)] as const;
          }),
        ),
    );
  expect(sent.length).toBeGreaterThan(500);
  expect(await tried(sent)).toEqual([]);
});

/** Each place in a body, with each edge in it, as JSON text. */
function* hostile(schema: Schema, whole: Json, at: readonly string[] = []): Generator<readonly [string, string]> {
  const { properties, items, anyOf, oneOf } = resolve(schema);
  const inner = [...(anyOf ?? []), ...(oneOf ?? [])];
  if (at.length > 4) return;
  for (const one of inner) yield* hostile(one, whole, at);
  for (const [name, member] of Object.entries(properties ?? {})) yield* hostile(member, whole, [...at, name]);
  if (items !== undefined) yield* hostile(items, whole, [...at, '0']);
  if (at.length === 0) return;
  const values = [
    ...[...texts, ...dates].map((text) => JSON.stringify(text)),
    ...numbers.filter((text) => /^-?[\d.e]+$/.test(text) && !text.includes('١')),
    'null',
    'true',
    '[]',
    '{}',
    '[[]]',
  ];
  for (const value of values)
    yield [`/${at.join('/')}=${value.slice(0, 40)}`, JSON.stringify(placed(whole, at, '@@')).replace('"@@"', value)];
}

function placed(whole: Json, [first, ...rest]: readonly string[], value: Json): Json {
  if (first === undefined) return value;
  if (first === '0') return [placed(Array.isArray(whole) ? (whole[0] ?? {}) : {}, rest, value)];
  const object = (typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? whole : {}) as JsonObject;
  return { ...object, [first]: placed(object[first] ?? {}, rest, value) };
}

it('when a body has any edge in it, then the answer is no internal error', async () => {
  const sent = all.flatMap((operation) =>
    operation.body === undefined
      ? []
      : [...hostile(operation.body, sampleOf(operation.body, resolve))].map(
          ([what, body]) => [`${operation.name} ${what}`, () => send(operation, addressOf(operation, known), { body })] as const,
        ),
  );
  expect(sent.length).toBeGreaterThan(1_000);
  expect(await tried(sent)).toEqual([]);
});

it('when a header has any edge in it, then the answer is no internal error', async () => {
  const headers = ['accept-language', 'idempotency-key', 'authorization', 'content-type', 'content-length', 'last-event-id'];
  const printable = [...edges, 'zh;q=x', 'Bearer ', 'Bearer \u00ff', 'application/json; charset=x'].filter((edge) =>
    /^[\x20-\x7e\u00a0-\u00ff]*$/.test(edge),
  );
  const sent = all.flatMap((operation) =>
    headers.flatMap((name) =>
      printable.map(
        (edge) =>
          [
            `${operation.name} ${name}: ${edge}`,
            () => send(operation, `${addressOf(operation, known)}?${required(operation)}`, { headers: { [name]: edge } }),
          ] as const,
      ),
    ),
  );
  expect(await tried(sent)).toEqual([]);
});

it('when all that was tried, then the log has no unexpected error', () => {
  expect(api.logged.filter((line) => line.includes('unexpected error')).slice(0, 3)).toEqual([]);
});

it('when a number or a day is asked for, then the document says its bounds', () => {
  const loose = all.flatMap((operation) =>
    operation.parameters.flatMap(({ name, schema }) => {
      const { type, maximum } = resolve(schema);
      return (type === 'integer' || type === 'number') && (maximum === undefined || maximum > 2_147_483_647)
        ? [`${operation.name} ${name}`]
        : [];
    }),
  );
  expect(loose).toEqual([]);
});
