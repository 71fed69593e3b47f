import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/errors.js';
import type { Plant } from '../support/plant.js';
import { type CommandLine, type Run, startCommandLine } from './support/cli.js';

let line: CommandLine;
let plant: Plant;
const gendan: CommandLine['gendan'] = (...argv) => line.gendan(...argv);
const order = (number: string): Promise<Run> =>
  gendan('case', 'start', 'hehe', 'order-intake', 'examples/hehe/connecting-rods.json', '--number', number, '--as', 'li-mei');

beforeAll(async () => {
  line = await startCommandLine({ as: { company: 'hehe' } });
  ({ plant } = line);
  expect(await order('HH-1')).toMatchObject({ exit: 0, error: '' });
  await plant.openTask('hehe:order-intake:HH-1', 'initial-review');
});
afterAll(() => line.close());

const languages = ['zh', 'en', 'id'] as const;
const clean = (run: Run): Run => {
  expect(run.out + run.error).not.toMatch(/cli\.|verb\.|problem\.|\{\{|undefined|\bnull\b|\[object/);
  return run;
};

describe('one’s desk on the command line', () => {
  test.each(languages)('shows in %s who one is, what waits, and a task with why not', async (language) => {
    const asked: readonly string[][] = [
      ['me'],
      ['counts'],
      ['cases'],
      ['customers'],
      ['products', '--q', 'LJG'],
      ['notices'],
      ['task', 'HH-1'],
      ['draft', 'HH-1'],
    ];
    for (const argv of asked) {
      const run = clean(await gendan(...argv, '--as', 'li-mei', '--lang', language));
      expect(run, argv.join(' ')).toMatchObject({ exit: 0, error: '' });
      const machine = await gendan(...argv, '--as', 'li-mei', '--json');
      expect(JSON.parse(machine.out), argv.join(' ')).toBeTypeOf('object');
    }
    const task = await gendan('task', 'HH-1', '--as', 'li-mei', '--lang', language);
    expect(task.out).toContain('LJG-C20-600');
    expect(task.out).toMatch(/accurate {2}/);
    const why = { zh: '最后一名签字人', en: 'The last signer cannot be removed', id: 'Penyetuju terakhir' }[language];
    expect(task.out).toMatch(new RegExp(`remove-signer +.* ${why}`));
  });

  test('finds a case by what narrows it, and says when there is none', async () => {
    expect((await gendan('cases', '--number', 'HH-1', '--as', 'li-mei')).out).toContain('hehe:order-intake:HH-1');
    expect((await gendan('cases', '--status', 'closed', '--as', 'li-mei')).out).toBe('Nothing was found.\n');
    expect((await gendan('slips', '--company', 'hehe', '--from', '2026-11-01', '--to', '2026-11-30', '--as', 'li-mei')).exit).toBe(0);
    expect((await gendan('slips', '--company', 'hehe', '--as', 'li-mei')).exit).toBe(exitCodes.usage);
    expect((await gendan('mails', '--as', 'li-mei')).out).toBe('Nothing was found.\n');
    expect((await gendan('invoice', 'list', '--as', 'li-mei')).out).toBe('Nothing waits for an invoice.\n');
    expect((await gendan('invoice', 'list', '--after', 'x', '--as', 'li-mei')).exit).not.toBe(0);
    expect((await gendan('customers', '--q', 'C-1002', '--as', 'li-mei')).out).toContain('¥');
    expect((await gendan('cases', '--after', 'nonsense', '--as', 'li-mei')).exit).toBe(exitCodes.refused);
  });

  test('keeps a draft, shows it, and drops it', async () => {
    const draft = (...more: string[]) => line.json<{ data: unknown; rev: number | null }>('li-mei', 'draft', 'HH-1', ...more);
    expect(await draft('--data', '{"outcome":"accurate"}')).toMatchObject({ data: { outcome: 'accurate' }, rev: 1 });
    expect((await gendan('draft', 'HH-1', '--as', 'li-mei')).out).toContain('"outcome": "accurate"');
    expect(await draft('--drop')).toMatchObject({ data: null, rev: null });
  });
});

describe('beside a case on the command line', () => {
  const act = async (person: string, verb: string, ...more: string[]) =>
    clean(await gendan('act', 'HH-1/initial-review', verb, '--as', person, ...more));

  test('when a clerk takes a task, then the others see it, are told so in their language, and cannot answer', async () => {
    expect((await act('li-mei', 'claim', '--lang', 'zh')).out).toContain('已记录：初审（认领）。');
    expect((await gendan('tasks', '--as', 'chen-li', '--lang', 'id')).out).toContain('diambil 李梅');
    const data = ['--data', '{"outcome":"accurate"}'];
    expect(await act('chen-li', 'complete', '--lang', 'zh', ...data)).toEqual({
      exit: exitCodes.refused,
      out: '',
      error: '李梅已认领该任务。\n',
    });
    expect((await act('chen-li', 'claim', '--lang', 'id')).error).toBe('李梅 sudah mengambil tugas ini.\n');
    expect((await act('wang-qiang', 'release', '--lang', 'zh')).error).toContain('取消认领');
    expect((await act('zhang-min', 'reassign', '--to', 'chen-li', '--lang', 'id')).out).toContain(
      'Dicatat: Pemeriksaan awal (Tugaskan ulang).',
    );
    expect((await act('chen-li', 'release')).exit).toBe(0);
  });

  test('when something is missing or is none, then the option is named, and what there is', async () => {
    expect((await act('li-mei', 'copy')).error).toBe('The field --to is missing: fill it in.\n');
    expect((await act('li-mei', 'consult', '--to', 'lin-hai', '--lang', 'zh')).error).toBe('缺少字段 --text：请填写。\n');
    expect((await act('li-mei', 'fly', '--lang', 'id')).error).toMatch(/Selesaikan \(complete\).*Minta segera \(urge\)/);
    expect((await act('he-jun', 'urge')).exit).toBe(0);
    expect((await act('he-jun', 'urge', '--lang', 'zh')).error).toMatch(/^何军已于 .* 催办：.* 起可再次催办。\n$/);
  });

  test('when something is asked, answered and commented, then it is in the timeline and in the notices, until it is read', async () => {
    expect((await act('li-mei', 'consult', '--to', 'lin-hai', '--text', 'C20?')).exit).toBe(0);
    expect((await act('lin-hai', 'comment', '--text', '可以')).exit).toBe(0);
    expect((await gendan('case', 'comment', 'HH-1', '仓库有货', '--as', 'he-jun', '--lang', 'zh')).out).toBe(
      '已记在 hehe:order-intake:HH-1 旁。\n',
    );
    expect((await gendan('case', 'comment', 'NONE', 'x', '--as', 'he-jun')).exit).toBe(exitCodes.notFound);
    const shown = await gendan('case', 'show', 'HH-1', '--as', 'li-mei', '--lang', 'zh');
    for (const said of ['李梅就初审征求林海的意见：C20?', '林海答复李梅：可以', '何军：仓库有货']) expect(shown.out).toContain(said);

    const before = await line.json<{ items: { id: string }[]; unread: number }>('li-mei', 'notices', '--unread');
    expect(before.unread).toBe(before.items.length);
    const [latest] = before.items;
    expect(await gendan('notices', '--read', latest!.id, '--as', 'li-mei', '--lang', 'id')).toMatchObject({
      exit: 0,
      out: `Ditandai sudah dibaca: 1; belum dibaca: ${before.unread - 1}\n`,
    });
    expect(clean(await gendan('notices', '--read', '--as', 'li-mei', '--lang', 'zh')).out).toMatch(/●[\s\S]*未读：0\n$/);
    expect(await line.json('lin-hai', 'notices', '--read-up-to', 'nothing')).toMatchObject({
      code: 'NOTICE_UNKNOWN',
      exit: exitCodes.notFound,
    });
    const last = await line.json<{ items: { id: string }[] }>('lin-hai', 'notices');
    expect(await line.json('lin-hai', 'notices', '--read-up-to', last.items[0]!.id)).toMatchObject({ unread: 0 });
  });

  test('when an absence changes, then it is told anew', async () => {
    const added = await line.json<{ id: string }>('li-mei', 'absence', 'add', '2027-01-04', '2027-01-06', '--stand-in', 'chen-li');
    const changed = await gendan(
      'absence',
      'change',
      added.id,
      '2027-01-05',
      '2027-01-08',
      '--stand-in',
      'siti-rahayu',
      '--as',
      'li-mei',
      '--lang',
      'zh',
    );
    expect(clean(changed)).toMatchObject({ exit: 0, error: '' });
    expect((await gendan('absence', 'list', '--as', 'li-mei')).out).toMatch(/2027-01-05 .*2027-01-08 .*Siti Rahayu/);
  });
});

test('when the orders of a day are passed on, then the counts tell how many each batch has, before and after', async () => {
  for (const number of ['HH-2', 'HH-3']) {
    const caseId = `hehe:order-intake:${number}`;
    const subject = {
      customer: '佛山宏泰门窗有限公司',
      customerPo: number,
      currency: 'CNY',
      lines: [
        {
          id: '1',
          code: 'LJG-C20-600',
          name: '连接杆',
          quantity: 100,
          unit: '支',
          unitPriceMinor: 385,
          requestedDate: '2027-12-13',
          lengthMm: 600,
          groove: '欧标C槽',
        },
      ],
    };
    const { status } = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', number, subject });
    expect(status).toBe(201);
    await plant.complete('chen-li', caseId, 'initial-review', { outcome: 'accurate' });
    await plant.complete('chen-li', caseId, 'enter-order', { outcome: 'entered' });
    await plant.complete('zhang-min', caseId, 'joint-review', { outcome: 'correct' });
  }
  const batches = async () =>
    (await line.json<{ batches: { step: string; batch: string; open: number }[] }>('zhang-min', 'counts')).batches;
  const [batch] = await batches();
  expect(batch).toMatchObject({ step: 'pass-to-pmc', open: 2, batch: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  const counts = clean(await gendan('counts', '--as', 'zhang-min', '--lang', 'zh'));
  expect(counts.out).toMatch(new RegExp(`${batch!.batch} +抛转PMC \\(pass-to-pmc\\) .* 2 +0`));
  const passed = await gendan(
    'batch',
    'pass-to-pmc',
    'complete',
    '--batch',
    batch!.batch,
    '--data',
    '{"outcome":"passed"}',
    '--as',
    'zhang-min',
  );
  expect(passed).toMatchObject({ exit: 0, error: '' });
  expect(await batches()).toEqual([]);
  expect((await gendan('batch', 'pass-to-pmc', 'complete', '--as', 'zhang-min')).out).toBe('Nothing is waiting for you.\n');
});
