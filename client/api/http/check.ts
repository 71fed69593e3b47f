import * as z from 'zod';
import type { JsonObject } from '../../../domain/json.js';
import { explainIssue, type FieldFault } from '../../../domain/policy/explain.js';
import { canName } from './bounds.js';
import { type FieldProblem, Problem, type ProblemCode } from './problem.js';
import type { Names } from './words.js';

/** How many faults of one body are told at once. */
const mostFaults = 20;

/**
 * An input as its schema gives it back.
 * @param under JSON pointer of the input in the body, such as `/data`
 * @throws Problem naming the first wrong field, with all of them (up to 20) in `errors`
 */
export function checked<S extends z.ZodType>(schema: S, input: unknown, under = '', names: Names = {}): z.output<S> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const errors = error.issues.slice(0, mostFaults).flatMap((issue) => faultsOf(issue, input, under));
  const [first] = errors;
  if (first === undefined) throw new Problem('FIELD_INVALID', { field: under, values: { field: under, rule: 'invalid' } });
  throw new Problem(first.code, { field: first.field, values: first.values, names, ...(errors.length > 1 ? { errors } : {}) });
}

/** A query string as its schema gives it back; what is wrong is named as a parameter. */
export function checkedQuery<S extends z.ZodType>(schema: S, input: Readonly<Record<string, string>>): z.output<S> {
  const unusable = Object.entries(input).find(([name, value]) => !canName(name) || !canName(value))?.[0];
  if (unusable !== undefined) {
    const field = canName(unusable) ? unusable : '?';
    throw new Problem('QUERY_INVALID', { field, values: { field, rule: 'pattern' } });
  }
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const [issue] = error.issues;
  const found = issue === undefined ? undefined : faultsOf(issue, input, '')[0];
  const field = (found?.field ?? '').slice(1);
  const rule = found?.code === 'FIELD_UNKNOWN' ? 'unknown' : (found?.values['rule'] ?? 'invalid');
  throw new Problem('QUERY_INVALID', { field, values: { ...found?.values, field, rule } });
}

/** An unknown key is one fault for each such key. */
function faultsOf(issue: z.core.$ZodIssue, input: unknown, under: string): FieldProblem[] {
  const issues = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : [issue];
  return issues.map((one) => {
    const { field, code, values } = explainIssue(one, input);
    const at = `${under}${field}`;
    if (code === 'LINES_TOO_MANY') return { code: 'TOO_MANY_LINES', field: at, values: { limit: values['limit'] ?? 0 } };
    return { code: code satisfies ProblemCode, field: at, values: { field: at, ...valuesOf(code, values), rule: ruleOf(one) } };
  });
}

/** What was sent is not sent back: it may be personal. An outcome that there is not is named all the same. */
function valuesOf(code: FieldFault, { found = '', ...values }: JsonObject): JsonObject {
  return code === 'OUTCOME_UNKNOWN' ? { ...values, outcome: found } : values;
}

/** The rule that a value breaks; each has words under `rule.<name>`. */
function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? 'invalid';
    case 'invalid_value':
      return 'choice';
    case 'invalid_union':
      return issue.discriminator === undefined ? 'invalid' : 'choice';
    case 'invalid_format':
      return formats[issue.format] ?? 'pattern';
    case 'too_big':
      return issue.origin === 'string' ? 'longest' : issue.origin === 'array' ? 'fullest' : 'most';
    case 'too_small':
      return issue.origin === 'string' ? 'shortest' : issue.origin === 'array' ? 'fewest' : 'least';
    default:
      return 'invalid';
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  int: 'integer',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
  record: 'object',
};

const formats: Readonly<Record<string, string>> = { date: 'date', datetime: 'time', email: 'email' };

/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Paging of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(2_000).optional().meta({ description: '`next` of the page before.' }),
};

/** `after` is no mark of this list. */
export const cursorUnknown = (): Problem => new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });
