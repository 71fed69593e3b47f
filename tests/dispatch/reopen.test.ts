import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDispatchContext } from '../../client/dispatch/context.js';
import { askView, sendReopening } from '../../client/dispatch/temporal.js';
import { recount } from '../../db/counts.js';
import { submit } from '../../db/journal.js';
import { verifyChain } from '../../db/ledger.js';
import type { Command } from '../../domain/engine/command.js';
import { act, taskQueue } from '../../workflows/engine/contract.js';
import { complete, dispatchOf, keysOf, Stage, until } from './stage.js';

let stage: Stage;
let reconciling: { stop(): Promise<void> };
const quick = { tendEveryMs: 100, resendAfterMs: 0, sweepEveryMs: 300 };
beforeAll(async () => {
  stage = await Stage.open({ reopen: { by: ['desk'] } });
  reconciling = stage.dispatcher(quick).reconcile();
});
afterAll(async () => {
  await reconciling.stop();
  await stage.close();
});

const reopening = (to: string, by = 'desk'): Command => ({ verb: 'reopen', reason: 'the customer called', to, by });
/** A case whose three tasks have been answered. */
async function closed(number: string): Promise<string> {
  const start = stage.startOf(number);
  const dispatcher = stage.dispatcher();
  await dispatcher.start(dispatchOf(start, `begin-${number}`));
  for (const step of ['desk', 'planner', 'pmc'])
    await dispatcher.command(start.caseId, dispatchOf(complete(`${start.caseId}/${step}#1`, step), `${number}-${step}`));
  return start.caseId;
}
/** Writes a command down as a process would that dies right after. */
async function journalled(caseId: string, body: Command, key: string): Promise<string> {
  const { id, actor, bodyHash } = dispatchOf(body, key);
  await submit(stage.pool, { id, caseId, verb: body.verb, actor, key, bodyHash, body: JSON.stringify(body) }, 'dead');
  return id;
}
const lapse = (id: string): Promise<unknown> => stage.ask('update command set sent_until = now() where id = $1', [id]);
const standing = async (id: string) =>
  (
    await stage.ask<{ status: string; answer: { code?: string; turn?: number } }>('select status, answer from command where id = $1', [id])
  )[0];
const ended = (id: string) =>
  until(
    () => standing(id),
    (row) => row !== undefined && row.status !== 'pending',
  );
const contextOf = () => createDispatchContext({ pool: stage.pool, client: stage.client, timing: { queryMs: 20_000 } });
async function endedState(caseId: string) {
  const { snapshot, taken: known = [] } = (await askView(contextOf(), caseId, 0, { whole: true })) ?? {};
  if (snapshot === undefined) throw new Error('no snapshot');
  return { snapshot, taken: known };
}
/** The case's new run takes the command, and whoever sent it dies before SQL has heard of it. */
async function taken(caseId: string, command: Command, id: string): Promise<void> {
  const start = { workflowType: 'threeTasks', ...(await endedState(caseId)) };
  expect((await sendReopening(contextOf(), id, command, start, Date.now() + 20_000)).kind).toBe('turn');
}
const statusOf = async (caseId: string) =>
  (await stage.ask<{ status: string }>('select status from kase where id = $1', [caseId]))[0]?.status;
const reopened = async (caseId: string) =>
  (await stage.ask<{ n: number }>("select count(*)::integer as n from ledger where case_id = $1 and type = 'case-reopened'", [caseId]))[0]
    ?.n;
const runs = async (caseId: string): Promise<number> => {
  let count = 0;
  for await (const _run of stage.client.workflow.list({ query: `WorkflowId = '${caseId}'` })) count++;
  return count;
};
/** One reopening, in a gapless ledger; nothing on the radar. */
async function once(caseId: string): Promise<void> {
  expect(await reopened(caseId)).toBe(1);
  expect(await verifyChain(stage.pool, caseId)).toMatchObject({ ok: true });
  expect(await recount(stage.pool)).toEqual([]);
  await until(
    () => runs(caseId),
    (count) => count === 2,
  );
}

describe('when a process dies with the command that reopens a case', () => {
  it('after it was written down, then another one reopens it, and no sweep closes it again', async () => {
    const caseId = await closed('A1');
    const id = await journalled(caseId, reopening('planner'), 'a1');
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done', answer: { turn: 5 } });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(await statusOf(caseId)).toBe('open');
    expect(await stage.ask('select kind from alarm where case_id = $1', [caseId])).toEqual([]);
    await once(caseId);
  });

  it('after the case took it, then it is one reopening and SQL shows it', async () => {
    const caseId = await closed('A2');
    const command = reopening('planner');
    const id = await journalled(caseId, command, 'a2');
    await taken(caseId, command, id);
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done', answer: { turn: 5 } });
    expect(await statusOf(caseId)).toBe('open');
    await once(caseId);
  });

  it('after a run was started and before it got the command, then that run takes it', async () => {
    const caseId = await closed('A6');
    const { snapshot, taken: known } = await endedState(caseId);
    await stage.client.workflow.start('threeTasks', {
      workflowId: caseId,
      taskQueue,
      args: [{ snapshot, taken: known, reopening: true }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    const id = await journalled(caseId, reopening('planner'), 'a6');
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done', answer: { turn: 5 } });
    await once(caseId);
  });

  it('after the case took it and was closed again, then it is known as taken and not reopened a second time', async () => {
    const caseId = await closed('A3');
    const command = reopening('pmc');
    const id = await journalled(caseId, command, 'a3');
    await taken(caseId, command, id);
    const last = complete(`${caseId}/pmc#2`, 'pmc');
    await stage.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: 'a3-last', args: [last] });
    await lapse(id);
    expect(await ended(id)).toMatchObject({ status: 'done' });
    await until(
      () => statusOf(caseId),
      (status) => status === 'closed',
    );
    await once(caseId);
  });

  it('and two others send it at once, then both say the same', async () => {
    const caseId = await closed('A4');
    const dispatch = dispatchOf(reopening('desk'), 'a4');
    const ends = await Promise.all([stage.dispatcher(), stage.dispatcher()].map((dispatcher) => dispatcher.command(caseId, dispatch)));
    expect(ends.map(keysOf)).toEqual([['desk'], ['desk']]);
    expect(new Set(ends.map((end) => end.kind === 'done' && end.turn)).size).toBe(1);
    await once(caseId);
  });

  it('and no worker is there, then it is reopened once one is', async () => {
    const caseId = await closed('A5');
    await stage.stopWorkers();
    const impatient = stage.dispatcher({ updateMs: 1_500, queryMs: 500, againMs: 300 });
    await expect(impatient.command(caseId, dispatchOf(reopening('desk'), 'a5'))).rejects.toMatchObject({ kept: true });
    await stage.startWorkers();
    const id = dispatchOf(reopening('desk'), 'a5').id;
    expect(await ended(id)).toMatchObject({ status: 'done' });
    await once(caseId);
  });
});

describe('when the run of a case was ended from outside', () => {
  it('then no reopening brings it back: it is on the radar', async () => {
    const start = stage.startOf('C1');
    await stage.dispatcher().start(dispatchOf(start, 'begin-C1'));
    await stage.client.workflow.getHandle(start.caseId).terminate('by an operator');
    const answer = await stage.dispatcher().command(start.caseId, dispatchOf(reopening('desk'), 'c1'));
    expect(answer).toMatchObject({ kind: 'refused', code: 'CASE_OPEN' });
    expect(await runs(start.caseId)).toBe(1);
  });
});

describe('when two commands would reopen a case', () => {
  it('at once, then one does and the other is told who did', async () => {
    const caseId = await closed('B1');
    const ends = await Promise.all(
      ['desk', 'planner'].map((by) => stage.dispatcher().command(caseId, dispatchOf(reopening('desk', by), `b1-${by}`))),
    );
    expect(ends.map(({ kind }) => kind).sort()).toEqual(['done', 'refused']);
    const winner = ends[0]?.kind === 'done' ? 'desk' : 'planner';
    expect(ends.find(({ kind }) => kind === 'refused')).toMatchObject({ code: 'CASE_OPEN', values: { by: winner } });
    await once(caseId);
  });

  it('and the first is refused, then the second finds the case as it stood, at once and after the run that waited has given up', async () => {
    const caseId = await closed('B2');
    const refused = () => stage.dispatcher().command(caseId, dispatchOf(reopening('technical'), `b2-${Math.random()}`));
    expect(await refused()).toMatchObject({ kind: 'refused', code: 'REOPEN_TARGET_UNKNOWN' });
    const first = await stage.dispatcher().command(caseId, dispatchOf(reopening('pmc'), 'b2-1'));
    expect(keysOf(first)).toEqual(['pmc']);
    await stage.dispatcher().command(caseId, dispatchOf(complete(`${caseId}/pmc#2`, 'pmc'), 'b2-2'));
    expect(await refused()).toMatchObject({ kind: 'refused', code: 'REOPEN_TARGET_UNKNOWN' });
    await until(
      async () => (await stage.client.workflow.getHandle(caseId).describe()).status.name,
      (status) => status === 'COMPLETED',
    );
    expect(await statusOf(caseId)).toBe('closed');
    const second = await stage.dispatcher().command(caseId, dispatchOf(reopening('pmc'), 'b2-3'));
    expect(keysOf(second)).toEqual(['pmc']);
    expect(await reopened(caseId)).toBe(2);
    expect(await verifyChain(stage.pool, caseId)).toMatchObject({ ok: true });
  });
});
