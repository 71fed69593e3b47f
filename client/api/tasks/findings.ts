import * as z from 'zod';
import type { Json, JsonObject } from '../../../domain/json.js';
import { type Currency, formatMoney } from '../../../domain/texts/format.js';
import { type Locale, say, type TextKey, textKeys } from '../../../domain/texts/texts.js';
import { type Names, wordsFor } from '../http/words.js';

const finding = z.object({
  id: z.string(),
  code: z.string(),
  line: z.string().optional(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type ShownFinding = z.infer<typeof finding>;

const shownWith = z.object({ findings: z.array(finding) });

/** Whether something said with a code is a finding of the order check. */
export const isFinding = (said: unknown): said is ShownFinding => finding.safeParse(said).success;

/** Findings in the reader's words. */
export const findingsSchema = z
  .array(z.object({ ...finding.shape, sentence: z.string() }))
  .meta({ description: 'What the order check found, in words; `id` names the finding in the form’s verdicts.' });

/** What the check of a subject found, if the task shows it. */
export function findingsIn(shown: Json, names: Names, locale: Locale): { findings?: z.infer<typeof findingsSchema> } {
  const found = shownWith.safeParse(shown);
  return found.success ? { findings: found.data.findings.map((one) => ({ ...one, sentence: findingSentence(one, names, locale) })) } : {};
}

/** A finding in words. */
export function findingSentence({ code, line, values }: ShownFinding, names: Names, locale: Locale): string {
  const key = `finding.${code}`;
  if (!textKeys.has(key)) return code;
  const { part, currency } = values;
  const money = (name: string): JsonObject => {
    const minor = values[name];
    return currency === undefined || typeof minor !== 'number'
      ? {}
      : { [name]: formatMoney(BigInt(minor), String(currency) as Currency, locale) };
  };
  const words = wordsFor(locale, { ...values, ...money('found'), ...money('expected'), ...(line === undefined ? {} : { line }) }, names);
  const named = textKeys.has(`part.${part}`) ? { part: say(locale, `part.${part}` as TextKey) } : {};
  return say(locale, key as TextKey, { ...words, ...named });
}
