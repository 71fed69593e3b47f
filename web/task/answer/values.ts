import type { FormField, FormOutcome } from './form-model.js';

/** What is in a form: texts as typed, and what is chosen. Of a per-line form `lines` holds one set of values a line. */
export type Values = Readonly<Record<string, unknown>>;

export interface Gap {
  /** JSON pointer into the answer. */
  readonly field: string;
  readonly line?: string;
  readonly name: string;
}

const isBlank = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'string' && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.values(value).every(isBlank));

/** What is asked for and not there yet, in the order of the form. A line counts once anything of it is filled. */
export function gapsOf(outcome: FormOutcome, values: Values): readonly Gap[] {
  if (outcome.lineFields === undefined) return missing(outcome.fields, values).map((name) => ({ field: `/${name}`, name }));
  const filled = filledLines(values);
  if (filled.length === 0) return [{ field: '/lines', name: 'lines' }];
  const { lineFields } = outcome;
  return filled.flatMap(([line, own]) => missing(lineFields, own).map((name) => ({ field: `/lines/${line}/${name}`, line, name })));
}

function missing(fields: readonly FormField[], values: Values): readonly string[] {
  return fields.flatMap((field) => (field.required && !isWhole(field, values[field.name]) ? [field.name] : []));
}

function isWhole({ kind, items }: FormField, value: unknown): boolean {
  if (kind === 'verdicts') return items.every((item) => !isBlank((value as Values | undefined)?.[item]));
  return !isBlank(value);
}

const filledLines = (values: Values): readonly (readonly [string, Values])[] =>
  Object.entries((values['lines'] ?? {}) as Readonly<Record<string, Values>>).filter(([, own]) => !isBlank(own));

/** The answer as the API takes it: the fields of the outcome, without what is empty. */
export function answerOf(outcome: FormOutcome, values: Values): Record<string, unknown> {
  if (outcome.lineFields === undefined) return { outcome: outcome.id, ...filledOf(outcome.fields, values) };
  const { lineFields } = outcome;
  return { outcome: outcome.id, lines: Object.fromEntries(filledLines(values).map(([line, own]) => [line, filledOf(lineFields, own)])) };
}

function filledOf(fields: readonly FormField[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }) => {
      const value = values[name];
      if (isBlank(value)) return [];
      if (kind === 'verdicts') return [[name, Object.fromEntries(Object.entries(value as Values).filter(([, one]) => !isBlank(one)))]];
      return [[name, typeof value === 'string' ? value.trim() : value]];
    }),
  );
}

/** Whether anything has been entered. */
export const isEmpty = (values: Values): boolean => Object.entries(values).every(([name, value]) => name === 'outcome' || isBlank(value));
