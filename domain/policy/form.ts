import * as z from 'zod';
import { type Json, type JsonObject, objectOf } from '../json.js';
import { plainText } from '../plain-text.js';
import { type Words } from '../words.js';
import { type Field, type ProcedurePolicy, type StepPolicy } from './policy.js';

type Language = keyof Words;

/**
 * The schema of a `complete`'s data: `{ outcome, …fields }`, with just the fields that the outcome asks for. A step that is answered
 * line by line takes `{ outcome, lines: { [lineId]: {…fields} } }` with one line at least; there the outcome may be left out when the
 * step has only one. Texts come back trimmed. `shown` is what the task shows: verdicts and choices of lines are about its lists.
 */
export function formSchema(step: StepPolicy, language: Language = 'en', shown?: Json): z.ZodType<JsonObject> {
  if (shown !== undefined && Object.values(step.fields).some(({ of }) => of !== undefined)) return makeSchema(step, { language, shown });
  const made = schemas.get(step) ?? {};
  const schema = made[language] ?? makeSchema(step, { language, shown: undefined });
  schemas.set(step, { ...made, [language]: schema });
  return schema;
}

/** A schema costs far more to make than to use, and policies do not change. */
const schemas = new WeakMap<StepPolicy, { readonly [L in Language]?: z.ZodType<JsonObject> }>();

function makeSchema(step: StepPolicy, reader: Reader): z.ZodType<JsonObject> {
  const ids = Object.keys(step.outcomes);
  const [only] = ids;
  if (step.perLine && only !== undefined && ids.length === 1)
    return asData(variant(step, only, reader, z.literal(only, 'OUTCOME_UNKNOWN').optional()));
  const variants = ids.map((id) => variant(step, id, reader, z.literal(id)));
  return asData(z.discriminatedUnion('outcome', variants as [Variant, ...Variant[]]));
}

type Variant = ReturnType<typeof variant>;

/** Every schema of a form gives JSON; its exact shape is known only when the policy is. */
const asData = (schema: z.ZodType): z.ZodType<JsonObject> => schema as z.ZodType<JsonObject>;

/** For whom a form is made, and what it is about. */
interface Reader {
  readonly language: Language;
  readonly shown: Json | undefined;
}

function variant(step: StepPolicy, outcomeId: string, reader: Reader, outcome: z.ZodType<string | undefined>) {
  const { language } = reader;
  const asked = step.outcomes[outcomeId];
  const fields = Object.fromEntries(fieldsOf(step, outcomeId).map(([id, field]) => [id, fieldSchema(field, reader)]));
  const shape = step.perLine ? { lines: linesSchema(fields) } : fields;
  return z.strictObject({ outcome, ...shape }).meta({ title: asked?.name[language] ?? outcomeId });
}

function linesSchema(fields: Record<string, z.ZodType>): z.ZodType {
  const oneAtLeast = (lines: object): boolean => Object.keys(lines).length > 0;
  return z.record(z.string().min(1), z.strictObject(fields)).refine(oneAtLeast, 'FIELD_REQUIRED').meta({ minProperties: 1 });
}

function fieldSchema(field: Field, reader: Reader): z.ZodType {
  const schema = valueSchema(field, reader).meta({ title: field.name[reader.language] });
  const empty = field.of !== undefined && itemsOf(reader.shown, field.of)?.length === 0;
  return field.required && !empty ? schema : schema.optional();
}

/** Ids of the items of a list that is shown; undefined: it is not known what is shown. */
function itemsOf(shown: Json | undefined, list: string): readonly string[] | undefined {
  if (shown === undefined) return undefined;
  const items = (shown as JsonObject | null)?.[list];
  return Array.isArray(items) ? items.flatMap((item: Json) => idOf(item) ?? []) : [];
}

function idOf(item: Json): string | undefined {
  const id = objectOf(item)['id'];
  return typeof id === 'string' ? id : undefined;
}

function valueSchema(field: Field, { language, shown }: Reader): z.ZodType {
  switch (field.type) {
    case 'text':
      return field.pattern === undefined ? plainText(field.max) : plainText(field.max).regex(new RegExp(`^(?:${field.pattern})$`, 'u'));
    case 'date':
      return z.iso.date();
    case 'email':
      return z.email().max(254);
    case 'integer':
      return field.min === undefined ? z.int() : z.int().min(field.min);
    case 'money':
      return z
        .int()
        .min(field.min ?? 0)
        .meta({ format: 'money' });
    case 'boolean':
      return z.boolean();
    case 'choice':
      return choiceSchema(field, language);
    case 'verdicts': {
      const verdict = choiceSchema(field, language);
      const items = itemsOf(shown, field.of ?? '');
      if (items === undefined) return z.record(z.string(), verdict);
      return z.strictObject(Object.fromEntries(items.map((item) => [item, field.required ? verdict : verdict.optional()])));
    }
    case 'lines': {
      const items = itemsOf(shown, field.of ?? '');
      const item = items === undefined ? z.string().min(1) : z.enum(items);
      return z
        .array(item)
        .min(1, 'FIELD_REQUIRED')
        .refine((all) => new Set(all).size === all.length);
    }
  }
}

function choiceSchema({ choices = {} }: Field, language: Language): z.ZodType<string> {
  const named = Object.entries(choices).map(([id, name]) => ({ const: id, title: name[language] }));
  return z.enum(named.map((choice) => choice.const)).meta({ oneOf: named });
}

/** The schema of a case's subject that its policy describes. */
export function subjectSchema({ subject }: Pick<ProcedurePolicy, 'subject'>): z.ZodType<JsonObject> | undefined {
  if (subject === undefined) return undefined;
  const reader: Reader = { language: 'en', shown: undefined };
  return asData(
    z.strictObject(Object.fromEntries(Object.entries(subject.fields).map(([name, field]) => [name, fieldSchema(field, reader)]))),
  );
}

/** The form as JSON Schema (draft 2020-12, as in OpenAPI 3.1), with the titles of one language. One branch an outcome. */
export function formJsonSchema(step: StepPolicy, language: Language, shown?: Json): JsonObject {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(formSchema(step, language, shown), { io: 'input' });
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}

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
