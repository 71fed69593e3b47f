import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { subjects } from '../../domain/contracts/subjects.js';
import { repairStep } from '../../domain/engine/system-tasks.js';
import { check } from '../../domain/policy/explain.js';
import { formSchema, sampleData } from '../../domain/policy/form.js';
import { loadBooks } from '../../policies/load.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { books, people, clauses, errors, files } = await loadBooks(join(root, 'policies'));
const clausesOf = (letter: string, count: number) => Array.from({ length: count }, (_, index) => `HH-${letter}${index + 1}`);
const intake = books['hehe']?.procedures['order-intake'];

describe("Hehe's policies", () => {
  it('load without an error', () => {
    expect(errors).toEqual([]);
    expect(files).toBeGreaterThan(15);
    expect(Object.keys(books)).toEqual(['hehe', 'jinhui']);
  });

  it('hold every clause of its procedures and those that join them, and someone for every role but the outsiders', () => {
    const joining = ['HH-A2', 'HH-A3', 'HH-A4', 'HH-J1', 'HH-J2', 'HH-J3', 'HH-J4', 'HH-J5', 'HH-K1', 'HH-K2'];
    const taken = [...clausesOf('B', 13), ...joining];
    const all = [...taken, ...clausesOf('C', 12), ...clausesOf('F', 16), 'HH-Q1'];
    expect(Object.keys(clauses['hehe'] ?? {})).toEqual(expect.arrayContaining(all));
    expect(intake?.clauses.toSorted()).toEqual(taken.toSorted());
    const held = new Set(people['hehe']?.flatMap((person) => person.roles));
    expect(Object.keys(books['hehe']?.company.roles ?? {}).filter((role) => !held.has(role))).toEqual(['customer', 'order-books']);
    expect(new Set(people['hehe']?.map((person) => person.locale))).toEqual(new Set(['zh', 'id']));
  });

  it('count the written reply from the reply of PMC', () => {
    expect(intake?.values['reply-clock-starts']).toBe('pmc-reply');
    expect(intake?.clocks['written-reply']?.due).toEqual({ within: '48h', clock: 'wall' });
  });

  it.each([...Object.entries(intake?.steps ?? {}), ['repair', repairStep(intake!)] as const])(
    'step %s takes a sample of each of its outcomes',
    (_, step) => {
      for (const [outcome, data] of Object.entries(sampleData(step, ['1', '2'])))
        expect([outcome, check(formSchema(step), data)]).toEqual([outcome, { ok: true, value: data }]);
    },
  );

  it('survive JSON: what an edition pins', () => {
    expect(JSON.parse(JSON.stringify(books))).toEqual(books);
  });
});

describe('the examples', async () => {
  const folder = join(root, 'examples/hehe');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  it('are thirteen, each told about in the README', async () => {
    const readme = await readFile(join(root, 'examples/README.md'), 'utf8');
    expect(names.filter((name) => !readme.includes(name))).toEqual([]);
    expect(names).toHaveLength(13);
  });

  it.each(names)('%s is a valid subject', async (name) => {
    const subject: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    const [, kind] = /^(change|return)-/.exec(name) ?? [];
    const implementation = kind === 'change' ? 'heheOrderChange' : kind === 'return' ? 'heheReturn' : 'heheOrderIntake';
    expect(check(subjects[implementation]!, subject)).toEqual({ ok: true, value: subject });
  });
});

describe('loading', () => {
  let dir = '';
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), 'gendan-policies-')), 'policies');
    for (const name of ['hehe', 'calendars', 'library.yaml']) await cp(join(root, 'policies', name), join(dir, name), { recursive: true });
  });
  afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

  const rewrite = async (name: string, change: (text: string) => string): Promise<void> => {
    const file = join(dir, 'hehe', name);
    await writeFile(file, change(await readFile(file, 'utf8')));
  };

  it('names the errors of all files at once and gives no book of that company', async () => {
    await rewrite('company.yaml', (text) => text.replace('prefix: HH', 'prefix: Hehe'));
    await rewrite('order-intake.yaml', (text) => text.replace('    batch: ', '    batches: '));
    const loaded = await loadBooks(dir);
    expect(loaded.errors.map((error) => error.split(': ')[0])).toEqual([
      expect.stringMatching(/^policies\/hehe\/company\.yaml:3:9$/),
      expect.stringMatching(/^policies\/hehe\/order-intake\.yaml:\d+:5$/),
    ]);
    expect(loaded.books).toEqual({});
  });

  it('does not blame company.yaml for a procedure whose own file is wrong', async () => {
    await rewrite('order-intake.yaml', (text) => text.replace('    batch: ', '    batches: '));
    expect((await loadBooks(dir)).errors).toHaveLength(1);
  });

  it('refuses text in GBK', async () => {
    await writeFile(join(dir, 'hehe/people.demo.yaml'), Buffer.from([0x70, 0x3a, 0x20, 0xb3, 0xc2]));
    expect((await loadBooks(dir)).errors).toEqual(['policies/hehe/people.demo.yaml:1:1: the text is in another encoding; allowed: UTF-8']);
  });

  it.each([
    ['company.yaml', 'policies/hehe/company.yaml:1:1: the file is missing; allowed: each company has one'],
    ['clauses.yaml', 'policies/hehe/clauses.yaml:1:1: the file is missing; allowed: each company has one'],
    ['order-intake.yaml', 'policies/hehe/company.yaml:10:14: there is no file for procedure "order-intake"; allowed: '],
  ])('says that %s is missing', async (name, expected) => {
    await rm(join(dir, 'hehe', name));
    expect((await loadBooks(dir)).errors).toEqual([expect.stringContaining(expected)]);
  });

  it('refuses a file whose name is not its procedure, and a folder whose name is not its company', async () => {
    await cp(join(dir, 'hehe/order-intake.yaml'), join(dir, 'hehe/intake.yml'));
    await cp(join(dir, 'hehe'), join(dir, 'other'), { recursive: true });
    const { errors: found } = await loadBooks(dir);
    expect(found.join('\n')).toMatch(
      /policies\/hehe\/intake\.yml:\d:12: the file of this procedure is called intake\.yml; allowed: order-intake\.yaml/,
    );
    expect(found.join('\n')).toContain('policies/other/company.yaml:2:10: "hehe" is not the name of its folder; allowed: other');
  });
});
