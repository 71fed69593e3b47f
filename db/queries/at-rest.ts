import type { CaseStatus, TaskRow } from '../../domain/engine/ledger.js';
import type { Db } from '../pool.js';

/** Where a case stands now, with its open tasks. */
export interface Standing {
  readonly turn: number;
  readonly status: CaseStatus;
  readonly flying: number;
  readonly openTasks: readonly TaskRow[];
}

/** Where a case stands; undefined: SQL does not know it. */
export async function standingOf(db: Db, caseId: string): Promise<Standing | undefined> {
  const { rows } = await db.query<Standing>({
    name: 'gendan_standing',
    text: `select k.turn, k.status, k.flying,
        (select coalesce(json_agg(t.row order by t.opened_at, t.id), '[]') from task t where t.case_id = k.id and t.state = 'open') as "openTasks"
      from kase k where k.id = $1`,
    values: [caseId],
  });
  return rows[0];
}
