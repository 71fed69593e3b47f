import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/errors.js';
import type { Plant } from '../support/plant.js';
import { type CommandLine, startCommandLine } from './support/cli.js';

let line: CommandLine;
let plant: Plant;
/** Policies of one's own, to be changed as a holiday notice changes them. */
let folder: string;
const gendan: CommandLine['gendan'] = (...argv) => line.gendan(...argv);
beforeAll(async () => {
  line = await startCommandLine({ as: ['chen-li'] });
  ({ plant } = line);
  folder = join(line.home, 'policies');
  cpSync('policies', folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
});
afterAll(() => line.close());

function change(from: string, to: string): void {
  const path = join(folder, 'calendars/cn-hehe.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe('gendan explain-due', () => {
  test('says why a task is due when it is, in every language', async () => {
    expect(await gendan('case', 'start', 'hehe', 'order-intake', 'examples/hehe/connecting-rods.json', '--number', 'DUE-1')).toMatchObject({
      exit: 0,
      error: '',
    });
    const { dueAt = 0 } = await plant.openTask('hehe:order-intake:DUE-1', 'initial-review');
    const machine = await gendan('explain-due', 'DUE-1', '--json');
    const { lines, ...rest } = JSON.parse(machine.out) as { lines: { code: string; values: { at?: number } }[]; dueAt: string };
    expect(rest).toEqual({ task: 'hehe:order-intake:DUE-1/review/1/initial-review#1', dueAt: new Date(dueAt).toISOString() });
    expect(lines.find(({ code }) => code === 'explain.result')).toMatchObject({ values: { at: dueAt } });
    const planned = lines.map(({ code }) => code).filter((code) => code.startsWith('explain.will-'));
    expect(planned.toSorted()).toEqual([
      ...Array<string>(2).fill('explain.will-escalate'),
      ...Array<string>(5).fill('explain.will-remind'),
    ]);
    for (const [language, rule, result] of [
      ['en', 'Due within 4 hours of working time.', 'Due on '],
      ['zh', '期限为 4小时，只计工作时间。', '截止于 '],
      ['id', 'Jatuh tempo dalam 4 jam waktu kerja.', 'Jatuh tempo pada '],
    ] as const) {
      const { exit, out } = await gendan('explain-due', 'DUE-1/initial-review', '--lang', language);
      const sentences = out.trim().split('\n');
      expect(exit).toBe(0);
      expect(sentences).toHaveLength(lines.length);
      expect(sentences[1]).toBe(rule);
      expect(
        sentences.some((sentence) => sentence.startsWith(result)),
        out,
      ).toBe(true);
      expect(out).not.toMatch(/\{\{|undefined|explain\./);
    }
  });

  test('a task that is not there', async () => {
    expect(await gendan('explain-due', 'NONE#1')).toMatchObject({ exit: exitCodes.notFound, out: '' });
  });
});

describe('gendan calendar load', () => {
  test('says how many companies have a new calendar and how many open cases will follow', async () => {
    expect((await gendan('calendar', 'load', '--folder', folder, '--json')).out.trim()).toBe(
      JSON.stringify({ companies: [], cases: 0 }, null, 2),
    );
    change('    edition: 1\n    provisional', '    edition: 2\n    provisional');
    const loaded = await gendan('calendar', 'load', '--folder', folder);
    expect(loaded).toMatchObject({ exit: 0, error: '' });
    expect(loaded.out).toContain('1 companies have a new one, 1 open cases will follow.');
  });

  test('loads nothing while there are mistakes, and names them', async () => {
    change('hours: mon', 'hours: someday');
    const { exit, error } = await gendan('calendar', 'load', '--folder', folder);
    expect(exit).toBe(exitCodes.cannotStart);
    expect(error).toMatch(/policies\/calendars\/cn-hehe\.yaml:\d+:\d+: "someday" is not allowed here/);
  });
});
