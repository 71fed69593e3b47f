import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { documentsOfCase } from '../../db/documents.js';
import { hashOf } from '../../domain/canonical-json.js';
import { hehe } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';
import { tradeDesk } from '../support/trade.js';

let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await hehe();
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks, workflows } });
});
afterAll(() => plant.close());

const application = (lines: object[] = [{ line: '1', quantity: 6 }]) => ({
  application: 'made',
  orderNumber: 'HH-0900',
  requestedBy: { name: '邓工' },
  reason: '表面涂层起泡',
  lines,
});
const { reason: _reason, ...silent } = application([{ line: '2', quantity: 10 }]);
const unannounced = { ...silent, application: 'missing' };
const begin = (subject: object = application()) => plant.begin('li-mei', 'hehe', 'return', subject);

/** Answers a step as soon as it is open. */
async function does(person: string, id: string, step: string, data: object): Promise<void> {
  await plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );
  const { status, body } = await plant.complete(person, id, step, data);
  expect([step, status], JSON.stringify(body)).toEqual([step, 200]);
}
/** Fills one seat of several. */
async function votes(
  by: string,
  id: string,
  step: string,
  seat: string,
  data: { readonly outcome: string; readonly reason?: string },
): Promise<void> {
  await plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );
  const { id: task, rev } = await plant.openTask(id, step);
  const body = { verb: 'complete', task, rev, seat, data, by } as const;
  const dispatcher = createDispatcher({ pool: plant.pool, client: plant.client });
  const key = crypto.randomUUID();
  expect(await dispatcher.command(id, { id: key, actor: by, key, bodyHash: hashOf(body), body })).toMatchObject({ kind: 'done' });
}
const five = {
  'warehouse-keeper': 'he-jun',
  'warehouse-supervisor': 'luo-bin',
  'sales-admin': 'zhao-jing',
  'sales-leader': 'wu-fang',
  'finance-dept': 'xie-yun',
};
const report = (complaintReport: string) => ({ outcome: 'attached', complaintReport, reportDate: '2026-11-20', reportedBy: '邓红' });
const counted = (quantity: number) => ({ outcome: 'counted', lines: { 1: { quantity, model: 'as-named' } } });

/** The company's own fault, to be reworked, up to the count. */
async function arrived(id: string): Promise<void> {
  await does('zhou-wei', id, 'analyse-reason', { outcome: 'company-fault', findings: '包装不当' });
  await does('feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'rework' });
  await does('li-mei', id, 'answer-application', { outcome: 'answered' });
  await does('li-mei', id, 'take-announcement', { outcome: 'announced', freightBill: 'HY-7' });
  await does('li-mei', id, 'take-details', { lines: { 1: { quantity: 6 } } });
  await does('li-mei', id, 'start-formalities', { outcome: 'started' });
}
async function noted(id: string): Promise<void> {
  for (const [seat, person] of Object.entries(five)) await votes(person, id, 'sign-off', seat, { outcome: 'approved' });
  await does('liang-xue', id, 'post-return', { outcome: 'posted' });
  await votes('he-jun', id, 'sign-note', 'warehouse-keeper', { outcome: 'signed' });
  await votes('zhao-jing', id, 'sign-note', 'sales-admin', { outcome: 'signed' });
  await does('li-mei', id, 'send-note', { outcome: 'sent' });
}
const returned = async (line: string): Promise<number> => {
  const order = await tradeDesk(plant.pool).order('hehe', 'HH-0900');
  return order?.lines.find(({ id }) => id === line)?.returned ?? -1;
};
const outcome = async (id: string) => (await plant.read('li-mei', id))['outcome'];

describe.concurrent('a return at Hehe', () => {
  it('when the company is at fault, then it is received, signed off by five, booked, and noted under a number', async () => {
    const before = await returned('1');
    const id = await begin();
    await arrived(id);
    await does('he-jun', id, 'receive', counted(6));
    await noted(id);
    expect(await outcome(id)).toEqual({ result: 'returned', treatment: 'rework', lines: { 1: 6 }, sentBack: {} });
    expect((await returned('1')) - before).toBeGreaterThanOrEqual(6);
    expect(await documentsOfCase(plant.pool, id)).toMatchObject([
      {
        kind: 'return-note',
        number: expect.stringMatching(/^HH-RN-\d{4}-\d{5}$/),
        content: { lines: [{ code: 'LJG-C20-600', quantity: 6 }] },
      },
      { kind: 'return-application', content: { facts: { decision: 'accepted', treatment: 'rework' } } },
    ]);
  });

  it('when production is at fault and the goods go to the furnace, then the report is attached and the general manager decides', async () => {
    const id = await begin();
    await does('zhou-wei', id, 'analyse-reason', { outcome: 'production-problem', findings: '镀层不良' });
    await does('zhou-wei', id, 'attach-complaint-report', report('TS-2026-88'));
    await does('feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'back-to-furnace' });
    const task = await plant.openTask(id, 'approve-furnace');
    expect((await plant.decide('cai-ming', task, { verb: 'complete', data: { outcome: 'approved' } })).body['code']).toBe('NOT_YOURS');
    await does('guan-zheng', id, 'approve-furnace', { outcome: 'rejected', objections: '可返工' });
    await does('feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'rework' });
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('answer-application'),
    );
  });

  it('when the general manager lets goods go to the furnace, then they come back, five sign in their order, and they are booked and noted', async () => {
    const id = await begin(application([{ line: '1', quantity: 6 }]));
    await does('zhou-wei', id, 'analyse-reason', { outcome: 'production-problem', findings: '压铸气孔' });
    await does('zhou-wei', id, 'attach-complaint-report', report('TS-2026-91'));
    await does('feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'back-to-furnace' });
    await does('guan-zheng', id, 'approve-furnace', { outcome: 'approved' });
    await does('li-mei', id, 'answer-application', { outcome: 'answered' });
    await does('li-mei', id, 'take-announcement', { outcome: 'announced', freightBill: 'HY-9' });
    await does('li-mei', id, 'take-details', { lines: { 1: { quantity: 6 } } });
    await does('li-mei', id, 'start-formalities', { outcome: 'started' });
    await does('he-jun', id, 'receive', counted(6));
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('sign-off'),
    );
    const task = await plant.openTask(id, 'sign-off');
    expect(await plant.decide('xie-yun', task, { verb: 'complete', data: { outcome: 'approved' } })).toMatchObject({
      status: 409,
      body: { code: 'SEAT_WAITING' },
    });
    await noted(id);
    expect(await outcome(id)).toEqual({ result: 'returned', treatment: 'back-to-furnace', lines: { 1: 6 }, sentBack: {} });
    const signed = (await plant.ledger(id)).filter(({ type, task: row }) => type === 'voted' && row?.step === 'sign-off');
    expect(signed.map(({ by }) => by)).toEqual(Object.values(five).slice(0, signed.length));
    const whole = (await plant.tasks(id)).find(({ step }) => step === 'sign-off');
    expect(whole?.seats.map(({ by, state }) => [by, state])).toEqual(Object.values(five).map((person) => [person, 'done']));
    expect(await documentsOfCase(plant.pool, id)).toMatchObject([{ kind: 'return-note' }, { kind: 'return-application' }]);
  });

  it('when the customer is the cause, then it is refused as a rule, and the customer has it in writing', async () => {
    const id = await begin();
    await does('zhou-wei', id, 'analyse-reason', { outcome: 'customer-reason', findings: '订错型号' });
    await does('feng-gang', id, 'sign-customer-cause', { outcome: 'refused', reason: '非本司原因' });
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('answer-application'),
    );
    expect(await documentsOfCase(plant.pool, id)).toMatchObject([
      { kind: 'return-application', content: { facts: { decision: 'refused' }, text: '非本司原因' } },
    ]);
    await does('li-mei', id, 'answer-application', { outcome: 'answered', message: '不予退货' });
    expect(await outcome(id)).toEqual({ result: 'refused', reason: '非本司原因' });
    const { body } = await plant.ask('li-mei', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
    expect(body['items']).toMatchObject([{ kind: 'return-answer', to: 'customer' }]);
  });

  it('when a leader makes an exception, then it goes on like any other', async () => {
    const id = await begin();
    await does('zhou-wei', id, 'analyse-reason', { outcome: 'customer-reason', findings: '订错型号' });
    await does('feng-gang', id, 'sign-customer-cause', { outcome: 'special', circumstances: '长期客户' });
    await does('guan-zheng', id, 'approve-exception', { outcome: 'excepted', treatment: 'restock' });
    await does('li-mei', id, 'answer-application', { outcome: 'answered' });
    expect(await plant.open(id)).toEqual(['take-announcement']);
  });

  it('when goods stand at the door and nobody answers, then they stay; let in, an application follows; refused, the customer is told', async () => {
    const [agreed, refused] = [await begin(unannounced), await begin(unannounced)];
    await plant.until(
      () => plant.open(agreed),
      (open) => open.includes('unannounced-goods'),
    );
    await plant.forward(agreed, 12 * 86_400);
    expect(await plant.open(agreed)).toEqual(['unannounced-goods']);
    await does('li-mei', agreed, 'unannounced-goods', { outcome: 'admitted' });
    await does('zhou-wei', agreed, 'apply-afterwards', { outcome: 'applied', reason: '表面划伤' });
    expect(await plant.open(agreed)).toEqual(['analyse-reason']);
    await does('li-mei', refused, 'unannounced-goods', { outcome: 'refused', reason: '无申请表' });
    expect(await outcome(refused)).toEqual({ result: 'turned-away', reason: '无申请表' });
  });

  it('when fewer arrive than were applied for, then it is settled with the customer and only those are booked', async () => {
    const id = await begin();
    await arrived(id);
    await does('he-jun', id, 'receive', counted(4));
    await does('zhou-wei', id, 'settle-quantity', { lines: { 1: { settlement: 'taken', agreement: '按实收4支' } } });
    await noted(id);
    expect(await outcome(id)).toMatchObject({ result: 'returned', lines: { 1: 4 } });
  });

  it('when the sales administrator sends it back to the count, then the count is asked again and the two signatures before stand', async () => {
    const id = await begin();
    await arrived(id);
    await does('he-jun', id, 'receive', counted(6));
    await votes('he-jun', id, 'sign-off', 'warehouse-keeper', { outcome: 'approved' });
    await votes('luo-bin', id, 'sign-off', 'warehouse-supervisor', { outcome: 'approved' });
    expect((await plant.sendBack('zhao-jing', id, 'sign-off', 'receive')).status).toBe(200);
    await does('he-jun', id, 'receive', counted(6));
    await plant.until(
      () => plant.open(id),
      (open) => open.includes('sign-off'),
    );
    const seats = (await plant.openTask(id, 'sign-off')).seats.map(({ state = 'open' }) => state);
    expect(seats).toEqual(['done', 'done', 'open', 'waiting', 'waiting']);
  });

  it('when the keeper takes too long, then it is on the radar', async () => {
    const id = await begin();
    await arrived(id);
    await plant.forward(id, 12 * 86_400);
    await plant.until(
      () => plant.radar('li-mei', id),
      (causes) => causes.includes('overdue'),
    );
  });
});

describe('a return that cannot be', () => {
  it('is refused before it begins, naming the field', async () => {
    const refusal = async (subject: object) => {
      const { status, body } = await plant.ask('li-mei', 'POST', '/cases', { company: 'hehe', procedure: 'return', subject });
      return [status, body['code'], body['field']];
    };
    expect(await refusal({ ...application(), orderNumber: 'HH-404' })).toEqual([404, 'ORDER_UNKNOWN', '/subject/orderNumber']);
    expect(await refusal(application([{ line: '9', quantity: 1 }]))).toEqual([400, 'ORDERED_LINE_UNKNOWN', '/subject/lines/0/line']);
    const odd = await plant.ask('li-mei', 'POST', '/cases', {
      company: 'hehe',
      procedure: 'return',
      subject: { ...application(), application: 'perhaps' },
    });
    expect(odd.body).toMatchObject({ code: 'OUTCOME_UNKNOWN', field: '/subject/application', values: { outcome: 'perhaps' } });
    expect(odd.body['message']).not.toContain('{{');
    expect(await refusal(application([{ line: '2', quantity: 351 }]))).toEqual([400, 'RETURN_ABOVE_SHIPPED', '/subject/lines/0/quantity']);
    expect(await refusal({ ...application(), reason: undefined })).toEqual([400, 'FIELD_REQUIRED', '/subject/reason']);
    expect(await refusal(application([{ line: '1', quantity: 0 }]))).toEqual([400, 'QUANTITY_INVALID', '/subject/lines/0/quantity']);
  });
});
