import { describe, expect, it } from 'vitest';
import { applyRows } from '../../db/apply.js';
import { readRadar } from '../../db/queries/radar.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const held = async (): Promise<unknown[]> =>
  (await database.pool.query('select task_id, cause, by, until is not null as ends from hold order by task_id')).rows;

describe('holds in SQL', () => {
  it('last from the row that tells of them to the row that ends them', async () => {
    const scribe = new Scribe('H1');
    scribe.begun({ type: 'held', by: 'zhang-min', body: { of: 'case', cause: 'waiting-for-customer', until: 1_800_000_000_000 } });
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await held()).toEqual([{ task_id: '', cause: 'waiting-for-customer', by: 'zhang-min', ends: true }]);
    const radar = await readRadar(database.pool, ['hehe'], { limit: 10 });
    expect(radar?.items).toMatchObject([{ cause: 'held', code: 'ON_HOLD', values: { cause: 'waiting-for-customer' }, taskId: null }]);

    scribe.turn([{ type: 'hold-ended', body: { of: 'case' } }]);
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect(await held()).toEqual([]);
    expect((await readRadar(database.pool, ['hehe'], { limit: 10 }))?.items).toEqual([]);
  });
});
