import * as z from 'zod';
import { isDatabaseUnavailable } from '../../db/pool.js';
import type { JsonObject } from '../../domain/json.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { Unavailable } from '../courier/contract.js';
import { languageOf } from './auth.js';
import type { EdgeContext } from './edge.js';
import { type FieldProblem, Problem, type ProblemCode, problemCodes, statusOf, unavailable } from './problem.js';
import { type Names, sayCode, wordsFor } from './words.js';

const fieldProblem = z.object({
  code: z.string(),
  field: z.string().meta({ description: 'JSON pointer into the body.' }),
  message: z.string(),
  values: z.record(z.string(), z.unknown()),
});

/** RFC 9457 problem details, with the code that programs go by and the sentence that people read. */
export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:gendan:problem:TASK_CHANGED' }),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]),
    message: z.string().meta({ description: 'What is wrong and what to do, in the language asked for.' }),
    field: z.string().optional().meta({ description: 'JSON pointer into the body, or the name of a query parameter.' }),
    values: z.record(z.string(), z.unknown()).optional().meta({ description: 'What the sentence was made of.' }),
    errors: z.array(fieldProblem).optional().meta({ description: 'All that is wrong, when it is more than one thing.' }),
  })
  .meta({ id: 'Problem' });

/** Answers whatever was thrown: a problem as it is, servers out of reach as 503, anything else as 500 with a reference and never a stack. */
export function answerProblem(error: unknown, c: EdgeContext, log: (reference: string, error: unknown) => void): Response {
  const problem = asProblem(error);
  if (problem !== undefined) return respond(c, problem);
  const reference = c.get('reference');
  log(reference, error);
  return respond(c, new Problem('INTERNAL', { values: { reference } }));
}

function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof Unavailable) return unavailable(error);
  if (isDatabaseUnavailable(error)) return new Problem('DATABASE_UNAVAILABLE', { values: { kept: false } });
  return undefined;
}

function respond(c: EdgeContext, problem: Problem): Response {
  const { code, details } = problem;
  const status = statusOf(code);
  const locale = languageOf(c);
  const { field, values, errors, names = {} } = details;
  const body = {
    type: `urn:gendan:problem:${code}`,
    title: say(locale, `title.${status}`),
    status,
    code,
    message: sentenceOf(locale, code, values ?? {}, names),
    ...(field === undefined ? {} : { field }),
    ...(values === undefined ? {} : { values }),
    ...(errors === undefined ? {} : { errors: errors.map((error) => fault(locale, error, names)) }),
  };
  const extra: Record<string, string> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-language': locale,
    ...(c.req.method === 'GET' || c.get('bodyTaken') === true ? {} : { connection: 'close' }),
    ...(status === 401 ? { 'www-authenticate': 'Bearer realm="gendan"' } : {}),
    ...(status === 503 ? { 'retry-after': '2' } : {}),
  };
  return c.body(JSON.stringify(body), status, extra);
}

function fault(locale: Locale, { code, field, values }: FieldProblem, names: Names) {
  return { code, field, message: sentenceOf(locale, code, values, names), values };
}

/** The sentence of a problem. Some codes have a second one for a special case. */
export function sentenceOf(locale: Locale, code: ProblemCode, values: JsonObject, names: Names): string {
  const rule = typeof values['rule'] === 'string' ? say(locale, ruleKey(values['rule']), wordsFor(locale, values, names)) : undefined;
  const filled = rule === undefined ? values : { ...values, rule };
  const special = specialOf(values);
  const sentence = special === '' ? undefined : sayCode(locale, `problem.${code}${special}`, filled, names);
  return sentence === undefined || sentence.startsWith('problem.') ? sayCode(locale, `problem.${code}`, filled, names) : sentence;
}

function specialOf({ kept, by, outcome, actingFor }: JsonObject): string {
  if (kept === true) return '.kept';
  if (by === 'engine') return '.engine';
  if (outcome !== undefined) return '.outcome';
  if (actingFor !== undefined) return '.for';
  return by === undefined ? '' : '.by';
}

type RuleKey = Extract<Parameters<typeof say>[1], `rule.${string}`>;
const ruleKey = (rule: string): RuleKey => `rule.${rule}` as RuleKey;
