import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../domain/engine/ledger.js';
import { type Answer, Plant } from '../support/plant.js';
import { signers, signingBooks } from '../support/procedures/signing/books.js';

let plant: Plant;
beforeAll(async () => {
  const workflows = fileURLToPath(new URL('../support/procedures/signing/index.ts', import.meta.url));
  plant = await Plant.start({ people: signers, source: { books: signingBooks(), workflows } });
});
afterAll(() => plant.close());

/** An order that waits to be countersigned. */
async function entered(): Promise<string> {
  const id = await plant.begin('clerk', 'tests', 'signing', { price: 10, date: '2026-12-01', note: 'urgent' });
  expect((await plant.complete('clerk', id, 'enter')).status).toBe(200);
  return id;
}
const on = async (id: string, person: string, verb: string, more: object = {}): Promise<Answer> =>
  plant.decide(person, await plant.openTask(id, 'countersign'), { verb, ...more });
const sign = async (id: string, person: string, more: object = {}) => {
  const answer = await on(id, person, 'complete', { data: { outcome: 'agree' }, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};
const does = async (id: string, person: string, verb: string, more: object) => {
  const answer = await on(id, person, verb, more);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
};
const seats = async (id: string): Promise<string> =>
  (await plant.openTask(id, 'countersign')).seats.map(({ id: seat, state = 'open' }) => `${seat} ${state}`).join(', ');
const mine = async (person: string, id: string): Promise<readonly unknown[]> =>
  [...(await plant.ask(person, 'GET', '/tasks?view=mine')).body['items']!].filter(({ caseId }) => String(caseId) === id);
const ends = (id: string) => plant.client.workflow.getHandle(id).result();
const told = (ledger: readonly Row[]) =>
  ledger.flatMap(({ type, by, actingFor, body }) => {
    if (!['voted', 'seated', 'returned', 'amended', 'completed'].includes(type)) return [];
    const what = [body?.['change'], body?.['seat']].filter((one) => typeof one === 'string').join(' ');
    return [[type, what, by, ...(actingFor === undefined ? [] : [`for ${actingFor}`])].filter((one) => one !== '').join(' ')];
  });

describe('five departments sign an order', () => {
  it('with one added signer, one stand-in, one delegation, one return and one amended field it ends right, and the ledger tells it', async () => {
    const id = await entered();
    const now = Date.now();
    const window = { from: new Date(now - 60_000).toISOString(), until: new Date(now + 86_400_000).toISOString() };
    expect((await plant.ask('quality', 'POST', '/absences', { ...window, standIns: [{ person: 'deputy' }] })).status).toBe(201);

    await sign(id, 'finance');
    await does(id, 'sales', 'add-signer', { to: 'expert', where: 'before' });
    await does(id, 'planning', 'delegate', { to: 'helper' });
    expect(await seats(id)).toBe(
      'sales.1 open, sales waiting, finance done, planning.1 open, planning waiting, quality open, production open',
    );
    expect([await mine('sales', id), await mine('finance', id), (await mine('expert', id)).length]).toEqual([[], [], 1]);
    expect((await on(id, 'sales', 'complete', { data: { outcome: 'agree' } })).body).toMatchObject({ code: 'SEAT_WAITING' });
    await sign(id, 'deputy');
    await sign(id, 'helper');
    await sign(id, 'planning');

    await does(id, 'production', 'return', { to: 'enter', reason: 'wrong drawing' });
    expect(await plant.open(id)).toEqual(['enter']);
    expect((await plant.amend('manager', id, { date: '2026-12-08' })).status).toBe(200);
    expect((await plant.complete('clerk', id, 'enter')).status).toBe(200);
    expect(await seats(id)).toBe(
      'sales.1 open, sales waiting, finance done, planning.1 open, planning waiting, quality done, production open',
    );

    await sign(id, 'expert');
    await sign(id, 'sales');
    await sign(id, 'helper');
    await sign(id, 'planning');
    await sign(id, 'production');
    expect((await plant.complete('shipper', id, 'ship')).status).toBe(200);
    expect(await ends(id)).toBe('shipped');
    expect(told(await plant.ledger(id))).toEqual([
      'completed clerk',
      'voted finance finance',
      'seated added sales.1 sales',
      'seated delegated planning.1 planning',
      'voted quality deputy for quality',
      'voted planning.1 helper',
      'voted planning planning',
      'returned production production',
      'amended manager',
      'completed clerk',
      'voted sales.1 expert',
      'voted sales sales',
      'voted planning.1 helper',
      'voted planning planning',
      'completed production production',
      'completed shipper',
    ]);
  });

  it('complaint 1: a return or a "no" out of a countersign neither loses nor freezes the case', async () => {
    const id = await entered();
    await sign(id, 'finance');
    await sign(id, 'sales');
    await does(id, 'quality', 'return', { to: 'enter', reason: 'look again' });
    expect(await plant.open(id)).toEqual(['enter']);
    expect(await mine('planning', id)).toEqual([]);
    await plant.complete('clerk', id, 'enter');
    expect(await seats(id)).toBe('sales done, finance done, planning open, quality open, production open');
    expect((await mine('planning', id)).length).toBe(1);
    await does(id, 'planning', 'reject', { reason: 'no capacity' });
    expect(await ends(id)).toBe('refused by planning');
    expect(await mine('quality', id)).toEqual([]);
  });

  it('complaint 8: a change after the approval does not go round it: who approved what was changed approves again, nobody else', async () => {
    const id = await entered();
    for (const department of ['sales', 'finance', 'planning', 'quality', 'production']) await sign(id, department);
    expect(await plant.open(id)).toEqual(['ship']);
    expect((await plant.amend('manager', id, { price: 11 })).status).toBe(200);
    expect(await plant.open(id)).toEqual(['countersign']);
    expect(await seats(id)).toBe('sales done, finance open, planning done, quality done, production done');
    expect((await plant.amend('manager', id, { price: 10 })).status).toBe(200);
    expect(await seats(id)).toBe('sales done, finance open, planning done, quality done, production done');
    await sign(id, 'finance');
    expect(await plant.open(id)).toEqual(['ship']);
  });

  it('when a dozen act at once on one seat, one wins, and each of the others is told who', async () => {
    const id = await entered();
    const task = await plant.openTask(id, 'countersign');
    const people = Array.from({ length: 12 }, (_, n) => `sales-${n + 1}`);
    const answers = await Promise.all(
      people.map(async (person) => plant.decide(person, task, { verb: 'complete', data: { outcome: 'agree' }, seat: 'sales' })),
    );
    const [winner] = people.filter((_, n) => answers[n]?.status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body]).toMatchObject([409, { code: 'SEAT_CLOSED', values: { by: winner, verb: 'complete', seat: 'sales' } }]);
  });

  it('says of each verb whether it is allowed, or why not', async () => {
    const id = await entered();
    await sign(id, 'sales');
    const path = `/tasks/${encodeURIComponent((await plant.openTask(id, 'countersign')).id)}`;
    const verbsOf = async (person: string) =>
      Object.fromEntries(
        [...(await plant.ask(person, 'GET', path)).body['verbs']!].map(({ verb, allowed, whyNot }) => [
          verb,
          String(allowed) === 'true' || whyNot?.['code'],
        ]),
      );
    expect(await verbsOf('sales')).toMatchObject({ complete: 'SEAT_CLOSED', withdraw: true, 'remove-signer': 'ROLE_NEEDED' });
    expect(await verbsOf('finance')).toMatchObject({
      complete: true,
      reject: true,
      return: true,
      delegate: true,
      withdraw: 'NOTHING_TO_WITHDRAW',
    });
    expect(await verbsOf('manager')).toMatchObject({ complete: 'NOT_YOURS', transfer: true, 'add-signer': true, 'remove-signer': true });
    await does(id, 'manager', 'transfer', { seat: 'finance', to: 'expert' });
    expect((await on(id, 'manager', 'transfer', { seat: 'planning', to: 'nobody' })).body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect((await mine('finance', id)).length).toBe(0);
    await does(id, 'sales', 'withdraw', {});
    expect(await seats(id)).toBe('sales open, finance open, planning open, quality open, production open');
  });
});
