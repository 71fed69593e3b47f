import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Delivered, Refused } from '../../client/dispatch/contract.js';
import { verifyChain } from '../../db/ledger.js';
import { complete, dispatchOf, keysOf, Stage, until } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

describe('when a case is started', () => {
  it('then its first tasks are in SQL when the start returns, and each answer brings the next', async () => {
    const dispatcher = stage.dispatcher();
    const start = stage.startOf('A1', { customer: 'ACME', note: 'x' });
    const begun = await dispatcher.start(dispatchOf(start, 'k1'));
    expect(begun).toMatchObject({ kind: 'done', caseId: start.caseId, turn: 1, status: 'open', flying: 0 });
    expect(keysOf(begun)).toEqual(['desk']);
    expect(await stage.ask('select task_id, key from seat where open and task_id like $1', [`${start.caseId}%`])).toEqual([
      { task_id: `${start.caseId}/desk#1`, key: 'role:desk' },
    ]);
    expect(keysOf(await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/desk#1`, 'desk'), 'k2')))).toEqual([
      'planner',
    ]);
    expect(keysOf(await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/planner#1`, 'planner'), 'k3')))).toEqual([
      'pmc',
    ]);
    const last = await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/pmc#1`, 'pmc'), 'k4'));
    expect(last).toMatchObject({ kind: 'done', status: 'closed', openTasks: [] });
    expect(await stage.client.workflow.getHandle(start.caseId).result()).toBe('replied');
    expect(await verifyChain(stage.pool, start.caseId)).toMatchObject({ ok: true });
    expect(await stage.ask('select status from command where case_id = $1', [start.caseId])).toEqual(
      Array.from({ length: 4 }, () => ({ status: 'done' })),
    );
    expect(await stage.ask('select title from kase where id = $1', [start.caseId])).toEqual([{ title: 'ACME' }]);
  });

  it('then the same start again is the same case, and another one under its number is a duplicate, also after its end', async () => {
    const dispatcher = stage.dispatcher();
    const start = stage.startOf('A2');
    const first = await dispatcher.start(dispatchOf(start, 'a2'));
    expect(await dispatcher.start(dispatchOf(start, 'a2'))).toEqual(first);
    const duplicate = { kind: 'refused', code: 'DUPLICATE_NUMBER', values: { caseId: start.caseId } };
    expect(await dispatcher.start(dispatchOf(start, 'a2b'))).toEqual(duplicate);
    expect(await dispatcher.start(dispatchOf({ ...start, subject: { note: 'other' } }, 'a2c'))).toEqual(duplicate);
    expect(await dispatcher.start(dispatchOf({ ...start, subject: { note: 'other' } }, 'a2'))).toEqual({
      kind: 'refused',
      code: 'KEY_REUSED',
      values: {},
    });
    await dispatcher.command(start.caseId, dispatchOf({ verb: 'cancel', reason: 'x', by: 'desk' }, 'a2d'));
    await until(
      () => stage.client.workflow.getHandle(start.caseId).describe(),
      ({ status }) => status.name === 'COMPLETED',
    );
    expect(await dispatcher.start(dispatchOf(start, 'a2e'))).toEqual(duplicate);
    expect(await dispatcher.start(dispatchOf(start, 'a2'))).toMatchObject({ kind: 'done', turn: 1, openTasks: [] });
  });

  it('then two starts under one number at once are one case and one refusal', async () => {
    const start = stage.startOf('A3');
    const answers = await Promise.all(
      ['x', 'y', 'z'].map((key) => stage.dispatcher().start(dispatchOf({ ...start, by: key, subject: { note: key } }, key))),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['done', 'refused', 'refused']);
    expect(answers.find(({ kind }) => kind === 'refused')).toEqual({
      kind: 'refused',
      code: 'DUPLICATE_NUMBER',
      values: { caseId: start.caseId },
    });
  });
});

describe('when a command is refused', () => {
  it('then the loser of a race is told who won, also after the end of the case', async () => {
    const dispatcher = stage.dispatcher();
    const start = stage.startOf('B1');
    await dispatcher.start(dispatchOf(start, 'b1'));
    const task = `${start.caseId}/desk#1`;
    const race = await Promise.all([
      dispatcher.command(start.caseId, dispatchOf(complete(task, 'li'), 'r1')),
      stage.dispatcher().command(start.caseId, dispatchOf(complete(task, 'wang'), 'r2')),
    ]);
    const winner = race[0]?.kind === 'done' ? 'li' : 'wang';
    expect(race.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    const lost = { kind: 'refused', code: 'TASK_CLOSED', values: { task, by: winner, verb: 'complete', outcome: 'done' } };
    expect(race.find(({ kind }) => kind === 'refused')).toMatchObject(lost);
    await dispatcher.command(start.caseId, dispatchOf({ verb: 'cancel', reason: 'x', by: 'desk' }, 'b1c'));
    await until(
      () => stage.client.workflow.getHandle(start.caseId).describe(),
      ({ status }) => status.name === 'COMPLETED',
    );
    expect(await dispatcher.command(start.caseId, dispatchOf(complete(task, 'late'), 'b1d'))).toMatchObject(lost);
    expect(await dispatcher.command(start.caseId, dispatchOf({ verb: 'cancel', reason: 'y', by: 'desk' }, 'b1e'))).toEqual({
      kind: 'refused',
      code: 'CASE_CLOSED',
      values: { caseId: start.caseId },
    });
    expect(
      await dispatcher.command('tests:three-tasks:none', dispatchOf({ verb: 'cancel', reason: 'y', by: 'desk' }, 'b1f')),
    ).toMatchObject({
      kind: 'refused',
      code: 'CASE_UNKNOWN',
    });
    expect(
      await stage.ask('select count(*)::integer as n from command where case_id = $1 and status = $2', [start.caseId, 'pending']),
    ).toEqual([{ n: 0 }]);
  });

  it('then what PostgreSQL cannot hold is refused before anything is written', async () => {
    const start = stage.startOf('B2', { note: 'a\u0000' });
    expect(await stage.dispatcher().start(dispatchOf(start, 'b2'))).toMatchObject({ kind: 'refused', code: 'DATA_INVALID' });
    expect(await stage.ask('select id from command where case_id = $1', [start.caseId])).toEqual([]);
  });
});

describe('when many commands come at once', () => {
  it('then twelve amendments from two processes leave no gap, and each caller sees its turn', async () => {
    const [one, two] = [stage.dispatcher(), stage.dispatcher()];
    const start = stage.startOf('C1');
    await one.start(dispatchOf(start, 'c1'));
    /** Whoever read the case before somebody else amended it reads it again. */
    const amend = async (n: number, from: number): Promise<Delivered | Refused> => {
      const answer = await [one, two][n % 2]!.command(
        start.caseId,
        dispatchOf({ verb: 'amend', patch: { price: n }, from, by: `p${n}` }, `c1-${n}-${from}`),
      );
      return answer.kind === 'refused' && answer.code === 'CASE_CHANGED' ? amend(n, Number(answer.values['turn'])) : answer;
    };
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => amend(n, 1)));
    expect(answers.every(({ kind }) => kind === 'done')).toBe(true);
    const [row] = await stage.ask<{ seq: number; turn: number }>('select seq, turn from kase where id = $1', [start.caseId]);
    expect(row?.turn).toBe(13);
    expect(await verifyChain(stage.pool, start.caseId)).toEqual({ ok: true, rows: row?.seq });
  });

  it('then the same command many times over from several processes is one decision', async () => {
    const start = stage.startOf('C2');
    const dispatchers = [stage.dispatcher(), stage.dispatcher(), stage.dispatcher()];
    await dispatchers[0]!.start(dispatchOf(start, 'c2'));
    const command = dispatchOf(complete(`${start.caseId}/desk#1`, 'desk'), 'c2a');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => dispatchers[n % 3]!.command(start.caseId, command)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ kind: 'done', turn: 2 });
    expect(await stage.ask("select count(*)::integer as n from ledger where case_id = $1 and type = 'completed'", [start.caseId])).toEqual([
      { n: 1 },
    ]);
  });
});

describe('a command in the plain case', () => {
  it('costs two statements', async () => {
    let statements = 0;
    const counted = new Proxy(stage.pool, {
      get(pool, name) {
        if (name !== 'query') return Reflect.get(pool, name) as unknown;
        return (...args: unknown[]) => {
          if ((args[0] as { name?: string }).name !== 'gendan_announce') statements += 1;
          return Reflect.apply(pool.query, pool, args) as unknown;
        };
      },
    });
    const dispatcher = stage.dispatcher({}, { pool: counted });
    const start = stage.startOf('D1');
    await dispatcher.start(dispatchOf(start, 'd0'));
    statements = 0;
    await dispatcher.start(dispatchOf(stage.startOf('D2'), 'd1'));
    expect(statements).toBe(2);
    await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/desk#1`, 'desk'), 'd2'));
    expect(statements).toBe(4);
    await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/desk#1`, 'desk'), 'd3'));
    expect(statements).toBe(6);
  });
});
