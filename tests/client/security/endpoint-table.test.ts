import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unavailable } from '../../../client/dispatch/contract.js';
import { createToken, revokeToken } from '../../../db/authentication.js';
import type { Json } from '../../../domain/json.js';
import { anOrder, type TestApi, testApi } from '../support/api.js';
import { addressOf, type Operation, operationsOf, type Schema, sampleOf } from './operations.js';

/**
 * Every endpoint × every kind of caller → the status of the answer. An endpoint without a row fails; so does a row without an endpoint. 503 is what
 * somebody gets who was let through to a case here, where nothing carries commands.
 */
const callers = ['nobody', 'revoked', 'stranger', 'colleague', 'entitled', 'machine'] as const;
type Caller = (typeof callers)[number];
type Row = readonly [nobody: number, revoked: number, stranger: number, colleague: number, entitled: number, machine: number];

const open: Row = [200, 200, 200, 200, 200, 200];
const own: Row = [401, 401, 200, 200, 200, 200];
const ofCompany: Row = [401, 401, 404, 200, 200, 200];

const table: Readonly<Record<string, Row>> = {
  'GET /healthz': open,
  'GET /openapi.json': open,
};

let api: TestApi;
let all: readonly Operation[];
let resolve: (schema: Schema) => Schema;
let known: Readonly<Record<string, string>>;
const headers = new Map<Caller, Record<string, string>>();
const away = () => Promise.reject(new Unavailable('TEMPORAL_UNAVAILABLE', true));
beforeAll(async () => {
  api = await testApi({ start: away, command: away, catchUp: away, snapshot: away });
  ({ all, resolve } = await operationsOf(api));
  const caseId = await api.seed('HH-1', anOrder());
  known = { caseId, taskId: `${caseId}/review/1/initial-review#1`, personId: 'li-mei' };
  const revoked = await createToken(api.pool, 'chen-li');
  await revokeToken(api.pool, revoked?.id ?? '');
  headers.set('nobody', {});
  headers.set('revoked', { authorization: `Bearer ${revoked?.secret}` });
  for (const [caller, person] of [
    ['stranger', 'outsider'],
    ['colleague', 'he-jun'],
    ['entitled', 'chen-li'],
    ['machine', 'mail-gateway'],
  ] as const)
    headers.set(caller, await api.as(person));
});
afterAll(() => api.close());

/** What makes a request one that its endpoint would carry out. */
const bodies: Readonly<Record<string, Json>> = {
  'POST /cases': { company: 'hehe', procedure: 'order-intake', subject: anOrder() },
  'POST /cases/{caseId}/commands': { verb: 'cancel', reason: 'no longer wanted' },
  'POST /tasks/{taskId}/commands': { verb: 'complete', rev: 1, data: { outcome: 'accurate' } },
  'POST /people/{personId}/hand-over': { company: 'hehe', to: 'chen-li', preview: true },
};
const queries: Readonly<Record<string, string>> = {
  'GET /promises/slips': 'company=hehe&from=2026-11-01&to=2026-11-30',
  'GET /customers': 'q=x',
  'GET /products': 'q=x',
};

async function statusOf(operation: Operation, caller: Caller): Promise<number> {
  const body = operation.body === undefined ? undefined : (bodies[operation.name] ?? sampleOf(operation.body, resolve));
  const stop = new AbortController();
  const answer = await api.app.request(`${addressOf(operation, known)}?${queries[operation.name] ?? ''}`, {
    method: operation.method,
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID(), ...headers.get(caller) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: stop.signal,
  });
  await answer.body?.cancel();
  stop.abort();
  return answer.status;
}

describe('each endpoint, as each caller', () => {
  it('when the API grows, then its new endpoints have a row', () => {
    expect(all.map(({ name }) => name).toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it('when it is called, then the answer is that of its row', async () => {
    const found: Record<string, readonly number[]> = {};
    for (const operation of all) {
      const row: number[] = [];
      for (const caller of callers) row.push(await statusOf(operation, caller));
      found[operation.name] = row;
    }
    expect(found).toEqual(table);
  });

  it('when somebody of another company asks for what there is, then they hear what they hear of what there is not', async () => {
    const said = async (operation: Operation, values: Readonly<Record<string, string>>): Promise<string> => {
      const body = operation.body === undefined ? undefined : (bodies[operation.name] ?? sampleOf(operation.body, resolve));
      const answer = await api.app.request(`${addressOf(operation, values)}?${queries[operation.name] ?? ''}`, {
        method: operation.method,
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k', 'accept-language': 'en', ...headers.get('stranger') },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return `${answer.status} ${Object.values(values).reduce((all, value) => all.replaceAll(value, '…'), text)}`;
    };
    const nothing = {
      caseId: 'hehe:order-intake:NONE',
      taskId: 'hehe:order-intake:NONE/review/1/initial-review#1',
      personId: 'nobody-at-all',
    };
    for (const operation of all.filter(({ path, closed }) => closed && path.includes('{')))
      expect(await said(operation, known), operation.name).toBe(await said(operation, nothing));
  });
});
void own;
void ofCompany;
