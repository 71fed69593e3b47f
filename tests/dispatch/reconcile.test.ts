import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Unavailable } from '../../client/dispatch/contract.js';
import { createDispatcher } from '../../client/dispatch/dispatcher.js';
import { submit } from '../../db/journal.js';
import { verifyChain } from '../../db/ledger.js';
import { createPool } from '../../db/pool.js';
import { hashOf } from '../../domain/canonical-json.js';
import { act, taskQueue } from '../../workflows/engine/contract.js';
import { testClient } from '../support/sealing.js';
import { complete, dispatchOf, keysOf, Stage, until } from './stage.js';

let stage: Stage;
let reconciling: { stop(): Promise<void> };
const quick = { tendEveryMs: 100, resendAfterMs: 0, sweepEveryMs: 300 };
beforeAll(async () => {
  stage = await Stage.open();
  reconciling = stage.dispatcher(quick).reconcile();
});
afterAll(async () => {
  await reconciling.stop();
  await stage.close();
});

/** Writes a command down as a process would that dies right after. */
async function journalled(caseId: string, body: ReturnType<typeof complete> | ReturnType<Stage['startOf']>, key: string): Promise<string> {
  const dispatch = dispatchOf(body, key);
  const verb = 'verb' in body ? body.verb : 'begin';
  const subject = 'subject' in body ? { subjectHash: hashOf(body.subject) } : {};
  await submit(
    stage.pool,
    { id: dispatch.id, caseId, verb, actor: dispatch.actor, key, bodyHash: dispatch.bodyHash, body: JSON.stringify(body), ...subject },
    'dead',
  );
  return dispatch.id;
}
const lapse = (id: string): Promise<unknown> => stage.ask('update command set sent_until = now() where id = $1', [id]);
const statusOf = async (id: string): Promise<unknown> =>
  (
    await stage.ask<{ status: string; answer: { code?: string; turn?: number } }>('select status, answer from command where id = $1', [id])
  )[0];
const ended = (id: string): Promise<unknown> =>
  until(
    () => statusOf(id),
    (row) => (row as { status: string }).status !== 'pending',
  );
const alarms = async (caseId: string): Promise<readonly string[]> =>
  (await stage.ask<{ kind: string }>('select kind from alarm where case_id = $1 order by kind', [caseId])).map(({ kind }) => kind);
const begun = async (number: string): Promise<string> => {
  const start = stage.startOf(number);
  await stage.dispatcher().start(dispatchOf(start, `begin-${number}`));
  return start.caseId;
};
const completions = async (caseId: string): Promise<number> =>
  (await stage.ask<{ n: number }>("select count(*)::integer as n from ledger where case_id = $1 and type = 'completed'", [caseId]))[0]?.n ??
  0;

describe('when a process dies with a command', () => {
  it('after it was written down, then another one sends it', async () => {
    const start = stage.startOf('A1');
    const id = await journalled(start.caseId, start, 'a1');
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done', answer: { turn: 1 } });
    const second = await journalled(start.caseId, complete(`${start.caseId}/desk#1`, 'desk'), 'a1b');
    await lapse(second);
    expect(await ended(second)).toMatchObject({ status: 'done', answer: { turn: 2 } });
  });

  it('after the case took it, then it is one decision and SQL shows it', async () => {
    const caseId = await begun('A2');
    const command = complete(`${caseId}/desk#1`, 'desk');
    const id = await journalled(caseId, command, 'a2');
    await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: id, args: [command] });
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done', answer: { turn: 2 } });
    expect(await completions(caseId)).toBe(1);
    expect(await verifyChain(stage.pool, caseId)).toMatchObject({ ok: true });
  });

  it('and the case has ended meanwhile, then it is still known as taken', async () => {
    const caseId = await begun('A3');
    const command = complete(`${caseId}/desk#1`, 'desk');
    const id = await journalled(caseId, command, 'a3');
    await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: id, args: [command] });
    await stage.dispatcher().command(caseId, dispatchOf({ verb: 'cancel', reason: 'x', by: 'desk' }, 'a3b'));
    await until(
      () => stage.client.workflow.getHandle(caseId).describe(),
      ({ status }) => status.name === 'COMPLETED',
    );
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done' });
    expect(await completions(caseId)).toBe(1);
  });

  it('and it comes again from its caller, then that one gets the answer', async () => {
    const caseId = await begun('A4');
    const command = complete(`${caseId}/desk#1`, 'desk');
    const id = await journalled(caseId, command, 'a4');
    const again = stage.dispatcher().command(caseId, dispatchOf(command, 'a4'));
    await lapse(id);
    expect(await again).toMatchObject({ kind: 'done', turn: 2 });
    expect(await completions(caseId)).toBe(1);
  });

  it('too long ago, then it ends: as taken if the case knows it, else as expired', async () => {
    const caseId = await begun('A5');
    const known = complete(`${caseId}/desk#1`, 'desk');
    const knownId = await journalled(caseId, known, 'a5');
    await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: knownId, args: [known] });
    const unknownId = await journalled(caseId, complete(`${caseId}/planner#1`, 'planner'), 'a5b');
    const start = stage.startOf('A6');
    const startId = await journalled(start.caseId, start, 'a6');
    await stage.ask("update command set at = now() - interval '16 minutes', sent_until = now() where id = any($1)", [
      [knownId, unknownId, startId],
    ]);
    expect(await ended(knownId)).toMatchObject({ status: 'done' });
    expect(await ended(unknownId)).toMatchObject({ status: 'refused', answer: { code: 'COMMAND_EXPIRED' } });
    expect(await ended(startId)).toMatchObject({ status: 'refused', answer: { code: 'COMMAND_EXPIRED' } });
    expect(await completions(caseId)).toBe(1);
    // The alarm follows the end of the command, which is seen first.
    await until(
      () => alarms(caseId),
      (on) => on.length > 0,
    );
    expect(await alarms(caseId)).toEqual(['command-stuck']);
    expect(await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/planner#1`, 'planner'), 'a5b'))).toMatchObject({
      kind: 'refused',
      code: 'COMMAND_EXPIRED',
    });
    await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/planner#1`, 'planner'), 'a5c'));
    expect(await alarms(caseId)).toEqual([]);
  });

  it('and it closed the case, then the workflow has ended, and SQL still gets its last row', async () => {
    const caseId = await begun('A7');
    const command = { verb: 'cancel', reason: 'x', by: 'desk' } as const;
    const id = await journalled(caseId, command, 'a7');
    const turn = await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: id, args: [command] });
    expect(turn.status).toBe('closed');
    await until(
      () => stage.client.workflow.getHandle(caseId).describe(),
      ({ status }) => status.name === 'COMPLETED',
    );
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done' });
    expect(await stage.ask('select status, seq from kase where id = $1', [caseId])).toEqual([{ status: 'closed', seq: turn.seq }]);
  });
});

describe('when both sides differ', () => {
  it('because SQL lacks a turn, then it is read from the workflow', async () => {
    const caseId = await begun('B1');
    await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: 'b1', args: [complete(`${caseId}/desk#1`, 'desk')] });
    await until(
      () => stage.ask<{ turn: number }>('select turn from kase where id = $1', [caseId]),
      ([row]) => row?.turn === 2,
    );
    // Nobody has given it here: the journal does not have it.
    expect(await alarms(caseId)).toEqual(['decision-unjournalled']);
  });

  it('because SQL does not know the case at all, then it is found and read', async () => {
    const start = stage.startOf('B2');
    await stage.client.workflow.start('threeTasks', { workflowId: start.caseId, taskQueue, args: [{ start }] });
    await until(
      () => stage.ask('select id from kase where id = $1', [start.caseId]),
      (rows) => rows.length === 1,
    );
  });

  it('because SQL is ahead, then that is an alarm, and a command is refused', async () => {
    const caseId = await begun('B3');
    await stage.ask('update kase set seq = seq + 100, turn = turn + 100, swept_events = null, swept_at = null where id = $1', [caseId]);
    expect(await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/desk#1`, 'desk'), 'b3'))).toMatchObject({
      kind: 'refused',
      code: 'SQL_AHEAD',
    });
    expect(await alarms(caseId)).toEqual(['sql-ahead']);
    await stage.ask('update kase set seq = seq - 100, turn = turn - 100 where id = $1', [caseId]);
    await until(
      () => alarms(caseId),
      (kinds) => kinds.length === 0,
    );
  });

  it('because rows are lost on both sides, then that is an alarm', async () => {
    const caseId = await begun('B4');
    await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/desk#1`, 'desk'), 'b4'));
    await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/planner#1`, 'planner'), 'b4b'));
    await stage.ask('update kase set seq = 1, turn = 1, swept_events = null, swept_at = null where id = $1', [caseId]);
    await until(
      () => alarms(caseId),
      (kinds) => kinds.includes('projection-behind'),
    );
  });

  it('because the workflow was ended by hand, then that is an alarm', async () => {
    const caseId = await begun('B5');
    await stage.client.workflow.getHandle(caseId).terminate('by hand');
    await until(
      () => alarms(caseId),
      (kinds) => kinds.includes('workflow-missing'),
    );
  });

  it('because its worker cannot go on with it, then that is an alarm with what it says, until it can', async () => {
    const caseId = await begun('B7');
    const snapshot = await stage.dispatcher().snapshot(caseId);
    const handle = stage.client.workflow.getHandle(caseId);
    await handle.terminate('to be carried on wrongly');
    const run = (digests: object) =>
      stage.client.workflow.start('threeTasks', {
        workflowId: caseId,
        taskQueue,
        args: [{ snapshot: { ...snapshot, digests }, taken: [] }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      });
    await run({ 1: 'another' });
    const said = () => stage.ask<{ detail: object }>("select detail from alarm where case_id = $1 and kind = 'workflow-failing'", [caseId]);
    expect(await until(said, (rows) => rows.length > 0, 40_000)).toMatchObject([
      { detail: { reason: expect.stringContaining('EDITION_MISMATCH') } },
    ]);
    await handle.terminate('once more');
    await run(snapshot?.digests ?? {});
    await until(
      () => alarms(caseId),
      (kinds) => kinds.length === 0,
    );
  });

  it('because the code renders another case, then the command is refused and that is an alarm', async () => {
    const caseId = await begun('B6');
    await stage.ask("update kase set digest = 'other' where id = $1", [caseId]);
    expect(await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/desk#1`, 'desk'), 'b6'))).toMatchObject({
      kind: 'refused',
      code: 'EDITION_MISMATCH',
    });
    expect(await alarms(caseId)).toContain('edition-mismatch');
  });
});

describe('when a turn is too long for one answer', () => {
  it('then the rest is read from the workflow before the caller is answered', async () => {
    const caseId = await begun('C1');
    const data = { outcome: 'done', text: 'x'.repeat(200_000) };
    const answer = await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/desk#1`, 'desk', data), 'c1'));
    expect(keysOf(answer)).toEqual(['planner']);
    const again = await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/planner#1`, 'planner', data), 'c1b'));
    expect(keysOf(again)).toEqual(['pmc']);
    const [content] = await stage.ask<{ length: number }>(
      'select length(value::text) from content join task on hash = shown where task.id = $1',
      [`${caseId}/pmc#1`],
    );
    expect(content?.length).toBeGreaterThan(200_000);
    expect(await verifyChain(stage.pool, caseId)).toMatchObject({ ok: true });
  });
});

describe('when a server is away', () => {
  it('SQL: then nothing has happened, and the caller is told so', async () => {
    const pool = createPool({ databaseUrl: 'postgres://x:y@127.0.0.1:1/z', applicationName: 'test', onError: () => undefined });
    const dispatcher = createDispatcher({ pool, client: stage.client });
    const start = stage.startOf('D1');
    await expect(dispatcher.start(dispatchOf(start, 'd1'))).rejects.toMatchObject({
      name: 'Unavailable',
      code: 'DATABASE_UNAVAILABLE',
      kept: false,
    });
    await expect(stage.client.workflow.getHandle(start.caseId).describe()).rejects.toThrow();
    await pool.end();
  });

  it('Temporal: then the command is kept, and sent when it is back', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const away = createDispatcher({
      pool: stage.pool,
      client: testClient({ connection, namespace: stage.namespace }),
      timing: { updateMs: 700 },
    });
    const start = stage.startOf('D2');
    const dispatch = dispatchOf(start, 'd2');
    const thrown: unknown = await away.start(dispatch).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(Unavailable);
    expect(thrown).toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', kept: true });
    expect(await ended(dispatch.id)).toMatchObject({ status: 'done' });
    expect(await stage.dispatcher().start(dispatch)).toMatchObject({ kind: 'done', turn: 1 });
    await connection.close();
  });

  it('the workers: then the edition is on the radar, the command is kept, and all goes on when they are back', async () => {
    const caseId = await begun('D3');
    await stage.stopWorkers();
    const dispatch = dispatchOf(complete(`${caseId}/desk#1`, 'desk'), 'd3');
    await expect(stage.dispatcher(quick).command(caseId, dispatch)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', kept: true });
    await until(
      () => alarms(caseId),
      (kinds) => kinds.includes('edition-not-served'),
      30_000,
    );
    await stage.startWorkers();
    expect(
      await until(
        () => statusOf(dispatch.id),
        (row) => (row as { status: string }).status !== 'pending',
        30_000,
      ),
    ).toMatchObject({ status: 'done' });
    await until(
      () => alarms(caseId),
      (kinds) => kinds.length === 0,
      30_000,
    );
    expect(await completions(caseId)).toBe(1);
  });
});
