import type { TaskRow } from '../../domain/engine/ledger.js';

import { isObject, type Json, textOf } from '../../domain/json.js';
import { repairSteps } from '../../domain/policy/reserved-steps.js';
import { type Locale, textKeys } from '../../domain/texts/texts.js';
import { type Told, tell } from './present.js';
import { refused } from './problem.js';
import { sentenceOf } from './problem-answer.js';
import { failureOf, type Names } from './words.js';

/**
 * Why other cases, or the books, refused what a task now asks a person to see to, in words. `refusals`: by the line of the task that shows one;
 * `refusal`: that of the task as a whole.
 */
export function refusalsShown(
  shown: Json,
  locale: Locale,
  names: Names,
): { readonly refusal?: Told; readonly refusals?: Readonly<Record<string, Told>> } {
  if (!isObject(shown)) return {};
  const lines = isObject(shown['lines']) ? shown['lines'] : {};
  const told = Object.entries(lines).flatMap(([id, line]): [string, Told][] => {
    const refusal = isObject(line) ? inWords(line['refusal'], locale, names) : undefined;
    return refusal === undefined ? [] : [[id, refusal]];
  });
  const whole = inWords(shown['refusal'], locale, names);
  return {
    ...(whole === undefined ? {} : { refusal: whole }),
    ...(told.length === 0 ? {} : { refusals: Object.fromEntries(told) }),
  };
}

/** A refusal with its sentence: of the books where they have one, else of a case. */
function inWords(refusal: Json | undefined, locale: Locale, names: Names): Told | undefined {
  if (!isObject(refusal) || typeof refusal['code'] !== 'string') return undefined;
  const given = isObject(refusal['values']) ? refusal['values'] : {};
  const key = `refusal.${refusal['code']}`;
  if (textKeys.has(key)) return tell(locale, key, refusal['code'], given, names);
  const { code, details } = refused(refusal['code'], given, names);
  const values = details.values ?? {};
  return { code, values: { ...values }, sentence: sentenceOf(locale, code, values, names) };
}

/** What a repair task is about, in words. */
export function failureShown(task: TaskRow, shown: Json, locale: Locale) {
  if (!repairSteps.includes(task.step) || !isObject(shown)) return {};
  const { code = 'MAIL_BOUNCED', detail, reason } = shown;
  const values = { code: textOf(code), detail: textOf(detail ?? reason) };
  const sentence = failureOf(locale, values.code, values.detail);
  return sentence === undefined ? {} : { failure: { code: values.code, values, sentence } };
}
