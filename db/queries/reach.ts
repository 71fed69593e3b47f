/** A person's reach (`reachOf`, as JSON at a place such as `$2`) as rows of `r`, in its order: own rights first. */
export const reachSql = (place: string): string =>
  `rows from (jsonb_to_recordset(${place}::jsonb) as (company text, key text, "actingFor" text, limits jsonb)) with ordinality as r(company, key, "actingFor", limits, n)`;

/**
 * Whether the person `$1` may fill a seat `s` by a row `r` of their reach that has its key: exclusions and limits, as `mayAct` looks at them.
 * What is not known (null) is not within a limit.
 */
export const mayFill = `$1 <> all(s.excluded) and (r."actingFor" is null or (r."actingFor" <> all(s.excluded) and (r.limits = '{}' or (
        (not r.limits ? 'procedures' or r.limits->'procedures' ? s.procedure)
        and (not r.limits ? 'customers' or coalesce(r.limits->'customers' ? s.customer, false))
        and (not r.limits ? 'amountMinor' or coalesce(s.currency = r.limits->>'currency' and s.amount_minor <= (r.limits->>'amountMinor')::numeric, false))))))`;
