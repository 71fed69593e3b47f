import { type Json, type JsonObject, objectOf } from '../json.js';
import { type FreeDay } from '../time/plan.js';
import { type Field, type StepPolicy } from './policy.js';

/** What the dates of an answer are held against. */
export interface DateFacts {
  /** `YYYY-MM-DD` at the company's site. */
  readonly today: string;
  /** Why nobody works on a date, if so. */
  readonly freeDay: (date: string) => FreeDay | undefined;
  /** What the task shows. */
  readonly shown: Json;
  /** The answer that a reopened task starts from. */
  readonly before: Json;
}

/** A date that may not be, or that needs another field. `field`: JSON pointer into the answer. */
export type DateFault =
  | { readonly code: 'DATE_PAST'; readonly field: string; readonly values: { readonly date: string; readonly today: string } }
  | { readonly code: 'DATE_FREE'; readonly field: string; readonly values: { readonly date: string }; readonly day: FreeDay }
  | { readonly code: 'DATE_LATER'; readonly field: string; readonly values: { readonly date: string; readonly than: string } };

/** Whether answers with these fields are held against the calendar and earlier dates. */
export const hasDateRules = (fields: readonly Field[]): boolean =>
  fields.some(({ notPast, onFreeDay, whenLater }) => (notPast ?? onFreeDay ?? whenLater) !== undefined);

/** What is wrong with the dates of an answer that fits its form: past, on a free day without a reason, later without a cause. */
export function dateFaults(step: StepPolicy, data: JsonObject, facts: DateFacts): readonly DateFault[] {
  const fields = Object.entries(step.fields);
  const parts = step.perLine
    ? Object.entries(objectAt(data, 'lines')).map(([id, part]) => ({
        at: `/lines/${id}`,
        answer: part as JsonObject,
        shown: objectAt(objectAt(facts.shown, 'lines'), id),
        before: objectAt(objectAt(facts.before, 'lines'), id),
      }))
    : [{ at: '', answer: data, shown: facts.shown, before: facts.before }];
  return parts.flatMap((part) => fields.flatMap(([name, field]) => faultsOf(name, field, part, facts)));
}

interface Part {
  readonly at: string;
  readonly answer: JsonObject;
  readonly shown: Json;
  readonly before: Json;
}

function faultsOf(name: string, field: Field, { at, answer, shown, before }: Part, facts: DateFacts): readonly DateFault[] {
  const date = answer[name];
  if (field.type !== 'date' || typeof date !== 'string') return [];
  const { notPast, onFreeDay, whenLater } = field;
  const day = onFreeDay === undefined || answer[onFreeDay] !== undefined ? undefined : facts.freeDay(date);
  const bounds = whenLater === undefined ? [] : [textAt(shown, whenLater.than), textAt(before, name)].flatMap((bound) => bound ?? []);
  const than = bounds.toSorted()[0];
  return [
    ...(notPast === true && date < facts.today
      ? [{ code: 'DATE_PAST' as const, field: `${at}/${name}`, values: { date, today: facts.today } }]
      : []),
    ...(day === undefined ? [] : [{ code: 'DATE_FREE' as const, field: `${at}/${onFreeDay}`, values: { date }, day }]),
    ...(whenLater !== undefined && than !== undefined && date > than && answer[whenLater.needs] === undefined
      ? [{ code: 'DATE_LATER' as const, field: `${at}/${whenLater.needs}`, values: { date, than } }]
      : []),
  ];
}

function objectAt(value: Json, name: string): JsonObject {
  const found = objectOf(value)[name];
  return objectOf(found);
}

function textAt(value: Json, name: string): string | undefined {
  const found = objectOf(value)[name];
  return typeof found === 'string' ? found : undefined;
}

/** An answer that does not agree with what is shown. `field`: JSON pointer in the answer's data. */
export interface Disagreement {
  readonly code: 'NOT_AS_SHOWN' | 'MORE_THAN_SHOWN';
  readonly field: string;
  readonly values: JsonObject;
}

/**
 * Compares an answer that fits its form with what the task shows: fields that must equal a shown value (`sameAs`), such as the number of a paper, or be
 * at most one (`atMost`). What is not shown cannot be agreed with. Texts are compared without regard to spaces and case.
 */
export function againstShown(step: StepPolicy, data: JsonObject, shown: Json): readonly Disagreement[] {
  const compared = Object.entries(step.fields).filter(([, { sameAs, atMost }]) => sameAs !== undefined || atMost !== undefined);
  if (compared.length === 0) return [];
  const told = objectOf(shown);
  if (!step.perLine) return compared.flatMap(([name, field]) => compare(field, data[name], told, `/${name}`));
  const table = objectOf(told['lines']);
  return Object.entries(objectOf(data['lines'])).flatMap(([line, answer]) =>
    compared.flatMap(([name, field]) => compare(field, objectOf(answer)[name], objectOf(table[line]), `/lines/${line}/${name}`)),
  );
}

function compare({ sameAs, atMost }: Field, given: Json | undefined, told: JsonObject, field: string): readonly Disagreement[] {
  if (given === undefined) return [];
  if (sameAs !== undefined && plain(given) !== plain(told[sameAs])) return [{ code: 'NOT_AS_SHOWN', field, values: {} }];
  if (atMost === undefined) return [];
  const most = told[atMost];
  return typeof most === 'number' && typeof given === 'number' && given <= most
    ? []
    : [{ code: 'MORE_THAN_SHOWN', field, values: { most: most ?? 0 } }];
}

const plain = (value: Json | undefined): string =>
  typeof value === 'string' ? value.replace(/\s+/g, '').toLowerCase() : JSON.stringify(value ?? null);
