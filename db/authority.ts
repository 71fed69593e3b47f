import type { Reach } from '../domain/authority/reach.js';

/*
 * Who may act, as SQL asks it for sets: the same rule as `mayAct` of domain/authority, which decides. A property test holds both against each
 * other (tests/db/authority.test.ts). No other file says in SQL what somebody reaches.
 */

/** Whether a right is lent within limits. */
export const isBounded = ({ limits = {} }: Reach): boolean => Object.keys(limits).length > 0;

/** A person's reach (`reachOf`) as the value that `reachSql` reads. */
export const reachValue = (reach: readonly Reach[]): string =>
  JSON.stringify(reach.map((one) => ({ ...one.limits, ...one, bounded: isBounded(one) })));

/** A person's reach (`reachValue` as a parameter such as `$2`) as rows of `r`, in its order: own rights first. */
export const reachSql = (parameter: string): string =>
  `rows from (jsonb_to_recordset(${parameter}::jsonb) as (company text, key text, "actingFor" text, bounded boolean, procedures text[], customers text[], currency text, "amountMinor" numeric)) with ordinality as r(company, key, "actingFor", bounded, procedures, customers, currency, "amountMinor", n)`;

/**
 * Whether the person `$1` may fill a seat `s` by a row `r` of their reach that has its key: exclusions and limits, as `mayAct` looks at them.
 * What is not known (null) is not within a limit.
 */
export const mayFill = `$1 <> all(s.excluded) and (r."actingFor" is null or (r."actingFor" <> all(s.excluded) and (not r.bounded or (
        (r.procedures is null or s.procedure = any(r.procedures))
        and (r.customers is null or s.customer = any(r.customers))
        and (r."amountMinor" is null or (s.currency = r.currency and s.amount_minor <= r."amountMinor"))))))`;

/** A right `lent` without limits to the candidates of a counter or a seat. What a counter keeps out is part of it, so that kept counters answer this too. */
export const reachedFreely = (candidates: string, one: string): string =>
  `exists (select from lent r where not r.bounded and r.company = ${one}.company and r.key = any(${candidates}) and r."actingFor" <> all(${one}.excluded))`;

/** A right of one's `own` to the candidates of a counter or a seat. */
export const reachedByOwn = (candidates: string, one: string): string =>
  `exists (select from own o where o.company = ${one}.company and o.keys && ${candidates})`;

/** A procedure of a company that somebody manages, at one site or at all. */
export interface Scope {
  readonly company: string;
  readonly procedure: string;
  readonly site?: string;
}

/** Scopes as the three parameters that `scopesSql` reads: companies, procedures, sites. */
export const scopeValues = (scopes: readonly Scope[]): readonly [companies: string[], procedures: string[], sites: (string | null)[]] => [
  scopes.map(({ company }) => company),
  scopes.map(({ procedure }) => procedure),
  scopes.map(({ site }) => site ?? null),
];

/** Scopes at parameters such as `$3` as rows of `s`. */
export const scopesSql = (companies: string, procedures: string, sites: string): string =>
  `unnest(${companies}::text[], ${procedures}::text[], ${sites}::text[]) s(company, procedure, site)`;

/** Whether a task or a counter is within a scope `s`. What is of no site is everybody's who manages the procedure. */
export const inScope = (one: string): string =>
  `${one}.company = s.company and ${one}.procedure = s.procedure and (s.site is null or coalesce(${one}.site, '') in ('', s.site))`;

/** Whether an active person `p` is the candidate `c` (JSON) of a seat in the company `$1`. A role of a site is also that of whoever holds it everywhere. */
export const isCandidate = `(c->>'person' = p.id
          or exists (select from membership m where m.person_id = p.id and m.company_id = $1 and m.role = c->>'role' and (m.site = '' or c->>'site' is null or m.site = c->>'site'))
          or exists (select from team_membership m where m.person_id = p.id and m.company_id = $1 and m.team = c->>'team'))`;
