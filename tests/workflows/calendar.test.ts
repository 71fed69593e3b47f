import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarHash, saveCalendars } from '../../db/calendars.js';
import type { Books } from '../../domain/policy/policy.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { dateOf } from '../../domain/time/days.js';
import { dueOf, dueSpec } from '../../domain/time/due.js';
import { calendarFrom, hour, words } from '../domain/time/support.js';
import { type Body, Plant, testWorkflows } from '../support/plant.js';
import { testSteps } from '../support/procedures/books.js';
import { testBooks, testPolicy } from '../support/procedures/policy.js';

const spec = dueSpec.parse({ within: '4h', clock: 'working' });
const today = Math.floor((Date.now() + 8 * hour) / (24 * hour));
const year = new Date().getFullYear();

/** A site that works day and night, but for `free` days from today on; `years` are those it knows. */
function site({ calendar = 'site', free = 0, edition = 1, years = [year - 1, year, year + 1] } = {}): WorkingCalendar {
  const day = [['00:00', '24:00']];
  const dates = Array.from({ length: free }, (_, index) => dateOf(today + index));
  return calendarFrom({
    calendar,
    name: words(calendar),
    zone: 'Asia/Shanghai',
    offsets: [{ minutes: 480 }],
    editions: years.map((one) => ({
      year: one,
      edition,
      source: 'a test',
      weekly: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((name) => [name, day])),
      holidays: dates
        .filter((date) => date.startsWith(String(one)))
        .map((date) => ({ date, kind: 'public-holiday', words: words('storm') })),
    })),
  });
}

/** Two companies with working time at the first step; `price` makes one release differ from the other. */
function books(price: string): Books {
  const { tests } = testBooks();
  const steps = { ...testSteps(), desk: { ...testSteps()['desk'], due: spec }, price: { ...testSteps()['price'], due: { within: price } } };
  const procedures = { 'three-tasks': testPolicy('three-tasks', 'threeTasks', { steps }) };
  const company = { ...tests!.company, procedures: ['three-tasks'] };
  return {
    tests: { company: { ...company, calendar: 'site' }, procedures },
    later: { company: { ...company, company: 'later', calendar: 'later' }, procedures },
  };
}

const ordinary = site();
let plant: Plant;
beforeAll(async () => {
  const calendars = { site: ordinary, later: site({ calendar: 'later', years: [year - 2] }) };
  plant = await Plant.start({
    source: { books: books('2h'), workflows: testWorkflows, calendars },
    outside: { effects: {}, readings: {} },
  });
});
afterAll(() => plant.close());

const begin = (company: string): Promise<string> => plant.begin('desk', company, 'three-tasks', { note: 'calendar' });
const rows = async (caseId: string, type: string) => (await plant.ledger(caseId)).filter((row) => row.type === type);
/** The sentences of a case's timeline of one kind. */
const sentences = async (caseId: string, type: string): Promise<readonly string[]> =>
  [...((await plant.read('desk', caseId))['timeline'] ?? [])].flatMap((entry) =>
    String(entry['type']) === type ? [String(entry['sentence'])] : [],
  );
const page = async (caseId: string): Promise<Body> =>
  (await plant.ask('desk', 'GET', `/tasks/${encodeURIComponent((await plant.openTask(caseId, 'desk')).id)}`)).body;
/** Where the explanation of the open task ends, epoch milliseconds; it has a sentence for each line. */
async function explained(caseId: string): Promise<number> {
  const lines = [...((await page(caseId))['dueExplained']?.['lines'] ?? [])];
  for (const line of lines) expect(String(line['sentence'])).not.toMatch(/\{\{|explain\.|undefined/);
  const values = lines.find((line) => String(line['code']) === 'explain.result')?.['values'] as unknown as
    | { readonly at: number }
    | undefined;
  return values?.at ?? Number.NaN;
}

describe('a holiday notice that arrives under running cases', () => {
  it('moves what is due, also in a case of an older edition, and keeps old and new', async () => {
    const older = await begin('tests');
    await plant.release({ books: books('3h'), workflows: testWorkflows });
    const newer = await begin('tests');
    expect((await plant.view(older)).edition).not.toBe((await plant.view(newer)).edition);
    const before = new Map<string, number>();
    for (const id of [older, newer]) {
      const { dueAt, openedAt } = await plant.openTask(id, 'desk');
      expect((await rows(id, 'begun'))[0]?.body).toMatchObject({ calendar: calendarHash(ordinary) });
      expect(dueAt).toBe(openedAt + 4 * hour);
      expect(await explained(id)).toBe(dueAt);
      before.set(id, dueAt ?? 0);
    }

    const holidays = site({ free: 2, edition: 2 });
    await saveCalendars(plant.pool, [{ company: 'tests', calendar: holidays }]);
    for (const id of [older, newer]) {
      const [rebased] = await plant.until(
        () => rows(id, 'rebased'),
        (found) => found.length > 0,
        40_000,
      );
      const { dueAt, openedAt } = await plant.openTask(id, 'desk');
      expect(dueAt).toBe(dueOf(spec, openedAt, holidays).at);
      expect(dueAt).toBeGreaterThan((before.get(id) ?? 0) + 12 * hour);
      expect(rebased).toMatchObject({ task: { step: 'desk', dueAt }, body: { from: before.get(id), to: dueAt } });
      expect(await rows(id, 'calendar')).toMatchObject([{ by: 'engine', body: { calendar: calendarHash(holidays), id: 'site' } }]);
      expect(await explained(id)).toBe(dueAt);
      expect(await sentences(id, 'calendar')).toEqual(['The case follows a new edition of the working calendar site.']);
      expect((await sentences(id, 'rebased'))[0]).toMatch(/^desk is due on \d.*; before it was \d.*\.$/);
    }
    // The calendar from before may come back, and every case is told once.
    await saveCalendars(plant.pool, [{ company: 'tests', calendar: ordinary }]);
    await plant.until(
      () => plant.openTask(newer, 'desk'),
      ({ dueAt }) => dueAt === before.get(newer),
      40_000,
    );
    expect(await rows(newer, 'calendar')).toHaveLength(2);
    expect(await explained(newer)).toBe(before.get(newer));
  });
});

describe('a year that the calendar lacks', () => {
  it('is on the radar until a calendar comes that has it', async () => {
    const id = await begin('later');
    expect(await plant.openTask(id, 'desk')).not.toHaveProperty('dueAt');
    expect(await page(id)).not.toHaveProperty('dueExplained');
    expect(await plant.radar('desk', id)).toEqual(['calendar-year-missing']);
    expect((await sentences(id, 'undated'))[0]).toMatch(/^The working calendar later lacks the year \d{4}, /);
    const { body } = await plant.ask('desk', 'GET', '/radar?cause=calendar-year-missing');
    expect(String(body['items']?.[0]?.['sentence'])).toMatch(/^The working calendar later lacks the year \d{4}: /);

    await saveCalendars(plant.pool, [{ company: 'later', calendar: site({ calendar: 'later', edition: 2 }) }]);
    await plant.until(
      () => plant.radar('desk', id),
      (causes) => causes.length === 0,
      40_000,
    );
    const { dueAt, openedAt } = await plant.openTask(id, 'desk');
    expect(dueAt).toBe(openedAt + 4 * hour);
    expect(await explained(id)).toBe(dueAt);
    expect((await rows(id, 'rebased'))[0]?.body).toEqual({ from: null, to: dueAt });
    expect((await sentences(id, 'rebased'))[0]).toMatch(/before it was not known\.$/);
  });
});
