import { exampleOrder, proceed } from '../../tests/support/hehe-orders.js';
import type { Plant } from '../../tests/support/plant.js';
import type { Story } from './intakes.js';

/** Cases of order change (HH-C) and return (HH-F). */
export const changesAndReturns: Readonly<Record<string, Story>> = {
  'answered-change-refused': async (plant) => {
    const id = await change(plant, 'RC-1');
    await does(plant, 'wang-qiang', id, 'production-status', { outcome: 'checked', lines: { 2: { production: 'started' } } });
    await does(plant, 'chen-li', id, 'refuse-in-writing', { outcome: 'refused', message: '第2行已投产，不能更改' });
    return id;
  },
  'answered-change-objected-returned-amended': async (plant) => {
    const id = await change(plant, 'RC-2');
    const free = { outcome: 'checked', lines: { 2: { production: 'not-started' } } };
    await does(plant, 'wang-qiang', id, 'production-status', free);
    await does(plant, 'chen-li', id, 'draw-up-amendment', { outcome: 'drawn-up', terms: '单价不变', message: '可以更改，待确认' });
    await does(plant, 'zhang-min', id, 'approve-amendment', { outcome: 'rejected', objections: '请写明交期' });
    await does(plant, 'chen-li', id, 'draw-up-amendment', { outcome: 'drawn-up', terms: '交期顺延三日' });
    await back(plant, 'zhang-min', id, 'approve-amendment', 'production-status');
    await does(plant, 'wang-qiang', id, 'production-status', free);
    await does(plant, 'zhang-min', id, 'approve-amendment', { outcome: 'approved' });
    await does(plant, 'wang-qiang', id, 'instruct-production', { outcome: 'instructed', instructions: '第2行改做900支' });
    await does(plant, 'chen-li', id, 'tell-customer', { outcome: 'told' });
    return id;
  },
  'paper-return-refused': async (plant) => {
    const id = await plant.begin('li-mei', 'hehe', 'return', application(6));
    await does(plant, 'zhou-wei', id, 'analyse-reason', { outcome: 'customer-reason', findings: '订错型号' });
    await does(plant, 'feng-gang', id, 'sign-customer-cause', { outcome: 'special', circumstances: '长期客户' });
    await does(plant, 'guan-zheng', id, 'approve-exception', { outcome: 'refused', reason: '非本司原因' });
    await does(plant, 'li-mei', id, 'answer-application', { outcome: 'answered', message: '不予退货' });
    return id;
  },
  'paper-return-to-the-furnace-counted-again': async (plant) => {
    const id = await plant.begin('li-mei', 'hehe', 'return', application(7));
    await does(plant, 'zhou-wei', id, 'analyse-reason', { outcome: 'production-problem', findings: '压铸气孔' });
    const report = { complaintReport: 'TS-2026-91', reportDate: '2026-11-20', reportedBy: '邓红' };
    await does(plant, 'zhou-wei', id, 'attach-complaint-report', { outcome: 'attached', ...report });
    await does(plant, 'feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'back-to-furnace' });
    await does(plant, 'guan-zheng', id, 'approve-furnace', { outcome: 'rejected', objections: '请附检测数据' });
    await does(plant, 'feng-gang', id, 'sign-company-cause', { outcome: 'signed', treatment: 'back-to-furnace', note: '数据见附件' });
    await does(plant, 'guan-zheng', id, 'approve-furnace', { outcome: 'approved' });
    await does(plant, 'li-mei', id, 'answer-application', { outcome: 'answered' });
    await does(plant, 'li-mei', id, 'take-announcement', { outcome: 'announced', freightBill: 'HY-9' });
    await does(plant, 'li-mei', id, 'take-details', { lines: { 1: { quantity: 7 } } });
    await does(plant, 'li-mei', id, 'start-formalities', { outcome: 'started' });
    await does(plant, 'he-jun', id, 'receive', counted(5));
    await does(plant, 'zhou-wei', id, 'settle-quantity', { lines: { 1: { settlement: 'taken', agreement: '按实收' } } });
    await does(plant, 'he-jun', id, 'sign-off', { outcome: 'approved' });
    await does(plant, 'luo-bin', id, 'sign-off', { outcome: 'approved' });
    await back(plant, 'zhao-jing', id, 'sign-off', 'receive');
    await does(plant, 'he-jun', id, 'receive', counted(7));
    for (const person of ['he-jun', 'luo-bin', 'zhao-jing', 'wu-fang', 'xie-yun'])
      await does(plant, person, id, 'sign-off', { outcome: 'approved' });
    await does(plant, 'liang-xue', id, 'post-return', { outcome: 'posted' });
    await does(plant, 'he-jun', id, 'sign-note', { outcome: 'signed' });
    await does(plant, 'zhao-jing', id, 'sign-note', { outcome: 'signed' });
    await does(plant, 'li-mei', id, 'send-note', { outcome: 'sent' });
    return id;
  },
};

/** A wish to change line 2 of an order that is ready for its written reply. */
async function change(plant: Plant, number: string): Promise<string> {
  const subject = exampleOrder('connecting-rods', 3, number);
  const { body } = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', number, subject });
  await proceed(plant, String(body['caseId']), 'written-reply');
  const wish = {
    orderNumber: number,
    requestedBy: { name: '邓伟明' },
    reason: '现场少装一樘',
    changes: { lines: { 2: { quantity: 900 } } },
  };
  return plant.begin('chen-li', 'hehe', 'order-change', wish);
}

const application = (quantity: number): object => ({
  application: 'made',
  orderNumber: 'HH-0900',
  requestedBy: { name: '邓工' },
  reason: '表面涂层起泡',
  lines: [{ line: '1', quantity }],
});
const counted = (quantity: number): object => ({ outcome: 'counted', lines: { 1: { quantity, model: 'as-named' } } });

/** Answers a step as soon as it is open. */
async function does(plant: Plant, person: string, id: string, step: string, data: object): Promise<void> {
  await plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );
  const { status, body } = await plant.complete(person, id, step, data);
  if (status !== 200) throw new Error(`${step}: ${status} ${JSON.stringify(body)}`);
}

async function back(plant: Plant, person: string, id: string, step: string, to: string): Promise<void> {
  await plant.until(
    () => plant.open(id),
    (open) => open.includes(step),
  );
  const { status, body } = await plant.sendBack(person, id, step, to);
  if (status !== 200) throw new Error(`${step} back to ${to}: ${status} ${JSON.stringify(body)}`);
}
