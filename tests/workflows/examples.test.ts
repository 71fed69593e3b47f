import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBooks } from '../../policies/load.js';
import { answer, proceed, promisedDate } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';

let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await loadBooks('policies');
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks, workflows } });
});
afterAll(() => plant.close());

const example = (file: string): object => JSON.parse(readFileSync(`examples/${file}`, 'utf8')) as object;
/** What the examples page says of a file: whose it is, and what starts it. */
const kinds: readonly (readonly [match: RegExp, person: string, company: string, procedure: string])[] = [
  [/^hehe\/change-/, 'li-mei', 'hehe', 'order-change'],
  [/^hehe\/return-/, 'li-mei', 'hehe', 'return'],
  [/^hehe\//, 'chen-li', 'hehe', 'order-intake'],
  [/^jinhui\//, 'shen-lan', 'jinhui', 'shipment-routine'],
];
const files = ['hehe', 'jinhui'].flatMap((folder) => readdirSync(`examples/${folder}`).map((name) => `${folder}/${name}`));
const take = (file: string): Promise<string> => plant.begin('chen-li', 'hehe', 'order-intake', example(file));

describe('the examples', () => {
  it('are all started as their page says, and the one that must be refused is', async () => {
    const begun: string[] = [];
    const first = { company: 'hehe', procedure: 'order-intake', number: 'HH-1001', subject: example('hehe/connecting-rods.json') };
    expect((await plant.ask('chen-li', 'POST', '/cases', first)).status).toBe(201);
    for (const file of files) {
      const [, person, company, procedure] = kinds.find(([match]) => match.test(file))!;
      const { status, body } = await plant.ask(person, 'POST', '/cases', { company, procedure, subject: example(file) });
      const refused = file === 'jinhui/more-than-ordered.json';
      expect([file, status, body['code']]).toEqual([file, refused ? 400 : 201, refused ? 'ORDERED_EXCEEDED' : undefined]);
      if (!refused) begun.push(String(body['caseId']));
    }
    expect(begun).toHaveLength(files.length - 1);
  });

  it('of a special order goes by the customer’s drawing before production is commanded (HH-J)', async () => {
    const id = await take('hehe/special-drawing.json');
    expect((await plant.read('chen-li', id))['subject']!['lines']![0]).toHaveProperty('special');
    await proceed(plant, id, 'take-drawing');
    await answer(plant, id, 'take-drawing', { outcome: 'taken', drawing: 'TH-ZS-0611' });
    await answer(plant, id, 'confirm-drawing');
    await answer(plant, id, 'make-sketch', { outcome: 'made', sketch: 'CT-2027-031' });
    await answer(plant, id, 'file-drawing');
    await answer(plant, id, 'hand-drawings');
    await proceed(plant, id, 'command-production');
    const { id: task } = await plant.openTask(id, 'command-production');
    const page = (await plant.ask('wang-qiang', 'GET', `/tasks/${encodeURIComponent(task)}`)).body;
    expect(page['data']!['drawings']).toMatchObject([{ line: '1', drawing: 'TH-ZS-0611', sketch: 'CT-2027-031' }]);
    await proceed(plant, id);
    expect(await plant.client.workflow.getHandle(id).result()).toMatchObject({ result: 'finished' });
  });

  it('of a rush is weighed and answered, and its line is dated against the earlier day (HH-K)', async () => {
    const id = await take('hehe/rush-showroom.json');
    await answer(plant, id, 'weigh-rush', { outcome: 'feasible', date: '2027-12-08' });
    await answer(plant, id, 'relay-rush', { outcome: 'relayed', answer: '第1行12月8日交货，第2行不变' });
    await proceed(plant, id, 'delivery-date');
    const { id: task } = await plant.openTask(id, 'delivery-date');
    const page = (await plant.ask('wang-qiang', 'GET', `/tasks/${encodeURIComponent(task)}`)).body;
    expect(page['data']!['lines']).toMatchObject({ 1: { requestedDate: '2027-12-08' }, 2: { requestedDate: '2027-12-20' } });
    const lines = { 1: { date: '2027-12-08' }, 2: { date: promisedDate } };
    await answer(plant, id, 'delivery-date', { lines });
    await proceed(plant, id);
    expect(await plant.client.workflow.getHandle(id).result()).toMatchObject({ dates: { 1: '2027-12-08', 2: promisedDate } });
    const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/documents`);
    expect([...body['items']!].map((item) => String(item['notice'] ?? item['kind']))).toContain('order-note');
  });
});
