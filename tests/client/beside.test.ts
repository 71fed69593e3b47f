import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Dispatcher } from '../../client/dispatch/contract.js';
import { saveAbsence } from '../../db/absences.js';
import type { Command } from '../../domain/engine/command.js';
import { type TestApi, testApi } from './support/api.js';
import { deskOf } from './support/desk.js';

let api: TestApi;
const sent: { readonly caseId: string; readonly command: Command }[] = [];
const command: Dispatcher['command'] = async (caseId, { body }) => {
  sent.push({ caseId, command: body });
  if (body.verb === 'transfer' && body.to === 'sun-yan') return { kind: 'refused', code: 'EXCLUDED', values: { person: 'sun-yan' } };
  return { kind: 'done', caseId, turn: 2, status: 'open', flying: 0, openTasks: [] };
};
beforeAll(async () => {
  api = await testApi({ command });
});
afterAll(() => api.close());

const { ask, act, review, path, timeline, notices } = deskOf(() => api);

describe('a claim', () => {
  it('when two people claim at the same instant, then one has it and the other is told who', async () => {
    const task = await review();
    const both = await Promise.all([act('chen-li', task, 'claim'), act('li-mei', task, 'claim')]);
    const [winner, loser] = both[0].status === 200 ? ['chen-li', both[1]] : ['li-mei', both[0]];
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(loser.body).toMatchObject({ code: 'CLAIMED', values: { by: winner, at: expect.any(Number) } });
    expect(String(loser.body['message'])).toMatch(/^(陈丽|李梅) has taken this task/);
    const { body } = await ask('siti-rahayu', 'GET', path(task));
    expect(body).toMatchObject({ claimedBy: winner, claimedAt: expect.any(String) });
    const listed = await ask('siti-rahayu', 'GET', '/tasks?view=group&limit=200');
    expect([...listed.body['items']!].find(({ id }) => String(id) === task)).toMatchObject({ claimedBy: winner });
    expect(await timeline(task)).toEqual([`${winner === 'chen-li' ? '陈丽' : '李梅'} took Initial review.`]);
  });

  it('keeps others from answering, not its holder', async () => {
    const task = await review();
    await act('li-mei', task, 'claim');
    const done = { data: { outcome: 'accurate' } };
    expect((await act('chen-li', task, 'complete', done)).body).toMatchObject({ code: 'CLAIMED', values: { by: 'li-mei' } });
    const page = await ask('chen-li', 'GET', path(task));
    expect([...page.body['verbs']!].find(({ verb }) => String(verb) === 'complete')).toMatchObject({
      allowed: false,
      whyNot: { code: 'CLAIMED' },
    });
    expect(sent.filter(({ caseId }) => task.startsWith(caseId))).toEqual([]);
    // The holder gets as far as the form.
    expect((await act('li-mei', task, 'complete', done)).body).toMatchObject({ code: 'FIELD_REQUIRED' });
    expect((await act('chen-li', task, 'hold', { cause: 'waiting-for-customer' })).status).toBe(200);
  });

  it('asked for twice with the same key is one; the key with another body is refused', async () => {
    const task = await review();
    const first = await act('chen-li', task, 'claim', {}, 'claim-key-1');
    const again = await act('chen-li', task, 'claim', {}, 'claim-key-1');
    expect([first.status, again.status, again.body['note']]).toEqual([200, 200, first.body['note']]);
    expect((await act('chen-li', task, 'comment', { text: 'x' }, 'claim-key-1')).body).toMatchObject({ code: 'KEY_REUSED' });
    expect(await timeline(task)).toHaveLength(1);
  });

  it('is given back by its holder or a manager, and there must be one', async () => {
    const task = await review();
    expect((await act('chen-li', task, 'release')).body).toMatchObject({ code: 'NOT_CLAIMED' });
    await act('chen-li', task, 'claim');
    expect((await act('wang-qiang', task, 'release')).body).toMatchObject({ code: 'ROLE_NEEDED' });
    const released = () => act('zhang-min', task, 'release', { text: '陈丽休假' }, 'release-key-1');
    const [first, again] = [await released(), await released()];
    expect([first.status, again.status, again.body['note']]).toEqual([200, 200, first.body['note']]);
    expect(await notices('chen-li', task)).toEqual(['张敏 gave Initial review back. 陈丽休假']);
    expect((await ask('chen-li', 'GET', path(task))).body).not.toHaveProperty('claimedBy');
  });

  it('is for those whom the task waits for', async () => {
    const task = await review();
    expect(await act('wang-qiang', task, 'claim')).toMatchObject({ status: 403, body: { code: 'NOT_YOURS' } });
    expect(await act('outsider', task, 'claim')).toMatchObject({ status: 404, body: { code: 'TASK_UNKNOWN' } });
  });
});

describe('a reassignment', () => {
  it('is a manager’s, to somebody who may answer; both are told', async () => {
    const task = await review();
    await act('chen-li', task, 'claim');
    expect((await act('wang-qiang', task, 'reassign', { to: 'li-mei' })).body).toMatchObject({
      code: 'ROLE_NEEDED',
      values: { verb: 'reassign' },
    });
    expect((await act('zhang-min', task, 'reassign', { to: 'wang-qiang' })).body).toMatchObject({
      code: 'RECEIVER_MAY_NOT',
      field: '/to',
      message: '王强 may not do "Initial review": choose somebody whom it waits for.',
    });
    expect((await act('zhang-min', task, 'reassign', { to: 'nobody' })).body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect((await act('zhang-min', task, 'reassign', { to: 'outsider' })).body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect((await act('zhang-min', task, 'reassign', { to: 'chen-li' })).body).toMatchObject({ code: 'TRANSFER_TO_SELF' });
    expect((await act('zhang-min', task, 'reassign')).body).toMatchObject({ code: 'FIELD_REQUIRED', field: '/to' });
    expect((await act('zhang-min', task, 'reassign', { to: 'li-mei', text: '你熟悉这个客户' })).status).toBe(200);
    expect((await ask('chen-li', 'GET', path(task))).body).toMatchObject({ claimedBy: 'li-mei' });
    const sentence = '张敏 gave Initial review to 李梅. 你熟悉这个客户';
    expect([await notices('li-mei', task), await notices('chen-li', task)]).toEqual([[sentence], [sentence]]);
  });
});

describe('an urging', () => {
  it('reaches whom the task waits for, and may be repeated only after the company’s time', async () => {
    const task = await review();
    expect((await act('zhou-wei', task, 'urge', { text: '客户在等' })).status).toBe(200);
    for (const person of ['chen-li', 'li-mei', 'siti-rahayu'])
      expect(await notices(person, task)).toEqual(['周伟 urged Initial review. 客户在等']);
    const again = await act('zhang-min', task, 'urge');
    const { at, until } = again.body['values'] as unknown as { readonly at: number; readonly until: number };
    expect([again.status, again.body['code'], until - at]).toEqual([409, 'URGED_ALREADY', 4 * 3_600_000]);
    await api.pool.query(`update case_note set at = at - interval '4 hours' where task_id = $1`, [task]);
    await act('li-mei', task, 'claim');
    expect((await act('zhang-min', task, 'urge')).status).toBe(200);
    expect(await notices('chen-li', task)).toHaveLength(1);
    expect(await notices('li-mei', task)).toHaveLength(2);
  });

  it('reaches who stands in for them now in such cases', async () => {
    const task = await review();
    await act('li-mei', task, 'claim');
    const now = Date.now();
    const saved = await saveAbsence(api.pool, {
      person: 'li-mei',
      from: now - 1_000,
      until: now + 3_600_000,
      note: '',
      grantedBy: 'li-mei',
      standIns: [
        { person: 'sun-yan', limits: { procedures: ['order-intake'] } },
        { person: 'he-jun', limits: { procedures: ['return'] } },
      ],
    });
    expect(saved).not.toHaveProperty('code');
    await act('zhou-wei', task, 'urge');
    const told = await Promise.all(['li-mei', 'sun-yan', 'he-jun', 'chen-li'].map(async (one) => (await notices(one, task)).length));
    await api.pool.query('delete from absence');
    expect(told).toEqual([1, 1, 0, 0]);
  });
});

describe('what is shown, asked and said', () => {
  it('a copy and a question reach one person, whose next comment is the answer, and is told to who asked', async () => {
    const task = await review();
    expect((await act('chen-li', task, 'copy', { to: 'he-jun' })).status).toBe(200);
    expect(await notices('he-jun', task)).toEqual(['陈丽 showed Initial review to 何军.']);
    expect((await act('chen-li', task, 'consult', { to: 'lin-hai' })).body).toMatchObject({ code: 'FIELD_REQUIRED', field: '/text' });
    expect((await act('chen-li', task, 'consult', { to: 'lin-hai', text: 'C20 槽可以吗？' })).status).toBe(200);
    expect((await act('he-jun', task, 'consult', { to: 'lin-hai', text: '?' })).body).toMatchObject({ code: 'NOT_YOURS' });
    expect((await act('lin-hai', task, 'complete', { data: { outcome: 'accurate' } })).body).toMatchObject({ code: 'NOT_YOURS' });
    expect((await act('lin-hai', task, 'comment', { text: '可以' })).status).toBe(200);
    expect((await act('lin-hai', task, 'comment', { text: '另见图纸' })).status).toBe(200);
    expect(await notices('chen-li', task)).toEqual(['林海 answered 陈丽: 可以']);
    expect(await timeline(task)).toEqual([
      '陈丽 showed Initial review to 何军.',
      '陈丽 asked 林海 about Initial review: C20 槽可以吗？',
      '林海 answered 陈丽: 可以',
      '林海: 另见图纸',
    ]);
  });

  it('a comment is also taken on a case; fields of other verbs are refused', async () => {
    const task = await review();
    const path = `/cases/${encodeURIComponent(task.split('/')[0]!)}/commands`;
    expect((await ask('he-jun', 'POST', path, { verb: 'comment' })).body).toMatchObject({ code: 'FIELD_REQUIRED', field: '/text' });
    expect((await ask('he-jun', 'POST', path, { verb: 'comment', text: '仓库有货', reason: 'x' })).body).toMatchObject({
      code: 'FIELD_UNKNOWN',
      field: '/reason',
    });
    expect((await ask('he-jun', 'POST', path, { verb: 'comment', text: '仓库有货' })).status).toBe(200);
    expect((await act('he-jun', task, 'comment', { text: 'x', to: 'chen-li' })).body).toMatchObject({
      code: 'FIELD_UNKNOWN',
      field: '/to',
    });
    expect((await act('chen-li', task, 'claim', { reason: 'x' })).body).toMatchObject({ code: 'FIELD_UNKNOWN', field: '/reason' });
    expect((await act('chen-li', task, 'hold', { cause: 'waiting-for-customer', text: 'x' })).body).toMatchObject({
      code: 'FIELD_UNKNOWN',
    });
    expect(await timeline(task)).toEqual(['何军: 仓库有货']);
  });
});

describe('a draft', () => {
  it('is kept for its writer alone, over revisions, until the task is answered', async () => {
    const task = await review();
    const draft = `${path(task)}/draft`;
    expect((await ask('chen-li', 'GET', draft)).body).toEqual({ data: null, rev: null, at: null });
    const data = { outcome: 'problem', problems: '第2行' };
    expect((await ask('chen-li', 'PUT', draft, { data, rev: 1 })).body).toMatchObject({ data, rev: 1, at: expect.any(String) });
    await ask('chen-li', 'PUT', draft, { data: { ...data, problems: '第2、3行' }, rev: 1 });
    await api.pool.query(`update task set rev = 2, row = row || '{"rev":2}' where id = $1`, [task]);
    expect((await ask('chen-li', 'GET', draft)).body).toMatchObject({ data: { problems: '第2、3行' }, rev: 1 });
    expect((await ask('li-mei', 'GET', draft)).body).toEqual({ data: null, rev: null, at: null });
    expect((await ask('wang-qiang', 'PUT', draft, { data, rev: 2 })).body).toMatchObject({ code: 'NOT_YOURS' });
    expect((await ask('chen-li', 'PUT', draft, { data: 'x', rev: 2 })).body).toMatchObject({ code: 'FIELD_INVALID' });
    await ask('li-mei', 'PUT', draft, { data, rev: 2 });
    expect((await ask('li-mei', 'DELETE', draft)).body).toEqual({ data: null, rev: null, at: null });
    await api.pool.query(`update task set state = 'completed' where id = $1`, [task]);
    expect((await ask('chen-li', 'GET', draft)).body).toEqual({ data: null, rev: null, at: null });
  });
});

describe('a hand-over of somebody who leaves', () => {
  const handOver = (person: string, from: string, body: object, key?: string) =>
    ask(person, 'POST', `/people/${from}/hand-over`, { company: 'hehe', ...body }, key);

  it('moves what they have claimed and the seats that name them, item by item; a preview changes nothing', async () => {
    const [claimed, named] = [await review(), await review()];
    await act('siti-rahayu', claimed, 'claim');
    await api.pool.query(`update task set row = jsonb_set(row, '{seats,0,candidates}', '[{"person":"siti-rahayu"}]') where id = $1`, [
      named,
    ]);
    const items = [
      { taskId: claimed, what: ['claim'], done: true, name: 'Initial review' },
      { taskId: named, what: ['seat'], done: true },
    ];
    expect((await handOver('zhang-min', 'siti-rahayu', { to: 'li-mei', preview: true })).body).toMatchObject({ preview: true, items });
    expect((await ask('chen-li', 'GET', path(claimed))).body).toMatchObject({ claimedBy: 'siti-rahayu' });
    expect((await handOver('zhang-min', 'siti-rahayu', { to: 'li-mei' }, 'leaver-1')).body).toMatchObject({ preview: false, items });
    expect((await ask('chen-li', 'GET', path(claimed))).body).toMatchObject({ claimedBy: 'li-mei' });
    expect(sent.at(-1)?.command).toMatchObject({ verb: 'transfer', task: named, seat: expect.any(String), to: 'li-mei', by: 'zhang-min' });
    expect(await timeline(claimed)).toContain('张敏 handed Initial review over to 李梅.');
    expect(await notices('li-mei', claimed)).toHaveLength(1);
  });

  it('says of each item why not, in words', async () => {
    const [claimed, named] = [await review(), await review()];
    await act('siti-rahayu', claimed, 'claim');
    await api.pool.query(`update task set row = jsonb_set(row, '{seats,0,candidates}', '[{"person":"siti-rahayu"}]') where id = $1`, [
      named,
    ]);
    const { body } = await handOver('zhang-min', 'siti-rahayu', { to: 'sun-yan' });
    const of = (task: string) => [...body['items']!].find(({ taskId }) => String(taskId) === task);
    expect(of(claimed)).toMatchObject({
      done: false,
      code: 'RECEIVER_MAY_NOT',
      sentence: '孙燕 may not do "Initial review": choose somebody whom it waits for.',
    });
    expect(of(named)).toMatchObject({ done: false, code: 'EXCLUDED', sentence: expect.any(String) });
    const refused = await handOver('he-jun', 'siti-rahayu', { to: 'li-mei' });
    expect([...refused.body['items']!].map(({ code }) => String(code))).toContain('ROLE_NEEDED');
  });

  it('is refused to oneself, to strangers, and of nobody', async () => {
    expect((await handOver('zhang-min', 'li-mei', { to: 'li-mei' })).body).toMatchObject({ code: 'TRANSFER_TO_SELF' });
    expect((await handOver('zhang-min', 'li-mei', { to: 'outsider' })).body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect((await handOver('zhang-min', 'nobody', { to: 'li-mei' })).body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    expect((await handOver('outsider', 'li-mei', { to: 'chen-li' })).body).toMatchObject({ code: 'COMPANY_UNKNOWN' });
  });
});
