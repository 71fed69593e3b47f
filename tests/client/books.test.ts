import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDemoBooks } from '../../db/books-demo.js';
import { loadBooks } from '../../policies/load.js';
import { type TestEdge, testEdge } from './support/edge.js';

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge();
  const { tradeBooks } = await loadBooks('policies');
  await loadDemoBooks(edge.pool, { hehe: tradeBooks['hehe']!, other: tradeBooks['hehe']! });
});
afterAll(() => edge.close());

async function get(person: string, path: string) {
  const answer = await edge.app.request(`/api/v1${path}`, { headers: await edge.as(person) });
  return {
    status: answer.status,
    body: (await answer.json()) as { readonly items: readonly { readonly code: string; readonly company: string }[] },
  };
}

describe('what the trade books have', () => {
  test('products are found by a part of their code or of their name in any language', async () => {
    const { status, body } = await get('chen-li', '/products?q=zs-8201');
    expect(status).toBe(200);
    expect(body.items.map(({ code }) => code)).toEqual(['ZS-8201-BK', 'ZS-8201-GY', 'ZS-8201-SN', 'ZS-8201-WT']);
    expect(body.items[0]).toMatchObject({ kind: 'handle-set', entry: { set: { screws: { code: 'LS-M5X50', perSet: 4 } } }, inStock: null });
    expect((await get('chen-li', `/products?q=${encodeURIComponent('合页')}`)).body.items).toMatchObject([{ code: 'HY-304-14' }]);
  });

  test('customers are those of one’s own companies', async () => {
    const { body } = await get('chen-li', '/customers');
    expect(new Set(body.items.map(({ company }) => company))).toEqual(new Set(['hehe']));
    expect(body.items).toHaveLength(5);
    expect((await get('outsider', '/customers?q=jaya')).body.items).toMatchObject([{ company: 'other', code: 'C-2001', language: 'id' }]);
    expect(await get('outsider', '/customers?company=hehe')).toMatchObject({ status: 404, body: { code: 'COMPANY_UNKNOWN' } });
  });

  test('pages go on where the last one ended; a mark that is none is refused', async () => {
    const first = (await get('chen-li', '/customers?limit=2')).body as unknown as { next: string };
    const second = await get('chen-li', `/customers?limit=3&after=${encodeURIComponent(first.next)}`);
    expect(second.body).toMatchObject({ items: [{ code: 'C-1003' }, { code: 'C-1004' }, { code: 'C-2001' }], next: null });
    expect(await get('chen-li', '/products?after=x')).toMatchObject({ status: 400, body: { code: 'QUERY_INVALID' } });
  });
});
