import type { Json, JsonObject } from '../json.js';
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
