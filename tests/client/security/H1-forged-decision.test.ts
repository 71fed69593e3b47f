import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../../domain/engine/command.js';
import { act } from '../../../workflows/engine/contract.js';
import { exampleOrder, hehe } from '../../support/hehe-orders.js';
import { Plant } from '../../support/plant.js';

/** H1, M6: whoever reaches Temporal without the key, as any user of the machine does the embedded one, reads nothing of a case and decides nothing in it. */
let plant: Plant;
let nobody: Client;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await hehe();
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks } });
  nobody = new Client({ connection: await Connection.connect({ address: plant.temporalAddress }), namespace: plant.namespace });
});
afterAll(async () => {
  await nobody.connection.close();
  await plant.close();
});

const order = () => plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder('connecting-rods', 2, randomUUID()));
const hold = {
  verb: 'hold',
  cause: 'waiting-for-customer',
  reason: 'a forged one',
  by: 'guan-zheng',
  grant: { rule: 'manager', directory: 1 },
};
const told = async (caseId: string): Promise<string> => JSON.stringify((await plant.read('chen-li', caseId))['timeline']);
const until = <T>(what: () => Promise<T>, holds: (seen: T) => boolean) => plant.until(what, holds, 20_000);

/** Sends an update as raw as the wire takes it. Resolves to the name of what became of it. */
async function sendUpdate(caseId: string, name: string, payloads: readonly Payload[], updateId: string = randomUUID()): Promise<string> {
  const { outcome } = await nobody.workflowService.updateWorkflowExecution({
    namespace: plant.namespace,
    workflowExecution: { workflowId: caseId },
    waitPolicy: { lifecycleStage: 3 },
    request: { meta: { updateId, identity: 'nobody' }, input: { name, args: { payloads: [...payloads] } } },
  });
  return outcome?.failure?.message ?? JSON.stringify(outcome);
}

/** The input of an update that a case has taken, as it lies in the history. */
async function takenInput(caseId: string): Promise<{ readonly id: string; readonly name: string; readonly payloads: readonly Payload[] }> {
  const { events } = await nobody.workflow.getHandle(caseId).fetchHistory();
  const request = (events ?? []).flatMap((event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest ?? []).at(-1);
  return { id: request?.meta?.updateId ?? '', name: request?.input?.name ?? '', payloads: request?.input?.args?.payloads ?? [] };
}

async function unchanged(caseId: string, work: () => Promise<unknown>): Promise<void> {
  const before = await plant.ledger(caseId);
  await work();
  expect(await plant.ledger(caseId)).toEqual(before);
  expect((await plant.view(caseId)).seq).toBe(before.at(-1)?.seq);
  expect(await told(caseId)).not.toContain('forged');
}

describe('somebody without the key', () => {
  it('when the history of a case is read, then nothing of what it says can be read', async () => {
    const caseId = await order();
    await plant.command('chen-li', caseId, { verb: 'hold', cause: 'waiting-for-customer', reason: 'the customer asked for a week' });
    const history = await nobody.workflow.getHandle(caseId).fetchHistory();
    const text = Buffer.from(
      JSON.stringify(history, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)),
    );
    for (const said of ['宏泰', 'LJG-C20-600', '连接杆', 'unitPriceMinor', 'chen-li', '陈丽', 'asked for a week', 'merchandiser'])
      expect(text.includes(Buffer.from(said)) || text.toString().includes(Buffer.from(said).toString('latin1')), said).toBe(false);
    await expect(nobody.workflow.getHandle(caseId).query('view', { since: 0 })).rejects.toThrow(/UNSEALED|Unknown encoding/);
  });

  it('when a decision is sent in the name of another, then it is refused, is nowhere told, and the case is on the radar', async () => {
    const caseId = await order();
    await unchanged(caseId, async () => {
      await expect(nobody.workflow.getHandle(caseId).executeUpdate('act', { updateId: randomUUID(), args: [hold] })).rejects.toMatchObject({
        cause: { message: 'UNSEALED' },
      });
    });
    expect(
      await until(
        () => plant.radar('chen-li', caseId),
        (causes) => causes.length > 0,
      ),
    ).toEqual(['message-unsealed']);
    const { status } = await plant.command('chen-li', caseId, { verb: 'hold', cause: 'waiting-for-customer', reason: 'a true one' });
    expect(status).toBe(200);
  });

  it('when a decision of the same case is sent again under another id, then it is refused', async () => {
    const caseId = await order();
    await plant.command('chen-li', caseId, { verb: 'hold', cause: 'waiting-for-customer', reason: 'once' });
    const taken = await takenInput(caseId);
    expect(taken.name).toBe('act');
    await plant.command('chen-li', caseId, { verb: 'resume' });
    await unchanged(caseId, async () => expect(await sendUpdate(caseId, 'act', taken.payloads)).toBe('UNSEALED'));
    expect(await plant.radar('chen-li', caseId)).not.toContain('held');
  });

  it('when a decision of another case is sent, also under its own id, then it is refused', async () => {
    const [one, other] = [await order(), await order()];
    await plant.command('chen-li', one, { verb: 'hold', cause: 'waiting-for-customer', reason: 'in the other case' });
    const taken = await takenInput(one);
    await unchanged(other, async () => {
      expect(await sendUpdate(other, 'act', taken.payloads, taken.id)).toBe('UNSEALED');
    });
  });

  it('when parts of two messages are put together, then they are refused', async () => {
    const caseId = await order();
    await plant.command('chen-li', caseId, { verb: 'hold', cause: 'waiting-for-customer', reason: 'first' });
    const first = await takenInput(caseId);
    await plant.command('chen-li', caseId, { verb: 'resume' });
    const second = await takenInput(caseId);
    await unchanged(caseId, async () => {
      for (const parts of [[first.payloads[0]!, second.payloads[1]!], [first.payloads[0]!], [second.payloads[1]!, first.payloads[0]!], []])
        expect(await sendUpdate(caseId, 'act', parts, second.id.replace(/.$/, 'x'))).toBe('UNSEALED');
    });
  });

  it('when a report is signalled, then the case passes over it, and goes on', async () => {
    const caseId = await order();
    await unchanged(caseId, () =>
      nobody.workflow.getHandle(caseId).signal('report', { kind: 'event', event: 'forged', report: 'r1', data: {} }),
    );
    expect((await plant.command('chen-li', caseId, { verb: 'hold', cause: 'waiting-for-customer', reason: 'a true one' })).status).toBe(
      200,
    );
    expect((await plant.view(caseId)).seq).toBeGreaterThan(0);
  });

  it('when a case of its own making is started, then SQL never hears of it', async () => {
    const caseId = `hehe:order-intake:FORGED-${randomUUID()}`;
    const subject = exampleOrder('connecting-rods', 1, 'FORGED');
    const start = {
      caseId,
      company: 'hehe',
      procedure: 'order-intake',
      number: 'FORGED',
      edition: plant.workers.edition,
      subject,
      by: 'chen-li',
    };
    await nobody.workflow.start('heheOrderIntake', { workflowId: caseId, taskQueue: 'gendan', args: [{ start }] });
    await until(
      async () => (await nobody.workflow.getHandle(caseId).fetchHistory()).events ?? [],
      (events) => events.some(({ workflowTaskFailedEventAttributes: failed }) => failed),
    );
    expect(await plant.ledger(caseId)).toEqual([]);
    expect((await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(caseId)}`)).status).toBe(404);
    await nobody.workflow.getHandle(caseId).terminate();
  });
});

describe('somebody with the key, who passes the journal by', () => {
  it('when a decision comes into the ledger, then the radar says in whose name', async () => {
    const caseId = await order();
    const command: Command = { verb: 'hold', cause: 'waiting-for-customer', by: 'li-mei' };
    await plant.client.workflow.getHandle(caseId).executeUpdate(act, { updateId: randomUUID(), args: [command] });
    expect((await plant.command('chen-li', caseId, { verb: 'resume' })).status).toBe(200);
    expect(await plant.radar('chen-li', caseId)).toEqual(['decision-unjournalled']);
    const sentences = async (locale: string) => {
      const { body } = await plant.ask('chen-li', 'GET', '/radar?cause=decision-unjournalled', undefined, { 'accept-language': locale });
      return [...body['items']!].map(({ sentence }) => String(sentence));
    };
    expect(await sentences('en')).toEqual([expect.stringContaining('in the name of 李梅')]);
    expect(await sentences('zh')).toEqual([expect.stringContaining('以李梅名义')]);
    expect(await sentences('id')).toEqual([expect.stringContaining('atas nama 李梅')]);
  });
});
