import type { Json, JsonObject } from '../../../domain/json.js';
import type { TestApi } from '../support/api.js';

/** A JSON Schema as the OpenAPI document has it, as far as requests are made from it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly example?: Json;
  readonly examples?: readonly Json[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One method of one path of the API, as its document describes it. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** Whether a token is needed. */
  readonly closed: boolean;
}

interface Described {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly security?: readonly object[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** All operations of the API, from its own document, so that none can be forgotten. */
export async function operationsOf(api: TestApi): Promise<{ readonly all: readonly Operation[]; resolve(schema: Schema): Schema }> {
  const document = (await (await api.app.request('/api/v1/openapi.json')).json()) as Document;
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, security = [] }]) => ({
      name: `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
      method: method.toUpperCase(),
      path,
      parameters,
      body: requestBody?.content?.['application/json']?.schema,
      closed: security.length > 0,
    })),
  );
  const resolve = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1);
    if (name !== undefined) return resolve(document.components.schemas[name] ?? {});
    return schema;
  };
  return { all, resolve };
}

/** A value that a schema may take, as far as the schema says. */
export function sampleOf(schema: Schema, resolve: (schema: Schema) => Schema): Json {
  const {
    type,
    enum: choices,
    const: only,
    format,
    example,
    examples,
    properties,
    required = [],
    items,
    anyOf,
    oneOf,
    allOf,
    minimum,
  } = resolve(schema);
  const given = example ?? examples?.[0] ?? choices?.[0] ?? only;
  if (given !== undefined) return given;
  const [inner] = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  if (inner !== undefined) return sampleOf(inner, resolve);
  const kind = typeof type === 'string' ? type : type?.[0];
  if (kind === 'object' || properties !== undefined)
    return Object.fromEntries(
      Object.entries(properties ?? {}).flatMap(([name, member]) => (required.includes(name) ? [[name, sampleOf(member, resolve)]] : [])),
    ) as JsonObject;
  if (kind === 'array') return items === undefined ? [] : [sampleOf(items, resolve)];
  if (kind === 'integer' || kind === 'number') return Math.max(1, minimum ?? 1);
  if (kind === 'boolean') return true;
  if (kind === 'null') return null;
  if (format === 'date') return '2026-11-27';
  if (format === 'date-time') return '2026-11-27T09:00:00Z';
  return 'x';
}

/** An operation's address with its path parameters filled in. */
export const addressOf = ({ path }: Operation, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(values[name] ?? 'x'));
