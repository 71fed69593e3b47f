import type { Reach } from '../domain/authority/reach.js';
import {
  inScope,
  isBounded,
  mayFill,
  reachedByOwn,
  reachedFreely,
  reachSql,
  reachValue,
  type Scope,
  scopesSql,
  scopeValues,
} from './authority.js';
import { millis } from './paging.js';
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

/** What the tabs of an inbox show beside their names. */
export interface Counts {
  readonly mine: Badge;
  readonly group: Badge;
  readonly team: Badge;
  readonly batches: readonly BatchCount[];
}

/** What a person has to do in one daily batch of a step. */
export interface BatchCount extends Badge {
  readonly company: string;
  readonly procedure: string;
  readonly step: string;
  /** `YYYY-MM-DD` at the site. */
  readonly batch: string;
  /** When the first of them is due, epoch milliseconds. */
  readonly dueAt: number | null;
}

/**
 * Counts for a person in one statement: seats of their own and their groups', tasks of the procedures they manage. Most is read from the kept
 * counters; counted one by one is only what they reach for somebody else within limits, and what goes with a daily batch.
 */
export async function countsOf(db: Db, person: string, reach: readonly Reach[], team: readonly Scope[]): Promise<Counts> {
  const lent = reach.filter(({ actingFor }) => actingFor !== undefined);
  const free = lent.some((one) => !isBounded(one));
  const bounded = lent.some(isBounded);
  const { rows } = await db.query<Counts>({
    name: `gendan_counts${free ? '_free' : ''}${bounded ? '_bounded' : ''}`,
    text: `with own as (
        select r.company, array_agg(r.key) as keys, array_agg(r.key) filter (where r.key not like 'person:%') as groups from ${reachSql('$2')} where r."actingFor" is null group by r.company)${lent.length > 0 ? `,\n      lent as (select r.* from ${reachSql('$2')} where r."actingFor" is not null)` : ''}
      select ${badge('m', 'f', 'b')} as mine, ${badge('g')} as "group", ${badge('t')} as team, ${batchCounts} as batches
      from (select ${sums} from own o join seat_count c on c.company = o.company and c.candidates && o.keys and $1 <> all(c.excluded)) m,
        (select ${sums} from own o join seat_count c on c.company = o.company and c.candidates && o.groups and $1 <> all(c.excluded)) g,
        (select ${sums} from task_count c where exists (select from ${scopesSql('$3', '$4', '$5')} where ${inScope('c')})) t,
        ${free ? freeCount : noCount('f')},
        ${bounded ? boundedCount(free) : noCount('b')}
      where ($1::text, $2::text) is not null`,
    values: [person, reachValue(reach), ...scopeValues(team)],
  });
  return rows[0] as Counts;
}

const sums = `coalesce(sum(c.open), 0)::integer as open, coalesce(sum(c.overdue), 0)::integer as overdue`;

const noCount = (name: string): string => `(select 0 as open, 0 as overdue) ${name}`;

const badge = (...names: readonly string[]): string =>
  `json_build_object('open', ${names.map((name) => `${name}.open`).join(' + ')}, 'overdue', ${names.map((name) => `${name}.overdue`).join(' + ')})`;

/** Tasks of daily batches, each once however many of its keys the person has. */
const batchCounts = `(select coalesce(json_agg(b order by b.batch, b.company, b.procedure, b.step), '[]') from (
          select company, procedure, step, batch, count(*)::integer as open, (count(*) filter (where overdue))::integer as overdue,
            ${millis("min(nullif(due_at, 'infinity'))")} as "dueAt"
          from (select distinct s.task_id, s.company, s.procedure, s.step, s.batch, s.overdue, s.due_at from ${reachSql('$2')} cross join lateral (
              select * from seat s where s.open and s.batch is not null and s.company = r.company and s.key = r.key offset 0) s
            where ${mayFill}) one
          group by company, procedure, step, batch) b)`;

/** Seats reached for somebody else without limits, and not by a right of one's own: from the kept counters. */
const freeCount = `(select ${sums} from seat_count c where $1 <> all(c.excluded) and ${reachedFreely('c.candidates', 'c')} and not ${reachedByOwn('c.candidates', 'c')}) f`;

/** Seats reached for somebody else within limits only, each once: one by one. */
const boundedCount = (free: boolean): string =>
  `(select count(*)::integer as open, (count(*) filter (where overdue))::integer as overdue from (
          select distinct s.task_id, s.seat, s.overdue from lent r cross join lateral (
            select * from seat s where s.open and s.company = r.company and s.key = r.key offset 0) s
          where r.bounded and ${mayFill} and not ${reachedByOwn('s.keys', 's')}${free ? ` and not ${reachedFreely('s.keys', 's')}` : ''}) one) b`;
