import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../client/api/app.js';
import { createBookCache } from '../../client/api/http/cache.js';
import { Unavailable } from '../../client/dispatch/contract.js';
import { revokeToken } from '../../db/authentication.js';
import { anOrder, type TestApi, testApi, unreachable } from './support/api.js';

let api: TestApi;
let foreign: string;
let own: string;
const taskOf = (caseId: string): string => `${caseId}/review/1/initial-review#1`;
const inPath = encodeURIComponent;

beforeAll(async () => {
  api = await testApi({
    start: () => Promise.reject(new Unavailable('TEMPORAL_UNAVAILABLE', true)),
    command: () => Promise.reject(new TypeError('a fault of the program')),
  });
  own = await api.seed('HH-1', anOrder());
  foreign = await api.seed('OT-1', anOrder(), { company: 'other' });
});
afterAll(() => api.close());

async function ask(person: string, path: string, init: { method?: string; body?: object; headers?: Record<string, string> } = {}) {
  const body = init.body === undefined ? {} : { body: JSON.stringify(init.body) };
  const headers = {
    ...(await api.as(person)),
    'accept-language': 'en',
    'content-type': 'application/json',
    'idempotency-key': 'key',
    ...init.headers,
  };
  const answer = await api.app.request(path, { method: init.method ?? (init.body === undefined ? 'GET' : 'POST'), headers, ...body });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown> & { code: string; message: string },
  };
}

describe('a token says who asks', () => {
  test.each([
    ['no header', undefined, 'TOKEN_MISSING'],
    ['another scheme', 'Basic Y2hlbi1saTp4', 'TOKEN_INVALID'],
    ['a secret that nobody has', 'Bearer gendan_000000000000_x', 'TOKEN_INVALID'],
    ['a secret of a megabyte', `Bearer ${'x'.repeat(1_000_000)}`, 'TOKEN_INVALID'],
  ])('%s', async (_, authorization, code) => {
    const answer = await api.app.request('/api/v1/tasks', { headers: authorization === undefined ? {} : { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(((await answer.json()) as { code: string }).code).toBe(code);
  });

  test('a revoked one no longer does', async () => {
    const headers = await api.as('li-mei');
    expect((await api.app.request('/api/v1/me', { headers })).status).toBe(200);
    await revokeToken(api.pool, headers['authorization']?.split('_')[1] ?? '');
    expect(await (await api.app.request('/api/v1/me', { headers })).json()).toMatchObject({ status: 401, code: 'TOKEN_REVOKED' });
  });

  test('one of a person who has left no longer does', async () => {
    const headers = await api.as('sun-yan');
    await api.pool.query("update person set active = false where id = 'sun-yan'");
    expect(await (await api.app.request('/api/v1/me', { headers })).json()).toMatchObject({ status: 401, code: 'TOKEN_REVOKED' });
  });

  test('nobody without one makes the server read a body', async () => {
    let read = false;
    const body = new ReadableStream(
      {
        pull(controller) {
          read = true;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const answer = await api.app.request('/api/v1/cases', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect([answer.status, read]).toEqual([401, false]);
  });
});

describe('another company does not exist', () => {
  test.each([
    ['its case', () => `/api/v1/cases/${inPath(foreign)}`, 'CASE_UNKNOWN'],
    ['its documents', () => `/api/v1/cases/${inPath(foreign)}/documents`, 'CASE_UNKNOWN'],
    ['its task', () => `/api/v1/tasks/${inPath(taskOf(foreign))}`, 'TASK_UNKNOWN'],
    ['its list', () => '/api/v1/tasks?company=other', 'COMPANY_UNKNOWN'],
    ['its people', () => '/api/v1/people?company=other', 'COMPANY_UNKNOWN'],
    ['its radar', () => '/api/v1/radar?company=other', 'COMPANY_UNKNOWN'],
  ])('%s', async (_, path, code) => {
    const there = await ask('chen-li', path());
    expect(there).toMatchObject({ status: 404, body: { code } });
  });

  test('a command to it is answered like one to nothing', async () => {
    const command = { verb: 'complete', rev: 1, data: { outcome: 'accurate' } };
    const [there, nowhere] = await Promise.all([
      ask('chen-li', `/api/v1/tasks/${inPath(taskOf(foreign))}/commands`, { body: command }),
      ask('chen-li', `/api/v1/tasks/${inPath('hehe:order-intake:none/x#1')}/commands`, { body: command }),
    ]);
    expect(there.body.code).toBe('TASK_UNKNOWN');
    expect(nowhere.body.code).toBe('TASK_UNKNOWN');
  });

  test('its cases, tasks and people are in no list', async () => {
    for (const path of ['/api/v1/cases', '/api/v1/tasks', '/api/v1/tasks?view=team', '/api/v1/people', '/api/v1/radar'])
      expect(JSON.stringify((await ask('chen-li', path)).body), path).not.toMatch(/other|OT-1|outsider/i);
    expect(JSON.stringify((await ask('outsider', '/api/v1/tasks')).body)).toContain(foreign);
  });

  test('starting a case there', async () => {
    const start = { company: 'other', procedure: 'order-intake', subject: anOrder() };
    expect(await ask('chen-li', '/api/v1/cases', { body: start })).toMatchObject({ status: 404, body: { code: 'COMPANY_UNKNOWN' } });
  });
});

describe('what is unknown is told by name', () => {
  test.each([
    ['a company', { company: 'nobody', procedure: 'order-intake', subject: anOrder() }, 'COMPANY_UNKNOWN', '/company'],
    ['a procedure', { company: 'hehe', procedure: 'order-outtake', subject: anOrder() }, 'PROCEDURE_UNKNOWN', '/procedure'],
    [
      'a procedure called like a part of every object',
      { company: 'hehe', procedure: 'constructor', subject: anOrder() },
      'PROCEDURE_UNKNOWN',
      '/procedure',
    ],
  ])('%s', async (_, body, code, field) => {
    expect(await ask('chen-li', '/api/v1/cases', { body })).toMatchObject({ status: 404, body: { code, field } });
  });

  test.each([
    ['/api/v1/tasks?step=fly', 404, 'STEP_UNKNOWN'],
    ['/api/v1/tasks?procedure=fly', 404, 'PROCEDURE_UNKNOWN'],
    ['/api/v1/tasks?view=theirs', 400, 'QUERY_INVALID'],
    ['/api/v1/tasks?limit=0', 400, 'QUERY_INVALID'],
    ['/api/v1/tasks?colour=red', 400, 'QUERY_INVALID'],
    ['/api/v1/tasks?after=nonsense', 400, 'QUERY_INVALID'],
    [`/api/v1/tasks?after=${Buffer.from('["1","2026","x"]').toString('base64url')}`, 400, 'QUERY_INVALID'],
    ['/api/v1/cases/nothing', 404, 'CASE_UNKNOWN'],
    ['/api/v1/tasks/nothing', 404, 'TASK_UNKNOWN'],
    ['/api/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['/api/v1/tasks/%E0%A4%A', 404, 'TASK_UNKNOWN'],
  ])('%s', async (path, status, code) => {
    expect(await ask('chen-li', path)).toMatchObject({ status, body: { code } });
  });

  test('a method that a path does not have', async () => {
    expect(await ask('chen-li', '/api/v1/me', { method: 'DELETE' })).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
  });
});

describe('a task of somebody else', () => {
  const command = { verb: 'complete', rev: 1, data: { outcome: 'accurate' } };
  test.each([
    ['en', 'This task is not yours: it waits for Merchandiser.'],
    ['zh', '这不是您的任务：它在等待跟单员处理。'],
    ['id', 'Tugas ini bukan milik Anda: menunggu Staf follow-up pesanan.'],
  ])('is refused, and says whose it is, in %s', async (language, message) => {
    const answer = await ask('wang-qiang', `/api/v1/tasks/${inPath(taskOf(own))}/commands`, {
      body: command,
      headers: { 'accept-language': language },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: 'NOT_YOURS', message, values: { roles: ['merchandiser'] } } });
  });

  test('may be read, and its buttons say why not', async () => {
    const { status, body } = await ask('wang-qiang', `/api/v1/tasks/${inPath(taskOf(own))}`);
    expect(status).toBe(200);
    expect(body['whyMine']).toBeNull();
    expect(body['verbs']).toMatchObject([
      { verb: 'complete', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'withdraw', allowed: false, whyNot: { code: 'NOTHING_TO_WITHDRAW' } },
      { verb: 'transfer', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'delegate', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'add-signer', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'remove-signer', allowed: false, whyNot: { code: 'ROLE_NEEDED' } },
      { verb: 'hold', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'resume', allowed: false },
      { verb: 'claim', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'release', allowed: false, whyNot: { code: 'NOT_CLAIMED' } },
      { verb: 'reassign', allowed: false, whyNot: { code: 'ROLE_NEEDED' } },
      { verb: 'urge', allowed: true },
      { verb: 'copy', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'consult', allowed: false, whyNot: { code: 'NOT_YOURS' } },
      { verb: 'comment', allowed: true },
    ]);
  });

  test('cannot be started or cancelled by whoever does not manage the procedure', async () => {
    const start = { company: 'hehe', procedure: 'order-intake', subject: anOrder() };
    expect(await ask('wang-qiang', '/api/v1/cases', { body: start })).toMatchObject({ status: 403, body: { code: 'ROLE_NEEDED' } });
    const cancel = { verb: 'cancel', reason: 'no' };
    expect(await ask('wang-qiang', `/api/v1/cases/${inPath(own)}/commands`, { body: cancel })).toMatchObject({
      status: 403,
      body: { code: 'ROLE_NEEDED' },
    });
  });
});

describe('the API refuses before the dispatcher is asked', () => {
  const on = (): string => `/api/v1/tasks/${inPath(taskOf(own))}/commands`;
  test.each<[string, object, number, string, string | undefined]>([
    ['a verb that the step does not have', { verb: 'return', rev: 1, to: 'initial-review', reason: 'x' }, 409, 'VERB_UNKNOWN', undefined],
    ['a verb that nothing has', { verb: 'fly', rev: 1 }, 409, 'VERB_UNKNOWN', undefined],
    ['an old revision', { verb: 'complete', rev: 2, data: { outcome: 'accurate' } }, 409, 'TASK_CHANGED', '/rev'],
    ['no data', { verb: 'complete', rev: 1 }, 400, 'FIELD_REQUIRED', '/data'],
    ['no outcome', { verb: 'complete', rev: 1, data: {} }, 400, 'FIELD_REQUIRED', '/data/outcome'],
    [
      'an outcome that the step does not have',
      { verb: 'complete', rev: 1, data: { outcome: 'toString' } },
      400,
      'OUTCOME_UNKNOWN',
      '/data/outcome',
    ],
    [
      'a field that the outcome does not ask for',
      { verb: 'complete', rev: 1, data: { outcome: 'problem', problems: 'x', note: 'y' } },
      400,
      'FIELD_UNKNOWN',
      '/data/note',
    ],
    [
      'a field missing that it asks for',
      { verb: 'complete', rev: 1, data: { outcome: 'problem' } },
      400,
      'FIELD_REQUIRED',
      '/data/problems',
    ],
    ['an actor in the body', { verb: 'complete', rev: 1, by: 'guan-zheng', data: { outcome: 'accurate' } }, 400, 'FIELD_UNKNOWN', '/by'],
    [
      'a reason with a completion',
      { verb: 'complete', rev: 1, reason: 'x', data: { outcome: 'accurate' } },
      400,
      'FIELD_UNKNOWN',
      '/reason',
    ],
  ])('%s', async (_, body, status, code, field) => {
    const answer = await ask('chen-li', on(), { body });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body['field']).toBe(field);
  });

  test.each([
    ['no key', {}, 'IDEMPOTENCY_KEY_MISSING'],
    ['a key of 201 characters', { 'idempotency-key': 'x'.repeat(201) }, 'IDEMPOTENCY_KEY_INVALID'],
    ['a key with a space', { 'idempotency-key': 'a b' }, 'IDEMPOTENCY_KEY_INVALID'],
  ])('%s', async (_, headers, code) => {
    const answer = await api.app.request(on(), {
      method: 'POST',
      headers: { ...(await api.as('chen-li')), 'content-type': 'application/json', ...headers },
      body: '{}',
    });
    expect(await answer.json()).toMatchObject({ status: 400, code });
  });

  test.each<[string, object, string]>([
    ['an amendment that breaks the order', { verb: 'amend', from: 1, patch: { lines: { '1': { quantity: -1 } } } }, 'QUANTITY_INVALID'],
    ['an amendment that names no turn', { verb: 'amend', patch: { remarks: 'x' } }, 'FIELD_REQUIRED'],
    ['a cancellation without a reason', { verb: 'cancel' }, 'FIELD_REQUIRED'],
    ['a move to where it is', { verb: 'move' }, 'EDITION_NOT_CURRENT'],
    ['a verb of tasks', { verb: 'complete' }, 'VERB_UNKNOWN'],
  ])('%s', async (_, body, code) => {
    expect((await ask('chen-li', `/api/v1/cases/${inPath(own)}/commands`, { body })).body.code).toBe(code);
  });
});

describe('when something is broken', () => {
  test('a fault of the program is a reference, never a stack', async () => {
    const answer = await ask('chen-li', `/api/v1/tasks/${inPath(taskOf(own))}/commands`, {
      body: { verb: 'complete', rev: 1, data: { outcome: 'problem', problems: 'x' } },
    });
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/fault of the program|\.ts/);
    const { reference } = answer.body['values'] as { reference: string };
    expect(api.logged.some((line) => line.includes(reference) && line.includes('a fault of the program'))).toBe(true);
  });

  test('Temporal away: 503, and the decision is kept', async () => {
    const start = { company: 'hehe', procedure: 'order-intake', number: 'HH-2', subject: anOrder() };
    const answer = await ask('chen-li', '/api/v1/cases', { body: start, headers: { 'idempotency-key': 'kept' } });
    expect(answer).toMatchObject({ status: 503, body: { code: 'TEMPORAL_UNAVAILABLE', values: { kept: true } } });
    expect(answer.body.message).toContain('is kept');
    expect(answer.headers.get('retry-after')).not.toBeNull();
  });

  test('the database away: 503 before anything happened', async () => {
    const pool = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none', connectionTimeoutMillis: 500 });
    const log = pino({ level: 'silent' });
    const away = createApp(
      {
        db: pool,
        books: createBookCache(pool),
        calendars: { of: async () => undefined },
        rehearse: () => undefined,
        log,
        dispatcher: unreachable,
        events: { subscribe: () => () => undefined, stop: async () => undefined },
        demoPeople: true,
        temporalAnswers: async () => true,
        stopping: () => false,
      },
      '0',
    );
    const answer = await away.request('/api/v1/tasks', { headers: { authorization: 'Bearer x' } });
    expect(await answer.json()).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    const health = await away.request('/healthz');
    expect([health.status, await health.json()]).toEqual([503, { status: 'unavailable', database: false, temporal: true }]);
    await pool.end();
  });
});

describe('every answer', () => {
  test.each(['/api/v1/me', '/api/v1/nothing', '/healthz', '/api/docs'])('%s carries the security headers, and no CORS', async (path) => {
    const answer = await api.app.request(path, { headers: { ...(await api.as('chen-li')), origin: 'https://elsewhere.example' } });
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('speaks the person’s own language where the header names none that there is', async () => {
    const chinese = await api.app.request('/api/v1/tasks/nothing', {
      headers: { ...(await api.as('chen-li')), 'accept-language': 'fr, de;q=0.5' },
    });
    expect(chinese.headers.get('content-language')).toBe('zh');
    const indonesian = await api.app.request('/api/v1/tasks/nothing', { headers: await api.as('siti-rahayu') });
    expect(indonesian.headers.get('content-language')).toBe('id');
    const nobody = await api.app.request('/api/v1/tasks', { headers: { 'accept-language': 'in-ID, en;q=0.9' } });
    expect(nobody.headers.get('content-language')).toBe('id');
  });
});

describe('the documentation', () => {
  test('describes every route in OpenAPI 3.1', async () => {
    const document = (await (await api.app.request('/api/v1/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { parameters?: { name: string; required: boolean }[] }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/cases',
        '/api/v1/cases/{caseId}',
        '/api/v1/cases/{caseId}/commands',
        '/api/v1/tasks',
        '/api/v1/tasks/{taskId}',
        '/api/v1/tasks/{taskId}/commands',
        '/api/v1/radar',
        '/api/v1/events',
        '/api/v1/me',
        '/api/v1/people',
        '/healthz',
      ]),
    );
    const parameters = document.paths['/api/v1/tasks/{taskId}/commands']?.['post']?.parameters ?? [];
    expect(parameters.find(({ name }) => name === 'Idempotency-Key')?.required).toBe(true);
    expect(parameters.find(({ name }) => name === 'taskId')?.required).toBe(true);
  });

  test('is browsable without any other server', async () => {
    const page = await api.app.request('/api/docs');
    const html = await page.text();
    expect(html).not.toMatch(/<script>|https?:\/\//);
    for (const [, file] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await api.app.request(file ?? '')).status, file).toBe(200);
    expect((await api.app.request('/api/docs/..%2Fpackage.json')).status).toBe(404);
  });
});
