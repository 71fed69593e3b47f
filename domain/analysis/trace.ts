import type { Source } from '../policy/parse.js';
import { type Books, type Clauses, type CompanyBook, carriersOf, type ProcedurePolicy } from '../policy/policy.js';
import type { Words } from '../words.js';
import { carriersIn } from './carriers.js';
import { changesOf } from './mutate-policy.js';
import type { Theatre } from './stage.js';
import type { StoryFile } from './story.js';
import { type RefusedThere, Telling } from './tell.js';
import { type CodePlace, clausesInCode } from './trace-sources.js';

/** A clause of a procedure's book, with where it is. */
export interface TracedClause {
  readonly clause: string;
  readonly title: Words;
  readonly text: Words;
  /** The procedure claims it. A clause of its part of the book that it does not claim is not implemented yet. */
  readonly claimed: boolean;
  readonly kind: Clauses[string]['kind'];
  /** Parts of the policy that carry it, e.g. `steps.initial-review`; of a rule, what enforces it. */
  readonly policy: readonly string[];
  readonly code: readonly CodePlace[];
  /** The stories that list it. */
  readonly stories: readonly string[];
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

/** The stories of a procedure with what they are played in. */
export interface Played {
  readonly source: Source<StoryFile>;
  readonly theatre: Theatre;
}

/** What a story shows. */
interface Shown {
  readonly n: number;
  readonly story: string;
  readonly clauses: readonly string[];
  readonly carriers: ReadonlySet<string>;
  readonly refused: readonly RefusedThere[];
}

/**
 * Each clause of every implemented procedure with where it is in policy, code and stories. Plays the stories: a clause that is carried must show by each of
 * its carriers in a story that lists it; of a rule, a story that lists it must see when what enforces it is gone. A clause is in code where a comment
 * of a procedure's file names it.
 */
export function traceOf(
  { books, clauses }: { readonly books: Books; readonly clauses: Readonly<Record<string, Clauses>> },
  sources: Sources,
  stories: readonly Played[],
): Trace {
  const code = clausesInCode(sources);
  const procedures: TracedProcedure[] = [];
  const errors: string[] = [];
  for (const [company, book] of Object.entries(books)) {
    const known = clauses[company] ?? {};
    const policies = Object.values(book.procedures);
    const enforced = new Set<string>();
    for (const policy of policies) {
      const told = stories.find(({ source: { value } }) => value.company === company && value.procedure === policy.procedure);
      const shown = told === undefined ? [] : shownIn(told);
      const traced = tracedOf(policy, known, { code, shown });
      const file = `policies/${company}/${policy.procedure}.yaml`;
      procedures.push({ company, procedure: policy.procedure, name: policy.name, clauses: traced });
      errors.push(
        ...unclaimed(file, policy),
        ...(told === undefined
          ? [`${file}: the procedure has no stories; allowed: stories/${company}/${policy.procedure}.yaml`]
          : untold({ file, policy, known, traced, told, shown, enforced })),
      );
    }
    errors.push(...strayClauses(book.company.prefix, known, policies, code));
    errors.push(...unenforced(company, known, policies, enforced));
  }
  return { procedures, errors };
}

function shownIn({ source, theatre }: Played): readonly Shown[] {
  return new Telling(source.value, theatre).all().map(({ story, ledger, refused }, n) => ({
    n,
    story,
    clauses: source.value.stories[n]?.clauses ?? [],
    carriers: carriersIn(ledger),
    refused,
  }));
}

interface Found {
  readonly code: readonly CodePlace[];
  readonly shown: readonly Shown[];
}

function tracedOf(policy: ProcedurePolicy, known: Clauses, { code, shown }: Found): readonly TracedClause[] {
  const parts = carriersOf(policy);
  const letters = new Set(policy.clauses.map(letterOf));
  return Object.entries(known)
    .filter(([clause]) => policy.clauses.includes(clause) || letters.has(letterOf(clause)))
    .map(([clause, { title, text, kind, enforcedBy = [] }]) => ({
      clause,
      title,
      text,
      kind,
      claimed: policy.clauses.includes(clause),
      policy: [
        ...parts.filter((part) => part.clauses.includes(clause)).map(({ group, id }) => `${group}.${id}`),
        ...enforcedBy.filter((path) => isOf(path, policy)).map((path) => path.slice(policy.procedure.length + 1)),
      ],
      code: code.filter((place) => place.clause === clause),
      stories: shown.filter(({ clauses }) => clauses.includes(clause)).map(({ story }) => story),
    }));
}

/** The part of its book that a clause stands in, e.g. HH-B of HH-B2. */
const letterOf = (clause: string): string => clause.replace(/\d+$/, '');

const isOf = (path: string, { procedure }: ProcedurePolicy): boolean => path.startsWith(`${procedure}.`);

function unclaimed(file: string, policy: ProcedurePolicy): readonly string[] {
  const carried = [...new Set(carriersOf(policy).flatMap(({ clauses }) => clauses))].filter((clause) => !policy.clauses.includes(clause));
  return carried.map((clause) => `${file}: a part carries ${clause}, and "clauses" does not claim it; allowed: clauses of the list`);
}

interface ToldProcedure {
  readonly file: string;
  readonly policy: ProcedurePolicy;
  readonly known: Clauses;
  readonly traced: readonly TracedClause[];
  readonly told: Played;
  readonly shown: readonly Shown[];
  /** What enforces rules and was looked at. */
  readonly enforced: Set<string>;
}

/** Every carrier of a clause shows in one that lists it, and every rule is seen by one. */
function untold({ file, policy, known, traced, told, shown, enforced }: ToldProcedure): readonly string[] {
  const carriers = carriersOf(policy).map(({ group, id, clauses }) => ({ name: `${group}.${id}`, clauses }));
  return traced.flatMap(({ clause, claimed, kind, code }): readonly string[] => {
    if (!claimed || kind === 'context') return [];
    const own = shown.filter(({ clauses }) => clauses.includes(clause));
    if (own.length === 0)
      return [
        `${file}: ${clause} is claimed, and no story lists it; allowed: a story of ${told.source.file} that does, or "kind: context"`,
      ];
    const { enforcedBy = [], optional = [] } = known[clause] ?? {};
    const rules = enforcedBy.filter((path) => isOf(path, policy));
    const parts = carriers.filter(({ clauses }) => clauses.includes(clause));
    if (kind === 'carried' && parts.length === 0)
      return [
        `${file}: ${clause} is claimed, and nothing carries it; allowed: a step, clock, notice or effect that names it, or "kind: rule" with "enforcedBy"`,
      ];
    if (kind === 'rule' && rules.length === 0 && code.length === 0)
      return [`${file}: ${clause} is a rule, and nothing of this procedure enforces it; allowed: "enforcedBy: [${policy.procedure}.…]"`];
    return [
      ...parts
        .filter(({ name }) => !optional.includes(`${policy.procedure}.${name}`) && own.every(({ carriers: seen }) => !seen.has(name)))
        .map(
          ({ name }) =>
            `${file}: ${name} carries ${clause}, and shows in no story that lists it; allowed: one where it does, or "optional: [${policy.procedure}.${name}]" in clauses.yaml`,
        ),
      ...rules
        .filter((path) => {
          enforced.add(path);
          return !isEnforced(path, told, own);
        })
        .map(
          (path) =>
            `${file}: ${path} enforces ${clause}, and no story that lists it would see it go; allowed: a row that is refused because of it`,
        ),
    ];
  });
}

/**
 * Whether stories see what enforces a rule: one of them goes otherwise where it is taken out; or, of what cannot be taken out, one tells a refusal at
 * that step. `procedure.subject`: one tells that what the case is about is refused.
 */
function isEnforced(path: string, { source, theatre }: Played, own: readonly Shown[]): boolean {
  const [procedure, group = '', id = '', ...rest] = path.split('.');
  const refused = own.flatMap((one) => one.refused);
  if (group === 'subject')
    return refused.some(({ field = '' }) =>
      field.startsWith(['', 'subject', id, ...rest].filter((part, n) => n < 2 || part !== '').join('/')),
    );
  const changes = changesOf(theatre.book).filter(({ name }) => name === path || name.startsWith(`${path}.`));
  if (changes.length === 0)
    return group === 'steps' && theatre.setting.policy.steps[id] !== undefined && refused.some(({ step }) => step === id);
  return changes.every(({ change }) => {
    const book: CompanyBook = change(theatre.book);
    const policy = book.procedures[procedure ?? ''] ?? theatre.setting.policy;
    const telling = new Telling(source.value, { ...theatre, book, setting: { ...theatre.setting, policy } });
    return own.some(({ n }) => telling.tell(n).failure !== undefined);
  });
}

/** Rules that name a procedure that there is not, or one that does not claim them. */
function unenforced(
  company: string,
  known: Clauses,
  policies: readonly ProcedurePolicy[],
  enforced: ReadonlySet<string>,
): readonly string[] {
  const claimed = new Set(policies.flatMap(({ clauses }) => clauses));
  return Object.entries(known).flatMap(([clause, { enforcedBy = [], optional = [], kind }]) => [
    ...[...enforcedBy, ...optional]
      .filter((path) => !policies.some((policy) => isOf(path, policy) && policy.clauses.includes(clause)) && !enforced.has(path))
      .map((path) => `policies/${company}/clauses.yaml: ${clause} names ${path}; allowed: parts of a procedure that claims it`),
    ...(kind === 'rule' && enforcedBy.length === 0 && claimed.has(clause)
      ? [`policies/${company}/clauses.yaml: ${clause} is a rule; allowed: "enforcedBy", what keeps it`]
      : []),
    ...(kind !== 'rule' && enforcedBy.length > 0
      ? [`policies/${company}/clauses.yaml: ${clause} is no rule; allowed: "enforcedBy" with "kind: rule"`]
      : []),
  ]);
}

/** Clauses in code that the book does not have, or that no procedure of the company claims. */
function strayClauses(
  prefix: string,
  known: Clauses,
  policies: readonly ProcedurePolicy[],
  places: readonly CodePlace[],
): readonly string[] {
  const claimed = new Set(policies.flatMap((policy) => policy.clauses));
  return places
    .filter(({ clause }) => clause.startsWith(`${prefix}-`) && !claimed.has(clause))
    .map(({ file, line, clause }) =>
      Object.hasOwn(known, clause)
        ? `${file}:${line}: no procedure claims ${clause}; allowed: clauses that a policy lists under "clauses"`
        : `${file}:${line}: unknown clause ${clause}; allowed: the clauses of clauses.yaml`,
    );
}
