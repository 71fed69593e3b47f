import { expect, it } from 'vitest';
import { applyRows } from '../../db/ledger.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();

it('when a step has another name in the next edition, then its task has the new key, and so has what people keep by it', async () => {
  const scribe = new Scribe('R1');
  scribe.begun(scribe.task('opened', 'date'));
  await applyRows(database.pool, scribe.caseId, scribe.rows);
  await database.pool.query("insert into person (id, name, locale) values ('zhao', '赵', 'zh')");
  await database.pool.query("insert into task_claim (case_id, key, seat, person_id, by) values ($1, 'date', '1', 'zhao', 'zhao')", [
    scribe.caseId,
  ]);
  await database.pool.query("insert into task_draft (case_id, key, person_id, data, rev, at) values ($1, 'date', 'zhao', '{}', 1, now())", [
    scribe.caseId,
  ]);
  scribe.turn([scribe.task('renamed', 'date', { key: 'date-reply', step: 'date-reply' })]);
  await applyRows(database.pool, scribe.caseId, scribe.rows);
  const keys = async (table: string): Promise<unknown> =>
    (await database.pool.query(`select key from ${table} where case_id = $1`, [scribe.caseId])).rows;
  for (const table of ['task', 'task_claim', 'task_draft']) expect(await keys(table)).toEqual([{ key: 'date-reply' }]);
});
