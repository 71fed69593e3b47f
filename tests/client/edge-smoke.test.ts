import { afterAll, beforeAll, expect, test } from 'vitest';
import { anOrder, type TestEdge, testEdge } from './support/edge.js';
let edge: TestEdge;
beforeAll(async () => { edge = await testEdge(); });
afterAll(() => edge.close());
test('smoke', async () => {
  const caseId = await edge.seed('HH-1', anOrder());
  const headers = await edge.as('chen-li');
  for (const path of ['/api/v1/me', '/api/v1/tasks', '/api/v1/tasks?view=team', '/api/v1/tasks?view=done', '/api/v1/tasks?view=group&q=HT', '/api/v1/tasks/counts', '/api/v1/cases', `/api/v1/cases/${encodeURIComponent(caseId)}`, '/api/v1/radar', '/api/v1/people', '/healthz', '/api/docs', '/api/docs/swagger-ui.css', '/api/v1/nope', '/api/v1/tasks/' + encodeURIComponent(`${caseId}/review/1/initial-review#1`)]) {
    const answer = await edge.app.request(path, { headers });
    const text = await answer.text();
    console.log(path, answer.status, text.slice(0, 1500));
  }
  const doc = await (await edge.app.request('/api/v1/openapi.json')).json() as { paths: object };
  console.log(Object.keys(doc.paths));
  console.log((await edge.pool.query('select id from task')).rows, edge.logged.filter((l) => l.includes('"level":50')));
  expect(1).toBe(1);
});
