import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestApi, testApi } from './support/api.js';

let edge: TestApi;
beforeAll(async () => {
  edge = await testApi();
});
afterAll(() => edge.close());

const own = { host: '127.0.0.1:4280', 'sec-fetch-site': 'same-origin', 'accept-language': 'en' };

interface Sent {
  readonly method?: string;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

async function ask(path: string, { method = 'GET', body, headers = {} }: Sent = {}) {
  const response = await edge.app.request(`http://127.0.0.1:4280/api/v1${path}`, {
    method,
    headers: { ...own, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    cookie: response.headers.get('set-cookie') ?? '',
    body: (await response.json()) as Record<string, unknown>,
  };
}

const pairOf = (cookie: string): string => cookie.split(';')[0] ?? '';

async function signedIn(person: string): Promise<string> {
  const answer = await ask('/session', { method: 'POST', body: { person } });
  expect(answer.status).toBe(200);
  return pairOf(answer.cookie);
}

describe('when people are invented, then whoever is at this machine may be any of them', () => {
  test('they are listed by company, with their roles in the reader’s language', async () => {
    const { body } = await ask('/sign-in', { headers: { 'accept-language': 'id' } });
    const companies = body['demo'] as { company: string; people: { id: string; roles: string[] }[] }[];
    const hehe = companies.find(({ company }) => company === 'hehe');
    expect(hehe?.people.find(({ id }) => id === 'li-mei')?.roles).toEqual(['Staf follow-up pesanan']);
  });

  test('the cookie is read by no script and sent by no other site', async () => {
    const { cookie } = await ask('/session', { method: 'POST', body: { person: 'li-mei' } });
    expect(cookie).toMatch(/^gendan_session4280=/);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    expect(cookie).toContain('Path=/');
    expect(cookie).not.toContain('Secure');
  });

  test('with it they are who they chose, with the rights of their token', async () => {
    const cookie = await signedIn('li-mei');
    const byToken = await edge.app.request('/api/v1/me', { headers: { ...(await edge.as('li-mei')), 'accept-language': 'en' } });
    const bySession = await ask('/me', { headers: { cookie } });
    expect(bySession.body).toEqual(await byToken.json());
  });

  test('a stranger is nobody', async () => {
    expect(await ask('/session', { method: 'POST', body: { person: 'nobody' } })).toMatchObject({
      status: 404,
      body: { code: 'PERSON_UNKNOWN' },
    });
  });

  test.each([
    ['a page of elsewhere', { 'sec-fetch-site': 'cross-site' }, 'FOREIGN_PAGE'],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }, 'FOREIGN_PAGE'],
    ['a name that was made to point here', { host: 'evil.example:4280' }, 'SIGN_IN_NOT_OFFERED'],
  ])('%s may not sign anybody in', async (_, headers, code) => {
    expect(await ask('/session', { method: 'POST', body: { person: 'li-mei' }, headers })).toMatchObject({ status: 403, body: { code } });
    expect((await ask('/sign-in', { headers: { host: 'evil.example:4280' } })).body).toEqual({ demo: null });
  });
});

describe('when a browser has a session', () => {
  test('then no other page changes anything by it', async () => {
    const cookie = await signedIn('li-mei');
    const drop = { method: 'POST', body: { upTo: 'x/y@1' } };
    expect((await ask('/notices/read', { ...drop, headers: { cookie, 'sec-fetch-site': 'cross-site' } })).body).toMatchObject({
      code: 'FOREIGN_PAGE',
    });
    expect((await ask('/notices/read', { ...drop, headers: { cookie } })).body).toMatchObject({ code: 'NOTICE_UNKNOWN' });
  });

  test('then an old browser is believed by its Origin', async () => {
    const cookie = await signedIn('li-mei');
    const { 'sec-fetch-site': _new, ...old } = own;
    const sent = async (origin: string) => {
      const response = await edge.app.request('http://127.0.0.1:4280/api/v1/notices/read', {
        method: 'POST',
        headers: { ...old, cookie, origin, 'content-type': 'application/json' },
        body: JSON.stringify({ upTo: 'x/y@1' }),
      });
      return ((await response.json()) as { code: string }).code;
    };
    expect(await sent('https://evil.example')).toBe('FOREIGN_PAGE');
    expect(await sent('http://127.0.0.1:4280')).toBe('NOTICE_UNKNOWN');
  });

  test('then it is renewed under a new secret, and the one before ends soon after', async () => {
    const before = await signedIn('li-mei');
    const renewed = await ask('/session', { method: 'PUT', headers: { cookie: before } });
    expect(renewed.status).toBe(200);
    const after = pairOf(renewed.cookie);
    expect(after).not.toBe(before);
    expect((await ask('/me', { headers: { cookie: before } })).status).toBe(200);
    await edge.pool.query("update session set expires_at = expires_at - interval '61 seconds'");
    expect((await ask('/me', { headers: { cookie: before } })).body).toMatchObject({ code: 'TOKEN_REVOKED' });
    expect((await ask('/me', { headers: { cookie: after } })).status).toBe(200);
  });

  test('then it lasts no longer than a week, however often it is renewed', async () => {
    const cookie = await signedIn('li-mei');
    await edge.pool.query("update session set begun_at = now() - interval '8 days'");
    expect((await ask('/session', { method: 'PUT', headers: { cookie } })).body).toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  test('then signing out ends it everywhere', async () => {
    const cookie = await signedIn('li-mei');
    const out = await ask('/session', { method: 'DELETE', headers: { cookie } });
    expect(out.cookie).toMatch(/Max-Age=0/);
    expect((await ask('/me', { headers: { cookie } })).body).toMatchObject({ status: 401, code: 'TOKEN_INVALID' });
  });

  test('then somebody who left is let in no longer', async () => {
    const cookie = await signedIn('chen-li');
    await edge.pool.query("update person set active = false where id = 'chen-li'");
    expect((await ask('/me', { headers: { cookie } })).body).toMatchObject({ code: 'TOKEN_REVOKED' });
  });
});
