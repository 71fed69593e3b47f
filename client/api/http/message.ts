import * as z from 'zod';
import { collaborationVerbs } from '../../../domain/authority/collaboration.js';
import { type Authority, caseVerbs, type TaskVerb, taskVerbs } from '../../../domain/authority/may-act.js';
import { stepPolicy } from '../../../domain/engine/system-tasks.js';
import type { JsonObject } from '../../../domain/json.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { type ProblemCode, sentenceOf } from './problem.js';
import { type Names, procedureOf, sayCode } from './words.js';

export const moment = z.iso.datetime().meta({ description: 'UTC, ISO 8601.', example: '2026-11-27T09:00:00.000Z' });

export const json = z.unknown().meta({ description: 'Any JSON.' });

/** A sentence with the code and values it was made of: a change of language needs no new request. */
export const message = z.object({ code: z.string(), values: z.record(z.string(), z.unknown()), sentence: z.string() }).meta({ id: 'Told' });

/** Epoch milliseconds as the API writes moments. */
export const iso = (at: number): string => new Date(at).toISOString();

/** The policy of a task's step in its case's edition. */
export function stepOf(names: Names, step: string): StepPolicy | undefined {
  const procedure = procedureOf(names);
  return procedure === undefined ? undefined : stepPolicy(procedure, step);
}

/** A sentence with what it was made of. */
export interface Message {
  readonly code: string;
  readonly values: Record<string, unknown>;
  readonly sentence: string;
}

/** A sentence of the catalogue, by its key, with the code that programs go by. */
export function messageFor(locale: Locale, key: string, code: string, values: JsonObject, names: Names): Message {
  return { code, values: { ...values }, sentence: sayCode(locale, key, values, names) };
}

/** Whether something may be done, as lists of verbs show it; `hindrance`: what stands in everybody's way. */
export function allowance(
  locale: Locale,
  authority: Authority,
  names: Names,
  hindrance?: { readonly code: ProblemCode; readonly values: JsonObject },
): { allowed: boolean; whyNot?: Message } {
  const why =
    hindrance ??
    (authority.allowed
      ? undefined
      : { code: authority.code === 'STRANGER' ? ('CASE_UNKNOWN' as const) : authority.code, values: authority.values });
  if (why === undefined) return { allowed: true };
  return {
    allowed: false,
    whyNot: { code: why.code, values: { ...why.values }, sentence: sentenceOf(locale, why.code, why.values, names) },
  };
}

/** The name of a procedure in the reader's language. */
export function procedureName(locale: Locale, names: Names): string {
  return procedureOf(names)?.name[locale] ?? names.procedure ?? '';
}

/** A verb's name. */
export const verbName = (locale: Locale, verb: TaskVerb | (typeof caseVerbs)[number]): string => say(locale, `verb.${verb}`);

export const verb = z.object({
  verb: z.enum([...taskVerbs, ...caseVerbs, ...collaborationVerbs]),
  name: z.string(),
  allowed: z.boolean(),
  whyNot: message.optional(),
  to: z
    .array(z.object({ step: z.string(), name: z.string() }))
    .optional()
    .meta({ description: 'return: where it may be returned to, if the case has passed there. reopen: the steps there are.' }),
  causes: z
    .array(z.object({ cause: z.string(), name: z.string() }))
    .optional()
    .meta({ description: 'hold: the company’s causes.' }),
  redo: z
    .literal('choose')
    .optional()
    .meta({ description: 'return, reopen: whether later answers are asked anew is the command’s choice.' }),
});

/** What a hold may be for. */
export const holdCausesOf = ({ book }: Names, locale: Locale) =>
  Object.entries(book?.company.holdCauses ?? {}).map(([cause, name]) => ({ cause, name: name[locale] }));
