/** The place in a list that a page ended at: opaque to callers, base64url of a JSON list of texts. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** The parts of a page mark, or undefined when it is not one of `kinds.length` parts in these forms. */
export function partsOf(cursor: string, kinds: readonly ('moment' | 'flag' | 'number' | 'text')[]): readonly string[] | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== kinds.length) return undefined;
  const texts = parts.filter((part): part is string => typeof part === 'string');
  const right = texts.length === kinds.length && texts.every((part, index) => isOf(kinds[index] ?? 'text', part));
  return right ? texts : undefined;
}

/** A moment of that form need not be one: there is no 30 February. */
function isOf(kind: keyof typeof forms, part: string): boolean {
  if (!forms[kind].test(part)) return false;
  return (
    kind !== 'moment' ||
    part === 'infinity' ||
    new Date(`${part.slice(0, 19).replace(' ', 'T')}Z`).toJSON()?.startsWith(part.slice(0, 10)) === true
  );
}

const forms = {
  moment: /^(infinity|[1-9]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00)$/,
  flag: /^[01]$/,
  number: /^\d{1,9}$/,
  text: /^[^\u0000]{0,600}$/,
};

/** SQL for a moment as a page mark holds it: always UTC, to the microsecond. */
export const momentText = (column: string): string =>
  `case when ${column} = 'infinity' then 'infinity' else to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' end`;

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Mark of the next page; null: this was the last. */
  readonly next: string | null;
}

export interface PageAsked {
  readonly filter: Filter;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A statement's parameters as they are collected; conditions name them by number. */
export class Parameters {
  readonly values: unknown[];
  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Adds a value and returns its parameter, such as `$3`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** What a list is narrowed to. */
export interface Filter {
  readonly company?: string | undefined;
  readonly procedure?: string | undefined;
  readonly step?: string | undefined;
  /** The daily batch a task goes with, `YYYY-MM-DD`. */
  readonly batch?: string | undefined;
  readonly overdue?: boolean | undefined;
  readonly status?: string | undefined;
  readonly number?: string | undefined;
  readonly customerPo?: string | undefined;
  /** Part of order number, customer or customer's number. */
  readonly q?: string | undefined;
}

/** Text for `ilike` that finds it anywhere, whatever characters it has. */
const anywhere = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** How each part of a filter is asked for. Tasks are `t`, cases `k`. */
const conditions: { readonly [Name in keyof Filter]-?: (value: NonNullable<Filter[Name]>, parameters: Parameters) => string } = {
  company: (value, parameters) => `k.company = ${parameters.add(value)}`,
  procedure: (value, parameters) => `k.procedure = ${parameters.add(value)}`,
  batch: (value, parameters) => `t.row->>'batch' = ${parameters.add(value)}`,
  step: (value, parameters) => `t.step = ${parameters.add(value)}`,
  overdue: (value, parameters) => `t.overdue = ${parameters.add(value)}`,
  status: (value, parameters) => `k.status = ${parameters.add(value)}`,
  number: (value, parameters) => `k.number = ${parameters.add(value)}`,
  // The title has the number in it: only what it leaves is looked up.
  customerPo: (value, parameters) =>
    `k.title ilike ${parameters.add(anywhere(value))} and (select c.value->>'customerPo' from content c where c.hash = k.subject_hash) = ${parameters.add(value)}`,
  q: (value, parameters) => {
    const parameter = parameters.add(anywhere(value));
    return `(k.number ilike ${parameter} or k.search ilike ${parameter})`;
  },
};

/**
 * The conditions of a filter, each after ` and `, and a word for the combination: a statement is prepared for each, so that the planner
 * sees only what is asked for.
 */
export function narrowed(filter: Filter, parameters: Parameters): { readonly sql: string; readonly word: string } {
  const asked = (Object.keys(conditions) as (keyof Filter)[]).filter((name) => filter[name] !== undefined);
  return {
    sql: asked.map((name) => ` and ${conditionOf(name, filter[name], parameters)}`).join(''),
    word: asked.map((name) => `_${name}`).join(''),
  };
}

function conditionOf(name: keyof Filter, value: Filter[keyof Filter], parameters: Parameters): string {
  const condition = conditions[name] as (value: Filter[keyof Filter], parameters: Parameters) => string;
  return condition(value, parameters);
}

/** A time column as epoch milliseconds. */
export const millis = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
