import { afterAll, beforeAll, expect, it } from 'vitest';
import { Attempts } from '../../../client/api/http/attempts.js';
import { revokeToken } from '../../../db/authentication.js';
import { securityEvents } from '../../../db/security-events.js';
import { type TestApi, testApi } from '../support/api.js';

/** M7: trying tokens makes no work without end, and does not lock out who has one. */
let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());
const ask = async (authorization: string) => (await api.app.request('/api/v1/me', { headers: { authorization } })).status;

it('when bad tokens come one after another, then none is looked up any more, and who was known goes on', async () => {
  const { authorization = '' } = await api.as('chen-li');
  expect(await ask(authorization)).toBe(200);
  const answers: number[] = [];
  for (let n = 0; n < 40; n++) answers.push(await ask(`Bearer gendan_${n}`));
  expect(answers).toEqual([...Array(30).fill(401), ...Array(10).fill(429)]);
  expect(await ask(authorization)).toBe(200);
});

it('when a minute has gone by, then it is forgotten; another address was never meant', () => {
  const attempts = new Attempts();
  for (let n = 0; n < 40; n++) attempts.failed('10.0.0.1', `x${n}`, 0);
  expect([attempts.waits('10.0.0.1', 'y', 1_000), attempts.waits('10.0.0.2', 'y', 1_000)]).toEqual([59, 0]);
  attempts.held('z', 0);
  expect([attempts.waits('10.0.0.1', 'z', 1_000), attempts.waits('10.0.0.1', 'y', 60_000)]).toEqual([0, 0]);
});

it('when something happens at the doors, then it is in the security log, with who and where, and without any secret', async () => {
  const doors = await testApi();
  const as = await doors.as('li-mei');
  const json = { 'content-type': 'application/json', 'idempotency-key': 'k' };
  const start = { company: 'hehe', procedure: 'order-intake', subject: {} };
  await doors.app.request('/api/v1/cases', {
    method: 'POST',
    headers: { ...(await doors.as('he-jun')), ...json },
    body: JSON.stringify(start),
  });
  const absence = { from: '2027-01-04T00:00:00+08:00', until: '2027-01-08T00:00:00+08:00', standIns: [] };
  const entered = await doors.app.request('/api/v1/absences', {
    method: 'POST',
    headers: { ...as, ...json },
    body: JSON.stringify(absence),
  });
  await revokeToken(doors.pool, as['authorization']?.split('_')[1] ?? '');
  await doors.app.request('/api/v1/me', { headers: as });
  for (let n = 0; n < 31; n++) await doors.app.request('/api/v1/me', { headers: { authorization: `Bearer gendan_${n}` } });
  for (let n = 0; n < 100; n++) {
    const kept = await securityEvents(doors.pool, { days: 1, limit: 100 });
    if (kept.some(({ kind }) => kind === 'tokens-tried')) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const kept = await securityEvents(doors.pool, { days: 1, limit: 100 });
  const said = kept.map(({ kind, person, route, code }) => `${kind} ${person} ${route} ${code}`);
  expect(said).toContain('refused he-jun POST /api/v1/cases ROLE_NEEDED');
  if (entered.status === 201) expect(said).toContain('rights-changed li-mei POST /api/v1/absences 201');
  expect(said).toContain('token-refused null GET /api/v1/me TOKEN_REVOKED');
  expect(said).toContain('tokens-tried null GET /api/v1/me TOKENS_TRIED');
  expect(JSON.stringify(kept)).not.toMatch(/gendan_[0-9a-f]{12}_/);
  await doors.close();
});
