import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import type * as z from 'zod';
import { type Declared, expandProcedure } from './expand.js';
import type { Library } from './library.js';
import { type ProcedurePolicy, procedurePolicy } from './policy.js';
import { type Problem, problemsOf } from './problems.js';

type Path = readonly PropertyKey[];

/** A policy file that fits its schema, with the places of its values: for checks across files. */
export interface Source<T> {
  readonly value: T;
  readonly file: string;
  /** `file:line:column` of what a path names; of the deepest part that is there when it is not. `key`: of its name, not its value. */
  at(path: Path, what?: 'key' | 'value'): string;
}

export type Read<S> = { readonly ok: true; readonly source: S } | { readonly ok: false; readonly errors: readonly string[] };
export type Parsed<T> = Read<Source<T>>;

/**
 * Reads the text of a YAML file by a schema. Gives the value, or everything that is wrong with it at once, each as
 * `file:line:column: what is wrong; what is allowed`.
 */
export function parsePolicyFile<S extends z.ZodType>(text: string, file: string, schema: S): Parsed<z.output<S>> {
  return parseYaml(text, file, { check: (value) => problemsOf(schema, value), read: (value) => schema.parse(value), aliases: false });
}

/** A procedure's policy, with what it declares beside. */
export interface ProcedureSource extends Source<ProcedurePolicy> {
  readonly declared: Declared;
}

/** Reads the text of a procedure's file, whatever of it is in the compact form. */
export function parseProcedureFile(text: string, file: string, library: Library): Read<ProcedureSource> {
  // What is read is expanded once to be checked and once to be taken; it is the same value.
  const expand = (value: unknown) => expandProcedure(value, library);
  const parsed = parseYaml(text, file, {
    check: (value) => {
      const { value: whole, problems, origin } = expand(value);
      const faults = problemsOf(procedurePolicy, whole).map((problem) => ({ ...problem, path: origin(problem.path) }));
      return distinct([...problems, ...faults]);
    },
    read: (value) => {
      const expanded = expand(value);
      return { ...expanded, value: procedurePolicy.parse(expanded.value) };
    },
    aliases: false,
  });
  if (!parsed.ok) return parsed;
  const { value: expanded, at } = parsed.source;
  const { value, declared, origin } = expanded;
  return { ok: true, source: { value, file, declared, at: (path, what) => at(origin(path), what) } };
}

/** A part that several outcomes share is complained of once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.path.map(String), problem.text]), problem])).values()];
}

/** How the value of a YAML file is taken: what is wrong with it, what it is read as, and whether it may repeat parts by aliases. */
interface Reading<T> {
  check(value: unknown): readonly Problem[];
  read(value: unknown): T;
  readonly aliases: boolean;
}

/** Reads a YAML file by a check of one's own; errors as those of `parsePolicyFile`. */
export function parseYaml<T>(text: string, file: string, { check, read, aliases: allowed }: Reading<T>): Parsed<T> {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = counter.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const duplicate = (code: string): boolean => code === 'DUPLICATE_KEY';
  const broken = [...document.errors, ...document.warnings].filter(({ code }) => !duplicate(code));
  const faults: Fault[] = [
    ...document.errors
      .filter(({ code }) => duplicate(code))
      .map(({ pos: [offset] }) => ({ offset, text: `the key ${keyAt(text, offset)} is here a second time; allowed: once` })),
    ...broken.map(({ pos: [offset], message }) => ({ offset, text: `not YAML: ${message}; allowed: YAML 1.2` })),
  ];
  const aliases = allowed ? [] : aliasesOf(document);
  const problems = broken.length + aliases.length > 0 ? [] : problemsIn(document, check);
  const errors = [...faults, ...aliases, ...problems].sort((one, other) => one.offset - other.offset);
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => `${place(error.offset)}: ${error.text}`) };
  const at = (path: Path, what: 'key' | 'value' = 'value'): string => place(offsetOf(document, { path, what }));
  return { ok: true, source: { value: read(document.toJS()), file, at } };
}

interface Fault {
  readonly offset: number;
  readonly text: string;
}

/** Aliases can blow up or dangle, and a policy is read by people: each value stands where it applies. */
function aliasesOf(document: Document.Parsed): readonly Fault[] {
  const found: Fault[] = [];
  visit(document, {
    Alias: (_key, node) =>
      void found.push({ offset: node.range?.[0] ?? 0, text: `the alias "*${node.source}" is not allowed; allowed: the value itself` }),
  });
  return found;
}

function problemsIn(document: Document.Parsed, check: (value: unknown) => readonly Problem[]): readonly Fault[] {
  let value: unknown;
  try {
    value = document.toJS();
  } catch (thrown) {
    // An alias of nothing, or so many that they would blow up.
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return [{ offset: 0, text: `not YAML: ${thrown.message}; allowed: YAML 1.2` }];
  }
  return check(value).map((problem) => ({ offset: offsetOf(document, problem), text: problem.text }));
}

const keyAt = (text: string, offset: number): string => JSON.stringify(/^[^:\n]*/.exec(text.slice(offset))?.[0].trim() ?? '');

/** Where the part of a document that a path names begins. */
function offsetOf(document: Document.Parsed, { path, what, offset = 0 }: Pick<Problem, 'path' | 'what' | 'offset'>): number {
  let node: unknown = document.contents;
  let key: unknown;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => (isScalar(item.key) ? String(item.key.value) : '') === String(part));
      if (pair === undefined) break;
      key = pair.key;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)];
      if (item === undefined) break;
      key = undefined;
      node = item;
    } else break;
  }
  const start = startOf(node);
  if (start !== undefined && offset > 0 && isScalar(node)) return start + into(node, offset);
  const empty = isScalar(node) && node.source === '' && node.type === 'PLAIN';
  return (what === 'key' || empty ? startOf(key) : undefined) ?? startOf(node) ?? startOf(key) ?? 0;
}

/** How far into its file a place of a text is from where the text begins. Not told where the text is written in another way than it reads. */
function into({ range, type, value }: Scalar, offset: number): number {
  const quotes = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE' ? 1 : 0;
  const width = range === undefined || range === null ? 0 : range[1] - range[0];
  return width === String(value).length + 2 * quotes ? offset + quotes : 0;
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly [number, number, number] | null } | null | undefined)?.range?.[0];
}
