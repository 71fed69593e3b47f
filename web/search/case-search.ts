/** How a case may stand, as far as one looks for it. */
export const statuses = ['open', 'closed', 'faulted'] as const;

/** What cases are looked for by: in the address. */
export interface CaseSearch {
  readonly q?: string;
  readonly status?: (typeof statuses)[number];
}

export function caseSearchOf(search: Readonly<Record<string, unknown>>): CaseSearch {
  const status = statuses.find((one) => one === search['status']);
  const q = search['q'];
  return {
    ...(typeof q === 'string' || typeof q === 'number' ? { q: String(q).slice(0, 120) } : {}),
    ...(status === undefined ? {} : { status }),
  };
}
