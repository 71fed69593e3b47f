import type { Reach } from '../domain/authority/reach.js';

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
