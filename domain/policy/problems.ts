import * as z from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One thing wrong with a value. `key`: the fault lies in the name that the path ends with, or in what is missing below it. */
export interface Problem {
  readonly path: Path;
  readonly what: 'key' | 'value';
  /** What is wrong and what is allowed, for the person who writes the file. */
  readonly text: string;
  /** The fault lies this many characters into the text at that place. */
  readonly offset?: number;
}

/** Everything about a value that does not fit a schema; `under` is the path of the value in its file. */
export function problemsOf(schema: z.ZodType, value: unknown, under: Path = []): readonly Problem[] {
  const { error } = schema.safeParse(value);
  const problems = (error?.issues ?? []).flatMap((issue) => describe(issue, schema, value));
  return problems.map((problem) => ({ ...problem, path: [...under, ...problem.path] }));
}

function describe(issue: Issue, schema: z.ZodType, value: unknown): Problem[] {
  const { path } = issue;
  const found = valueAt(value, path);
  if (issue.code === 'unrecognized_keys') {
    const shapes = shapesOf(schemaAt(schema, path));
    const hint = [...new Set(shapes.map((keys) => keys.join(shapes.length > 1 ? ' with ' : ', ')))].join(', or ');
    const unfit = (key: string): string =>
      shapes.flat().includes(key) ? `the key "${key}" does not go with the others` : `unknown key "${key}"`;
    return issue.keys.map((key) => ({
      path: [...path, key],
      what: 'key',
      text: `${unfit(key)}; allowed: ${hint === '' ? 'no key here' : hint}`,
    }));
  }
  if (issue.code === 'invalid_key') {
    return [
      { path, what: 'key', text: `the key ${show(path.at(-1))} is not allowed; allowed: ${issue.issues[0]?.message ?? 'another key'}` },
    ];
  }
  if (found === undefined && path.length > 0) {
    const name = String(path.at(-1));
    return [{ path: path.slice(0, -1), what: 'key', text: `"${name}" is missing; allowed: ${allowedBy(issue)}` }];
  }
  if (issue.code === 'custom' && typeof issue.params?.['position'] === 'number') {
    return [{ path, what: 'value', text: issue.message, offset: issue.params['position'] }];
  }
  if (issue.code === 'invalid_union') {
    const branch = nearest(issue.errors);
    if (branch !== undefined) return branch.flatMap((inner) => describe({ ...inner, path: [...path, ...inner.path] }, schema, value));
  }
  return [{ path, what: 'value', text: `${found === null ? 'nothing' : show(found)} is not allowed here; allowed: ${allowedBy(issue)}` }];
}

/** What an issue asks for, in words. */
function allowedBy(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return `${amount(issue.origin, issue.minimum)} or more`;
    case 'too_big':
      return `${amount(issue.origin, issue.maximum)} or less`;
    case 'invalid_union':
      if (issue.message !== 'Invalid input') return issue.message;
      return [...new Set(issue.errors.map((branch) => branch.map(allowedInBranch).join(' with ')))].join(', or ');
    default:
      return issue.message;
  }
}

const allowedInBranch = (issue: Issue): string =>
  issue.path.length === 0 ? allowedBy(issue) : `"${issue.path.map(String).join('.')}" (${allowedBy(issue)})`;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys with values',
  record: 'keys with values',
  array: 'a list',
};

function amount(origin: string, count: number | bigint): string {
  if (origin === 'string') return `${count} character${count === 1 ? '' : 's'}`;
  return origin === 'array' ? `${count} item${count === 1 ? '' : 's'}` : String(count);
}

/** The branch of a union that a value was meant for: the only one whose keys it has; none when that cannot be told. */
function nearest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const shaped = (branch: readonly Issue[]): boolean => branch.every(({ code, path }) => code !== 'unrecognized_keys' && path.length > 0);
  const fitting = branches.filter(shaped);
  const complete = fitting.filter((branch) => branch.every(({ message }) => !message.endsWith('received undefined')));
  return complete.length === 1 ? complete[0] : fitting.length === 1 ? fitting[0] : undefined;
}

/** A value as it is quoted in a message. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

/** What a path names inside a value, by own members only. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Record<PropertyKey, unknown>)[part];
  }, value);
}

function schemaAt(schema: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    const open = unwrapped(inner);
    if (open instanceof z.ZodObject) return open.shape[String(part)];
    if (open instanceof z.ZodRecord) return open.valueType;
    return open instanceof z.ZodArray ? open.element : undefined;
  }, schema);
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrapped(schema.unwrap()) : schema;
}

/** The keys a value may have, one list for each form it may take. */
function shapesOf(schema: unknown): readonly (readonly string[])[] {
  const open = unwrapped(schema);
  if (open instanceof z.ZodUnion) return open.options.flatMap((option) => shapesOf(option));
  return open instanceof z.ZodObject ? [Object.keys(open.shape)] : [];
}

/** Takes a complaint about a place of a file: what is wrong and what is allowed. */
export type Complain = (path: readonly PropertyKey[], text: string, what?: 'key' | 'value') => void;

/** A list as it stands in a message. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
