import type { Words } from '../words.js';
import { carriersOf } from './carried.js';
import type { Books, Clauses, ProcedurePolicy } from './policy.js';
import { type CodePlace, clausesInCode, clausesInTests, type TestPlace } from './trace-sources.js';

/** A clause of a procedure's book, with where it is. */
export interface TracedClause {
  readonly clause: string;
  readonly title: Words;
  readonly text: Words;
  /** The procedure claims it. A clause of its part of the book that it does not claim is not implemented yet. */
  readonly claimed: boolean;
  /** Parts of the policy that carry it, e.g. `steps.initial-review`. */
  readonly policy: readonly string[];
  readonly code: readonly CodePlace[];
  readonly tests: readonly TestPlace[];
}

export interface TracedProcedure {
  readonly company: string;
  readonly procedure: string;
  readonly name: Words;
  readonly clauses: readonly TracedClause[];
}

export interface Trace {
  readonly procedures: readonly TracedProcedure[];
  /** Each `file: what is wrong; what is allowed`. */
  readonly errors: readonly string[];
}

/** The texts of source files, by path from the repository's folder. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Each clause of every implemented procedure with where it is in policy, code and tests. A clause is in code where a comment of a
 * procedure's file names it, and tested where a test states `carriedOut(…)`, which looks into the ledger of the case that the test drove.
 */
export function traceOf(
  { books, clauses }: { readonly books: Books; readonly clauses: Readonly<Record<string, Clauses>> },
  sources: { readonly procedures: Sources; readonly tests: Sources },
): Trace {
  const code = clausesInCode(sources.procedures);
  const tests = clausesInTests(sources.tests);
  const procedures: TracedProcedure[] = [];
  const errors: string[] = [];
  for (const [company, book] of Object.entries(books)) {
    const known = clauses[company] ?? {};
    const policies = Object.values(book.procedures);
    for (const policy of policies) {
      const traced = tracedOf(policy, known, { code, tests });
      procedures.push({ company, procedure: policy.procedure, name: policy.name, clauses: traced });
      errors.push(...faultsOf(`policies/${company}/${policy.procedure}.yaml`, policy, traced));
    }
    errors.push(...strayClauses(book.company.prefix, known, policies, { code, tests }));
  }
  return { procedures, errors };
}

interface Found {
  readonly code: readonly CodePlace[];
  readonly tests: readonly TestPlace[];
}

function tracedOf(policy: ProcedurePolicy, known: Clauses, { code, tests }: Found): readonly TracedClause[] {
  const parts = carriersOf(policy);
  const letters = new Set(policy.clauses.map(letterOf));
  return Object.entries(known)
    .filter(([clause]) => policy.clauses.includes(clause) || letters.has(letterOf(clause)))
    .map(([clause, { title, text }]) => ({
      clause,
      title,
      text,
      claimed: policy.clauses.includes(clause),
      policy: parts.filter((part) => part.clauses.includes(clause)).map(({ group, id }) => `${group}.${id}`),
      code: code.filter((place) => place.clause === clause),
      tests: tests.filter((place) => place.clause === clause),
    }));
}

/** The part of its book that a clause stands in, e.g. HH-B of HH-B2. */
const letterOf = (clause: string): string => clause.replace(/\d+$/, '');

function faultsOf(file: string, policy: ProcedurePolicy, traced: readonly TracedClause[]): readonly string[] {
  const unclaimed = [...new Set(carriersOf(policy).flatMap(({ clauses }) => clauses))].filter((clause) => !policy.clauses.includes(clause));
  return [
    ...unclaimed.map((clause) => `${file}: a part carries ${clause}, and "clauses" does not claim it; allowed: clauses of the list`),
    ...traced.flatMap(({ clause, claimed, policy: parts, code, tests }) => [
      ...(claimed && parts.length + code.length === 0
        ? [`${file}: ${clause} is claimed, and neither code nor policy has it; allowed: a comment with it beside what carries it out`]
        : []),
      ...(claimed && tests.length === 0
        ? [`${file}: ${clause} is claimed, and no test drives it; allowed: a test that states carriedOut(…)`]
        : []),
    ]),
  ];
}

/** Clauses in code and tests that the book does not have, or that no procedure of the company claims. */
function strayClauses(prefix: string, known: Clauses, policies: readonly ProcedurePolicy[], { code, tests }: Found): readonly string[] {
  const claimed = new Set(policies.flatMap((policy) => policy.clauses));
  return [...code, ...tests]
    .filter(({ clause }) => clause.startsWith(`${prefix}-`) && !claimed.has(clause))
    .map(({ file, line, clause }) =>
      Object.hasOwn(known, clause)
        ? `${file}:${line}: no procedure claims ${clause}; allowed: clauses that a policy lists under "clauses"`
        : `${file}:${line}: unknown clause ${clause}; allowed: the clauses of clauses.yaml`,
    );
}
