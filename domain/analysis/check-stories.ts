import { unlabelled } from '../policy/facts.js';
import type { Source } from '../policy/parse.js';
import type { ProcedurePolicy } from '../policy/policy.js';
import type { Taken, Theatre } from './stage.js';
import { type StoryFile, type StoryRow, scriptOf } from './story.js';
import type { Failure, Told } from './tell.js';

/** What stories name that is not there, each as `file:line:column: what is wrong; what is allowed`. */
export function checkStories({ value, at }: Source<StoryFile>, { setting: { policy }, people }: Theatre): readonly string[] {
  const errors: string[] = [];
  const known = (what: string, name: string, allowed: readonly string[], path: readonly (string | number)[]): void => {
    if (!allowed.includes(name)) errors.push(`${at(path)}: unknown ${what} "${name}"; allowed: ${allowed.join(', ')}`);
  };
  const givens = Object.keys(value.given);
  const persons = people.map(({ id }) => id);
  const rowsIn = (rows: readonly StoryRow[], path: readonly (string | number)[]): void => {
    for (const [n, row] of rows.entries()) {
      const here = [...path, n];
      if (row.by !== undefined) known('person', row.by, persons, [...here, 'by']);
      const step = policy.steps[(row.does ?? '').split('/').at(-1) ?? ''];
      if (row.outcome !== undefined && row.refused === undefined && step !== undefined)
        known('outcome', row.outcome, Object.keys(step.outcomes), [...here, 'outcome']);
      for (const what of ['tells', 'corrects'] as const)
        for (const [i, told] of (row[what] ?? []).entries())
          known('notice', told.split(' → ')[0]?.split('/').at(-1) ?? '', Object.keys(policy.notices), [...here, what, i]);
    }
  };
  for (const [name, { from, rows = [] }] of Object.entries(value.given)) {
    if (from !== undefined) known('given', from, givens, ['given', name, 'from']);
    if (circular(value, name))
      errors.push(`${at(['given', name, 'from'])}: "${name}" comes from itself; allowed: a given that was there before`);
    rowsIn(rows, ['given', name, 'rows']);
  }
  const titles = new Set<string>();
  for (const [n, { story, given, clauses, rows, server }] of value.stories.entries()) {
    known('given', given, givens, ['stories', n, 'given']);
    for (const [i, clause] of clauses.entries()) known('clause', clause, policy.clauses, ['stories', n, 'clauses', i]);
    if (server === true && (value.stories[n]?.values ?? value.stories[n]?.away) !== undefined)
      errors.push(
        `${at(['stories', n, 'server'])}: other values and absences are not on the server; allowed: stories without, or no "server"`,
      );
    if (server === true)
      for (const { row, path } of scriptOf(value, n).rows)
        if ((row.effect ?? row.reading ?? row.report) !== undefined)
          errors.push(
            `${at([...path])}: a system that answers as it is told is not on the server; allowed: stories without, or no "server"`,
          );
    if (titles.has(story)) errors.push(`${at(['stories', n, 'story'])}: the story "${story}" is told a second time; allowed: once`);
    titles.add(story);
    rowsIn(rows, ['stories', n, 'rows']);
  }
  for (const outcome of Object.keys(value.untried ?? {})) known('outcome', outcome, outcomesOf(policy), ['untried', outcome]);
  return errors;
}

function circular({ given }: StoryFile, name: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; at = given[at]?.from) {
    if (seen.has(at)) return true;
    seen.add(at);
  }
  return false;
}

const outcomesOf = (policy: ProcedurePolicy): readonly string[] =>
  Object.entries(policy.steps).flatMap(([step, { outcomes }]) => Object.keys(outcomes).map((outcome) => `${step}.${outcome}`));

/** Outcomes that no story takes and that are not listed as untried, and those that are listed and taken. */
export function untried({ value, file, at }: Source<StoryFile>, policy: ProcedurePolicy, taken: readonly Taken[]): readonly string[] {
  const tried = new Set(taken.map(({ step, outcome }) => `${step}.${outcome}`));
  const listed = value.untried ?? {};
  return [
    ...outcomesOf(policy)
      .filter((outcome) => !tried.has(outcome) && !Object.hasOwn(listed, outcome))
      .map((outcome) => `${file}:1:1: no story takes ${outcome}; allowed: one that does, or the reason under "untried"`),
    ...Object.keys(listed)
      .filter((outcome) => tried.has(outcome))
      .map((outcome) => `${at(['untried', outcome], 'key')}: a story takes ${outcome}; allowed: outcomes that none takes`),
  ];
}

/**
 * What tasks and notices of stories show that nothing gives words to, each named once: a label stands in the library or the company's policy, in every
 * language.
 */
export function wordless({ file }: Source<StoryFile>, { book, setting: { policy } }: Theatre, told: readonly Told[]): readonly string[] {
  const context = { policy, labels: book.labels ?? {}, roles: book.company.roles, locale: 'en' } as const;
  const where = new Map<string, string>();
  for (const { ledger, world } of told) {
    const contents = new Map(ledger.flatMap((row) => Object.entries(row.contents ?? {})));
    for (const { task, notice } of ledger) {
      const hash = task?.shown ?? notice?.shown;
      // What the engine itself asks and tells has words of its own.
      const own = Object.hasOwn(policy.steps, task?.step ?? '') || Object.hasOwn(policy.notices, notice?.notice ?? '');
      if (hash === undefined || !own) continue;
      const by = task === undefined ? `notice ${notice?.notice}` : `step ${task.step}`;
      for (const name of unlabelled(contents.get(hash) ?? world.subject, context)) if (!where.has(name)) where.set(name, by);
    }
  }
  return [...where].map(
    ([name, by]) =>
      `${file}:1:1: ${by} shows "${name}", which has no words; allowed: a field, a label or a choice of the policy or the library`,
  );
}

/** A story that went otherwise, for the person who wrote it: where, which row, and what was expected beside what happened. */
export function failureText({ at }: Source<StoryFile>, { story }: Told, { path, row, differences }: Failure): string {
  const lines = differences.map(({ what, expected, happened }) => `  ${what}\n    expected: ${expected}\n    happened: ${happened}`);
  return [`${at(path)}: "${story}", where ${eventText(row)}`, ...lines].join('\n');
}

function eventText({ by, does, verb, on, outcome, pass, at, effect, reading, report }: StoryRow): string {
  if (does !== undefined) return `${by} does ${does}${outcome === undefined ? '' : `: ${outcome}`}`;
  if (verb !== undefined) return `${by} does ${verb}${on === undefined ? '' : ` on ${on}`}`;
  if (pass !== undefined) return `${pass} pass`;
  if (at !== undefined) return `it becomes ${at}`;
  if (report !== undefined) return `${report} is reported`;
  return effect === undefined && reading === undefined ? 'the case begins' : `${effect ?? reading} answers`;
}
