import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { storyFile } from '../../../domain/analysis/story.js';
import { type Trace, traceOf } from '../../../domain/analysis/trace.js';
import { tracePage } from '../../../domain/analysis/trace-page.js';
import { parsePolicyFile } from '../../../domain/policy/parse.js';
import { type Clauses, clauses as clausesFile, type ProcedurePolicy } from '../../../domain/policy/policy.js';
import { loadBooks } from '../../../policies/load.js';
import { loadStories } from '../../../policies/load-stories.js';
import { traceFiles } from '../../../policies/trace-files.js';
import { procedures } from '../../../workflows/procedures.js';
import { settingOf, sketched } from '../../support/play.js';
import { testBooks } from '../../support/procedures/policy.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const words = (text: string) => ({ en: text, zh: text, id: text });
const clausesWith = (more: Readonly<Record<string, object>> = {}): Clauses =>
  clausesFile.parse(
    Object.fromEntries(
      ['TT-A1', 'TT-A2', 'TT-A3', 'TT-B1'].map((id) => [id, { title: words(id), text: words(`${id} | says`), ...more[id] }]),
    ),
  );
const code = `export function tried(desk) {
  const a = desk.ask('first', { shows: 1 }); // TT-A1
  // TT-A2: somebody else looks again
  desk.each('second', lines, (line) => line.id, {
    shows: (line) => line,
  }); // TT-A1
  return 'https://x.example/TT-A3';
}`;

/** A case of two steps: the second is for who did not do the first, and only the first tells. */
const twoSteps = (desk: {
  ask(step: string, options: object): { readonly outcome: string };
  inform(notice: string, options: object): void;
}) => {
  desk.ask('first', { shows: 1 });
  desk.inform('told', { to: 'customer', shows: 1 });
  return desk.ask('second', { shows: 1 }).outcome === 'problem' ? 'no' : 'yes';
};
const twoStepped = sketched({
  steps: { first: { clauses: ['TT-A1'] }, second: { clauses: ['TT-A1'], roles: ['first', 'second'], differentFrom: ['first'] } },
  notices: ['told'],
});
const rows = {
  begin: '{ opens: [first] }',
  first: '{ by: first, does: first, outcome: done, tells: [told → customer], opens: [second] }',
  kept: '{ by: first, does: second, outcome: done, refused: DECIDED_BY_YOU }',
  second: '{ by: second, does: second, outcome: done, ends: yes }',
};

/** The trace of that procedure, told by one story. */
function traced({
  lists = ['TT-A1', 'TT-A2'],
  how = {},
  tells = [rows.begin, rows.first, rows.kept, rows.second],
  claims = ['TT-A1', 'TT-A2'],
  source = code,
  changes = {},
}: {
  readonly lists?: string[];
  readonly how?: Readonly<Record<string, object>>;
  readonly tells?: string[];
  readonly claims?: string[];
  readonly source?: string;
  readonly changes?: Partial<ProcedurePolicy>;
} = {}): Trace {
  const policy: ProcedurePolicy = { ...twoStepped, clauses: claims, ...changes };
  const company = { ...testBooks()['tests']!.company, company: 'tests' };
  const book = { company, procedures: { tried: policy } };
  const text = `company: tests\nprocedure: tried\ngiven: { a case: { begun: 2026-11-02 09:00 } }\nstories:\n  - story: it goes so\n    clauses: [${lists.join(', ')}]\n    given: a case\n    rows:\n${(tells.length === 0 ? [rows.begin] : tells).map((row) => `      - ${row}\n`).join('')}`;
  const parsed = parsePolicyFile(text, 'stories/tests/tried.yaml', storyFile);
  if (!parsed.ok) throw new Error(parsed.errors.join('\n'));
  const people = ['starter', 'first', 'second'].map((id) => ({ id, name: id, locale: 'en' as const, roles: [id] }));
  const theatre = { book, people, setting: settingOf(twoSteps, policy) };
  return traceOf(
    { books: { tests: book }, clauses: { tests: clausesWith(how) } },
    new Map([['workflows/tests/tried.ts', source]]),
    tells.length === 0 ? [] : [{ source: parsed.source, theatre }],
  );
}
const rule = { 'TT-A2': { kind: 'rule', enforcedBy: ['tried.steps.second.differentFrom'] } };
const of = 'policies/tests/tried.yaml: ';

describe('a clause trace', () => {
  it('tells of each clause where it is in policy, code and stories', () => {
    const { procedures: all, errors } = traced({ how: rule });
    expect(errors).toEqual([]);
    const [one, two, three, ...others] = all[0]!.clauses;
    expect(others).toEqual([]);
    expect(one).toMatchObject({ clause: 'TT-A1', claimed: true, kind: 'carried', stories: ['it goes so'] });
    expect(one!.policy).toEqual(['steps.first', 'steps.second', 'notices.told']);
    expect(one!.code.map(({ line, beside }) => [line, beside])).toEqual([
      [2, 'ask first'],
      [6, 'each second'],
    ]);
    expect(two).toMatchObject({ kind: 'rule', policy: ['steps.second.differentFrom'] });
    expect(two!.code.map(({ line, beside }) => [line, beside])).toEqual([[3, 'each second']]);
    expect(three).toMatchObject({ clause: 'TT-A3', claimed: false, code: [], stories: [] });
  });

  it('as a page has no line numbers, and no cell breaks its table', () => {
    const page = tracePage('Tests', traced({ how: rule }).procedures);
    expect(page).toContain('workflows/tests/tried.ts: ask first<br>workflows/tests/tried.ts: each second');
    expect(page).toContain('**TT-A1.** TT-A1 \\| says | carried |');
    expect(page).toContain('| TT-A3 | **TT-A3.** TT-A3 \\| says | not implemented yet |  |  |  |');
  });

  it.each([
    [
      'a carrier that no story of the clause shows',
      { how: rule, tells: [rows.begin, rows.first, rows.kept] },
      [`${of}steps.second carries TT-A1, and shows in no story that lists it`],
    ],
    [
      'not where that carrier is optional',
      { how: { ...rule, 'TT-A1': { optional: ['tried.steps.second'] } }, tells: [rows.begin, rows.first, rows.kept] },
      [],
    ],
    ['a clause that no story lists', { how: rule, lists: ['TT-A2'] }, [`${of}TT-A1 is claimed, and no story lists it`]],
    ['a clause that nothing carries', {}, [`${of}TT-A2 is claimed, and nothing carries it`]],
    ['not where it is context', { how: { 'TT-A2': { kind: 'context' } }, lists: ['TT-A1'] }, []],
    ['a rule that nothing enforces', { how: { 'TT-A2': { kind: 'rule' } } }, ['policies/tests/clauses.yaml: TT-A2 is a rule']],
    [
      'a rule that no story sees go',
      { how: rule, tells: [rows.begin, rows.first, rows.second] },
      [`${of}tried.steps.second.differentFrom enforces TT-A2, and no story`],
    ],
    [
      'a rule of something that is not there',
      { how: { 'TT-A2': { kind: 'rule', enforcedBy: ['tried.steps.third.roles'] } } },
      [`${of}tried.steps.third.roles enforces TT-A2, and no story`],
    ],
    [
      'a rule of another procedure',
      { how: { 'TT-A2': { kind: 'rule', enforcedBy: ['other.steps.second.roles'] } } },
      ['policies/tests/clauses.yaml: TT-A2 names other.steps.second.roles'],
    ],
    ['a procedure without stories', { how: rule, tells: [] }, [`${of}the procedure has no stories`]],
    [
      'a clause in code that the book does not have',
      { how: rule, source: `${code}\n// TT-A9` },
      ['workflows/tests/tried.ts:9: unknown clause TT-A9'],
    ],
    [
      'a clause in code that no procedure claims',
      { how: rule, source: `${code}\n// TT-B1` },
      ['workflows/tests/tried.ts:9: no procedure claims TT-B1'],
    ],
    [
      'a part of the policy with a clause that the procedure does not claim',
      { how: rule, changes: { effects: { send: { name: words('send'), clauses: ['TT-B1'], irreversible: false, undoOnReturn: false } } } },
      [`${of}a part carries TT-B1`],
    ],
    [
      'something that enforces no rule',
      { how: { 'TT-A1': { enforcedBy: ['tried.steps.first.roles'] }, ...rule } },
      ['policies/tests/clauses.yaml: TT-A1 is no rule'],
    ],
  ])('finds %s', (_, changed, expected) => {
    const { errors } = traced(changed);
    expect(errors.map((error, n) => error.slice(0, expected[n]?.length))).toEqual(expected);
  });

  it('of the product has no errors', async () => {
    const loaded = await loadBooks(`${root}/policies`);
    const { stories, errors } = await loadStories(root, loaded, (name) => procedures[name as keyof typeof procedures]);
    expect([...errors, ...traceOf(loaded, await traceFiles(root), stories).errors]).toEqual([]);
  });
});
