import { buyer, go, opens, say, ship, shown, upToGate } from '../../tests/support/jinhui-shipments.js';
import type { Plant } from '../../tests/support/plant.js';
import type { Story } from './intakes.js';

/** Shipments of Jinhui on credit (JH-L) and in an emergency (JH-Q). */
export const shipments: Readonly<Record<string, Story>> = {
  'left-by-the-book-routine-straight': async (plant) => {
    const id = await ship(plant, await buyer(plant));
    await go(plant, id, ...upToGate);
    await letOut(plant, id);
    return id;
  },
  'left-by-the-book-routine-over-limit-returned-stopped': async (plant) => {
    const who = await buyer(plant, { limit: 99_999, overdue: 40_000 });
    const id = await ship(plant, who);
    await go(plant, id, 'type', 'notice', 'finance-check', 'overdue-reason', 'manager-review');
    await say(plant, id, 'general-manager-review', { outcome: 'hold', reason: '先回款' });
    await go(plant, id, 'collect', 'finance-check', 'overdue-reason', 'manager-review', 'general-manager-review', 'distribute');
    await opens(plant, id, 'prepare');
    await plant.sendBack('wu-genfa', id, 'prepare', 'notice');
    await go(plant, id, 'notice', 'prepare', 'transport');
    await say(plant, id, 'quality-check', { outcome: 'failed', problems: '色差' });
    await say(plant, id, 'quality-hold', { outcome: 'ready' });
    await say(plant, id, 'quality-check');
    await say(plant, id, 'load', { outcome: 'carrier-differs', seen: '浙G·99999' });
    await say(plant, id, 'arrange-carrier', { outcome: 'arranged', carrier: '德邦', vehicle: '浙G·99999' });
    await say(plant, id, 'load', { outcome: 'loaded', vehicle: '浙G·99999' });
    await go(plant, id, 'sign-with-carrier');
    await say(plant, id, 'gate', { outcome: 'stopped', reason: '出门证不符' });
    await go(plant, id, 'gate-stop');
    await letOut(plant, id);
    return id;
  },
  'left-by-the-book-emergency-straight': async (plant) => {
    const id = await ship(plant, await buyer(plant), 100, 'shipment-emergency');
    await go(plant, id, 'phone-release', 'warehouse-release', 'quality-release', 'gate-note', 'goods-left');
    await go(plant, id, 'finance-check-after', 'manager-review-after', 'papers');
    return id;
  },
  'left-by-the-book-emergency-irregular': async (plant) => {
    const id = await ship(plant, await buyer(plant, { limit: 99_999 }), 100, 'shipment-emergency');
    await go(plant, id, 'phone-release', 'phone-consent', 'warehouse-release', 'quality-release', 'gate-note', 'goods-left');
    await go(plant, id, 'finance-check-after', 'manager-review-after');
    await say(plant, id, 'general-manager-review-after', { outcome: 'refused', reason: '无合同' });
    await go(plant, id, 'papers');
    return id;
  },
};

/** The gate lets the vehicle out with its own pass, and all of the goods are told as shipped. */
async function letOut(plant: Plant, id: string): Promise<void> {
  const gatePass = String((await shown(plant, id, 'gate'))['gatePass']);
  await say(plant, id, 'gate', { outcome: 'let-out', gatePass });
  await go(plant, id, 'shipped-data');
}
