import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestApi, testApi } from './support/api.js';
import { deskOf } from './support/desk.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const { ask, review } = deskOf(() => api);
/** A task of a daily batch, as a turn would tell of it. */
async function gathered(batch: string, changes: object = {}): Promise<string> {
  const task = await review();
  await api.pool.query(
    `select gendan_task(k, t.row || jsonb_build_object('batch', $2::text) || $3::jsonb) from task t join kase k on k.id = t.case_id where t.id = $1`,
    [task, batch, JSON.stringify(changes)],
  );
  return task;
}
const batches = async (person: string) => (await ask(person, 'GET', '/tasks/counts')).body['batches'];

it('when tasks go with daily batches, then the counts tell how many of each are mine, the earliest first', async () => {
  await review();
  await gathered('2026-11-26', { overdue: true, dueAt: Date.parse('2026-01-02T02:00:00Z') });
  await gathered('2026-11-26');
  await gathered('2026-11-27');
  await gathered('2026-11-27', { state: 'completed' });
  const about = {
    company: 'hehe',
    procedure: 'order-intake',
    procedureName: 'Order intake',
    step: 'initial-review',
    name: 'Initial review',
    dueAt: expect.any(String),
  };
  expect(await batches('chen-li')).toEqual([
    { ...about, batch: '2026-11-26', open: 2, overdue: 1, dueAt: '2026-01-02T02:00:00.000Z' },
    { ...about, batch: '2026-11-27', open: 1, overdue: 0 },
  ]);
  expect(await batches('wang-qiang')).toEqual([]);
  // As many as the list of the batch has.
  const { body } = await ask('chen-li', 'GET', '/tasks?step=initial-review&batch=2026-11-26');
  expect(body['items']).toHaveLength(2);
});

it('when somebody stands in, then only what is within their limits counts, each task once', async () => {
  await api.pool.query(
    "insert into absence (id, person_id, from_at, until_at, granted_by) values ('a1', 'chen-li', now() - interval '1 day', now() + interval '1 day', 'chen-li')",
  );
  await api.pool.query(
    "insert into stand_in (absence_id, substitute_id, amount_minor, currency) values ('a1', 'he-jun', 100, 'CNY'), ('a1', 'wang-qiang', 99999999, 'CNY'), ('a1', 'li-mei', null, null)",
  );
  expect(await batches('he-jun')).toEqual([]);
  expect(await batches('wang-qiang')).toMatchObject([{ open: 2 }, { open: 1 }]);
  expect(await batches('li-mei')).toMatchObject([{ open: 2 }, { open: 1 }]);
});
