import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recount } from '../../db/counts.js';
import { anOrder, edition, type TestApi, testApi } from './support/api.js';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 27, 6);
let api: TestApi;

interface Item {
  readonly id: string;
  readonly number: string;
  readonly overdue: boolean;
  readonly dueAt?: string;
}
interface Page {
  readonly items: readonly Item[];
  readonly next: string | null;
}

beforeAll(async () => {
  api = await testApi();
  for (let index = 0; index < 40; index++)
    await api.seed(`N-${String(index).padStart(2, '0')}`, anOrder({ customerPo: `PO-${index % 4}` }), {
      at: now + ((index * 7) % 40) * hour,
    });
  await api.seed('OT-1', anOrder(), { company: 'other', at: now });
  // As the engine does it: the task, its seats and their counter.
  await api.pool.query(`update task set overdue = true, row = row || '{"overdue":true}' where number in ('N-01', 'N-02', 'N-03')`);
  await api.pool.query(`update seat set overdue = true where task_id in (select id from task where overdue)`);
  await api.pool.query(
    `update seat_count c set overdue = case when slot = (select min(slot) from seat_count o where o.company = c.company and o.pool = c.pool)
      then (select count(*) from seat s where s.overdue and s.company = c.company) else 0 end`,
  );
  await api.pool.query(
    `update task_count c set overdue = case when slot = (select min(slot) from task_count o where o.company = c.company) then 3 else 0 end where company = 'hehe'`,
  );
  await api.pool.query(`update task set due_at = null, row = row - 'dueAt' where number = 'N-20'`);
  await api.pool.query(`update seat set due_at = 'infinity' where task_id in (select id from task where number = 'N-20')`);
});
afterAll(() => api.close());

async function get<T>(person: string, path: string): Promise<T> {
  const answer = await api.app.request(`/api/v1${path}`, { headers: await api.as(person) });
  expect(answer.status, path).toBe(200);
  return (await answer.json()) as T;
}

async function all(person: string, path: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const page: Page = await get<Page>(person, `${path}&limit=${limit}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`);
    items.push(...page.items);
    after = page.next;
  }
  return items;
}

const order = (items: readonly Item[]): string[] =>
  [...items]
    .sort((a, b) => Number(b.overdue) - Number(a.overdue) || (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9') || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);

describe('the lists of tasks', () => {
  test.each(['mine', 'group', 'team'])(
    '%s: overdue first, then by due time, without due time last; each task once, whatever the page',
    async (view) => {
      const [whole, small] = await Promise.all([all('chen-li', `/tasks?view=${view}`, 200), all('chen-li', `/tasks?view=${view}`, 7)]);
      expect(whole).toHaveLength(40);
      expect(whole.map(({ id }) => id)).toEqual(order(whole));
      expect(whole.slice(0, 3).every(({ overdue }) => overdue)).toBe(true);
      expect(whole.at(-1)?.number).toBe('N-20');
      expect(small).toEqual(whole);
    },
  );

  test('a task for two of a person’s roles is listed once and counted once', async () => {
    await api.pool.query(`insert into membership values ('chen-li', 'hehe', 'cs-planner')`);
    await api.pool.query(
      `insert into seat (task_id, seat, n, company, key, open, overdue, due_at) select task_id, seat, 2, company, 'role:cs-planner', open, overdue, due_at from seat where company = 'hehe'`,
    );
    await api.pool.query(`update seat_count set candidates = candidates || '{role:cs-planner}'::text[] where company = 'hehe'`);
    try {
      expect(await all('chen-li', '/tasks?view=mine', 9)).toHaveLength(40);
      expect(await get('chen-li', '/tasks/counts')).toMatchObject({ mine: { open: 40, overdue: 3 } });
      expect(await all('zhang-min', '/tasks?view=mine', 200)).toHaveLength(40);
    } finally {
      await api.pool.query(`delete from membership where person_id = 'chen-li' and role = 'cs-planner'`);
      await api.pool.query(`delete from seat where n = 2`);
      await api.pool.query(`update seat_count set candidates = array_remove(candidates, 'role:cs-planner')`);
    }
  });

  test('others have nothing there', async () => {
    expect(await all('wang-qiang', '/tasks?view=mine', 50)).toEqual([]);
    expect(await all('wang-qiang', '/tasks?view=team', 50)).toEqual([]);
    expect((await all('outsider', '/tasks?view=mine', 50)).map(({ number }) => number)).toEqual(['OT-1']);
  });

  test.each<[string, string, number]>([
    ['part of the order number', 'q=n-1', 10],
    ['the customer’s number', 'q=PO-3', 10],
    ['part of the customer’s name', `q=${encodeURIComponent('宏泰')}`, 40],
    ['a sign that means anything to the database', 'q=%25', 0],
    ['only what is overdue', 'overdue=true', 3],
    ['only what is not', 'overdue=false', 37],
    ['a step', 'step=initial-review', 40],
    ['a step that none is at', 'step=clarify', 0],
    ['a company and a procedure', 'company=hehe&procedure=order-intake', 40],
  ])('are narrowed by %s', async (_, query, count) => {
    expect(await all('chen-li', `/tasks?view=mine&${query}`, 4)).toHaveLength(count);
    expect(await all('chen-li', `/tasks?view=team&${query}`, 4)).toHaveLength(count);
  });

  test('the counts are those of the lists', async () => {
    expect(await recount(api.pool)).toEqual([]);
    expect(await get('chen-li', '/tasks/counts')).toEqual({
      batches: [],
      mine: { open: 40, overdue: 3 },
      group: { open: 40, overdue: 3 },
      team: { open: 40, overdue: 3 },
      overdue: 3,
    });
    expect(await get('wang-qiang', '/tasks/counts')).toMatchObject({ mine: { open: 0, overdue: 0 }, team: { open: 0, overdue: 0 } });
  });

  test('done: what a person answered, latest first', async () => {
    await api.pool.query(
      `update task set state = 'completed', closed_by = 'zhang-min', closed_at = opened_at + interval '1 hour', row = row || '{"state":"completed"}' where number between 'N-30' and 'N-39'`,
    );
    const done = await all('zhang-min', '/tasks?view=done', 3);
    const { rows } = await api.pool.query<{ id: string }>(`select id from task where closed_by = 'zhang-min' order by closed_at desc, id`);
    expect(done.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
  });
});

describe('the list of cases', () => {
  test('latest start first, each once, whatever the page', async () => {
    const whole: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: { items: { caseId: string; startedAt: string }[]; next: string | null } = await get(
        'chen-li',
        `/cases?limit=6${after === '' ? '' : `&after=${after}`}`,
      );
      whole.push(...page.items.map(({ caseId, startedAt }) => `${startedAt} ${caseId}`));
      after = page.next;
    }
    expect(whole).toHaveLength(40);
    expect(new Set(whole).size).toBe(40);
    expect(whole.map((line) => line.slice(0, 24))).toEqual(
      whole
        .map((line) => line.slice(0, 24))
        .toSorted()
        .toReversed(),
    );
  });

  test.each<[string, string, number]>([
    ['number', 'number=N-07', 1],
    ['customer’s number', 'customerPo=PO-1', 10],
    ['part of it', 'q=po-1', 10],
    ['status', 'status=closed', 0],
  ])('is narrowed by %s', async (_, query, count) => {
    const { items } = await get<{ items: unknown[] }>('chen-li', `/cases?${query}`);
    expect(items).toHaveLength(count);
  });
});

describe('the radar', () => {
  test('names every cause in words, with what may be done', async () => {
    await api.pool.query(
      `insert into effect values ('hehe:order-intake:N-05', 'erp', 'create-order', 'h', 'do', 'failed', 'CUSTOMER_UNKNOWN', 'HT-09', now() - interval '3 hours')`,
    );
    await api.pool.query(
      `insert into effect values ('hehe:order-intake:N-06', 'erp', 'create-order', 'h', 'do', 'flying', null, null, now() - interval '1 hour')`,
    );
    await api.pool.query(
      `insert into clock values ('hehe:order-intake:N-06', 'written-reply', 'written-reply', now() - interval '3 days', now() - interval '1 day', 'overdue')`,
    );
    await api.pool.query(`update kase set unbound_reports = 2 where number = 'N-07'`);
    await api.pool.query(
      `insert into alarm (case_id, kind, detail) select 'hehe:order-intake:N-08', kind, '{"code":"SIGNAL_SWALLOWED","notice":"order-reply","to":"customer"}'
        from unnest(array['faulted', 'projection-behind', 'edition-not-served', 'edition-mismatch', 'sql-ahead', 'workflow-missing', 'notice-undelivered']) kind`,
    );
    await api.pool.query(
      `insert into alarm (case_id, kind, detail) values ('hehe:order-intake:N-09', 'command-stuck', '{"verb":"complete","actor":"chen-li","expired":true}')`,
    );
    await api.pool.query(
      `insert into command (id, case_id, verb, actor, key, body_hash, body, at) values ('c1', 'hehe:order-intake:NEW', 'begin', 'chen-li', 'k', 'h', '{}', now() - interval '5 minutes')`,
    );
    const { items, counts } = await get<{
      items: { cause: string; code: string; sentence: string; caseId: string; actions: { action: string; allowed: boolean }[] }[];
      counts: Record<string, number>;
    }>('zhang-min', '/radar?limit=200');
    const causes = [...new Set(items.map(({ cause }) => cause))].sort();
    expect(causes).toEqual([
      'command-expired',
      'command-stuck',
      'deadline',
      'edition-mismatch',
      'edition-not-served',
      'effect-failing',
      'effect-waiting',
      'faulted',
      'notice-undelivered',
      'overdue',
      'projection-behind',
      'sql-ahead',
      'unbound-report',
      'workflow-missing',
    ]);
    expect(counts['overdue']).toBe(3);
    for (const { sentence } of items) expect(sentence).not.toMatch(/\{\{|radar\.|undefined/);
    const sentenceOf = (cause: string): string => items.find((item) => item.cause === cause)?.sentence ?? '';
    expect(sentenceOf('overdue')).toMatch(/^初审自 .* 起已超时，等待跟单员处理。$/);
    expect(sentenceOf('effect-failing')).toBe('create-order未能成功：HT-09（CUSTOMER_UNKNOWN）。');
    expect(sentenceOf('edition-not-served')).toContain(edition);
    expect(sentenceOf('notice-undelivered')).toBe('订单书面回复无法送达：没有人是客户。');
    expect(sentenceOf('command-stuck')).toContain('陈丽的操作“发起”');
    expect(items.find(({ cause }) => cause === 'faulted')?.actions).toContainEqual({ action: 'move', allowed: true });
    expect(items.every(({ caseId }) => caseId.startsWith('hehe:'))).toBe(true);
  });

  test('is paged, and narrowed by cause', async () => {
    const first = await get<{ items: { id: string }[]; next: string | null }>('chen-li', '/radar?limit=5');
    expect(first.items).toHaveLength(5);
    const second = await get<{ items: { id: string }[] }>('chen-li', `/radar?limit=200&after=${first.next ?? ''}`);
    expect(second.items.map(({ id }) => id)).not.toContain(first.items[4]?.id);
    expect((await get<{ items: unknown[] }>('chen-li', '/radar?cause=overdue')).items).toHaveLength(3);
    expect((await get<{ items: unknown[] }>('outsider', '/radar')).items).toEqual([]);
  });
});
