import type { Row } from '../../domain/engine/ledger.js';
import type { Db } from '../pool.js';

/** What the ledger says of the times of a task (by its id) or a deadline (by its key): rungs struck, and every move of its due time. Oldest first. */
export async function timeRows(db: Db, caseId: string, of: string): Promise<readonly Row[]> {
  const { rows } = await db.query<{ row: Row }>({
    name: 'gendan_times',
    text: `select row from ledger where case_id = $1 and type in ('rung', 'rebased', 'held', 'hold-ended')
      and (row #>> '{task,id}' = $2 or row #>> '{clock,key}' = $2) order by seq`,
    values: [caseId, of],
  });
  return rows.map(({ row }) => row);
}

/** The deadlines of a case as last told, the earliest first. */
export async function deadlinesOf(db: Db, caseId: string): Promise<readonly NonNullable<Row['clock']>[]> {
  const { rows } = await db.query<{ clock: NonNullable<Row['clock']> }>({
    name: 'gendan_deadlines',
    text: `select distinct on (row #>> '{clock,key}') row->'clock' as clock from ledger where case_id = $1 and json_typeof(row->'clock') = 'object'
      order by row #>> '{clock,key}', seq desc`,
    values: [caseId],
  });
  return rows.map(({ clock }) => clock).sort((a, b) => a.dueAt - b.dueAt);
}
