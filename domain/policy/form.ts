import * as z from 'zod';
import type { JsonObject } from '../case/json.js';
import { plainText } from '../contracts/plain-text.js';
import type { Field, StepPolicy, Words } from './policy.js';
import { fieldsOf } from './sample.js';

type Language = keyof Words;

/**
 * The schema of a `complete`'s data: `{ outcome, …fields }`, with just the fields that the outcome asks for. A step that is answered
 * line by line takes `{ outcome, lines: { [lineId]: {…fields} } }` with one line at least; there the outcome may be left out when the
 * step has only one. Texts come back trimmed.
 */
export function formSchema(step: StepPolicy, language: Language = 'en'): z.ZodType<JsonObject> {
  const made = schemas.get(step) ?? {};
  const schema = made[language] ?? makeSchema(step, language);
  schemas.set(step, { ...made, [language]: schema });
  return schema;
}

/** A schema costs far more to make than to use, and policies do not change. */
const schemas = new WeakMap<StepPolicy, { readonly [L in Language]?: z.ZodType<JsonObject> }>();

function makeSchema(step: StepPolicy, language: Language): z.ZodType<JsonObject> {
  const ids = Object.keys(step.outcomes);
  const [only] = ids;
  if (step.perLine && only !== undefined && ids.length === 1)
    return asData(variant(step, only, language, z.literal(only, 'OUTCOME_UNKNOWN').optional()));
  const variants = ids.map((id) => variant(step, id, language, z.literal(id)));
  return asData(z.discriminatedUnion('outcome', variants as [Variant, ...Variant[]]));
}

type Variant = ReturnType<typeof variant>;

/** Every schema of a form gives JSON; its exact shape is known only when the policy is. */
const asData = (schema: z.ZodType): z.ZodType<JsonObject> => schema as z.ZodType<JsonObject>;

function variant(step: StepPolicy, outcomeId: string, language: Language, outcome: z.ZodType<string | undefined>) {
  const asked = step.outcomes[outcomeId];
  const fields = Object.fromEntries(fieldsOf(step, outcomeId).map(([id, field]) => [id, fieldSchema(field, language)]));
  const shape = step.perLine ? { lines: linesSchema(fields) } : fields;
  return z.strictObject({ outcome, ...shape }).meta({ title: asked?.name[language] ?? outcomeId });
}

function linesSchema(fields: Record<string, z.ZodType>): z.ZodType {
  const oneAtLeast = (lines: object): boolean => Object.keys(lines).length > 0;
  return z.record(z.string().min(1), z.strictObject(fields)).refine(oneAtLeast, 'FIELD_REQUIRED').meta({ minProperties: 1 });
}

function fieldSchema(field: Field, language: Language): z.ZodType {
  const schema = valueSchema(field, language).meta({ title: field.name[language] });
  return field.required ? schema : schema.optional();
}

function valueSchema(field: Field, language: Language): z.ZodType {
  switch (field.type) {
    case 'text':
      return plainText(field.max);
    case 'date':
      return z.iso.date();
    case 'integer':
      return field.min === undefined ? z.int() : z.int().min(field.min);
    case 'money':
      return z.int().min(field.min ?? 0);
    case 'boolean':
      return z.boolean();
    case 'choice': {
      const named = Object.entries(field.choices ?? {}).map(([id, name]) => ({ const: id, title: name[language] }));
      return z.enum(named.map((choice) => choice.const)).meta({ oneOf: named });
    }
  }
}

/** The form as JSON Schema (draft 2020-12, as in OpenAPI 3.1), with the titles of one language. One branch an outcome. */
export function formJsonSchema(step: StepPolicy, language: Language): JsonObject {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(formSchema(step, language), { io: 'input' });
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}
