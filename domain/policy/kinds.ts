/** An outcome that a kind of step brings with it. Its words are those of the library under its id. */
interface KindOutcome {
  /** A "no". */
  readonly rejects?: true;
  /** What it asks for beside what the step says; names of the library. */
  readonly fields?: readonly string[];
}

interface Kind {
  /** None: the step says them. */
  readonly outcomes?: Readonly<Record<string, KindOutcome>>;
  /** What it asks for where the step says nothing. */
  readonly fields?: readonly string[];
  readonly perLine?: true;
}

/** The kinds of steps: what a person is asked to do, and how it can end. See docs/policy.md. */
export const kinds = {
  /** Something is done. */
  done: { outcomes: { done: {} } },
  /** Somebody is answered. */
  answer: { outcomes: { answered: {} } },
  /** A yes or no; the no has its reason. */
  approve: { outcomes: { approved: {}, rejected: { rejects: true, fields: ['reason'] } } },
  /** A decision of the book's own. */
  decide: {},
  /** Something is looked at; what is wrong is written down, and is nobody's "no". */
  check: { outcomes: { right: {}, wrong: { fields: ['problems'] } } },
  /** A quantity of each line. */
  count: { outcomes: { counted: {} }, fields: ['quantity'], perLine: true },
  /** Fields of each line. */
  table: { outcomes: { filled: {} }, perLine: true },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof kinds;
export const isKind = (name: unknown): name is KindName => typeof name === 'string' && Object.hasOwn(kinds, name);
export const kindOf = (name: KindName): Kind => kinds[name];

/** Keys that every kind takes. */
const all = [
  'kind',
  'name',
  'clauses',
  'roles',
  'teams',
  'differentFrom',
  'notStarter',
  'due',
  'ladder',
  'batch',
  'pauses',
  'onHold',
  'returnTo',
  'redo',
  'fields',
];

/** The keys that a step of a kind may have. */
export function keysOf(name: KindName): readonly string[] {
  const { outcomes, perLine } = kindOf(name);
  const own = outcomes !== undefined && Object.keys(outcomes).length === 1 ? 'outcome' : 'outcomes';
  return [...all, own, ...(perLine === true ? ['promises', 'promiseCause'] : ['seats', 'skip', 'overdue'])];
}
