import { readFileSync } from 'node:fs';
import type { Plant } from '../../support/plant.js';

/** An order of Hehe with nothing wrong, started by Li Mei; the id of its case, whose first task is open. */
export async function anOrderOf(plant: Plant, customerPo: string): Promise<string> {
  const order = JSON.parse(readFileSync('examples/hehe/connecting-rods.json', 'utf8')) as object;
  const answer = await plant.ask('li-mei', 'POST', '/cases', {
    company: 'hehe',
    procedure: 'order-intake',
    subject: { ...order, customerPo },
  });
  return String(answer.body['caseId']);
}
