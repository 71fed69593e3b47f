import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Seat } from '../../domain/engine/ledger.js';
import type { Body } from '../support/plant.js';
import { type TestApi, testApi } from './support/api.js';
import { deskOf } from './support/desk.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi({
    command: async (caseId) => ({ kind: 'done', caseId, turn: 2, status: 'open', flying: 0, openTasks: [] }),
  });
});
afterAll(() => api.close());

const { ask, act, review, path, notices } = deskOf(() => api);
const merchandiser = { role: 'merchandiser' };
/** Two signatures of merchandisers and one of a planner. */
const three: readonly Seat[] = [
  { id: 'first', candidates: [merchandiser] },
  { id: 'second', candidates: [merchandiser] },
  { id: 'planner', candidates: [{ role: 'cs-planner' }] },
];

/** A task that several sign, as SQL would have it. */
async function countersign(seats: readonly Seat[] = three): Promise<string> {
  const task = await review();
  await api.pool.query(`update task set row = jsonb_set(row, '{seats}', $2) where id = $1`, [task, JSON.stringify(seats)]);
  return task;
}
const pageOf = async (person: string, task: string): Promise<Body> => (await ask(person, 'GET', path(task))).body;
const takenIn = (page: Body): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...page['seats']!].flatMap(({ id, claimedBy }) => (claimedBy === undefined ? [] : [[String(id), String(claimedBy)]])),
  );
const button = (page: Body, verb: string): Body | undefined => [...page['verbs']!].find((one) => String(one['verb']) === verb);
const done = { data: { outcome: 'accurate' } };

describe('a claim where several sign', () => {
  it('is of one seat: two people of one role have each their own, and the third is told who has them', async () => {
    const task = await countersign();
    const both = await Promise.all([act('chen-li', task, 'claim'), act('li-mei', task, 'claim')]);
    // Both may have seen the first seat free: who came second has the other one.
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const page = await pageOf('siti-rahayu', task);
    expect(Object.values(takenIn(page)).sort()).toEqual(['chen-li', 'li-mei']);
    expect(page['claimedBy']).toBeUndefined();
    expect((await act('siti-rahayu', task, 'claim')).body).toMatchObject({
      status: 409,
      code: 'CLAIMED',
      values: { task, by: expect.stringMatching(/^(chen-li|li-mei)$/), at: expect.any(Number) },
    });
    expect((await pageOf('chen-li', task))['claimedBy']).toBe('chen-li');
    const { body } = await ask('siti-rahayu', 'GET', '/tasks?view=group&limit=200');
    expect(Object.values(takenIn([...body['items']!].find(({ id }) => String(id) === task)!)).sort()).toEqual(['chen-li', 'li-mei']);
  });

  it('keeps nobody from another seat, and others from its own; the buttons say so too', async () => {
    const task = await countersign();
    await act('chen-li', task, 'claim', { seat: 'first' });
    expect((await act('li-mei', task, 'complete', done)).body['code']).not.toBe('CLAIMED');
    expect((await act('li-mei', task, 'complete', { ...done, seat: 'first' })).body).toMatchObject({
      code: 'CLAIMED',
      values: { seat: 'first', by: 'chen-li', at: expect.any(Number) },
    });
    expect((await act('zhang-min', task, 'complete', done)).body['code']).not.toBe('CLAIMED');
    expect(button(await pageOf('li-mei', task), 'complete')).toMatchObject({ allowed: true });
    await act('siti-rahayu', task, 'claim');
    const page = await pageOf('li-mei', task);
    for (const verb of ['complete', 'delegate', 'claim'])
      expect(button(page, verb), verb).toMatchObject({
        allowed: false,
        whyNot: { code: 'CLAIMED', values: { task, by: 'chen-li' }, sentence: expect.stringContaining('陈丽') },
      });
    for (const verb of ['hold', 'comment', 'urge', 'consult']) expect(button(page, verb), verb).toMatchObject({ allowed: true });
    expect((await act('li-mei', task, 'complete', done)).body).toMatchObject({ code: 'CLAIMED' });
    expect(button(await pageOf('zhang-min', task), 'complete')).toMatchObject({ allowed: true });
  });

  it('of the seat that one has already is the same again; a seat that is not there is refused', async () => {
    const task = await countersign();
    expect([(await act('chen-li', task, 'claim')).status, (await act('chen-li', task, 'claim')).status]).toEqual([200, 200]);
    expect(takenIn(await pageOf('chen-li', task))).toEqual({ first: 'chen-li' });
    expect((await act('chen-li', task, 'claim', { seat: 'third' })).body).toMatchObject({ code: 'SEAT_UNKNOWN', field: '/seat' });
    expect((await act('chen-li', task, 'claim', { seat: 'planner' })).body).toMatchObject({ code: 'NOT_YOURS' });
    expect((await act('chen-li', task, 'comment', { text: 'x', seat: 'first' })).body).toMatchObject({ code: 'FIELD_UNKNOWN' });
  });

  it('is given back by its holder; a manager names which one, and gives a seat to somebody who may fill it', async () => {
    const task = await countersign();
    await act('chen-li', task, 'claim');
    await act('siti-rahayu', task, 'claim');
    expect((await act('zhang-min', task, 'release')).body).toMatchObject({ code: 'FIELD_REQUIRED', field: '/seat' });
    expect((await act('zhang-min', task, 'release', { seat: 'second' })).status).toBe(200);
    expect(takenIn(await pageOf('chen-li', task))).toEqual({ first: 'chen-li' });
    expect((await act('zhang-min', task, 'release', { seat: 'planner' })).body).toMatchObject({ code: 'NOT_CLAIMED' });
    expect((await act('zhang-min', task, 'reassign', { to: 'li-mei' })).status).toBe(200);
    expect((await act('zhang-min', task, 'reassign', { to: 'chen-li', seat: 'second' })).status).toBe(200);
    expect(takenIn(await pageOf('chen-li', task))).toEqual({ first: 'li-mei', second: 'chen-li' });
    expect((await act('zhang-min', task, 'reassign', { to: 'li-mei', seat: 'planner' })).body).toMatchObject({ code: 'RECEIVER_MAY_NOT' });
    expect((await act('li-mei', task, 'release')).status).toBe(200);
    expect(takenIn(await pageOf('chen-li', task))).toEqual({ second: 'chen-li' });
  });

  it('is told of: who has a seat is urged alone for it, the others for those that are free', async () => {
    const task = await countersign([three[0]!, three[2]!]);
    await act('chen-li', task, 'claim');
    expect((await act('zhou-wei', task, 'urge')).status).toBe(200);
    const told = await Promise.all(['chen-li', 'li-mei', 'zhang-min'].map(async (one) => (await notices(one, task)).length));
    expect(told).toEqual([1, 0, 1]);
  });

  it('ends when the seat is given on, and keeps nobody whom something else keeps from it', async () => {
    const task = await countersign();
    await act('chen-li', task, 'claim', { seat: 'first' });
    await act('chen-li', task, 'claim', { seat: 'second' });
    const given = { ...three[0], candidates: [{ person: 'he-jun' }], transferred: [{ by: 'zhang-min', to: 'he-jun', at: 1 }] };
    const barred = { ...three[1], excluded: ['chen-li'] };
    await api.pool.query(`update task set row = jsonb_set(row, '{seats}', $2) where id = $1`, [task, JSON.stringify([given, barred])]);
    const page = await pageOf('he-jun', task);
    expect(takenIn(page)).not.toHaveProperty('first');
    expect(button(page, 'complete')).toMatchObject({ allowed: true });
    expect(button(await pageOf('li-mei', task), 'complete')).toMatchObject({ allowed: true });
  });

  it('is shown where the case is shown; whom the task still waits for is told without seats that are filled', async () => {
    const task = await countersign([{ ...three[0]!, state: 'done', by: 'chen-li', at: 1, verb: 'complete' }, three[2]!]);
    const claimed = await act('zhang-min', task, 'claim');
    expect(claimed.body['openTasks']![0]).toMatchObject({ claimedBy: 'zhang-min', claimedByName: '张敏' });
    const { body } = await ask('li-mei', 'GET', `/cases/${encodeURIComponent(task.split('/')[0]!)}`);
    expect(body['openTasks']![0]).toMatchObject({
      seats: [{ id: 'first' }, { id: 'planner', claimedBy: 'zhang-min', claimedByName: '张敏' }],
    });
    const refused = await act('he-jun', task, 'complete', done);
    expect(refused.body).toMatchObject({ code: 'NOT_YOURS', values: { roles: ['cs-planner'] } });
  });

  it('given on by another, tells who comes after whose it is, by whom and when', async () => {
    const given = {
      ...three[0]!,
      candidates: [{ person: 'he-jun' }],
      transferred: [{ by: 'li-mei', to: 'he-jun', at: 1_700_000_000_000 }],
    };
    const task = await countersign([given]);
    const { status, body } = await act('chen-li', task, 'complete', done);
    expect([status, body]).toMatchObject([409, { code: 'SEAT_OF_OTHER', values: { people: ['he-jun'], by: 'li-mei', verb: 'transfer' } }]);
    expect(body['message']).toMatch(/^This signature now belongs to 何军: 李梅 gave it to them on 15 Nov 2023, 06:13\.$/);
  });
});
