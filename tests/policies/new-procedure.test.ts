import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untried } from '../../domain/analysis/check-stories.js';
import { Telling } from '../../domain/analysis/tell.js';
import type { Desk } from '../../domain/engine/procedure.js';
import { loadBooks } from '../../policies/load.js';
import { loadStories } from '../../policies/load-stories.js';
import { newProcedure } from '../../policies/new-procedure.js';
import { procedureFaults } from '../../scripts/lib/procedure-rule.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { books, people, clauses } = await loadBooks(join(root, 'policies'));

async function asked(company: string, more: { readonly name?: string; readonly carries?: readonly string[]; readonly role?: string } = {}) {
  const book = books[company];
  if (book === undefined) throw new Error(company);
  const companyFile = await readFile(join(root, `policies/${company}/company.yaml`), 'utf8');
  const [clause = ''] = Object.keys(clauses[company] ?? {});
  const usual = { name: 'sample-boards', carries: [clause], role: undefined };
  return newProcedure({
    company: book.company,
    clauses: clauses[company] ?? {},
    people: people[company] ?? [],
    companyFile,
    ...usual,
    ...more,
  });
}

describe.each(Object.keys(books))('a new procedure of %s', (company) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gendan-new-'));
    await cp(join(root, 'policies'), join(folder, 'policies'), { recursive: true, filter: (name) => !name.endsWith('.ts') });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is right as it is written: policy, function and story', async () => {
    const made = await asked(company);
    if (!made.ok) throw new Error(made.code);
    for (const [file, text] of Object.entries(made.files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    const loaded = await loadBooks(join(folder, 'policies'));
    expect(loaded.errors).toEqual([]);
    expect(Object.keys(loaded.books[company]?.procedures ?? {})).toContain('sample-boards');
    expect(loaded.books[company]?.company.procedures.at(-1)).toBe('sample-boards');
    const code = made.files[`workflows/${company}/sample-boards.ts`] ?? '';
    expect(procedureFaults(code)).toEqual([]);
    expect(code).toContain('export function sampleBoards(desk: Desk<SampleBoardsSubject, SampleBoardsSteps, SampleBoardsNames>)');
    // What the written function does; its file is compiled with the others only.
    const procedure = (desk: Desk<object, { 'carry-out': { readonly outcome: 'done' } }>) => {
      desk.ask('carry-out', { shows: desk.subject });
      return { result: 'done' };
    };
    const { stories, errors } = await loadStories(folder, loaded, () => procedure);
    expect(errors).toEqual([]);
    const [told] = stories;
    if (told === undefined) throw new Error('no story');
    const all = new Telling(told.source.value, told.theatre).all();
    expect(all.map(({ failure }) => failure)).toEqual([undefined]);
    expect(
      untried(
        told.source,
        told.theatre.setting.policy,
        all.flatMap(({ taken }) => taken),
      ),
    ).toEqual([]);
  });
});

describe('a new procedure', () => {
  it('changes nothing of company.yaml but the list', async () => {
    const made = await asked('hehe');
    const before = await readFile(join(root, 'policies/hehe/company.yaml'), 'utf8');
    const after = made.ok ? (made.files['policies/hehe/company.yaml'] ?? '') : '';
    expect(after.replace(', sample-boards', '')).toBe(before);
    const book = books['hehe'];
    if (book === undefined) throw new Error('no book');
    const block = 'company: hehe\nprocedures:\n  - order-intake # first\n  - return\nzone: Asia/Shanghai\n';
    const again = newProcedure({
      company: book.company,
      clauses: clauses['hehe'] ?? {},
      people: people['hehe'] ?? [],
      companyFile: block,
      name: 'sample-boards',
      carries: ['HH-B1'],
      role: undefined,
    });
    expect(again.ok && again.files['policies/hehe/company.yaml']).toBe(
      'company: hehe\nprocedures:\n  - order-intake # first\n  - return\n  - sample-boards\nzone: Asia/Shanghai\n',
    );
  });

  it('whose name TypeScript keeps for itself says what it is', async () => {
    const made = await asked('jinhui', { name: 'switch' });
    expect(made.ok && made.files['workflows/jinhui/switch.ts']).toContain('export function switchProcedure(');
  });

  it.each([
    [{ name: 'Sample Boards' }, { code: 'name' }],
    [{ name: 'return' }, { code: 'there' }],
    [{ carries: ['HH-Z1'] }, { code: 'clause', values: { clause: 'HH-Z1', allowed: expect.stringContaining('HH-B1') } }],
    [{ carries: [] }, { code: 'clause' }],
    [{ role: 'customer' }, { code: 'role', values: { role: 'customer', allowed: expect.stringContaining('merchandiser') } }],
    [{ role: 'chairman' }, { code: 'role' }],
  ])('%j is refused, with what is allowed', async (more, expected) => {
    expect(await asked('hehe', more)).toMatchObject({ ok: false, ...expected });
  });
});
