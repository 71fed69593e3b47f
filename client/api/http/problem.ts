import * as z from 'zod';
import { isDatabaseUnavailable } from '../../../db/pool.js';
import type { RefusalCode } from '../../../domain/engine/refusal.js';
import type { JsonObject } from '../../../domain/json.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { Unavailable } from '../../dispatch/contract.js';
import type { RequestContext } from './context.js';
import { languageOf } from './locale.js';
import { type Names, sayCode, wordsFor } from './words.js';

/** The status that each code is answered with. */
const statuses = {
  TOKEN_MISSING: 401,
  TOKEN_INVALID: 401,
  TOKEN_REVOKED: 401,
  STREAMS_TOO_MANY: 429,
  TOKENS_TRIED: 429,
  FOREIGN_PAGE: 403,
  SIGN_IN_NOT_OFFERED: 403,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  CONTENT_TYPE_UNSUPPORTED: 415,
  BODY_TOO_LARGE: 413,
  ENCODING_INVALID: 400,
  JSON_INVALID: 400,
  FIELD_UNKNOWN: 400,
  FIELD_REQUIRED: 400,
  FIELD_INVALID: 400,
  TEXT_TOO_LONG: 400,
  QUANTITY_INVALID: 400,
  LINE_ID_DUPLICATE: 400,
  QUERY_INVALID: 400,
  CUSTOMER_UNKNOWN: 400,
  ORDER_UNKNOWN: 404,
  ORDER_OF_ANOTHER: 400,
  ORDERED_LINE_UNKNOWN: 400,
  ORDERED_EXCEEDED: 400,
  STOCK_EXCEEDED: 400,
  NOT_AS_SHOWN: 400,
  MORE_THAN_SHOWN: 400,
  ORDER_LINE_UNKNOWN: 400,
  ORDER_UNCHANGED: 400,
  QUANTITY_BELOW_SHIPPED: 400,
  RETURN_ABOVE_SHIPPED: 400,
  INVOICE_EXISTS: 409,
  SHIPMENT_UNKNOWN: 404,
  SHIPMENT_INVOICED: 409,
  TOO_MANY_LINES: 413,
  COMPANY_UNKNOWN: 404,
  PROCEDURE_UNKNOWN: 404,
  STEP_UNKNOWN: 404,
  CASE_UNKNOWN: 404,
  PERSON_UNKNOWN: 404,
  DOCUMENT_UNKNOWN: 404,
  MAIL_UNKNOWN: 404,
  BOUNCE_NOT_OPEN: 409,
  DELIVERY_REPORT_INVALID: 400,
  NOTICE_UNKNOWN: 404,
  ROUTE_UNKNOWN: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_YOURS: 403,
  ROLE_NEEDED: 403,
  OTHER_SITE: 403,
  OUTSIDE_WINDOW: 403,
  OTHER_PROCEDURE: 403,
  OTHER_CUSTOMER: 403,
  ABOVE_LIMIT: 403,
  OWN_ORDER: 403,
  DECIDED_BY_YOU: 403,
  CLAIMED: 409,
  SITE_UNKNOWN: 400,
  ABSENCE_UNKNOWN: 404,
  ABSENCE_NOT_YOURS: 403,
  ABSENCE_PAST: 400,
  ABSENCE_EMPTY: 400,
  ABSENCE_OVERLAP: 409,
  STAND_IN_SELF: 400,
  STAND_IN_TWICE: 400,
  STAND_IN_CYCLE: 409,
  STAND_IN_STRANGER: 400,
  KEY_REUSED: 409,
  COMMAND_EXPIRED: 409,
  EDITION_MISSING: 503,
  DATABASE_UNAVAILABLE: 503,
  TEMPORAL_UNAVAILABLE: 503,
  SHUTTING_DOWN: 503,
  INTERNAL: 500,
  NOT_CLAIMED: 409,
  URGED_ALREADY: 409,
  RECEIVER_MAY_NOT: 409,
  CASE_CLOSED: 409,
  CASE_FAULTED: 409,
  CASE_CHANGED: 409,
  CASE_MOVING: 409,
  CASE_OPEN: 409,
  CASE_STATE_GONE: 409,
  REOPEN_IN_VAIN: 409,
  REOPEN_NOT_PROVIDED: 409,
  REOPEN_TARGET_UNKNOWN: 409,
  REOPEN_TOO_LATE: 409,
  DATA_INVALID: 400,
  DATE_FREE: 400,
  DATE_LATER: 400,
  DATE_PAST: 400,
  DUPLICATE_NUMBER: 409,
  EDITION_MISMATCH: 409,
  EDITION_NOT_CURRENT: 409,
  MOVE_FAULTY: 409,
  REHEARSAL_IMPOSSIBLE: 409,
  HELD_ALREADY: 409,
  HOLD_END_PAST: 400,
  LINE_CLOSED: 409,
  LINE_UNKNOWN: 400,
  NOT_HELD: 409,
  OUTCOME_UNKNOWN: 400,
  PROCEDURE_FAULT: 409,
  RETURN_TARGET_UNKNOWN: 409,
  SNAPSHOT_TOO_LARGE: 413,
  SQL_AHEAD: 409,
  TASK_CHANGED: 409,
  TASK_CLOSED: 409,
  TASK_SUSPENDED: 409,
  TASK_UNKNOWN: 404,
  VERB_UNKNOWN: 409,
  ALREADY_SIGNER: 409,
  DELEGATION_CYCLE: 409,
  EXCLUDED: 403,
  LAST_SIGNER: 409,
  NOTHING_TO_WITHDRAW: 409,
  QUORUM_UNREACHABLE: 409,
  REDO_FIXED: 400,
  SEATS_FIXED: 409,
  SEAT_CLOSED: 409,
  SEAT_LEFT: 409,
  SEAT_OF_OTHER: 409,
  SEAT_UNKNOWN: 400,
  SEAT_WAITING: 409,
  SECOND_PERSON_NEEDED: 409,
  TRANSFER_TO_SELF: 409,
  WITHDRAW_TOO_LATE: 409,
} as const satisfies Record<Exclude<RefusalCode, 'COMMAND_REUSED'>, number> & Record<string, number>;

/** Why a request was refused. Each code has a status here and a sentence in every language (`problem.<code>`). */
export type ProblemCode = keyof typeof statuses;

export type ProblemStatus = (typeof statuses)[ProblemCode];

export const problemCodes = Object.keys(statuses) as readonly ProblemCode[];

/** The status that a code is answered with. */
export function statusOf(code: ProblemCode): ProblemStatus {
  return statuses[code];
}

/** One of several things wrong with a body. */
export interface FieldProblem {
  readonly code: ProblemCode;
  readonly field: string;
  readonly values: JsonObject;
}

/** What else an answer about a problem says; nothing of it is a secret. */
export interface ProblemDetails {
  /** JSON pointer into the body, or the name of a query parameter. */
  readonly field?: string;
  readonly values?: JsonObject;
  /** All that is wrong, when it is more than one thing. */
  readonly errors?: readonly FieldProblem[];
  /** Names for the roles, steps and people in `values`, and the zone its times are told in. Not sent. */
  readonly names?: Names;
}

/** A refusal on its way to the caller. Carries codes and values; words are made for the reader when it is answered. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** The problem for a refusal's code, as the dispatcher hands it on. A code that is none of ours comes from a procedure's own fault. */
export function refused(code: string, given: JsonObject, names: Names = {}): Problem {
  const known = code === 'COMMAND_REUSED' ? 'KEY_REUSED' : problemCodes.find((candidate) => candidate === code);
  if (known === undefined) return new Problem('PROCEDURE_FAULT', { values: { code }, names });
  const { caseId, ...rest } = given;
  const values = caseId === undefined ? rest : { ...rest, case: caseId };
  const field = typeof values['field'] === 'string' ? values['field'] : undefined;
  if (known === 'DATA_INVALID' && field === undefined)
    return new Problem(known, { field: '/data', values: { ...values, field: '/data' }, names });
  return new Problem(known, { values, ...(field === undefined ? {} : { field }), names });
}

/** The problem for servers that cannot be reached; `kept` says that the command is in the journal and will be sent again. */
export function unavailable({ code, kept }: Unavailable): Problem {
  return new Problem(code, { values: { kept } });
}

/** A field that the command needs. `field`: JSON pointer into the body. */
export const fieldRequired = (field: string): Problem => new Problem('FIELD_REQUIRED', { field, values: { field } });

/** A field that the command does not take. */
export const fieldUnknown = (field: string): Problem => new Problem('FIELD_UNKNOWN', { field, values: { field } });

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
export function answerProblem(error: unknown, c: RequestContext, log: (reference: string, error: unknown) => void): Response {
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

function respond(c: RequestContext, problem: Problem): Response {
  const { code, details } = problem;
  const status = statusOf(code);
  c.set('problem', code);
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
