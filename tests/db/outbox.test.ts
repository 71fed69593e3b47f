import { describe, expect, it } from 'vitest';
import { applyRows } from '../../db/ledger.js';
import { startOutbox } from '../../db/outbox.js';
import { Scribe, useDatabase } from './stage.js';

const database = useDatabase();

describe('when the outbox runs', () => {
  it('then a notice that nobody could take is in the hands of the first who can, once, with two of them running', async () => {
    await database.pool.query(`insert into company values ('hehe', '{"roles": {"sales": {}}}')`);
    await database.pool.query("insert into person (id, name, locale) values ('zhao', '赵', 'zh')");
    const errors: unknown[] = [];
    const boxes = await Promise.all([1, 2].map(() => startOutbox(database.pool, { onError: (error) => errors.push(error) })));
    const scribe = new Scribe('O1');
    scribe.begun({ type: 'told', notice: { key: 'reply', notice: 'reply', to: 'sales', shown: 'a', correction: false } });
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    expect((await database.pool.query('select kind from alarm')).rows).toEqual([{ kind: 'notice-undelivered' }]);
    await database.pool.query("insert into membership values ('zhao', 'hehe', 'sales')");
    const look = async (): Promise<unknown[]> =>
      (await database.pool.query('select person_id, key, version, read_at from person_notice')).rows;
    for (let tries = 0; tries < 600 && (await look()).length === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await look()).toEqual([{ person_id: 'zhao', key: 'reply', version: 1, read_at: null }]);
    await Promise.all(boxes.map((box) => box.stop()));
    expect(errors.map(String).filter((error) => !error.includes('nobody holds the role'))).toEqual([]);
    expect((await database.pool.query('select kind from alarm')).rows).toEqual([]);
    expect((await database.pool.query('select count(*)::integer as n from graphile_worker.jobs')).rows).toEqual([{ n: 0 }]);
  });
});
