import { afterAll, beforeAll, expect, it } from 'vitest';
import { Attempts } from '../../../client/api/http/attempts.js';
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
