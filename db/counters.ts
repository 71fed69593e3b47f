import type { Db } from './pool.js';

/** Open seats or tasks, and how many of them are overdue. */
export interface Badge {
  readonly open: number;
  readonly overdue: number;
}

/** A counter that differs from what it counts. */
export interface Miscount {
  readonly company: string;
  /** The word for the candidates of seats, or `PROCEDURE@SITE` of tasks. */
  readonly pool: string;
  readonly kept: Badge;
  readonly counted: Badge;
}

/** Counts all open seats and tasks and compares with the kept counters. Empty when they agree. Reads everything: for checks and tests. */
export async function recount(db: Db): Promise<readonly Miscount[]> {
  const { rows } = await db.query<{ company: string; pool: string; open: number; overdue: number; now_open: number; now_overdue: number }>(
    `with kept as (select company, pool, sum(open) as open, sum(overdue) as overdue from seat_count group by company, pool
        union all select company, procedure || '@' || site, sum(open), sum(overdue) from task_count group by 1, 2),
      seats as (
        select company, task_id, seat, bool_or(overdue) as overdue,
          string_agg(key, '|' order by key) || coalesce((select string_agg('!' || one, '' order by one) from unnest(min(excluded)) one), '') as pool
        from seat where open group by company, task_id, seat),
      counted as (select company, pool, count(*) as open, count(*) filter (where overdue) as overdue from seats group by company, pool
        union all select company, procedure || '@' || coalesce(site, ''), count(*), count(*) filter (where overdue) from task where state = 'open' group by 1, 2)
    select company, pool, coalesce(kept.open, 0)::integer as open, coalesce(kept.overdue, 0)::integer as overdue,
      coalesce(counted.open, 0)::integer as now_open, coalesce(counted.overdue, 0)::integer as now_overdue
    from kept full join counted using (company, pool)
    where (coalesce(kept.open, 0), coalesce(kept.overdue, 0)) <> (coalesce(counted.open, 0), coalesce(counted.overdue, 0)) order by company, pool`,
  );
  return rows.map(({ company, pool, open, overdue, now_open, now_overdue }) => ({
    company,
    pool,
    kept: { open, overdue },
    counted: { open: now_open, overdue: now_overdue },
  }));
}
