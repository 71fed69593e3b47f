import type { Db } from '../pool.js';

/** How far promised dates slipped, summed by cause and month. */
export interface Slip {
  readonly company: string;
  readonly procedure: string;
  readonly edition: string;
  /** `YYYY-MM` at UTC. */
  readonly month: string;
  readonly cause: string;
  /** How often a date was moved, in how many orders, and by how many days together. */
  readonly moves: number;
  readonly orders: number;
  readonly days: number;
}

export interface SlipsAsked {
  readonly company: string;
  readonly procedure?: string | undefined;
  /** Dates `YYYY-MM-DD`, both inclusive, of when the later date was given. */
  readonly from: string;
  readonly to: string;
}

/** Promised dates that were given later than the ones before them, or than wanted. Latest month first, then most days. */
export async function slipsOf(db: Db, { company, procedure, from, to }: SlipsAsked): Promise<readonly Slip[]> {
  const { rows } = await db.query<Slip>({
    name: 'gendan_slips',
    text: `select k.company, k.procedure, max(k.edition) as edition, to_char(p.at at time zone 'UTC', 'YYYY-MM') as month, p.cause,
        count(*)::integer as moves, count(distinct p.case_id)::integer as orders, sum(p.slip_days)::integer as days
      from promise p join kase k on k.id = p.case_id
      where p.slip_days > 0 and p.at >= $3::date and p.at < $4::date + 1 and k.company = $1 and ($2::text is null or k.procedure = $2)
      group by k.company, k.procedure, month, p.cause order by month desc, days desc, p.cause`,
    values: [company, procedure ?? null, from, to],
  });
  return rows;
}
