import { type Json, type JsonObject, objectOf } from '../json.js';
import type { Field, StepPolicy } from './policy.js';

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
