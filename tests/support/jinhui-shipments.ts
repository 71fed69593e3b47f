import { createTradeBooks } from '../../db/books.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { Body, Plant } from './plant.js';
import { tradeDesk } from './trade.js';

/** Who does which step of a shipment, and what they usually answer. `quantity`: the step is answered for the one line. */
const usual: Readonly<Record<string, { readonly by: string; readonly data: JsonObject }>> = {
  type: { by: 'shen-lan', data: { outcome: 'routine' } },
  notice: { by: 'shen-lan', data: { outcome: 'made' } },
  'finance-check': { by: 'jin-shufen', data: { outcome: 'checked' } },
  'overdue-reason': { by: 'shen-lan', data: { outcome: 'given', reason: '客户周五付款' } },
  'manager-review': { by: 'pan-guohua', data: { outcome: 'ship' } },
  'general-manager-review': { by: 'lou-jianping', data: { outcome: 'ship' } },
  collect: { by: 'shen-lan', data: { outcome: 'check-again' } },
  distribute: { by: 'shen-lan', data: { outcome: 'distributed' } },
  transport: { by: 'shen-lan', data: { outcome: 'arranged', carrier: '顺丰', vehicle: '浙G·12345' } },
  prepare: { by: 'wu-genfa', data: { outcome: 'prepared' } },
  'quality-check': { by: 'zhu-haiyan', data: { outcome: 'passed', report: 'ZJ-1' } },
  'quality-hold': { by: 'ge-weidong', data: { outcome: 'ready' } },
  'arrange-carrier': { by: 'shen-lan', data: { outcome: 'arranged', carrier: '德邦', vehicle: '浙G·99999' } },
  gate: { by: 'he-changshun', data: {} },
  load: { by: 'wu-genfa', data: { outcome: 'loaded', vehicle: '浙G·12345' } },
  'sign-with-carrier': { by: 'wu-genfa', data: { outcome: 'signed', freightVoucher: 'YF-1' } },
  'gate-stop': { by: 'mao-lixin', data: { outcome: 'settled', settlement: '换单' } },
  'shipped-data': { by: 'wu-genfa', data: { lines: { '1': { quantity: 100 } } } },
  'phone-release': { by: 'pan-guohua', data: { outcome: 'released', missing: 'finance', reason: '财务出差' } },
  'phone-consent': { by: 'pan-guohua', data: { outcome: 'consented', words: '14:05 电话同意' } },
  'warehouse-release': { by: 'mao-lixin', data: { outcome: 'let-go' } },
  'quality-release': { by: 'ge-weidong', data: { outcome: 'let-go' } },
  'gate-note': { by: 'he-changshun', data: { outcome: 'noted', vehicle: '浙G·12345' } },
  'goods-left': { by: 'wu-genfa', data: { lines: { '1': { quantity: 100 } } } },
  papers: { by: 'shen-lan', data: { outcome: 'completed' } },
  'finance-check-after': { by: 'jin-shufen', data: { outcome: 'approved' } },
  'manager-review-after': { by: 'pan-guohua', data: { outcome: 'approved' } },
  'general-manager-review-after': { by: 'lou-jianping', data: { outcome: 'approved' } },
};

export interface Buyer {
  readonly customer: string;
  readonly order: string;
}

let buyers = 0;
/** A customer of its own with a limit of 3,000.00 and an order of 100,000 kg at 10.00, of which there is plenty. */
export async function buyer(
  { pool }: Pick<Plant, 'pool'>,
  {
    limit = 300_000,
    grade = 'B',
    overdue = 0,
  }: { readonly limit?: number | null; readonly grade?: string; readonly overdue?: number } = {},
): Promise<Buyer> {
  const code = `K-${process.pid}-${++buyers}`;
  const order = `SO-${code}`;
  const name = { zh: '测试客户', en: 'Trial', id: 'Uji' };
  const desk = tradeDesk(pool);
  await pool.query(
    "insert into book_product (company, code, name, kind, unit, entry) values ('jinhui', 'TRIAL', $1, 'yarn', 'kg', '{}') on conflict do nothing",
    [JSON.stringify(name)],
  );
  await desk.add('jinhui', {
    customers: [{ code, name, currency: 'CNY', ...(grade === '' ? {} : { grade }), ...(limit === null ? {} : { limitMinor: limit }) }],
    stock: [{ product: 'TRIAL', onHand: 1_000_000 }],
    orders: [{ number: order, customer: code, lines: [{ id: '1', product: 'TRIAL', quantity: 100_000, unitPriceMinor: 1000 }] }],
    receivables:
      overdue > 0 ? [{ invoice: `INV-${code}`, customer: code, dueOn: '2026-01-31', amountMinor: overdue, openMinor: overdue }] : [],
  });
  return { customer: code, order };
}

/** Starts a shipment of so many kg; 100 kg are worth 1,000.00. */
export function ship(plant: Plant, { customer, order }: Buyer, quantity = 100, procedure = 'shipment-routine'): Promise<string> {
  const subject = { customer, order, shipDate: '2027-03-01', lines: [{ id: '1', quantity }] };
  return plant.begin(procedure === 'shipment-routine' ? 'shen-lan' : 'pan-guohua', 'jinhui', procedure, subject);
}

/** Waits until one of these steps is open. */
export async function opens(plant: Plant, id: string, ...steps: readonly string[]): Promise<string> {
  const open = await plant.until(
    () => plant.open(id),
    (now) => steps.some((step) => now.includes(step)),
    40_000,
  );
  return steps.find((step) => open.includes(step)) ?? '';
}

/** Answers these steps one after the other, each as soon as it is open, in the usual way. */
export async function go(plant: Plant, id: string, ...steps: readonly string[]): Promise<void> {
  for (const step of steps) await say(plant, id, step);
}

/** Answers a step in the usual way, or with other data. */
export async function say(plant: Plant, id: string, step: string, more?: JsonObject): Promise<Body> {
  await opens(plant, id, step);
  const { by, data } = usual[step] ?? { by: '', data: {} };
  const { status, body } = await plant.complete(by, id, step, more ?? data);
  if (status !== 200) throw new Error(`${step}: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** What is shown with an open task. */
export async function shown(plant: Plant, id: string, step: string): Promise<Body> {
  await opens(plant, id, step);
  const task = await plant.openTask(id, step);
  const { rows } = await plant.pool.query<{ value: Json }>('select value from content where hash = $1', [task.shown]);
  return rows[0]?.value as unknown as Body;
}

/** The customer's credit in the books: released, shipped and their sum with what is open. */
export async function credit(
  { pool }: Pick<Plant, 'pool'>,
  { customer }: Buyer,
): Promise<{ released: number; shipped: number; exposure: number }> {
  const standing = await createTradeBooks(pool).credit('jinhui', customer, '2027-03-01');
  return {
    released: standing?.releasedNotShippedMinor ?? -1,
    shipped: standing?.shippedNotInvoicedMinor ?? -1,
    exposure: standing?.exposureMinor ?? -1,
  };
}

export const upToGate = [
  'type',
  'notice',
  'finance-check',
  'manager-review',
  'distribute',
  'prepare',
  'quality-check',
  'transport',
  'load',
  'sign-with-carrier',
] as const;
