import { describe, expect, it } from 'vitest';
import { applyRows } from '../../db/ledger.js';
import { readRadar } from '../../db/radar.js';
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

describe('a reminder', () => {
  it('reaches holders of the role at the site, the team, the person, and whoever stands in for them now; else it is on the radar', async () => {
    const sql = (text: string) => database.pool.query(text);
    await sql(`insert into company values ('hehe', '{"roles": {"pmc": {}, "gm": {}}, "teams": {"night": {}}}')`);
    for (const id of ['ann', 'bob', 'cai', 'dan', 'eve'])
      await sql(`insert into person (id, name, locale) values ('${id}', '${id}', 'en')`);
    await sql(
      "insert into membership (person_id, company_id, role, site) values ('ann', 'hehe', 'pmc', 'north'), ('bob', 'hehe', 'pmc', 'south'), ('cai', 'hehe', 'pmc', '')",
    );
    await sql("insert into team_membership values ('dan', 'hehe', 'night')");
    await sql(
      "insert into absence (id, person_id, from_at, until_at, granted_by) values ('a', 'ann', now() - interval '1 day', now() + interval '1 day', 'cai')",
    );
    await sql("insert into stand_in (absence_id, substitute_id) values ('a', 'eve')");
    const scribe = new Scribe('R1');
    const told = (to: string) => ({ type: 'told' as const, notice: { key: to, notice: 'reminder', to, shown: 'a', correction: false } });
    scribe.begun(told('pmc@north'), told('team:night'), told('person:bob'), told('gm'));
    await applyRows(database.pool, scribe.caseId, scribe.rows);
    const { rows } = await sql(
      "select key, string_agg(person_id, ' ' order by person_id) as people from person_notice group by key order by key",
    );
    expect(rows).toEqual([
      { key: 'person:bob', people: 'bob' },
      { key: 'pmc@north', people: 'ann cai eve' },
      { key: 'team:night', people: 'dan' },
    ]);
    expect((await readRadar(database.pool, ['hehe'], { limit: 10 }))?.items).toMatchObject([
      { cause: 'notice-undelivered', values: { notice: 'reminder', to: 'gm' } },
    ]);
  });
});
