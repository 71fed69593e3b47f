import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBooks } from '../../policies/load.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gendan-calendars-'));
  folder = join(home, 'policies');
  await cp(join(root, 'policies'), folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
});
afterEach(() => rm(home, { recursive: true }));

/** Changes a text of a file; returns what is wrong then. */
async function errorsAfter(file: string, ...changes: readonly [from: string, to: string][]): Promise<readonly string[]> {
  const path = join(folder, file);
  let text = await readFile(path, 'utf8');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  await writeFile(path, text);
  return (await loadBooks(folder)).errors;
}

/** The place of the first line that holds a text, as in an error. */
const lineOf = async (file: string, text: string): Promise<number> =>
  (await readFile(join(folder, file), 'utf8')).split('\n').findIndex((line) => line.includes(text)) + 1;

describe('the working calendars', () => {
  it('are read with the policies, and Hehe names its own', async () => {
    const { calendars, books, errors } = await loadBooks(folder);
    expect(errors).toEqual([]);
    expect(Object.keys(calendars)).toEqual(['cn-hehe', 'cn-jinhui', 'id-plant']);
    expect(books['hehe']?.company.calendar).toBe('cn-hehe');
    expect(calendars['cn-hehe']?.editions[1]?.weekly).toEqual(calendars['cn-hehe']?.editions[0]?.weekly);
  });

  it('need not be there', async () => {
    await rm(join(folder, 'calendars'), { recursive: true });
    await rm(join(folder, 'jinhui'), { recursive: true });
    const errors = await errorsAfter('hehe/company.yaml', ['calendar: cn-hehe\n', '']);
    expect(errors.filter((error) => !error.includes('company.yaml has no "calendar"'))).toEqual([]);
    expect((await loadBooks(folder)).calendars).toEqual({});
  });
});

describe('a mistake in a calendar is named with its place', () => {
  it('all of them at once, of one field and between fields', async () => {
    const file = 'calendars/cn-hehe.yaml';
    const makeUp = await lineOf(file, '2026-01-04, hours: mon');
    const holiday = await lineOf(file, 'date: 2026-01-02, kind: day-in-lieu');
    const errors = await errorsAfter(file, ['2026-01-04, hours: mon', '2026-01-02, hours: mon'], ['kind: day-in-lieu', 'kind: day-of']);
    expect(errors).toEqual([
      `policies/calendars/cn-hehe.yaml:${holiday}:35: "day-of" is not allowed here; allowed: public-holiday, day-in-lieu, joint-holiday, plant-shutdown`,
    ]);
    expect(await errorsAfter(file, ['kind: day-of,', 'kind: day-in-lieu,'])).toEqual([
      `policies/calendars/cn-hehe.yaml:${makeUp}:17: "2026-01-02" is not allowed here; allowed: a date that has no other entry: 2026-01-02 is in holidays.1 already`,
    ]);
  });

  it.each<[string, [string, string], string]>([
    ['an unknown key', ['zone: Asia', 'zona: Asia'], ':12:1: unknown key "zona"; allowed: '],
    ['an alias of nothing', ['tue: *day', 'tue: *night'], 'not YAML: '],
    ['a year twice', ['year: 2027', 'year: 2026'], 'allowed: a year that is not at editions.0 already'],
    ['no edition', ['calendar: cn-hehe', 'calendar: cn-huhu'], 'the file of this calendar is called cn-hehe.yaml; allowed: cn-huhu.yaml'],
  ])('%s', async (_what, change, error) => {
    expect((await errorsAfter('calendars/cn-hehe.yaml', change)).join('\n')).toContain(error);
  });

  it('another encoding than UTF-8', async () => {
    await writeFile(join(folder, 'calendars/id-plant.yaml'), Buffer.from([0xff, 0xfe, 0x63]));
    expect((await loadBooks(folder)).errors).toEqual([
      'policies/calendars/id-plant.yaml:1:1: the text is in another encoding; allowed: UTF-8',
    ]);
  });
});

describe('what a policy needs of a calendar', () => {
  it('a calendar that there is', async () => {
    const line = await lineOf('hehe/company.yaml', 'calendar: cn-hehe');
    expect(await errorsAfter('hehe/company.yaml', ['calendar: cn-hehe', 'calendar: cn-huhu'])).toEqual([
      `policies/hehe/company.yaml:${line}:11: there is no file for calendar "cn-huhu"; allowed: cn-hehe, cn-jinhui, id-plant`,
    ]);
  });

  it.each(['{ within: 16h, clock: working }', '{ workingDays: 2 }', '{ nextWorkingDay: "17:00" }', '{ cutOff: "10:00" }'])(
    'one at all for %s',
    async (due) => {
      await errorsAfter('hehe/order-intake.yaml', ['due: { within: 48h }', `due: ${due}`]);
      const line = await lineOf('hehe/order-intake.yaml', `due: ${due}`);
      const errors = await errorsAfter('hehe/company.yaml', ['calendar: cn-hehe\n', '']);
      expect(errors.filter((error) => error.includes(`order-intake.yaml:${line}:`))).toEqual([
        expect.stringContaining('company.yaml has no "calendar" for working time and working days; allowed: with a calendar, or'),
      ]);
    },
  );
});
