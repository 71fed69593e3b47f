import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/errors.js';
import type { Seat } from '../../domain/engine/ledger.js';
import type { Plant } from '../support/plant.js';
import { type CommandLine, startCommandLine } from './support/cli.js';

let line: CommandLine;
let plant: Plant;
beforeAll(async () => {
  line = await startCommandLine({ as: { company: 'hehe' } });
  ({ plant } = line);
});
afterAll(() => line.close());

const leaver = 'siti-rahayu';
interface Item {
  readonly taskId: string;
  readonly seat: string;
  readonly what: readonly string[];
  readonly done: boolean;
  readonly code?: string;
  readonly sentence?: string;
}
interface HandedOver {
  readonly items: readonly Item[];
  readonly done: number;
  readonly refused: number;
  readonly code?: string;
  readonly exit?: number;
}
const handOver = (by: string, to: string, ...more: string[]) => line.json<HandedOver>(by, 'hand-over', leaver, '--to', to, ...more);

async function act(person: string, task: string, verb: string, ...more: string[]): Promise<void> {
  expect(await line.gendan('act', task, verb, '--as', person, ...more), `${verb} ${task}`).toMatchObject({ exit: 0, error: '' });
}
let number = 0;
/** An order whose initial review waits: its number. */
async function order(): Promise<string> {
  const named = `HO-${++number}`;
  const started = await line.gendan(
    'case',
    'start',
    'hehe',
    'order-intake',
    'examples/hehe/connecting-rods.json',
    '--number',
    named,
    '--as',
    'chen-li',
  );
  expect(started).toMatchObject({ exit: 0, error: '' });
  await plant.openTask(`hehe:order-intake:${named}`, 'initial-review');
  return named;
}
const caseOf = (named: string): string => `hehe:order-intake:${named}`;
const seatsOf = async (caseId: string, step = 'initial-review'): Promise<readonly Seat[]> =>
  (await plant.tasks(caseId)).findLast((task) => task.step === step)?.seats ?? [];
const holders = async (caseId: string, step?: string): Promise<object> =>
  Object.fromEntries(
    (await seatsOf(caseId, step)).map(({ id, candidates }) => [id, candidates.map((one) => Object.values(one).join('@')).join(' ')]),
  );
const claims = async (caseId: string): Promise<readonly string[]> =>
  (await plant.pool.query<{ person_id: string }>('select person_id from task_claim where case_id = $1', [caseId])).rows.map(
    (row) => row.person_id,
  );
const transfers = async (caseId: string): Promise<number> =>
  (await plant.ledger(caseId)).filter(({ type, body }) => type === 'seated' && body?.['change'] === 'transferred').length;

/** A return whose note waits for two signatures at once. */
async function noted(): Promise<string> {
  const subject = {
    application: 'made',
    orderNumber: 'HH-0900',
    requestedBy: { name: '邓工' },
    reason: '表面涂层起泡',
    lines: [{ line: '1', quantity: 1 }],
  };
  const id = await plant.begin('li-mei', 'hehe', 'return', subject);
  const steps: readonly (readonly [person: string, step: string, data: object])[] = [
    ['zhou-wei', 'analyse-reason', { outcome: 'company-fault', findings: '包装不当' }],
    ['feng-gang', 'sign-company-cause', { outcome: 'signed', treatment: 'rework' }],
    ['li-mei', 'answer-application', { outcome: 'answered' }],
    ['li-mei', 'take-announcement', { outcome: 'announced', freightBill: 'HY-1' }],
    ['li-mei', 'take-details', { lines: { 1: { quantity: 1 } } }],
    ['li-mei', 'start-formalities', { outcome: 'started' }],
    ['he-jun', 'receive', { outcome: 'counted', lines: { 1: { quantity: 1, model: 'as-named' } } }],
    ...['he-jun', 'luo-bin', 'zhao-jing', 'wu-fang', 'xie-yun'].map((person) => [person, 'sign-off', { outcome: 'approved' }] as const),
    ['liang-xue', 'post-return', { outcome: 'posted' }],
  ];
  for (const [person, step, data] of steps) {
    await plant.until(
      () => plant.open(id),
      (open) => open.includes(step),
      30_000,
    );
    const { status, body } = await plant.complete(person, id, step, data);
    expect([step, status], JSON.stringify(body)).toEqual([step, 200]);
  }
  await plant.openTask(id, 'sign-note');
  return id;
}

/** Everything one may hold: the only seat of a step, a seat of a countersign, a claim, somebody else's seat by delegation, one's own that waits for whom one asked. */
async function everything(): Promise<Record<'only' | 'countersign' | 'claimed' | 'delegated' | 'asked', string>> {
  const [only, claimed, delegated, asked] = [await order(), await order(), await order(), await order()];
  await act('zhang-min', `${only}/initial-review`, 'transfer', '--to', leaver);
  await act(leaver, `${claimed}/initial-review`, 'claim');
  await act('li-mei', `${delegated}/initial-review`, 'delegate', '--to', leaver);
  await act(leaver, `${asked}/initial-review`, 'delegate', '--to', 'zhang-min');
  const countersign = await noted();
  await act('zhao-jing', `${countersign.split(':')[2]}/sign-note`, 'transfer', '--to', leaver, '--seat', 'sales-admin');
  return {
    only: caseOf(only),
    claimed: caseOf(claimed),
    delegated: caseOf(delegated),
    asked: caseOf(asked),
    countersign,
  };
}

describe('a hand-over of everything that a leaver holds', () => {
  test('when a manager asks for it, then each seat and claim goes to the successor, who goes on with it, and the ledger tells why', async () => {
    const held = await everything();
    const preview = await handOver('li-mei', 'chen-li', '--preview');
    expect(preview).toMatchObject({ preview: true, done: 5, refused: 0 });
    expect(await transfers(held.only)).toBe(1);

    // They have left by now: nobody can do what is in their name.
    await plant.pool.query('update person set active = false where id = $1', [leaver]);
    expect(await plant.radar('li-mei', held.only)).toContain('no-candidate');
    const done = await line.gendan('hand-over', leaver, '--to', 'chen-li', '--reason', 'left on Friday', '--as', 'li-mei', '--lang', 'id');
    await plant.pool.query('update person set active = true where id = $1', [leaver]);
    expect(done).toMatchObject({ exit: 0, error: '' });
    expect(done.out).toContain('5 diserahkan, 0 tidak.');
    expect(done.out).not.toMatch(/cli\.|\{\{|undefined/);

    expect(await holders(held.only)).toEqual({ '1': 'chen-li' });
    expect(await holders(held.delegated)).toEqual({ '1.1': 'chen-li', '1': 'li-mei' });
    expect(await holders(held.asked)).toEqual({ '1.1': 'zhang-min', '1': 'chen-li' });
    expect(await holders(held.countersign, 'sign-note')).toEqual({ 'warehouse-keeper': 'warehouse-keeper', 'sales-admin': 'chen-li' });
    expect(await claims(held.claimed)).toEqual(['chen-li']);
    expect(await plant.radar('li-mei', held.only)).not.toContain('no-candidate');
    for (const caseId of [held.only, held.delegated, held.asked, held.countersign]) {
      const last = (await plant.ledger(caseId)).findLast(({ type }) => type === 'seated');
      expect(last).toMatchObject({ by: 'li-mei', body: { change: 'transferred', to: 'chen-li', reason: 'left on Friday' } });
    }
    const shown = await line.gendan('case', 'show', held.claimed, '--as', 'li-mei', '--lang', 'zh');
    expect(shown.out).toContain('李梅把初审移交给陈丽。left on Friday');

    await act('chen-li', held.only.split(':')[2]!, 'complete', '--data', '{"outcome":"accurate"}');
    await act('chen-li', `${held.countersign.split(':')[2]}/sign-note`, 'complete', '--data', '{"outcome":"signed"}');
    await act('he-jun', `${held.countersign.split(':')[2]}/sign-note`, 'complete', '--data', '{"outcome":"signed"}');
    expect(await handOver('li-mei', 'chen-li')).toMatchObject({ items: [], done: 0, refused: 0 });
  });

  test('when the successor may not do all of it, then what they may not stays where it is, whole, and goes to somebody else later', async () => {
    const [named, claimed] = [await order(), await order()];
    await act('zhang-min', `${named}/initial-review`, 'transfer', '--to', leaver);
    await act(leaver, `${claimed}/initial-review`, 'claim');
    const run = await line.gendan('hand-over', leaver, '--to', 'wang-qiang', '--as', 'li-mei', '--lang', 'zh');
    expect(run.exit).toBe(exitCodes.refused);
    expect(run.out).toContain('王强无权办理“初审”');
    expect(run.out).toContain('已移交 1 项，1 项未移交');
    expect(await holders(caseOf(named))).toEqual({ '1': 'wang-qiang' });
    expect(await claims(caseOf(claimed))).toEqual([leaver]);
    expect(await handOver('li-mei', 'chen-li')).toMatchObject({ done: 1, refused: 0, items: [{ what: ['claim'] }] });
    expect(await claims(caseOf(claimed))).toEqual(['chen-li']);
  });

  test('is refused as a whole to whoever is not there, to oneself, and of nobody', async () => {
    const cases: [string[], string, number][] = [
      [[leaver, '--to', 'nobody'], 'PERSON_UNKNOWN', exitCodes.notFound],
      [[leaver, '--to', leaver], 'TRANSFER_TO_SELF', exitCodes.refused],
      [['nobody', '--to', 'chen-li'], 'PERSON_UNKNOWN', exitCodes.notFound],
      [[leaver, '--to', 'chen-li', '--company', 'jinhui'], 'COMPANY_UNKNOWN', exitCodes.notFound],
    ];
    for (const [argv, code, exit] of cases)
      expect(await line.json('li-mei', 'hand-over', ...argv), argv.join(' ')).toMatchObject({ code, exit });
    const task = await order();
    await act(leaver, `${task}/initial-review`, 'claim');
    expect(await handOver('he-jun', 'chen-li')).toMatchObject({ done: 0, refused: 1, items: [{ done: false, code: 'ROLE_NEEDED' }] });
    await act(leaver, `${task}/initial-review`, 'release');
  });

  test('when two are asked for at once, then each seat goes to one of both successors, once, and the other is told', async () => {
    const held = await everything();
    const at = async (by: string, to: string): Promise<HandedOver> => {
      const { body } = await plant.ask(by, 'POST', `/people/${leaver}/hand-over`, { company: 'hehe', to });
      return body as unknown as HandedOver;
    };
    const both = await Promise.all([at('li-mei', 'chen-li'), at('li-mei', 'zhou-wei'), at('chen-li', 'chen-li')]);
    const all = both.flatMap(({ items }) => items);
    const places = [...new Set(all.map(({ taskId, seat }) => `${taskId} ${seat}`))];
    expect(places).toHaveLength(5);
    for (const place of places) {
      const items = all.filter(({ taskId, seat }) => `${taskId} ${seat}` === place);
      expect(
        items.filter(({ done }) => done),
        place,
      ).toHaveLength(1);
      for (const { done, code, sentence } of items)
        if (!done)
          expect([code, sentence?.includes('{{')]).toEqual([expect.stringMatching(/^(SEAT_OF_OTHER|CLAIMED|RECEIVER_MAY_NOT)$/), false]);
    }
    expect(await transfers(held.only)).toBe(2);
    for (const caseId of [held.delegated, held.asked]) expect(await transfers(caseId)).toBe(1);
    expect(await transfers(held.countersign)).toBe(2);
    expect(await claims(held.claimed)).toHaveLength(1);
  });

  test('when it is of many tasks, then one sees it go on', async () => {
    const subject = JSON.parse(readFileSync('examples/hehe/connecting-rods.json', 'utf8')) as object;
    const orders = await Promise.all(Array.from({ length: 22 }, () => plant.begin('chen-li', 'hehe', 'order-intake', subject)));
    await Promise.all(orders.map(async (one) => plant.decide(leaver, await plant.openTask(one, 'initial-review'), { verb: 'claim' })));
    const run = await line.gendan('hand-over', leaver, '--to', 'chen-li', '--as', 'li-mei');
    expect(run.exit).toBe(0);
    expect(run.error).toBe('20 of 22 tasks …\n22 of 22 tasks …\n');
    expect(run.out).toContain('22 handed over, 0 not.');
  });
});
