import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCalendars } from '../../db/calendars.js';
import type { Books } from '../../domain/policy/policy.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { cn, inCn } from '../domain/time/support.js';
import { answer, exampleOrder, hehe, proceed } from '../support/hehe-orders.js';
import { Plant } from '../support/plant.js';

const workflows = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
let plant: Plant;
let shipped: WorkingCalendar;
/** Hehe where the 48 hours are 16 hours of work; `price` makes one release differ from the other. */
let release: (note: string) => { books: Books; workflows: string; calendars: Readonly<Record<string, WorkingCalendar>> };
beforeAll(async () => {
  const { books, people, calendars } = await hehe();
  shipped = calendars['cn-hehe']!;
  const { company, procedures } = books['hehe']!;
  const intake = procedures['order-intake']!;
  const clocks = { ...intake.clocks, 'written-reply': { ...intake.clocks['written-reply']!, due: { within: '16h', clock: 'working' } } };
  release = (note) => ({
    calendars,
    workflows,
    books: {
      hehe: {
        company,
        procedures: { 'order-intake': { ...intake, clocks, name: { ...intake.name, en: note } } },
      } as unknown as Books[string],
    },
  });
  plant = await Plant.start({ people, source: release('older') });
});
afterAll(() => plant.close());

const ahead = new Map<string, number>();
async function forwardTo(id: string, moment: number): Promise<void> {
  const seconds = Math.ceil((moment - Date.now() - (ahead.get(id) ?? 0)) / 1_000);
  await plant.forward(id, seconds);
  ahead.set(id, (ahead.get(id) ?? 0) + seconds * 1_000);
}
const clockOf = async (id: string) =>
  (await plant.ledger(id)).flatMap(({ clock, at }) => (clock === undefined ? [] : [{ ...clock, at }])).at(-1)!;
/** An order whose written reply is due 16 hours of work after Monday, 16 August 2027, 15:00. */
async function dated(): Promise<string> {
  const id = await plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder('connecting-rods', 1, crypto.randomUUID()));
  await proceed(plant, id, 'delivery-date');
  await forwardTo(id, cn('2027-08-16 15:00'));
  await answer(plant, id, 'delivery-date', { lines: { 1: { date: '2027-10-20', cause: 'capacity' } } });
  await proceed(plant, id, 'written-reply');
  return id;
}

it('when a shutdown is announced while the 48 hours run in working time, then they end later in every case, also in one of an older edition, and to the minute', async () => {
  const older = await dated();
  await plant.release(release('newer'));
  const newer = await dated();
  expect((await plant.view(older)).edition).not.toBe((await plant.view(newer)).edition);
  const old = new Map<string, number>();
  for (const id of [older, newer]) {
    const { dueAt } = await clockOf(id);
    old.set(id, dueAt);
    expect(inCn(dueAt)).toBe('2027-08-18 15:00');
    await forwardTo(id, cn('2027-08-17 10:00'));
  }
  const words = { en: 'power cut', zh: '限电停产', id: 'listrik padam' };
  const shutdown = { date: '2027-08-17', to: '2027-08-18', kind: 'plant-shutdown' as const, words };
  const editions = shipped.editions.map((one) =>
    one.year === 2027 ? { ...one, edition: one.edition + 1, holidays: [...one.holidays, shutdown] } : one,
  );
  await saveCalendars(plant.pool, [{ company: 'hehe', calendar: { ...shipped, editions } }]);
  for (const id of [older, newer]) {
    const before = old.get(id) ?? 0;
    const { dueAt, state } = await plant.until(
      () => clockOf(id),
      (clock) => clock.dueAt !== before,
      40_000,
    );
    expect([inCn(dueAt), state]).toEqual(['2027-08-20 15:00', 'running']);
    const kept = (await plant.ledger(id)).flatMap(({ clock }) => (clock === undefined ? [] : [clock.dueAt]));
    expect([...new Set(kept)]).toEqual([before, dueAt]);
    const { body } = await plant.ask('chen-li', 'GET', `/cases/${encodeURIComponent(id)}/deadlines`, undefined, {
      'accept-language': 'zh',
    });
    const sentences = [...(body['items']?.[0]?.['dueExplained']?.['lines'] ?? [])].map((line) => String(line['sentence']));
    expect(sentences.join('\n')).toContain('限电停产');
  }
  for (const id of [older, newer]) {
    await forwardTo(id, cn('2027-08-20 14:59'));
    expect((await clockOf(id)).state).toBe('running');
    await forwardTo(id, cn('2027-08-20 15:01'));
    const struck = await plant.until(
      () => clockOf(id),
      ({ state }) => state === 'overdue',
      40_000,
    );
    expect(inCn(struck.at)).toBe('2027-08-20 15:00');
    expect(await plant.radar('zhang-min', id)).toContain('deadline');
  }
});
