import type { Json, JsonObject } from '../../domain/case/json.js';
import type { Locale } from '../../domain/texts/texts.js';
import type { Told } from './present.js';
import { refused } from './problem.js';
import { sentenceOf } from './problem-answer.js';
import type { Names } from './words.js';

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why other cases refused what a task now asks a person to see to, in words: by the line of the task that shows the refusal. */
export function refusalsShown(shown: Json, locale: Locale, names: Names): { readonly refusals?: Readonly<Record<string, Told>> } {
  const lines = isObject(shown) && isObject(shown['lines']) ? shown['lines'] : {};
  const told = Object.entries(lines).flatMap(([id, line]): [string, Told][] => {
    const refusal = isObject(line) && isObject(line['refusal']) ? line['refusal'] : undefined;
    if (typeof refusal?.['code'] !== 'string') return [];
    const { code, details } = refused(refusal['code'], isObject(refusal['values']) ? refusal['values'] : {}, names);
    const values = details.values ?? {};
    return [[id, { code, values: { ...values }, sentence: sentenceOf(locale, code, values, names) }]];
  });
  return told.length === 0 ? {} : { refusals: Object.fromEntries(told) };
}
