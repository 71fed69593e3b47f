import { describe, expect, it } from 'vitest';
import { claim, refuse, release, submit, unsent } from '../../db/journal.js';
import { applyRows } from '../../db/ledger.js';
import { entry, Scribe, useDatabase } from './stage.js';

const database = useDatabase();
const done = { turn: 1, status: 'open', flying: 0 } as const;
const finish = (caseId: string, id: string): Promise<unknown> => applyRows(database.pool, caseId, [], { id, seq: 0, answer: done });
const known = async (number: string): Promise<string> => {
  const scribe = new Scribe(number).begun();
  await applyRows(database.pool, scribe.caseId, scribe.rows);
  return scribe.caseId;
};

describe('when a command is written down', () => {
  it('then it is claimed, and told where SQL stands', async () => {
    const caseId = await known('A1');
    expect(await submit(database.pool, entry('a1', caseId), 'me')).toEqual({
      fresh: true,
      same: true,
      status: 'pending',
      claimed: true,
      head: { turn: 1, digest: 'd1', seq: 1, status: 'open', edition: 'e1' },
    });
    expect(await submit(database.pool, entry('a2', 'hehe:order-intake:nobody'), 'me')).toMatchObject({ claimed: true, head: null });
  });

  it('then the same key again gets the same answer, and another body is told so', async () => {
    const caseId = await known('A2');
    await submit(database.pool, entry('a3', caseId), 'me');
    expect(await submit(database.pool, entry('a3', caseId), 'other')).toMatchObject({
      fresh: false,
      same: true,
      status: 'pending',
      claimed: false,
    });
    await finish(caseId, 'a3');
    expect(await submit(database.pool, entry('a3', caseId), 'other')).toMatchObject({
      fresh: false,
      same: true,
      status: 'done',
      answer: done,
    });
    expect(await submit(database.pool, entry('a3', caseId, 'another hash'), 'me')).toMatchObject({ same: false });
    expect(await submit(database.pool, entry('a3', 'hehe:order-intake:other'), 'me')).toMatchObject({ same: false });
  });

  it('then one that is written down twice at once is claimed once', async () => {
    const caseId = await known('A3');
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => submit(database.pool, entry('a4', caseId), `me/${n}`)));
    expect(all.filter((one) => one.fresh)).toHaveLength(1);
    expect(all.filter((one) => one.status === 'pending' && one.claimed)).toHaveLength(1);
  });
});

describe('when twenty commands of one case come at once', () => {
  it('then eight go, the others wait, and go in the order they came', async () => {
    const caseId = await known('B1');
    const ids = Array.from({ length: 20 }, (_, n) => `b${String(n).padStart(2, '0')}`);
    const claimed: string[] = [];
    for (const id of ids) {
      const standing = await submit(database.pool, entry(id, caseId), 'me');
      if (standing.status === 'pending' && standing.claimed) claimed.push(id);
    }
    expect(claimed).toEqual(ids.slice(0, 8));
    expect(await claim(database.pool, 'b08', 'me', true)).toMatchObject({ claimed: false });
    await finish(caseId, 'b03');
    expect(await claim(database.pool, 'b09', 'me', true)).toMatchObject({ claimed: false });
    expect(await claim(database.pool, 'b08', 'me', true)).toMatchObject({ claimed: true });
    expect(await submit(database.pool, entry('b20', caseId), 'me')).toMatchObject({ claimed: false });
  });

  it('then never more than eight are on their way', async () => {
    const caseId = await known('B2');
    const ids = Array.from({ length: 30 }, (_, n) => `c${n}`);
    let most = 0;
    await Promise.all(
      ids.map(async (id) => {
        let standing = await submit(database.pool, entry(id, caseId), id);
        while (standing.status === 'pending' && !standing.claimed)
          standing = { ...standing, ...(await claim(database.pool, id, id, true)) };
        const { rows } = await database.pool.query<{ n: number }>(
          "select count(*)::integer as n from command where case_id = $1 and status = 'pending' and sent_until > now()",
          [caseId],
        );
        most = Math.max(most, rows[0]?.n ?? 0);
        await finish(caseId, id);
      }),
    );
    expect(most).toBeLessThanOrEqual(8);
    const { rows } = await database.pool.query("select count(*)::integer as n from command where case_id = $1 and status = 'done'", [
      caseId,
    ]);
    expect(rows).toEqual([{ n: 30 }]);
  });

  it('then one that nobody waits for any more does not hold up the others', async () => {
    const caseId = await known('B3');
    for (let n = 0; n < 9; n++) await submit(database.pool, entry(`d${n}`, caseId), 'me');
    await database.pool.query("update command set waits_until = now() - interval '1 second' where id = 'd8'");
    await submit(database.pool, entry('d9', caseId), 'me');
    await finish(caseId, 'd0');
    expect(await claim(database.pool, 'd9', 'me', true)).toMatchObject({ claimed: true });
  });
});

describe('when a process dies with a command', () => {
  it('then it can be claimed after its time, and only by one', async () => {
    const caseId = await known('C1');
    await submit(database.pool, entry('e1', caseId), 'dead');
    expect(await claim(database.pool, 'e1', 'other', false)).toMatchObject({ claimed: false });
    expect((await unsent(database.pool, 0, 60_000, 100)).map(({ id }) => id)).not.toContain('e1');
    await database.pool.query("update command set sent_until = now() - interval '1 second' where id = 'e1'");
    expect((await unsent(database.pool, 0, 60_000, 100)).map(({ id }) => id)).toContain('e1');
    const claims = await Promise.all(['x', 'y', 'z'].map((by) => claim(database.pool, 'e1', by, false)));
    expect(claims.filter((one) => one?.status === 'pending' && one.claimed)).toHaveLength(1);
  });

  it('then the one who gave it up cannot refuse what another one takes', async () => {
    const caseId = await known('C2');
    await submit(database.pool, entry('e2', caseId), 'slow');
    await release(database.pool, 'e2', 'slow', -1000);
    expect(await claim(database.pool, 'e2', 'quick', false)).toMatchObject({ claimed: true });
    expect(await refuse(database.pool, 'e2', 'slow', { code: 'TASK_CLOSED', values: {} })).toMatchObject({ status: 'pending' });
    await finish(caseId, 'e2');
    expect(await refuse(database.pool, 'e2', 'slow', { code: 'TASK_CLOSED', values: {} })).toEqual({ status: 'done', answer: done });
  });

  it('then a refusal is kept and answered again', async () => {
    const caseId = await known('C3');
    await submit(database.pool, entry('e3', caseId), 'me');
    const refusing = { code: 'TASK_CLOSED', values: { by: 'chen', at: 5 } };
    expect(await refuse(database.pool, 'e3', 'me', refusing)).toEqual({ status: 'refused', answer: refusing });
    expect(await submit(database.pool, entry('e3', caseId), 'other')).toMatchObject({ status: 'refused', answer: refusing });
  });
});
