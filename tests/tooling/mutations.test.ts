import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changesOf, policyMutations } from '../../domain/analysis/mutate-policy.js';
import { loadBooks } from '../../policies/load.js';
import { instrument } from '../../scripts/lib/instrument.js';
import { switchedProcedures } from '../../scripts/lib/switched-procedures.js';
import { procedures } from '../../workflows/procedures.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const source = `export function tried(desk: Desk): string {
  const lines = desk.subject.lines.filter((line) => line.open); // TT-A1
  const first = desk.ask<Step>('first', { shows: lines }); // TT-A2
  if (first.outcome === 'no' || (lines.length > 0 && !first.overdue)) return 'no';
  const note = first.data.note ?? 'none';
  desk.inform('told', { to: 'customer', shows: { note, ...(note === undefined ? {} : { note }) } });
  return desk.loop('again', () => (desk.ask('second', { shows: 1 }).outcome === 'done' ? 'yes' : undefined));
}
`;

describe('the sites of a procedure', () => {
  const { code, sites } = instrument('workflows/tests/tried.ts', source, 10);

  it('are its calls of the desk and its conditions, with the parts of those', () => {
    expect(sites.map(({ line, kind, text, values }) => [line, kind, text, ...values])).toEqual([
      [2, 'force', 'filter((line) => line.open)', true, false],
      [3, 'drop', 'ask first'],
      [4, 'force', "first.outcome === 'no' || (lines.length > 0 && !first.overdue)", true, false],
      [4, 'force', "first.outcome === 'no'", false],
      [4, 'force', 'lines.length > 0 && !first.overdue', false],
      [4, 'force', 'lines.length > 0', true],
      [4, 'force', '!first.overdue', true],
      [6, 'drop', 'inform told'],
      // Taken as false it would only add a member that is not there.
      [6, 'force', 'note === undefined', true],
      [7, 'drop', 'loop again'],
      [7, 'force', "desk.ask('second', { shows: 1 }).outcome === 'done'", true, false],
      [7, 'drop', 'ask second'],
    ]);
    expect(sites.map(({ n }) => n)).toEqual(sites.map((_, at) => 10 + at));
    expect(sites.slice(0, 2).map(({ clauses }) => clauses)).toEqual([['TT-A1'], ['TT-A2']]);
  });

  it('each get a switch, and everything else stands as it was', () => {
    expect(code.split('\n').slice(3, 5)).toEqual([
      "  const first = __switch.drop(11, desk, 'ask')<Step>('first', { shows: lines }); // TT-A2",
      "  if ((__switch.force(12) ?? ((__switch.force(13) ?? (first.outcome === 'no')) || ((__switch.force(14) ?? ((__switch.force(15) ?? (lines.length > 0)) && (__switch.force(16) ?? (!first.overdue)))))))) return 'no';",
    ]);
  });
});

it('all procedures can be switched', async () => {
  const switched = await switchedProcedures(root);
  expect(Object.keys(switched.procedures).sort()).toEqual(Object.keys(procedures).sort());
  expect(new Set(switched.sites.map(({ n }) => n)).size).toBe(switched.sites.length);
});

describe('the mutations of policies', async () => {
  const { books } = await loadBooks(`${root}/policies`);
  it.each(Object.entries(books))('of %s each change something, under a name of its own', (_, book) => {
    const all = policyMutations(book);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { name, procedures: touched, change } of [...all, ...changesOf(book)]) {
      const changed = change(book);
      const others = Object.keys(book.procedures).filter((one) => !touched.includes(one));
      for (const one of touched) expect([name, changed.procedures[one]]).not.toEqual([name, book.procedures[one]]);
      for (const one of others) expect(changed.procedures[one]).toBe(book.procedures[one]);
    }
  });

  it('take what a company says once out once', () => {
    const names = policyMutations(books['hehe']!).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('company: ladder'))).toHaveLength(books['hehe']!.company.ladder!.length);
    expect(names).toContain('company: field reason.required');
    expect(names.filter((name) => name.startsWith('company: due'))).toEqual(['company: due {"clock":"working","within":"4h"}']);
  });
});
