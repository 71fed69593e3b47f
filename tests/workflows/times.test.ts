import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../domain/engine/ledger.js';
import type { CompanyBook } from '../../domain/policy/policy.js';
import { cn, inCn } from '../domain/time/support.js';
import { answer, exampleOrder, hehe, proceed } from '../support/hehe-orders.js';
import { type Body, Plant } from '../support/plant.js';

const hour = 3_600;
/** Ten of them hold a working day, whenever they begin: longer than any holiday. */
const day = 24 * hour;
/** Hehe as it ships; and where the 48 hours are 16 hours of work, count from the receipt of the order, or both. Policy alone makes the difference. */
type Company = 'hehe' | 'working' | 'received' | 'received-working';
let plant: Plant;
beforeAll(async () => {
  const { books, people, calendars } = await hehe();
  const shipped = books['hehe']!;
  const intake = shipped.procedures['order-intake']!;
  const variant = (company: Company, changes: object): CompanyBook => ({
    company: { ...shipped.company, company },
    procedures: { 'order-intake': { ...intake, ...changes } },
  });
  const reply = { ...intake.clocks['written-reply']!, due: { within: '16h', clock: 'working' } };
  const inWork = { clocks: { ...intake.clocks, 'written-reply': reply } };
  const fromReceipt = { values: { ...intake.values, 'reply-clock-starts': 'order-received' } };
  const staff = people['hehe'] ?? [];
  plant = await Plant.start({
    people: { hehe: staff, working: staff, received: staff, 'received-working': staff },
    source: {
      calendars,
      workflows: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      books: {
        hehe: shipped,
        working: variant('working', inWork),
        received: variant('received', fromReceipt),
        'received-working': variant('received-working', { ...inWork, ...fromReceipt }),
      },
    },
  });
});
afterAll(() => plant.close());

const begin = (company: Company = 'hehe', more: object = {}) =>
  plant.begin('chen-li', company, 'order-intake', { ...exampleOrder('connecting-rods', 2, crypto.randomUUID()), ...more });
const rows = async (id: string, type: Row['type']) => (await plant.ledger(id)).filter((row) => row.type === type);
const rungs = async (id: string) =>
  (await rows(id, 'rung')).map(({ task, clock, body }) => [task?.step ?? clock?.clock, body?.['kind'], body?.['nth']]);
const clockOf = async (id: string) =>
  (await plant.ledger(id)).flatMap(({ clock, at }) => (clock === undefined ? [] : [{ ...clock, at }])).at(-1)!;
/** How far each case's own clock is ahead, milliseconds. */
const forwarded = new Map<string, number>();
const now = (id: string): number => Date.now() + (forwarded.get(id) ?? 0);
async function forward(id: string, seconds: number): Promise<void> {
  await plant.forward(id, seconds);
  forwarded.set(id, (forwarded.get(id) ?? 0) + seconds * 1_000);
}
/** Moves a case's clock to a moment in Guangdong, to the second or two. */
const forwardTo = async (id: string, moment: string): Promise<void> => forward(id, Math.ceil((cn(moment) - now(id)) / 1_000));
const until = <T>(what: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => plant.until(what, holds, 40_000);
const taskPage = async (person: string, id: string, step: string): Promise<Body> =>
  (await plant.ask(person, 'GET', `/tasks/${encodeURIComponent((await plant.openTask(id, step)).id)}`)).body;
const codes = (page: Body | undefined): string[] => [...(page?.['dueExplained']?.['lines'] ?? [])].map((line) => String(line['code']));
const noticesOf = async (person: string, id: string): Promise<string[]> =>
  [...((await plant.ask(person, 'GET', '/notices?limit=200')).body['items'] ?? [])].flatMap((notice) =>
    String(notice['caseId']) === id ? [`${String(notice['notice'])}: ${String(notice['sentence'])}`] : [],
  );

describe.concurrent('times of an order of Hehe', () => {
  it('when all answer in time, then nobody is reminded', async () => {
    const id = await begin();
    await proceed(plant, id);
    expect(await rows(id, 'rung')).toEqual([]);
  });

  it('when PMC is late, then it is reminded, the deputy general manager joins and may answer, and the order is on the radar', async () => {
    const id = await begin();
    await proceed(plant, id, 'delivery-date');
    const { ladder = [] } = await plant.openTask(id, 'delivery-date');
    expect(codes(await taskPage('wang-qiang', id, 'delivery-date'))).toContain('explain.will-escalate');
    // An hour of work after 18:00 is 09:00 of the next working day, when the next reminder goes out too.
    const joins = ladder.find(({ kind }) => kind === 'escalate')?.at ?? 0;
    await forward(id, Math.ceil((joins - now(id)) / 1_000) + 600);
    const late = await until(
      () => plant.openTask(id, 'delivery-date'),
      ({ escalated = [] }) => escalated.length > 0,
    );
    expect(late).toMatchObject({ overdue: true, rev: 1, escalated: ['deputy-general-manager'] });
    expect((await rungs(id)).filter(([step]) => step === 'delivery-date')).toEqual([
      ['delivery-date', 'remind', 1],
      ['delivery-date', 'remind', 2],
      ['delivery-date', 'escalate', 1],
      ['delivery-date', 'remind', 3],
    ]);
    expect(await plant.radar('zhang-min', id)).toContain('overdue');
    expect((await noticesOf('wang-qiang', id))[0]).toMatch(/^reminder: .+/);
    expect((await noticesOf('cai-ming', id)).filter((text) => text.startsWith('escalation'))).toHaveLength(1);
    const page = await taskPage('cai-ming', id, 'delivery-date');
    expect(page['verbs']?.[0]).toMatchObject({ verb: 'complete', allowed: true });
    expect(codes(page)).toContain('explain.reminded');
    const lines = { lines: Object.fromEntries((late.lines ?? []).map((line) => [line, { date: '2027-03-15' }])) };
    expect((await plant.complete('cai-ming', id, 'delivery-date', lines)).status).toBe(200);
    expect(await plant.open(id)).not.toContain('delivery-date');
  });

  it.each<[Company, string, string, string]>([
    ['hehe', 'a weekend', '2027-03-05 15:00', '2027-03-07 15:00'],
    ['working', 'a weekend', '2027-03-05 15:00', '2027-03-09 15:00'],
    ['hehe', 'National Day', '2027-09-30 15:00', '2027-10-02 15:00'],
    ['working', 'National Day', '2027-09-30 15:00', '2027-10-05 15:00'],
  ])(
    'of %s, over %s, then the hours from the last date reply of %s end at %s, and the clock strikes in that minute',
    async (company, _over, dated, due) => {
      const id = await begin(company);
      await proceed(plant, id, 'delivery-date');
      await forwardTo(id, dated);
      await answer(plant, id, 'delivery-date', { all: { date: '2027-11-15', cause: 'capacity' } });
      await proceed(plant, id, 'written-reply');
      const { from, dueAt } = await clockOf(id);
      expect(Math.abs(from - cn(dated))).toBeLessThan(60_000);
      expect(dueAt - cn(due)).toBe(from - cn(dated));
      expect(inCn(dueAt)).toBe(due);
      await forward(id, Math.floor((dueAt - now(id)) / 1_000) - 60);
      expect((await clockOf(id)).state).toBe('running');
      await forward(id, 120);
      const struck = await until(
        () => clockOf(id),
        ({ state }) => state === 'overdue',
      );
      expect(inCn(struck.at)).toBe(due);
    },
  );

  it.each([
    ['2026-09-30 15:00', '2026-10-09 15:00'],
    ['2026-10-09 15:00', '2026-10-12 15:00'],
  ])(
    'when the receipt is a recorded moment, %s, then 16 hours of work end on %s: National Day 2026 and the worked Saturday',
    async (received, due) => {
      const id = await begin('received-working', { receivedAt: cn(received) });
      const struck = await until(
        () => clockOf(id),
        ({ state }) => state === 'overdue',
      );
      expect([inCn(struck.from), inCn(struck.dueAt)]).toEqual([received, due]);
      const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/deadlines`, undefined, {
        'accept-language': 'zh',
      });
      const sentences = [...(body['items']?.[0]?.['dueExplained']?.['lines'] ?? [])].map((line) => String(line['sentence']));
      expect(sentences.join('\n')).toContain(received < '2026-10-05' ? '国庆节' : '国庆节调休补班');
    },
  );

  it('when the order is clarified twice, then the 48 hours rest while the customer thinks, and a hold stops the clock of the question too', async () => {
    const id = await begin('received');
    const { dueAt: first } = await clockOf(id);
    let rested = 0;
    for (const [round, days] of [10, 12].entries()) {
      await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'the groove' });
      const since = now(id);
      const { dueAt: own = 0 } = await plant.openTask(id, 'clarify');
      expect((await clockOf(id)).rests).toMatchObject([{ cause: 'waiting-for-customer' }]);
      const task = await plant.openTask(id, 'clarify');
      expect(await plant.decide('chen-li', task, { verb: 'hold', cause: 'waiting-for-customer' })).toMatchObject({ status: 200 });
      expect(await plant.radar('zhang-min', id)).toContain('held');
      const held = await taskPage('chen-li', id, 'clarify');
      expect(held['paused']).toMatchObject({ cause: 'waiting-for-customer', of: 'task' });
      expect(codes(held)).toEqual(expect.arrayContaining(['explain.rests', 'explain.without-rest', 'explain.moved-off']));
      await forward(id, days * day);
      expect(await plant.decide('chen-li', task, { verb: 'resume' })).toMatchObject({ status: 200 });
      expect((await plant.openTask(id, 'clarify')).dueAt).toBeGreaterThan(own);
      expect(await plant.radar('zhang-min', id)).toEqual([]);
      await answer(plant, id, 'clarify');
      const paused = (await clockOf(id)).pauses ?? [];
      expect(paused).toHaveLength(round + 1);
      rested += now(id) - since;
    }
    const { dueAt, pauses = [], state } = await clockOf(id);
    expect(state).toBe('running');
    expect(dueAt - first).toBe(pauses.reduce((sum, { from, to }) => sum + to - from, 0));
    expect(Math.abs(dueAt - first - rested)).toBeLessThan(60_000);
    expect((await rows(id, 'rebased')).filter(({ clock }) => clock !== undefined).length).toBeGreaterThanOrEqual(4);
  });

  it('complaint 5: when a task comes back after it was reminded of, then it is reminded of again', async () => {
    const id = await begin();
    const reminded = async (): Promise<string> => {
      await proceed(plant, id, 'initial-review');
      const { id: task, dueAt = 0 } = await plant.openTask(id, 'initial-review');
      await forward(id, Math.ceil((dueAt - now(id)) / 1_000) - 600);
      const found = await until(
        () => rows(id, 'rung'),
        (struck) => struck.some((row) => row.task?.id === task),
      );
      expect(found.filter((row) => row.task?.id === task).map(({ body }) => body)).toMatchObject([{ kind: 'remind', nth: 1 }]);
      return task;
    };
    const first = await reminded();
    await answer(plant, id, 'initial-review');
    await answer(plant, id, 'enter-order');
    expect((await plant.sendBack('zhang-min', id, 'joint-review', 'initial-review')).status).toBe(200);
    expect(await reminded()).toBe(first.replace('#1', '#2'));
    expect((await noticesOf('chen-li', id)).filter((text) => text.startsWith('reminder'))).toHaveLength(2);
  });

  it('when the case is held until a day, then its clocks go on by themselves on that day; who may not is told why', async () => {
    const id = await begin();
    await proceed(plant, id, 'initial-review');
    const { dueAt: before = 0 } = await plant.openTask(id, 'initial-review');
    const end = new Date(now(id) + 10 * day * 1_000).toISOString();
    const hold = { verb: 'hold', cause: 'power-or-water-cut', until: end };
    expect(await plant.command('wang-qiang', id, hold)).toMatchObject({ status: 403, body: { code: 'ROLE_NEEDED' } });
    expect(await plant.command('zhang-min', id, { ...hold, cause: 'no-wish' })).toMatchObject({
      status: 400,
      body: { code: 'FIELD_INVALID', field: '/cause' },
    });
    expect(await plant.command('zhang-min', id, { ...hold, until: '2026-01-01T00:00:00Z' })).toMatchObject({
      status: 400,
      body: { code: 'HOLD_END_PAST' },
    });
    expect((await plant.command('zhang-min', id, hold)).status).toBe(200);
    expect(await plant.command('zhang-min', id, hold)).toMatchObject({ status: 409, body: { code: 'HELD_ALREADY' } });
    const held = await plant.read('zhang-min', id);
    expect(held['held']).toMatchObject({ cause: 'power-or-water-cut', causeName: '工厂停电或停水', until: end });
    const moved = await plant.openTask(id, 'initial-review');
    expect(moved.dueAt).toBeGreaterThan(before);
    expect(codes(await taskPage('chen-li', id, 'initial-review'))).toEqual(expect.arrayContaining(['explain.paused', 'explain.moved']));
    await forward(id, 10 * day + 60);
    const [ended] = await until(
      () => rows(id, 'hold-ended'),
      (found) => found.length > 0,
    );
    expect(ended).toMatchObject({ by: 'engine', body: { of: 'case', cause: 'power-or-water-cut' } });
    expect((await plant.openTask(id, 'initial-review')).dueAt).toBe(moved.dueAt);
    expect(await plant.read('zhang-min', id)).not.toHaveProperty('held');
    expect(await plant.command('zhang-min', id, { verb: 'resume' })).toMatchObject({ status: 409, body: { code: 'NOT_HELD' } });
  });
});
