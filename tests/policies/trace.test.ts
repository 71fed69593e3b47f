import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Clauses } from '../../domain/policy/policy.js';
import { type Trace, traceOf } from '../../domain/policy/trace.js';
import { tracePage } from '../../domain/policy/trace-page.js';
import { loadBooks } from '../../policies/load.js';
import { traceFiles } from '../../policies/trace-files.js';
import { carriedOut } from '../support/carried-out.js';
import { Play, settingOf, sketched } from '../support/play.js';
import { testBooks, testPolicy } from '../support/procedures/policy.js';
import { threeTasks } from '../support/procedures/procedures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const words = (text: string) => ({ en: text, zh: text, id: text });
const clauses: Clauses = Object.fromEntries(
  ['TT-A1', 'TT-A2', 'TT-A3', 'TT-B1'].map((id) => [id, { title: words(id), text: words(`${id} | says`) }]),
);

const code = `export function tried(desk) {
  const a = desk.ask('desk', { shows: 1 }); // TT-A1
  // TT-A2: the planner looks again
  desk.each('planner', lines, (line) => line.id, {
    shows: (line) => line,
  }); // TT-A1
  return 'https://x.example/TT-A3';
}`;
const test = `it('when it is asked, then it is answered', async () => {
  await plant.carriedOut(await begin(), 'TT-A1');
  await plant.carriedOut(id, 'TT-A1', 'TT-A2');
});
it.each([['(', 'a', "b"]])('of %s: it\\'s looked at', async () => {
  carriedOut(policy, ledger, 'TT-A2');
});
it('names TT-A3 without driving it', () => {});`;

function traced({ claims = ['TT-A1', 'TT-A2'], procedure = code, tests = test, changes = {} } = {}): Trace {
  const { tests: company } = testBooks();
  const policy = testPolicy('tried', 'tried', { clauses: claims, ...changes });
  return traceOf(
    { books: { tests: { company: company!.company, procedures: { tried: policy } } }, clauses: { tests: clauses } },
    { procedures: new Map([['workflows/tests/tried.ts', procedure]]), tests: new Map([['tests/tried.test.ts', tests]]) },
  );
}

describe('a clause trace', () => {
  it('tells of each clause where it is in policy, code and tests', () => {
    const { procedures, errors } = traced();
    expect(errors).toEqual([]);
    const [one, two, three, ...others] = procedures[0]!.clauses;
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      clause: 'TT-A1',
      claimed: true,
      policy: expect.arrayContaining(['steps.desk', 'clocks.reply', 'notices.reply']),
    });
    expect(one!.code.map(({ line, beside }) => [line, beside])).toEqual([
      [2, 'ask desk'],
      [6, 'each planner'],
    ]);
    expect(two!.code.map(({ line, beside }) => [line, beside])).toEqual([[3, 'each planner']]);
    expect(two!.tests.map(({ line, title }) => [line, title])).toEqual([
      [3, 'when it is asked, then it is answered'],
      [6, "of %s: it\\'s looked at"],
    ]);
    expect(three).toMatchObject({ clause: 'TT-A3', claimed: false, code: [], tests: [] });
  });

  it.each([
    [
      'a claimed clause without code',
      { claims: ['TT-A1', 'TT-A2', 'TT-A3'] },
      ['TT-A3 is claimed, and neither code', 'TT-A3 is claimed, and no test'],
    ],
    [
      'a claimed clause without a test',
      { tests: `it('x', () => { carriedOut(p, l, 'TT-A1') })` },
      ['TT-A2 is claimed, and no test drives it'],
    ],
    [
      'a test that names a clause only in its title',
      { tests: `it('drives TT-A1 and TT-A2', () => {})` },
      ['TT-A1 is claimed', 'TT-A2 is claimed'],
    ],
    [
      'a clause in code that the book does not have',
      { procedure: `${code}\n// TT-A9` },
      ['workflows/tests/tried.ts:9: unknown clause TT-A9'],
    ],
    [
      'a clause in code that no procedure claims',
      { procedure: `${code}\n// TT-B1` },
      ['workflows/tests/tried.ts:9: no procedure claims TT-B1'],
    ],
    [
      'a test of an unknown clause',
      { tests: `${test}\nit('x', () => carriedOut(p, l, 'TT-C1'))` },
      ['tests/tried.test.ts:9: unknown clause TT-C1'],
    ],
    [
      'a part of the policy with a clause that the procedure does not claim',
      { changes: { effects: { send: { name: words('send'), clauses: ['TT-B1'] } } } },
      ['policies/tests/tried.yaml: a part carries TT-B1'],
    ],
  ])('finds %s', (_, changed, expected) => {
    const { errors } = traced(changed);
    expect(errors).toHaveLength(expected.length);
    for (const [index, error] of errors.entries()) expect(error).toContain(expected[index]);
  });

  it('as a page has no line numbers, and no cell breaks its table', () => {
    const page = tracePage('Tests', traced().procedures);
    expect(page).toContain('workflows/tests/tried.ts: ask desk<br>workflows/tests/tried.ts: each planner');
    expect(page).toContain('**TT-A1.** TT-A1 \\| says');
    expect(page).toContain('| TT-A3 | **TT-A3.** TT-A3 \\| says | not implemented yet |  |  |');
  });

  it('of the product has no errors', async () => {
    expect(traceOf(await loadBooks(`${root}/policies`), await traceFiles(root)).errors).toEqual([]);
  });
});

describe('a statement that clauses were carried out', () => {
  it('holds for what the case did, and fails for what it only has open', () => {
    const steps = { desk: {}, planner: { clauses: ['TT-A2'] }, pmc: {} };
    const sketch = { ...sketched({ steps, clocks: { reply: '48h' }, notices: ['reply'] }), clauses: ['TT-A1', 'TT-A2', 'TT-A3'] };
    const played = new Play(settingOf(threeTasks, sketch)).complete('desk');
    const { policy } = played.setting;
    expect(() => carriedOut(policy, played.ledger, 'TT-A1', 'TT-A3')).not.toThrow();
    expect(() => carriedOut(policy, played.ledger, 'TT-A2')).toThrow('not carried out: TT-A2; carried out: TT-A1, TT-A3');
    expect(() => carriedOut(policy, played.complete('planner').ledger, 'TT-A2')).not.toThrow();
  });
});
