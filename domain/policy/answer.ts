import { type Json, type JsonObject, objectOf } from '../json.js';
import type { FreeDay } from '../time/plan.js';
import { againstShown, dateFaults, hasDateRules } from './answer-rules.js';
import { check } from './explain.js';
import { fieldsOf, formSchema } from './form.js';
import type { StepPolicy } from './policy.js';

/** What an answer is held against. */
export interface Against {
  /** What the task shows, and the answer that it starts from. */
  readonly shown: Json;
  readonly before: Json;
  /** `YYYY-MM-DD` at the site. */
  readonly today: string;
  readonly freeDay: (date: string) => FreeDay | undefined;
  /** Lines of a table that still wait for an answer. */
  readonly lines: readonly string[];
}

/** What is wrong with an answer. `field`: JSON pointer into it. */
interface AnswerFault {
  readonly code: string;
  readonly field: string;
  readonly values: JsonObject;
}

/** An answer as the form of its step takes it, or the first thing wrong with it. `all` beside `lines` fills every line that is not named. */
export function answerIn(
  step: StepPolicy,
  data: JsonObject,
  against: Against,
): { readonly ok: true; readonly data: JsonObject } | ({ readonly ok: false } & AnswerFault) {
  const { outcome } = data;
  if (typeof outcome === 'string' && !Object.hasOwn(step.outcomes, outcome))
    return { ok: false, code: 'OUTCOME_UNKNOWN', field: '/outcome', values: { outcome, allowed: Object.keys(step.outcomes) } };
  const { compared, ruled } = rulesFor(step, outcome);
  const found = check(formSchema(step, 'en', compared ? against.shown : undefined), spread(step, data, against.lines));
  if (!found.ok) return found;
  const [fault] = [
    ...(compared ? againstShown(step, found.value, against.shown) : []),
    ...(ruled ? dateFaults(step, found.value, against) : []),
  ];
  if (fault === undefined) return { ok: true, data: found.value };
  return { ok: false, code: fault.code, field: fault.field, values: fault.values };
}

/** What the fields of an outcome are held against beside their form: what is shown, and the calendar. */
export function rulesFor(step: StepPolicy, outcome: unknown): { readonly compared: boolean; readonly ruled: boolean } {
  const asked = fieldsOf(step, typeof outcome === 'string' ? outcome : (Object.keys(step.outcomes)[0] ?? '')).map(([, field]) => field);
  return { compared: asked.some(({ of, sameAs, atMost }) => (of ?? sameAs ?? atMost) !== undefined), ruled: hasDateRules(asked) };
}

/** Lines of a table that are still open and not named are filled from `all`. */
export function spread(step: StepPolicy, data: JsonObject, open: readonly string[]): JsonObject {
  if (!step.perLine || data['all'] === undefined) return data;
  const { all, lines, ...rest } = data;
  return { ...rest, lines: { ...Object.fromEntries(open.map((line) => [line, all])), ...objectOf(lines) } };
}

/** A "no": its outcome need not be named where there is one; a field `reason` of its form is filled with the reason. */
export function rejection(
  step: StepPolicy,
  data: JsonObject,
  reason: string,
): { readonly ok: true; readonly data: JsonObject } | ({ readonly ok: false } & AnswerFault) {
  const allowed = Object.entries(step.outcomes).flatMap(([id, { rejects }]) => (rejects === true ? [id] : []));
  const outcome = data['outcome'] ?? (allowed.length === 1 ? allowed[0] : undefined);
  if (typeof outcome !== 'string' || !allowed.includes(outcome))
    return {
      ok: false,
      code: 'OUTCOME_UNKNOWN',
      field: '/outcome',
      values: { outcome: typeof outcome === 'string' ? outcome : '', allowed },
    };
  const asksWhy = step.outcomes[outcome]?.fields.includes('reason') === true && data['reason'] === undefined;
  return { ok: true, data: { ...data, outcome, ...(asksWhy ? { reason } : {}) } };
}
