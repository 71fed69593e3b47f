import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exitCodes } from '../../client/cli/errors.js';
import { readRunning, writeRunning } from '../../client/cli/running.js';
import type { Plant } from '../support/plant.js';
import { type CommandLine, startCommandLine } from './support/cli.js';

let line: CommandLine;
let plant: Plant;
let home: string;
const order = 'examples/hehe/connecting-rods.json';
const gendan: CommandLine['gendan'] = (...argv) => line.gendan(...argv);

beforeAll(async () => {
  line = await startCommandLine({ as: ['zhao-jing', 'chen-li', 'zhang-min', 'wang-qiang', 'zhou-wei'] });
  ({ plant, home } = line);
});
afterAll(() => line.close());

describe('an order on the command line', () => {
  test('is started by whoever may, shown, decided on and changed', async () => {
    const started = await gendan('case', 'start', 'hehe', 'order-intake', order, '--number', 'CLI-1');
    expect(started).toMatchObject({ exit: 0, error: '' });
    expect(started.out).toContain('hehe:order-intake:CLI-1 is started.');
    expect(started.out).toContain('Initial review');

    const mine = await gendan('tasks', '--as', 'chen-li', '--json');
    expect((JSON.parse(mine.out) as { items: { number: string }[] }).items).toMatchObject([{ number: 'CLI-1' }]);

    const refused = await gendan('act', 'CLI-1', 'complete', '--as', 'wang-qiang', '--data', '{"outcome":"accurate"}', '--lang', 'zh');
    expect(refused).toEqual({ exit: exitCodes.notAllowed, out: '', error: '这不是您的任务：它在等待跟单员处理。\n' });

    const wrong = await gendan('act', 'CLI-1', 'complete', '--as', 'chen-li', '--data', '{"outcome":"problem"}', '--json');
    expect(wrong.exit).toBe(exitCodes.refused);
    expect(JSON.parse(wrong.error)).toMatchObject({ code: 'FIELD_REQUIRED', field: '/data/problems', exit: 1 });

    const done = await gendan(
      'act',
      'CLI-1/initial-review',
      'complete',
      '--as',
      'chen-li',
      '--data',
      '{"outcome":"accurate"}',
      '--lang',
      'id',
    );
    expect(done).toMatchObject({ exit: 0 });
    expect(done.out).toContain('Tercatat: Pemeriksaan awal.');

    const amended = await gendan('case', 'amend', 'CLI-1', '--data', '{"remarks":"加急"}', '--reason', 'rang');
    expect(amended).toMatchObject({ exit: 0, error: '' });
    expect(amended.out).toContain('(In progress)');

    const shown = await gendan('case', 'show', 'CLI-1', '--lang', 'zh');
    expect(shown.out).toContain('陈丽变更了订单。rang');
    expect(shown.out).not.toMatch(/\{\{|undefined/);

    const cancelled = await gendan('case', 'cancel', 'CLI-1', '--reason', 'withdrawn', '--json');
    expect(JSON.parse(cancelled.out)).toMatchObject({ status: 'closed', openTasks: [] });
    const late = await gendan(
      'act',
      'hehe:order-intake:CLI-1/review/1/initial-review#1',
      'complete',
      '--as',
      'chen-li',
      '--data',
      '{"outcome":"accurate"}',
    );
    expect(late.exit).toBe(exitCodes.refused);

    const reopen = ['case', 'reopen', 'CLI-1', '--reason', 'the customer takes it after all'];
    expect(await gendan(...reopen, '--as', 'wang-qiang')).toMatchObject({ exit: exitCodes.notAllowed });
    const reopened = await gendan(...reopen, '--as', 'zhang-min', '--json');
    const { status, openTasks } = JSON.parse(reopened.out) as { status: string; openTasks: readonly { step: string }[] };
    expect([status, openTasks.map(({ step }) => step)]).toEqual(['open', ['initial-review']]);
    expect((await gendan('case', 'show', 'CLI-1', '--lang', 'zh')).out).toContain('the customer takes it after all');
  });

  test('is changed by its customer’s wish, and a return is begun', async () => {
    expect(await gendan('case', 'start', 'hehe', 'order-intake', order, '--number', 'HH-1001')).toMatchObject({ exit: 0 });
    const change = ['case', 'start', 'hehe', 'order-change', 'examples/hehe/change-fewer-rods.json', '--number', 'CH-1', '--as', 'chen-li'];
    expect(await gendan(...change)).toMatchObject({ exit: 0, error: '' });
    await plant.until(
      () => plant.open('hehe:order-change:CH-1'),
      (open) => open.includes('production-status'),
    );
    const checked = '{"outcome":"checked","lines":{"2":{"production":"not-started"}}}';
    const answers: [string, string, string][] = [
      ['production-status', 'wang-qiang', checked],
      ['draw-up-amendment', 'chen-li', '{"outcome":"drawn-up"}'],
      ['approve-amendment', 'zhang-min', '{"outcome":"approved"}'],
    ];
    for (const [step, person, data] of answers)
      expect(await gendan('act', `CH-1/${step}`, 'complete', '--as', person, '--data', data)).toMatchObject({ exit: 0, error: '' });
    const quantity = async () =>
      Number((await plant.read('zhao-jing', 'hehe:order-intake:HH-1001'))['subject']?.['lines']?.[1]?.['quantity']);
    await plant.until(quantity, (seen) => seen === 800);

    const returned = ['case', 'start', 'hehe', 'return', 'examples/hehe/return-coating.json', '--number', 'RT-1', '--as', 'chen-li'];
    expect(await gendan(...returned)).toMatchObject({ exit: 0, error: '' });
    await plant.until(
      () => plant.open('hehe:return:RT-1'),
      (open) => open.includes('analyse-reason'),
    );
    const findings = '{"outcome":"company-fault","findings":"wrong coating"}';
    const analysed = await gendan('act', 'RT-1/analyse-reason', 'complete', '--as', 'zhou-wei', '--data', findings, '--lang', 'zh');
    expect(analysed.error).toBe('');
    expect(analysed.out).toContain('签字确认本司原因');
  });

  test('the radar and the people are listed', async () => {
    expect(await gendan('radar')).toMatchObject({ exit: 0 });
    const people = await gendan('people', '--role', 'pmc-dept');
    expect(people.out).toMatch(/wang-qiang +王强 +PMC department \(pmc-dept\)/);
  });
});

describe('exit codes', () => {
  test.each<[string, string[], number, string]>([
    ['a case that is not there', ['case', 'show', 'NONE'], exitCodes.notFound, 'There is no case NONE'],
    [
      'a person without a token here',
      ['tasks', '--as', 'nobody'],
      exitCodes.notAllowed,
      'There is no demo token for nobody here; there are: zhao-jing, chen-li',
    ],
    [
      'a file that is not there',
      ['case', 'start', 'hehe', 'order-intake', 'nothing.json'],
      exitCodes.usage,
      'nothing.json cannot be read (ENOENT)',
    ],
    [
      'data that is no JSON',
      ['act', 'x', 'complete', '--as', 'chen-li', '--data', '{"a":}'],
      exitCodes.usage,
      '--data is not valid JSON at line 1, column 6',
    ],
    ['an argument missing', ['act', 'x'], exitCodes.usage, 'The command is not right'],
    ['a command that is none', ['fly'], exitCodes.usage, 'The command is not right'],
    ['an option that is none', ['tasks', '--colour'], exitCodes.usage, 'The command is not right'],
    ['a view that is none', ['tasks', '--view', 'theirs'], exitCodes.usage, 'The command is not right'],
    ['a port that is none', ['start', '--port', '70000'], exitCodes.usage, '--port'],
    ['a length that is none', ['practice', 'forward', 'x', 'soon'], exitCodes.usage, 'soon is not a length of time'],
    ['practice where there is none', ['practice', 'forward', 'x', '4h'], exitCodes.refused, 'Clocks can only be moved'],
    ['an API that does not answer', ['tasks', '--api', 'http://127.0.0.1:9', '--as', 'chen-li'], exitCodes.unavailable, 'does not answer'],
    ['a token for nobody', ['token', 'create', 'nobody'], exitCodes.notFound, 'There is no person nobody'],
    ['a token that is not there', ['token', 'revoke', 'nothing'], exitCodes.notFound, 'There is no token nothing'],
    ['a worker without a Temporal', ['worker'], exitCodes.usage, 'TEMPORAL_ADDRESS is needed'],
  ])('%s', async (_, argv, exit, text) => {
    const run = await gendan(...argv);
    expect(run).toMatchObject({ exit, out: '' });
    expect(run.error).toContain(text);
    expect(run.error).not.toMatch(/\n\s+at |\{\{|undefined/);
  });

  test('all settings that are wrong are named at once, without their values', async () => {
    vi.stubEnv('GENDAN_PORT', 'many');
    vi.stubEnv('TEMPORAL_ADDRESS', 'secret address');
    const run = await gendan('worker', '--lang', 'id');
    vi.stubEnv('GENDAN_PORT', '');
    vi.stubEnv('TEMPORAL_ADDRESS', '');
    expect(run.exit).toBe(exitCodes.usage);
    expect(run.error.trim().split('\n')).toHaveLength(3);
    expect(run.error).toContain('Setelan tidak benar:');
    expect(run.error).not.toContain('secret');
  });

  test('help and version are no errors, and every command has help in every language', async () => {
    expect(await gendan('--version')).toMatchObject({ exit: 0 });
    for (const language of ['zh', 'en', 'id']) {
      const help = await gendan('--lang', language, '--help');
      expect(help.exit).toBe(0);
      expect(help.out).not.toMatch(/cli\./);
      expect(help.out).toContain('70');
    }
    for (const command of [
      'start',
      'worker',
      'api',
      'migrate',
      'case start',
      'case show',
      'case move',
      'case amend',
      'case cancel',
      'tasks',
      'act',
      'radar',
      'people',
      'token create',
      'token revoke',
      'practice forward',
      'policy check',
      'books check',
    ])
      expect((await gendan(...command.split(' '), '--help')).exit, command).toBe(0);
  });

  test('the table in docs/cli.md has every exit code', () => {
    const page = readFileSync('docs/cli.md', 'utf8');
    for (const code of Object.values(exitCodes)) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
  });
});

test('a token is shown once, holds until it is revoked, and goes before the demo people', async () => {
  const { out } = await gendan('token', 'create', 'siti-rahayu', '--json');
  const token = JSON.parse(out) as { id: string; secret: string };
  vi.stubEnv('GENDAN_TOKEN', token.secret);
  const mine = await gendan('tasks', '--json');
  expect(mine.exit).toBe(0);
  expect(await gendan('token', 'revoke', token.id)).toMatchObject({ exit: 0 });
  expect(await gendan('tasks')).toMatchObject({ exit: exitCodes.notAllowed, error: 'This token was revoked: ask for a new one.\n' });
  vi.stubEnv('GENDAN_TOKEN', '');
});

test('the trade books add up, and whatever does not is listed by place', async () => {
  const sound = await gendan('books', 'check');
  expect(sound).toMatchObject({ exit: 0 });
  expect(sound.out).toMatch(/^The trade books add up: \d+ accounts, \d+ postings\.$/m);
  await plant.pool.query(
    "insert into book_account (company, kind, measure, contra, unit, balance) values ('hehe', 'on-hand', 'goods', false, 'LOST', 3)",
  );
  const wrong = await gendan('books', 'check', '--lang', 'zh');
  expect(wrong.exit).toBe(exitCodes.refused);
  expect(wrong.out).toContain('hehe：账户 on-hand/LOST//// 余额为 3，但其变动合计为 0');
  expect(wrong.out).not.toContain('{{');
  await plant.pool.query("delete from book_account where unit = 'LOST'");
});

test('the policies that ship are in order; those that are not are listed by place', async () => {
  expect(await gendan('policy', 'check')).toMatchObject({ exit: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'gendan-policies-'));
  const company = join(folder, 'acme');
  await import('node:fs/promises').then((fs) => fs.mkdir(company));
  writeFileSync(join(company, 'company.yaml'), 'company: acme\nprefix: acme\n');
  const wrong = await gendan('policy', 'check', '--folder', folder, '--json');
  expect(wrong.exit).toBe(exitCodes.refused);
  expect((JSON.parse(wrong.out) as { errors: string[] }).errors[0]).toMatch(/company\.yaml:\d+:\d+: |clauses\.yaml:1:1: /);
  rmSync(folder, { recursive: true });
});

test('what a start leaves for the other commands is for its owner only, and is not believed when its process is gone', () => {
  const value = {
    pid: process.pid,
    api: 'http://x',
    databaseUrl: 'postgres://x',
    temporalAddress: 'x:1',
    namespace: 'default',
    practice: false,
  };
  writeRunning(home, value);
  expect(statSync(join(home, 'running.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'demo-tokens.json')).mode & 0o777).toBe(0o600);
  expect(readRunning(home)).toEqual(value);
  writeRunning(home, { ...value, pid: 2 ** 22 + 1 });
  expect(readRunning(home)).toBeUndefined();
  writeRunning(home, undefined);
  expect(readRunning(home)).toBeUndefined();
});

test('text from outside does not move the cursor of a terminal', async () => {
  await gendan('case', 'start', 'hehe', 'order-intake', order, '--number', 'CLI-2');
  const run = await gendan('act', 'x\u001b[2J', 'complete', '--as', 'chen-li', '--data', '{"outcome":"accurate"}');
  expect(run.error).not.toContain('\u001b');
});
