import type * as z from 'zod';
import type { Json, JsonObject } from '../json.js';
import { valueAt } from './problems.js';

/** What is wrong with a field of a form or of a subject; each has a sentence in every language. */
export const fieldFaults = [
  'FIELD_REQUIRED',
  'FIELD_UNKNOWN',
  'FIELD_INVALID',
  'OUTCOME_UNKNOWN',
  'TEXT_TOO_LONG',
  'QUANTITY_INVALID',
  'LINE_ID_DUPLICATE',
  'LINES_TOO_MANY',
] as const;
export type FieldFault = (typeof fieldFaults)[number];

/**
 * The first thing wrong with an input. `field`: JSON pointer into it. `values` fill the sentence: `found` (what was sent, shortened),
 * `allowed` (list), `limit`, `expected` (`text`, `date`, `integer` …), where they apply.
 */
export interface Explained {
  readonly field: string;
  readonly code: FieldFault;
  readonly values: JsonObject;
}

export type Checked<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Explained);

/** Checks an input by a schema and explains the first fault. */
export function check<S extends z.ZodType>(schema: S, input: unknown): Checked<z.output<S>> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return { ok: true, value: data };
  const issue = error.issues[0];
  if (issue === undefined) return { ok: false, field: '', code: 'FIELD_INVALID', values: {} };
  return { ok: false, ...explainIssue(issue, input) };
}

/** A schema's complaint about an input as code and values. A schema names a code of its own as the message of its check. */
export function explainIssue(issue: z.core.$ZodIssue, input: unknown): Explained {
  const { path } = issue;
  const field = pointer(path);
  const found = valueAt(input, path);
  if (issue.code === 'unrecognized_keys') return { field: pointer([...path, issue.keys[0] ?? '']), code: 'FIELD_UNKNOWN', values: {} };
  if (found === undefined) return { field, code: 'FIELD_REQUIRED', values: {} };
  const values: JsonObject = { found: shortened(found), ...valuesOf(issue) };
  if (isFieldFault(issue.message)) return { field, code: issue.message, values };
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined) return { field, code: 'OUTCOME_UNKNOWN', values };
  if (issue.code === 'too_big' && issue.origin === 'string') return { field, code: 'TEXT_TOO_LONG', values: valuesOf(issue) };
  if (issue.code === 'too_small' && issue.origin === 'string') return { field, code: 'FIELD_REQUIRED', values: {} };
  return { field, code: 'FIELD_INVALID', values };
}

function valuesOf(issue: z.core.$ZodIssue): JsonObject {
  switch (issue.code) {
    case 'invalid_type':
      return { expected: issue.expected === 'int' ? 'integer' : issue.expected === 'string' ? 'text' : issue.expected };
    case 'invalid_format':
      return { expected: issue.format === 'regex' ? 'text' : issue.format };
    case 'invalid_value':
      return { allowed: issue.values.map(String) };
    case 'invalid_union':
      return { allowed: ('options' in issue ? (issue.options ?? []) : []).map(String) };
    case 'too_small':
      return { limit: Number(issue.minimum) };
    case 'too_big':
      return { limit: Number(issue.maximum) };
    case 'custom':
      return (issue.params ?? {}) as JsonObject;
    default:
      return {};
  }
}

/** A JSON pointer (RFC 6901). */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function shortened(value: unknown): Json {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'string') return value.length > 60 ? `${value.slice(0, 59)}…` : value;
  return Array.isArray(value) ? '[…]' : '{…}';
}

const isFieldFault = (text: string): text is FieldFault => (fieldFaults as readonly string[]).includes(text);
