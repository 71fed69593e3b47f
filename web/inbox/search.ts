/** The views of the inbox. */
export const views = ['mine', 'group', 'team', 'done'] as const;
export type View = (typeof views)[number];

/** What narrows a view: in the address, so that it can be kept, shared, and gone back to. */
export interface Filter {
  readonly q?: string;
  readonly company?: string;
  readonly procedure?: string;
  readonly step?: string;
  readonly batch?: string;
  readonly overdue?: boolean;
}

/** A task is opened out of a list, which it then goes through. */
export interface Queue extends Filter {
  readonly view?: View;
}

export const isView = (value: unknown): value is View => views.some((view) => view === value);

/** The filter that an address holds; what it does not know is left out. */
export function filterOf(search: Readonly<Record<string, unknown>>): Filter {
  const text = (name: string): Record<string, string> => {
    const value = search[name];
    return typeof value === 'string' && value !== ''
      ? { [name]: value.slice(0, 120) }
      : typeof value === 'number'
        ? { [name]: String(value) }
        : {};
  };
  return {
    ...text('q'),
    ...text('company'),
    ...text('procedure'),
    ...text('step'),
    ...text('batch'),
    ...(search['overdue'] === true || search['overdue'] === 'true' ? { overdue: true } : {}),
  };
}

export function queueOf(search: Readonly<Record<string, unknown>>): Queue {
  return { ...filterOf(search), ...(isView(search['view']) ? { view: search['view'] } : {}) };
}

export const isNarrowed = (filter: Filter): boolean => Object.keys(filter).length > 0;
