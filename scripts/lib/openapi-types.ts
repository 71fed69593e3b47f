/** A JSON Schema of the OpenAPI document, as far as types are made from it. */
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** An OpenAPI document, as far as types are made from it. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** TypeScript for what an OpenAPI document describes: `Schemas` by name, and `Operations` by method and path. */
export function typesOf({ paths, components }: OpenApi): string {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `  ${keyOf(name)}: ${typeOf(schema, 1)};`);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => `  '${method.toUpperCase()} ${path}': ${operationOf(operation)};`),
  );
  return [
    '// Made by `npm run api-types -- --write` from the OpenAPI document; a gate checks that it is current.',
    '',
    'export interface Schemas {',
    ...schemas,
    '}',
    '',
    'export interface Operations {',
    ...operations,
    '}',
    '',
  ].join('\n');
}

function operationOf({ parameters = [], requestBody, responses }: Operation): string {
  const of = (place: string): string => {
    const found = parameters.filter((one) => one.in === place && one.name !== 'Accept-Language');
    return fieldsOf(
      found.map(({ name, required, schema }) => [name, schema, required === true || place === 'path']),
      2,
    );
  };
  const [answer] = Object.entries(responses).flatMap(([status, { content }]) => (status === 'default' ? [] : [content]));
  return fieldsOfText([
    ['params', of('path')],
    ['query', of('query')],
    ['headers', of('header')],
    ['body', jsonOf(requestBody?.content, 'never')],
    ['answer', jsonOf(answer, 'unknown')],
  ]);
}

function jsonOf(content: Content | undefined, otherwise: string): string {
  const schema = content?.['application/json']?.schema;
  return schema === undefined ? otherwise : typeOf(schema, 2);
}

function typeOf(schema: Schema, depth: number): string {
  if (schema.$ref !== undefined) return `Schemas['${schema.$ref.split('/').at(-1)}']`;
  if ('const' in schema) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(' | ');
  if (schema.allOf !== undefined) return [...schema.allOf, ownPart(schema)].map((one) => typeOf(one, depth)).join(' & ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map((one) => typeOf(one, depth)).join(' | ');
  const types = [schema.type ?? 'unknown'].flat();
  return types.map((type) => plain(type, schema, depth)).join(' | ');
}

/** What a schema says beside its `allOf`. */
function ownPart({ allOf: _all, ...own }: Schema): Schema {
  return { type: 'object', ...own };
}

function plain(type: string, schema: Schema, depth: number): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return `readonly (${typeOf(schema.items ?? {}, depth)})[]`;
    case 'object':
      return objectType(schema, depth);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, depth: number): string {
  const named = Object.entries(properties);
  if (named.length === 0 && typeof additionalProperties === 'object')
    return `Readonly<Record<string, ${typeOf(additionalProperties, depth)}>>`;
  if (named.length === 0 && additionalProperties !== false) return 'Readonly<Record<string, unknown>>';
  return fieldsOf(
    named.map(([name, schema]) => [name, schema, required.includes(name)]),
    depth + 1,
  );
}

function fieldsOf(fields: readonly (readonly [name: string, schema: Schema, required: boolean])[], depth: number): string {
  if (fields.length === 0) return 'Record<never, never>';
  const all = fields.map(([name, schema, required]) => `readonly ${keyOf(name)}${required ? '' : '?'}: ${typeOf(schema, depth)}`);
  return `{ ${all.join('; ')} }`;
}

const fieldsOfText = (fields: readonly (readonly [name: string, type: string])[]): string =>
  `{ ${fields.map(([name, type]) => `${name}: ${type}`).join('; ')} }`;

const literal = (value: unknown): string => (typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value));

const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);
