import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadDemoBooks } from '../../db/books.js';
import { loadBooks } from '../../policies/load.js';

import { tradeDesk } from '../support/trade.js';
import { type TestApi, testApi } from './support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  const { tradeBooks } = await loadBooks('policies');
  await loadDemoBooks(api.pool, { hehe: tradeBooks['hehe']!, other: tradeBooks['hehe']! });
});
afterAll(() => api.close());

async function get(person: string, path: string) {
  const answer = await api.app.request(`/api/v1${path}`, { headers: await api.as(person) });
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

describe('what was shipped and is not invoiced', () => {
  const caseId = 'hehe:shipment-routine:S1';
  const post = async (person: string, changes: object = {}) => {
    const body = { company: 'hehe', invoice: 'INV-1', customer: 'C-1002', dueOn: '2027-01-31', shipments: [caseId], ...changes };
    const headers = { ...(await api.as(person)), 'content-type': 'application/json', 'accept-language': 'en' };
    const answer = await api.app.request('/api/v1/invoices', { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as Readonly<Record<string, unknown>> };
  };
  beforeAll(async () => {
    const books = tradeDesk(api.pool);
    const lines = [{ line: '1', quantity: 1 }];
    const [ordered] = (await books.order('hehe', 'HH-0900'))?.lines ?? [];
    const product = ordered?.product ?? '';
    await books.add('hehe', {
      stock: [{ product, onHand: 9 }],
      orders: [{ number: 'HH-0901', customer: 'C-1002', lines: [{ id: '1', product, quantity: 9, unitPriceMinor: 700 }] }],
    });
    const request = { company: 'hehe', caseId, key: caseId, customer: 'C-1002', order: 'HH-0901', lines };
    expect(await books.release(request)).toMatchObject({ granted: true });
    expect(await books.ship({ company: 'hehe', caseId, key: `${caseId}/ship`, release: caseId, lines })).toMatchObject({ shipped: true });
  });

  test('it is listed, and is a receivable once accounting has entered its invoice; others may not', async () => {
    const listed = { company: 'hehe', caseId, customer: 'C-1002', order: 'HH-0901', currency: 'CNY' };
    expect((await get('chen-li', '/shipped-not-invoiced')).body.items).toMatchObject([listed]);
    expect(await post('chen-li')).toMatchObject({
      status: 403,
      body: { code: 'ROLE_NEEDED', message: 'To Enter an invoice here you need to be Finance department.' },
    });
    const entered = await post('xie-yun');
    expect(entered).toMatchObject({ status: 201, body: { invoice: 'INV-1', customer: 'C-1002' } });
    expect(await post('xie-yun')).toEqual(entered);
    expect((await get('chen-li', '/shipped-not-invoiced')).body.items).toEqual([]);
    expect(await tradeDesk(api.pool).credit('hehe', 'C-1002', '2027-02-01')).toMatchObject({
      shippedNotInvoicedMinor: 0,
      receivableMinor: entered.body['amountMinor'],
    });
  });

  test('what is wrong is named', async () => {
    expect(await post('xie-yun', { customer: 'C-9' })).toMatchObject({
      status: 400,
      body: { code: 'CUSTOMER_UNKNOWN', field: '/customer' },
    });
    expect(await post('xie-yun', { invoice: 'INV-2' })).toMatchObject({ status: 409, body: { code: 'SHIPMENT_INVOICED' } });
    expect(await post('xie-yun', { dueOn: '2027-02-01' })).toMatchObject({
      status: 409,
      body: { code: 'INVOICE_EXISTS', field: '/invoice' },
    });
    expect(await post('xie-yun', { invoice: 'INV-2', shipments: ['hehe:x:1'] })).toMatchObject({
      status: 404,
      body: { code: 'SHIPMENT_UNKNOWN', message: 'hehe:x:1 is no shipment of this customer that has left: correct it in /shipments.' },
    });
    expect(await post('xie-yun', { dueOn: 'soon' })).toMatchObject({ status: 400, body: { field: '/dueOn' } });
  });
});
