import type { Json, JsonObject } from '../json.js';
import type { Field, StepPolicy } from './policy.js';

/** The fields that an outcome asks for, in the order it lists them. */
export function fieldsOf(step: StepPolicy, outcomeId: string): readonly (readonly [string, Field])[] {
  const listed = step.outcomes[outcomeId]?.fields ?? [];
  return listed.flatMap((id) => {
    const field = step.fields[id];
    return field === undefined ? [] : [[id, field] as const];
  });
}

/** For each outcome of a step, data that its form accepts, every field filled. A step answered by lines gets all of `lineIds`. */
export function sampleData(step: StepPolicy, lineIds: readonly string[] = ['1']): Readonly<Record<string, JsonObject>> {
  const samples = Object.keys(step.outcomes).map((outcome): [string, JsonObject] => {
    const fields = Object.fromEntries(fieldsOf(step, outcome).map(([id, field]) => [id, sampleValue(field)]));
    if (!step.perLine) return [outcome, { outcome, ...fields }];
    return [outcome, { outcome, lines: Object.fromEntries(lineIds.map((id) => [id, fields])) }];
  });
  return Object.fromEntries(samples);
}

function sampleValue(field: Field): Json {
  switch (field.type) {
    case 'text':
      return field.name.en.slice(0, field.max).trim();
    case 'date':
      return '2026-10-12';
    case 'email':
      return 'orders@example.com';
    case 'integer':
    case 'money':
      return Math.max(1, field.min ?? 1);
    case 'boolean':
      return true;
    case 'choice':
      return Object.keys(field.choices ?? {})[0] ?? '';
    case 'verdicts':
      return {};
    case 'lines':
      return ['1'];
  }
}
