/** A statement's parameters as they are collected; conditions name them by number. */
export class Parameters {
  readonly values: unknown[];
  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Adds a value and returns its place, such as `$3`. */
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
    const place = parameters.add(anywhere(value));
    return `(k.number ilike ${place} or k.search ilike ${place})`;
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
