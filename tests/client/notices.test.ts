import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventChannel } from '../../db/events.js';
import type { Body } from '../support/plant.js';
import { type TestApi, testApi } from './support/api.js';
import { deskOf } from './support/desk.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const { ask, act, review, notices } = deskOf(() => api);
/** Somebody is shown a task, so often that they have as many notices more. */
async function told(person: string, times: number): Promise<readonly string[]> {
  const tasks = await Promise.all(Array.from({ length: times }, review));
  for (const task of tasks) expect((await act('chen-li', task, 'copy', { to: person })).status).toBe(200);
  return tasks;
}
const list = async (person: string, query = ''): Promise<Body> => (await ask(person, 'GET', `/notices${query}`)).body;
const read = (person: string, id: string) => ask(person, 'POST', `/notices/${encodeURIComponent(id)}/read`);
const idOf = (item: Body | undefined): string => String(item?.['id']);

describe('a notice', () => {
  it('is read once, by whom it is for alone; the list tells how many are not', async () => {
    await told('he-jun', 3);
    const before = await list('he-jun');
    expect(before).toMatchObject({ unread: 3, items: [{ readAt: null }, { readAt: null }, { readAt: null }] });
    const id = idOf(before['items']![1]);
    expect(await read('he-jun', id)).toMatchObject({ status: 200, body: { marked: 1, unread: 2 } });
    expect(await read('he-jun', id)).toMatchObject({ status: 200, body: { marked: 0, unread: 2 } });
    const after = await list('he-jun');
    expect(after).toMatchObject({ unread: 2, items: [{ readAt: null }, { id, readAt: expect.any(String) }, { readAt: null }] });
    expect((await list('he-jun', '?unread=true'))['items']).toHaveLength(2);
    for (const [person, unknown] of [
      ['li-mei', id],
      ['he-jun', 'hehe:order-intake:B-1/note:9999@1'],
      ['he-jun', 'nothing'],
    ] as const) {
      const refused = await read(person, unknown);
      expect(refused).toMatchObject({ status: 404, body: { code: 'NOTICE_UNKNOWN', message: `There is no notice ${unknown} of yours.` } });
    }
  });

  it('is read with all before it, and none after it', async () => {
    await told('lin-hai', 4);
    const { items } = await list('lin-hai');
    const ids = [...items!].map(idOf);
    const upTo = await ask('lin-hai', 'POST', '/notices/read', { upTo: ids[1] });
    expect(upTo).toMatchObject({ status: 200, body: { marked: 3, unread: 1 } });
    expect([...(await list('lin-hai', '?unread=true'))['items']!].map(idOf)).toEqual([ids[0]]);
    expect((await ask('lin-hai', 'POST', '/notices/read', { upTo: 'nothing' })).body).toMatchObject({
      code: 'NOTICE_UNKNOWN',
      field: '/upTo',
    });
    expect((await ask('lin-hai', 'POST', '/notices/read', {})).body).toMatchObject({ code: 'FIELD_REQUIRED', field: '/upTo' });
  });

  it('is listed in pages of which none is shown twice, also of one moment, and however many are read in between', async () => {
    await told('deng-hong', 7);
    await api.pool.query("update person_notice set at = date_trunc('day', now()) where person_id = 'deng-hong'");
    const seen: string[] = [];
    for (let next = ''; ; ) {
      const page = await list('deng-hong', `?limit=2${next === '' ? '' : `&after=${encodeURIComponent(next)}`}`);
      seen.push(...[...page['items']!].map(idOf));
      await read('deng-hong', seen.at(-1)!);
      if (page['next'] === null) break;
      next = String(page['next']);
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
    expect(await list('deng-hong')).toMatchObject({ unread: 3 });
  });

  it('that was read is told to the other windows of its reader', async () => {
    await told('luo-bin', 1);
    const heard: { readonly person?: string }[] = [];
    const client = await api.pool.connect();
    await client.query(`listen ${eventChannel}`);
    client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '') as { readonly person?: string }));
    await read('luo-bin', idOf((await list('luo-bin'))['items']![0]));
    for (let tries = 0; tries < 200 && !heard.some(({ person }) => person === 'luo-bin'); tries++)
      await client.query('select pg_sleep(0.03)');
    client.release(true);
    expect(heard).toContainEqual({ person: 'luo-bin', unread: 0 });
  });
});

describe('a task that waits for a team', () => {
  it('when it is urged, then each member of the team is told, and nobody else', async () => {
    const task = await review();
    await api.pool.query(`update task set row = jsonb_set(row, '{seats,0,candidates}', '[{"team":"export"}]') where id = $1`, [task]);
    expect((await act('chen-li', task, 'urge')).status).toBe(200);
    const people = ['siti-rahayu', 'zhou-wei', 'li-mei'];
    const counts = await Promise.all(people.map(async (person) => (await notices(person, task)).length));
    expect(counts).toEqual([1, 1, 0]);
  });

  it('and whose reminder nobody can take is on the radar by the name of the team', async () => {
    const task = await review();
    const [caseId = ''] = task.split('/');
    await api.pool.query("delete from team_membership where team = 'export'");
    await api.pool.query(
      `insert into notice (case_id, key, version, notice, told_to, shown, at) values ($1, 'late', 1, 'reminder', 'team:export', 'none', now())`,
      [caseId],
    );
    await api.pool.query(`select gendan_deliver($1, 'late', 1)`, [caseId]);
    const { body } = await ask('zhang-min', 'GET', '/radar?cause=notice-undelivered');
    expect([...body['items']!].map(({ sentence }) => String(sentence))).toEqual([
      'Reminder could not be delivered: nobody is Export team.',
    ]);
  });
});
