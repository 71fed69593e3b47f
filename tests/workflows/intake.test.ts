import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { dateOf, dayMs } from '../../domain/time/days.js';
import { freeDay } from '../../domain/time/plan.js';
import { answer, exampleOrder, hehe, proceed, promisedDate } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';

let plant: Plant;
let calendar: WorkingCalendar;
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await hehe();
  calendar = calendars['cn-hehe']!;
  const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks, workflows } });
});
afterAll(() => plant.close());

const order = (name = 'connecting-rods', lines = 2) =>
  plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder(name, lines, crypto.randomUUID()));
/** The n-th working day after today, in Shanghai. */
function workingDay(n: number): string {
  let day = Math.floor((Date.now() + 8 * 3_600_000) / dayMs);
  for (let found = 0; found < n; ) if (freeDay(calendar, dateOf(++day)) === undefined) found++;
  return dateOf(day);
}
const shanghai = (date: string, time: string): number => Date.parse(`${date}T${time}+08:00`);
const pageOf = async (id: string, step: string, by = 'chen-li', language = 'en') =>
  (
    await plant.ask(by, 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, step)).id)}`, undefined, {
      'accept-language': language,
    })
  ).body;

describe.concurrent('the daily pass (HH-B7, HH-B8)', () => {
  it('when the joint review is done at 09:59, then it goes with the batch of the day; at 10:00 with the next; PMC answers the day after the batch', async () => {
    const [early, late] = await Promise.all([order(), order()]);
    const [first, second, third] = [workingDay(1), workingDay(2), workingDay(3)];
    for (const [id, time] of [
      [early, '09:59:00'],
      [late, '10:00:00'],
    ] as const) {
      await proceed(plant, id, 'joint-review');
      await plant.forward(id, Math.ceil((shanghai(first, time) - Date.now()) / 1_000));
      await answer(plant, id, 'joint-review');
    }
    expect(await plant.openTask(early, 'pass-to-pmc')).toMatchObject({ batch: first, dueAt: shanghai(first, '10:00') });
    expect(await plant.openTask(late, 'pass-to-pmc')).toMatchObject({ batch: second, dueAt: shanghai(second, '10:00') });

    const { body } = await plant.ask('zhang-min', 'GET', `/tasks?step=pass-to-pmc&batch=${second}&limit=200`);
    const listed = [...body['items']!].map((item) => String(item['caseId']));
    expect([listed.includes(early), listed.includes(late)]).toEqual([false, true]);

    const tasks = await Promise.all([early, late].map((id) => plant.openTask(id, 'pass-to-pmc')));
    const asked = {
      verb: 'complete',
      data: { outcome: 'passed' },
      tasks: [...tasks, { id: 'hehe:order-intake:NONE/pass-to-pmc#1', rev: 1 }],
    };
    const batch = { ...asked, tasks: asked.tasks.map(({ id, rev }) => ({ task: id, rev })) };
    const key = { 'idempotency-key': crypto.randomUUID() };
    const once = await plant.ask('zhang-min', 'POST', '/tasks/commands', batch, key);
    expect([once.status, once.body]).toMatchObject([
      200,
      {
        done: 2,
        refused: 1,
        results: [
          { task: tasks[0]!.id, ok: true },
          { task: tasks[1]!.id, ok: true },
          { ok: false, code: 'TASK_UNKNOWN' },
        ],
      },
    ]);
    expect((await plant.ask('zhang-min', 'POST', '/tasks/commands', batch, key)).body).toMatchObject({ done: 2, refused: 1 });
    for (const [id, due] of [
      [early, second],
      [late, third],
    ] as const) {
      await answer(plant, id, 'command-production');
      expect(await plant.openTask(id, 'delivery-date')).toMatchObject({ dueAt: shanghai(due, '18:00') });
    }
  });

  it('when a batch names a task twice, none, or more than 500, then nothing is decided', async () => {
    const post = (tasks: object[]) => plant.ask('zhang-min', 'POST', '/tasks/commands', { verb: 'complete', data: {}, tasks });
    const one = { task: 'hehe:order-intake:X/pass-to-pmc#1', rev: 1 };
    expect(await post([one, one])).toMatchObject({ status: 400, body: { field: '/tasks/1/task' } });
    expect((await post([])).status).toBe(400);
    expect((await post(Array.from({ length: 501 }, (_, n) => ({ task: `t${n}`, rev: 1 })))).status).toBe(400);
  });
});

describe.concurrent('what the books find', () => {
  it('when the customer is unknown and the number was used before, then the order is taken in, warned of, and shown to the reviewer', async () => {
    const subject = { ...exampleOrder('connecting-rods', 1, crypto.randomUUID()), customer: '未知门窗厂' };
    const first = await plant.ask('chen-li', 'POST', '/cases', { company: 'hehe', procedure: 'order-intake', subject });
    expect([first.status, first.body['warnings']]).toEqual([201, []]);
    const again = await plant.ask(
      'chen-li',
      'POST',
      '/cases',
      { company: 'hehe', procedure: 'order-intake', subject },
      { 'accept-language': 'en' },
    );
    expect(again).toMatchObject({
      status: 201,
      body: { warnings: [{ code: 'CUSTOMER_PO_REPEATED', values: { number: first.body['number'] } }] },
    });
    expect(again.body['openTasks']).toMatchObject([{ step: 'initial-review' }]);
    const page = await pageOf(String(again.body['caseId']), 'initial-review', 'chen-li', 'zh');
    expect([...page['findings']!].map((finding) => String(finding['code']))).toEqual(['CUSTOMER_UNKNOWN', 'CUSTOMER_PO_REPEATED']);
    expect(String(page['findings']![0]!['sentence'])).toBe('客户档案中没有 未知门窗厂。');
  });

  it('when an order was copied from an earlier one, then every finding of every line has to be confirmed (HH-B2)', async () => {
    const id = await order('copied-stale');
    const refused = await plant.complete('chen-li', id, 'initial-review', { outcome: 'accurate', confirmed: { 'line-copied:1': 'right' } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'FIELD_REQUIRED' } });
    await answer(plant, id, 'initial-review');
    expect(await plant.open(id)).toEqual(['enter-order']);
  });
});

describe.concurrent('a date in the past is one before the day of the case, whose own clock moves', () => {
  it('when the day the customer asks for goes by, then the books find it past, and PMC cannot promise a day that has gone by', async () => {
    const { lines, ...rest } = exampleOrder('connecting-rods', 1, crypto.randomUUID()) as { readonly lines: readonly object[] };
    const [wanted, later] = [workingDay(4), workingDay(6)];
    const subject = { ...rest, lines: lines.map((line) => ({ ...line, requestedDate: wanted })) };
    const id = await plant.begin('chen-li', 'hehe', 'order-intake', subject);
    await plant.openTask(id, 'initial-review');
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'the groove' });
    await plant.forward(id, Math.ceil((shanghai(later, '09:00:00') - Date.now()) / 1_000));
    await answer(plant, id, 'clarify');
    const page = await pageOf(id, 'initial-review');
    expect([...(page['findings'] ?? [])]).toMatchObject([{ code: 'DATE_PAST', values: { date: wanted, on: later } }]);
    await proceed(plant, id, 'delivery-date');
    const promised = { lines: { 1: { date: wanted } } };
    expect(await plant.complete('wang-qiang', id, 'delivery-date', promised)).toMatchObject({
      status: 400,
      body: { code: 'DATE_PAST', field: '/data/lines/1/date', values: { date: wanted } },
    });
  });
});

describe.concurrent('promised dates', () => {
  const dated = async (date: object, lines = '1') => {
    const id = await order('connecting-rods', 1);
    await proceed(plant, id, 'delivery-date');
    const refused = await plant.ask(
      'wang-qiang',
      'POST',
      `/tasks/${encodeURIComponent((await plant.openTask(id, 'delivery-date')).id)}/commands`,
      { verb: 'complete', rev: 1, data: { lines: { [lines]: date } } },
      { 'accept-language': 'en' },
    );
    return { id, refused };
  };

  it.each([
    ['past', { date: '2026-11-02' }, { code: 'DATE_PAST', field: '/data/lines/1/date' }],
    [
      'a rest day without a reason',
      { date: '2027-11-20' },
      { code: 'DATE_FREE', field: '/data/lines/1/note', message: expect.stringContaining('weekly rest day') },
    ],
    [
      'later than wanted without a cause',
      { date: '2027-12-17' },
      { code: 'DATE_LATER', field: '/data/lines/1/cause', values: { than: '2027-12-13' } },
    ],
  ])('that are %s are refused, naming the field', async (_, date, problem) => {
    expect((await dated(date)).refused).toMatchObject({ status: 400, body: problem });
  });

  it('when a date moves after the reply, then a corrected reply follows, and slips are told by cause', async () => {
    const id = await order();
    await proceed(plant, id, 'track');
    expect(
      (await plant.complete('wang-qiang', id, 'moved-date', { lines: { '2': { date: '2027-01-22', cause: 'material-late' } } })).status,
    ).toBe(200);
    expect(await plant.open(id)).toEqual(['moved-date', 'written-reply']);
    await proceed(plant, id, 'track');
    const page = await plant.read('chen-li', id);
    expect([...page['promises']!]).toMatchObject([
      { line: '1', version: 1, date: promisedDate },
      { line: '2', version: 1, date: promisedDate },
      { line: '2', version: 2, date: '2027-01-22', cause: 'material-late', slipDays: 7, by: 'wang-qiang' },
    ]);
    expect([...page['printed']!]).toMatchObject([{ version: 1 }, { version: 2 }]);
    const { body } = await plant.ask('chen-li', 'GET', '/promises/slips?company=hehe&from=2026-01-01&to=2027-12-31', undefined, {
      'accept-language': 'en',
    });
    expect([...body['items']!]).toContainEqual(
      expect.objectContaining({ cause: 'material-late', causeName: 'Material comes late', moves: 1, days: 7 }),
    );
    await proceed(plant, id);
  });

  it('when one line is amended after the reply, then each step that is asked again says what is other than when it was answered', async () => {
    const id = await order();
    await proceed(plant, id, 'track');
    await plant.amend('zhang-min', id, { lines: { 2: { quantity: 900, unitPriceMinor: 470 } } });
    const told = async (step: string, by: string) => {
      const changed = (await pageOf(id, step, by))['changed']!;
      return [String(changed['by']), ...[...changed['items']!].map((item) => String(item['sentence']))];
    };
    const quantity = 'Line 2: Quantity was 1,200, now 900.';
    const both = [quantity, 'Line 2: Unit price was ¥4.60, now ¥4.70.'];
    expect(await told('initial-review', 'chen-li')).toEqual(['chen-li', ...both]);
    await proceed(plant, id, 'joint-review');
    expect(await told('joint-review', 'zhang-min')).toEqual(['zhang-min', ...both]);
    await proceed(plant, id, 'pass-to-pmc');
    expect(await told('pass-to-pmc', 'zhang-min')).toEqual(['zhang-min', quantity]);
    await proceed(plant, id, 'delivery-date');
    expect(await told('delivery-date', 'wang-qiang')).toEqual(['wang-qiang', quantity]);
    expect((await plant.openTask(id, 'delivery-date')).lines).toEqual(['2']);
    const { changed: never, facts } = await pageOf(await order(), 'initial-review');
    expect(never).toBeUndefined();
    expect([...facts!].map(({ label, kind }) => [label, kind])).toEqual([
      ['Customer', 'value'],
      ['Customer PO number', 'value'],
      ['Currency', 'value'],
      ['Lines', 'table'],
    ]);
  });

  it('when a special line, a rush and an unplaced line meet, then each part is answered for itself', async () => {
    const { lines, ...rest } = exampleOrder('connecting-rods', 3, crypto.randomUUID()) as { readonly lines: readonly object[] };
    const special = lines.map((line, at) => (at === 1 ? { ...line, special: { reference: 'A-7' } } : line));
    const id = await plant.begin('chen-li', 'hehe', 'order-intake', { ...rest, lines: special });
    await proceed(plant, id, 'enter-order');
    await answer(plant, id, 'enter-order', { outcome: 'entered-in-part', notPlaced: ['3'] });
    await proceed(plant, id, 'written-reply');
    await answer(plant, id, 'written-reply');
    await plant.amend('zhang-min', id, { requests: [{ id: 'r1', kind: 'rush', text: 'site opens early', lines: ['1'] }] });
    await answer(plant, id, 'weigh-rush');
    await answer(plant, id, 'relay-rush');
    expect(await plant.openTask(id, 'delivery-date')).toMatchObject({ lines: ['1'] });
    await plant.complete('chen-li', id, 'follow-unplaced', { outcome: 'placed', placed: ['3'], answer: 'from Monday' });
    await proceed(plant, id);
    expect(await plant.client.workflow.getHandle(id).result()).toEqual({
      result: 'finished',
      dates: { 1: promisedDate, 2: promisedDate, 3: promisedDate },
    });
  });
});
