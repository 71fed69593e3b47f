import { type Json, type JsonObject } from '../json.js';
import { dayNumber } from '../time/days.js';

/** What the parts of a condition make of JSON values. A value of the wrong kind makes null, as in FEEL: it cannot be told. */

/** What two values are compared by. */
export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof comparisons)[number];

export const operations = ['+', '-', '*', '/'] as const;
export type Operation = (typeof operations)[number];

export const functionNames = [
  'abs',
  'contains',
  'count',
  'date',
  'ends with',
  'list contains',
  'lower case',
  'max',
  'min',
  'not',
  'starts with',
  'string length',
  'sum',
  'upper case',
] as const;
export type FunctionName = (typeof functionNames)[number];

type Call = (...args: readonly Json[]) => Json;

const numbers = (values: readonly Json[]): readonly number[] | undefined => {
  const all = values.length === 1 && Array.isArray(values[0]) ? (values[0] as readonly Json[]) : values;
  return all.every((value) => typeof value === 'number') ? all : undefined;
};
const overTexts =
  (decide: (text: string, part: string) => Json): Call =>
  (text, part) =>
    typeof text === 'string' && typeof part === 'string' ? decide(text, part) : null;

/** The functions of conditions, by their names in FEEL, with how many values each takes. Nothing here depends on the clock or on chance. */
export const functions: Readonly<Record<FunctionName, { readonly takes: readonly [least: number, most: number]; readonly call: Call }>> = {
  abs: { takes: [1, 1], call: (value) => (typeof value === 'number' ? Math.abs(value) : null) },
  contains: { takes: [2, 2], call: overTexts((text, part) => text.includes(part)) },
  count: { takes: [1, 1], call: (list) => (Array.isArray(list) ? list.length : null) },
  date: { takes: [1, 1], call: (text) => (typeof text === 'string' && !Number.isNaN(dayNumber(text)) ? text : null) },
  'ends with': { takes: [2, 2], call: overTexts((text, part) => text.endsWith(part)) },
  'list contains': { takes: [2, 2], call: (list, value) => (Array.isArray(list) ? contains(list, value ?? null) : null) },
  'lower case': { takes: [1, 1], call: (text) => (typeof text === 'string' ? text.toLowerCase() : null) },
  max: { takes: [1, 99], call: (...all) => reduced(numbers(all), (one, other) => Math.max(one, other)) },
  min: { takes: [1, 99], call: (...all) => reduced(numbers(all), (one, other) => Math.min(one, other)) },
  not: { takes: [1, 1], call: (value) => (typeof value === 'boolean' ? !value : null) },
  'starts with': { takes: [2, 2], call: overTexts((text, part) => text.startsWith(part)) },
  'string length': { takes: [1, 1], call: (text) => (typeof text === 'string' ? Array.from(text).length : null) },
  sum: { takes: [1, 99], call: (...all) => reduced(numbers(all), (one, other) => one + other) },
  'upper case': { takes: [1, 1], call: (text) => (typeof text === 'string' ? text.toUpperCase() : null) },
};

const reduced = (values: readonly number[] | undefined, by: (one: number, other: number) => number): Json =>
  values === undefined || values.length === 0 ? null : values.reduce((one, other) => by(one, other));

/** A part of a value by its own members only; of a list: that part of each item. */
export function partOf(value: Json, name: string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => partOf(item, name));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  return (value as JsonObject)[name] ?? null;
}

/** Compares two values; null where they have no order, or are of different kinds. */
export function compare(by: Comparison, left: Json, right: Json): boolean | null {
  if (by === '=') return equal(left, right);
  if (by === '!=') {
    const same = equal(left, right);
    return same === null ? null : !same;
  }
  if (typeof left === 'number' && typeof right === 'number') return inOrder(by, Math.sign(left - right));
  return typeof left === 'string' && typeof right === 'string' ? inOrder(by, left < right ? -1 : left === right ? 0 : 1) : null;
}

const inOrder = (by: '<' | '<=' | '>' | '>=', sign: number): boolean =>
  by.endsWith('=') && sign === 0 ? true : by.startsWith('<') ? sign < 0 : sign > 0;

/** Whether two values are the same; null when they are of different kinds and neither is null. */
export function equal(left: Json, right: Json): boolean | null {
  if (left === null || right === null) return left === right;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item: Json, index) => equal(item, right[index] as Json) === true);
  }
  if (Array.isArray(left) || Array.isArray(right) || typeof left !== typeof right) return null;
  if (typeof left !== 'object') return left === right;
  const [one, other] = [left as JsonObject, right as JsonObject];
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => equal(partOf(one, key), partOf(other, key)) === true);
}

export const contains = (list: readonly Json[], value: Json): boolean => list.some((item) => equal(item, value) === true);

/** Reckons with two numbers, or joins two texts. */
export function reckon(by: Operation, left: Json, right: Json): Json {
  if (by === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const result = by === '+' ? left + right : by === '-' ? left - right : by === '*' ? left * right : left / right;
  return Number.isFinite(result) ? result : null;
}

/**
 * A condition of a policy, as it was read from its FEEL text (`parseCondition` in feel.ts): plain JSON, pinned with the edition. What runs
 * in a case is this tree; neither the parser nor a later version of it has a part in what was decided.
 */
export interface Condition {
  /** As it stands in the policy, for people. */
  readonly text: string;
  readonly test: Term;
}

/** A part of a condition. Terms are evaluated over JSON values; a value that is not there, or not of the right kind, is null. */
export type Term =
  | { readonly is: 'value'; readonly value: null | boolean | number | string }
  /** A name of the context, or one bound by `some … in`. */
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'part'; readonly of: Term; readonly name: string }
  | { readonly is: 'list'; readonly of: readonly Term[] }
  | { readonly is: 'and' | 'or'; readonly of: readonly [Term, Term] }
  | { readonly is: 'compare'; readonly by: Comparison; readonly of: readonly [Term, Term] }
  | { readonly is: 'in'; readonly value: Term; readonly tests: readonly Test[] }
  | { readonly is: 'reckon'; readonly by: Operation; readonly of: readonly [Term, Term] }
  | { readonly is: 'if'; readonly of: readonly [Term, Term, Term] }
  | { readonly is: 'some' | 'every'; readonly name: string; readonly in: Term; readonly satisfies: Term }
  | { readonly is: 'call'; readonly function: FunctionName; readonly of: readonly Term[] };

/** One of the things that `in` tries: a bound, a range, a value or a list. */
export type Test =
  | { readonly is: 'bound'; readonly by: Comparison; readonly to: Term }
  | { readonly is: 'range'; readonly from: Term; readonly to: Term; readonly openFrom: boolean; readonly openTo: boolean }
  | { readonly is: 'one-of'; readonly of: Term };

/**
 * Whether a condition holds over canonical JSON values: money in minor units, dates as `YYYY-MM-DD` texts. Never throws. Null when it
 * cannot be told: a value it compares is not there (`= null` finds that), or is of another kind than what it is compared with.
 */
export function decide({ test }: Condition, context: JsonObject): boolean | null {
  return truth(evaluate(test, context));
}

/** Whether a condition certainly holds; see `decide` for where "cannot be told" must not count as no. */
export function holds(condition: Condition, context: JsonObject): boolean {
  return decide(condition, context) === true;
}

/**
 * The values of the context that a condition asks for, as dotted paths (`customer.country`, `lines.quantity`), each once and in order; parts
 * of a list's items are written as parts of the list. Comparing them with the declared names finds what is mistyped.
 */
export function namesOf({ test }: Condition): readonly string[] {
  const found = new Set<string>();
  collect(test, {}, found);
  return [...found].sort();
}

/**
 * The names of a condition that are not among the declared ones. A declared path (`customer.country`) admits its beginnings and what is below
 * it, but no other part beside it: with `customer.country` declared, `customer.contry` is unknown and `customer` is not.
 */
export function unknownNames(condition: Condition, declared: readonly string[]): readonly string[] {
  const below = (path: string, whole: string): boolean => path === whole || path.startsWith(`${whole}.`);
  return namesOf(condition).filter((path) => !declared.some((known) => below(path, known) || below(known, path)));
}

const truth = (value: Json): boolean | null => (typeof value === 'boolean' ? value : null);

function evaluate(term: Term, context: JsonObject): Json {
  switch (term.is) {
    case 'value':
      return term.value;
    case 'name':
      return partOf(context, term.name);
    case 'part':
      return partOf(evaluate(term.of, context), term.name);
    case 'list':
      return term.of.map((item) => evaluate(item, context));
    case 'and':
    case 'or':
      return joined(
        term.is === 'or',
        term.of.map((part) => truth(evaluate(part, context))),
      );
    case 'compare':
      return compare(term.by, evaluate(term.of[0], context), evaluate(term.of[1], context));
    case 'in':
      return isIn(evaluate(term.value, context), term.tests, context);
    case 'reckon':
      return reckon(term.by, evaluate(term.of[0], context), evaluate(term.of[1], context));
    case 'if':
      return evaluate(evaluate(term.of[0], context) === true ? term.of[1] : term.of[2], context);
    case 'some':
    case 'every': {
      const items = evaluate(term.in, context);
      if (items === null) return null;
      const each = Array.isArray(items) ? (items as readonly Json[]) : [items];
      return joined(
        term.is === 'some',
        each.map((item) => truth(evaluate(term.satisfies, { ...context, [term.name]: item }))),
      );
    }
    case 'call':
      return functions[term.function].call(...term.of.map((value) => evaluate(value, context)));
  }
}

/** Truth values joined by `or` (`any`) or `and`; what cannot be told stays open unless another decides. */
function joined(any: boolean, values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(any)) return any;
  return values.includes(null) ? null : !any;
}

function isIn(value: Json, tests: readonly Test[], context: JsonObject): boolean | null {
  return joined(
    true,
    tests.map((test) => {
      if (test.is === 'bound') return compare(test.by, value, evaluate(test.to, context));
      if (test.is === 'range') {
        const above = compare(test.openFrom ? '>' : '>=', value, evaluate(test.from, context));
        const below = compare(test.openTo ? '<' : '<=', value, evaluate(test.to, context));
        return joined(false, [above, below]);
      }
      const allowed = evaluate(test.of, context);
      return Array.isArray(allowed) ? contains(allowed, value) || equal(allowed, value) === true : equal(value, allowed);
    }),
  );
}

/** The path that a term names, where it is one; `bound` are the paths of the names that `some … in` binds. */
function pathOf(term: Term, bound: Readonly<Record<string, string | undefined>>): string | undefined {
  if (term.is === 'name') return Object.hasOwn(bound, term.name) ? bound[term.name] : term.name;
  if (term.is !== 'part') return undefined;
  const whole = pathOf(term.of, bound);
  return whole === undefined ? undefined : `${whole}.${term.name}`;
}

function collect(term: Term, bound: Readonly<Record<string, string | undefined>>, found: Set<string>): void {
  const path = pathOf(term, bound);
  if (path !== undefined) {
    found.add(path);
    return;
  }
  const inner = (part: Term): void => collect(part, bound, found);
  switch (term.is) {
    case 'value':
    case 'name':
      return;
    case 'part':
      return inner(term.of);
    case 'in':
      inner(term.value);
      for (const test of term.tests) {
        if (test.is === 'range') inner(test.from);
        inner(test.is === 'one-of' ? test.of : test.to);
      }
      return;
    case 'some':
    case 'every':
      inner(term.in);
      return collect(term.satisfies, { ...bound, [term.name]: pathOf(term.in, bound) }, found);
    default:
      for (const part of term.of) inner(part);
  }
}
