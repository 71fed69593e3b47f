import type { JsonObject } from '../../domain/json.js';

const line = { code: 'LJG-800', name: '连接杆', unit: '支', unitPriceMinor: 460 };

/** A placed order as the reading `placed-order` tells of it, with its lines 1 and 2. */
export const standing: JsonObject = {
  customer: '佛山宏泰门窗有限公司',
  customerPo: 'HT-88213',
  currency: 'CNY',
  language: 'zh',
  contact: { name: '邓伟明', email: 'deng@hongtai-window.example' },
  orderedAt: 1_700_000_000_000,
  lines: { 1: { id: '1', quantity: 1200, ...line }, 2: { id: '2', quantity: 600, ...line } },
};

/** The customer wants 900 pieces on line 1, 500 on line 2, and a line 3. */
export const wish: JsonObject = {
  orderNumber: 'HH-1001',
  requestedBy: { name: '邓伟明' },
  changes: { lines: { 1: { quantity: 900 }, 2: { quantity: 500 }, 3: { quantity: 50, ...line } } },
};

export const entered: JsonObject = { cases: [{ caseId: 'hehe:order-intake:HH-1001', number: 'HH-1001', amended: true }] };
export const halfEntered: JsonObject = {
  cases: [
    { caseId: 'hehe:order-intake:HH-1001', number: 'HH-1001', amended: true },
    { caseId: 'hehe:order-intake:HH-1001B', number: 'HH-1001B', amended: false, code: 'CASE_CLOSED', values: {} },
  ],
};
