import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApi, testApi } from './support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

/** What the command line calls for each operation of the API, as docs/cli.md writes it. */
const commands: Readonly<Record<string, string>> = {
  'get /me': 'me',
  'get /people': 'people',
  'post /people/{personId}/hand-over': 'hand-over',
  'get /absences': 'absence list',
  'post /absences': 'absence add',
  'put /absences/{absenceId}': 'absence change',
  'delete /absences/{absenceId}': 'absence end',
  'get /notices': 'notices',
  'post /notices/{noticeId}/read': 'notices',
  'post /notices/read': 'notices',
  'get /tasks': 'tasks',
  'get /tasks/counts': 'counts',
  'get /tasks/{taskId}': 'task',
  'post /tasks/{taskId}/commands': 'act',
  'post /tasks/commands': 'batch',
  'get /tasks/{taskId}/draft': 'draft',
  'put /tasks/{taskId}/draft': 'draft',
  'delete /tasks/{taskId}/draft': 'draft',
  'get /cases': 'cases',
  'post /cases': 'case start',
  'get /cases/{caseId}': 'case show',
  'post /cases/{caseId}/commands': 'case comment',
  'get /cases/{caseId}/deadlines': 'case deadlines',
  'get /cases/{caseId}/rehearsal': 'rehearse',
  'get /documents/{documentId}.pdf': 'document',
  'post /documents/{documentId}.pdf': 'document',
  'get /customers': 'customers',
  'get /products': 'products',
  'get /mails': 'mails',
  'get /promises/slips': 'slips',
  'get /shipped-not-invoiced': 'invoice list',
  'post /invoices': 'invoice enter',
  'post /mail/bounces': 'mail bounced',
  'post /mail/bounces/{messageId}/settle': 'mail settle',
  'get /radar': 'radar',
};
/** What the command line has no use for, and why. */
const without: Readonly<Record<string, string>> = {
  'get /sign-in': 'for the page that signs in; the command line has tokens',
  'post /session': 'a cookie of a browser',
  'put /session': 'a cookie of a browser',
  'delete /session': 'a cookie of a browser',
  'get /events': 'an endless stream for screens',
  'get /healthz': 'for whoever watches the process',
  'get /openapi.json': 'for programs',
  'get /cases/{caseId}/documents': 'stands in `case show`',
  'get /cases/{caseId}/documents/{documentId}': 'the content of a document; `document` has its paper',
  'get /mails/{mailId}': 'the text of a mail; its paper is written by `document`',
};

it('when the API can do something, then the command line can too, or it is said why not', async () => {
  const { paths } = (await (await api.app.request('/api/v1/openapi.json')).json()) as { paths: Record<string, object> };
  const operations = Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path.replace('/api/v1', '')}`))
    .sort();
  expect(operations.filter((one) => !(one in commands) && !(one in without))).toEqual([]);
  for (const operation of Object.keys(without)) expect(operations, operation).toContain(operation);
  const page = readFileSync('docs/cli.md', 'utf8');
  for (const [operation, command] of Object.entries(commands)) {
    expect(operations, operation).toContain(operation);
    expect(page, command).toMatch(new RegExp(`\`${command}[ \`]`));
  }
});
