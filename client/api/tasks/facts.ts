import * as z from 'zod';
import { isObject, type Json } from '../../../domain/json.js';
import type { Fact, FactContext } from '../../../domain/policy/facts.js';
import { type Locale, textKeys } from '../../../domain/texts/texts.js';
import type { ApiContext, Caller } from '../http/context.js';
import { type Message, messageFor } from '../http/message.js';
import { refused, sentenceOf } from '../http/problem.js';
import { momentOf, type Names } from '../http/words.js';
import { findingSentence, isFinding } from './findings.js';

const named = { name: z.string().meta({ description: 'As in the data; never shown.' }), label: z.string() };

export const fact: z.ZodType<Fact> = z
  .union([
    z.object({ kind: z.literal('value'), ...named, value: z.string(), numeric: z.boolean() }),
    z.object({ kind: z.literal('group'), ...named, facts: z.array(z.lazy(() => fact)).readonly() }),
    z.object({
      kind: z.literal('table'),
      ...named,
      columns: z.array(z.object({ ...named, numeric: z.boolean() })).readonly(),
      rows: z
        .array(
          z.object({
            id: z.string(),
            cells: z.array(z.string()).readonly(),
            details: z.array(z.string()).readonly().meta({ description: 'What of the row has no column.' }),
          }),
        )
        .readonly(),
    }),
  ])
  .meta({ id: 'Fact', description: 'A part of what is shown, ready to be read in the language of the answer.' });

/** By what a case's values are named for a reader. An edition of before labels has those of the edition in force. */
export async function factContext(
  api: ApiContext,
  { locale, edition }: Pick<Caller, 'locale' | 'edition'>,
  names: Names,
): Promise<FactContext> {
  const { book, procedure, people } = names;
  const company = book?.company;
  const today = book?.labels === undefined && edition !== undefined ? await api.books.of(edition) : undefined;
  return {
    policy: procedure === undefined ? undefined : book?.procedures[procedure],
    labels: book?.labels ?? today?.[company?.company ?? '']?.labels,
    locale,
    roles: company?.roles,
    people,
    moment: (at) => momentOf(locale, at, company?.zone),
    sentence: (family, said) =>
      family === 'refusal'
        ? refusalMessage(said, locale, names)?.sentence
        : isFinding(said)
          ? findingSentence(said, names, locale)
          : undefined,
  };
}

/** A refusal with its sentence: of the books where they have one, else of a case. */
export function refusalMessage(refusal: Json | undefined, locale: Locale, names: Names): Message | undefined {
  if (!isObject(refusal) || typeof refusal['code'] !== 'string') return undefined;
  const given = isObject(refusal['values']) ? refusal['values'] : {};
  const key = `refusal.${refusal['code']}`;
  if (textKeys.has(key)) return messageFor(locale, key, refusal['code'], given, names);
  const { code, details } = refused(refusal['code'], given, names);
  const values = details.values ?? {};
  return { code, values: { ...values }, sentence: sentenceOf(locale, code, values, names) };
}
