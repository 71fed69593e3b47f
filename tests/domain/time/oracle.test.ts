import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkingCalendar } from '../../../domain/time/calendar.js';
import { dateOf, dayNumber } from '../../../domain/time/days.js';
import { type DueSpecInput, dueOf, dueSpec } from '../../../domain/time/due.js';
import { escalationMoments, escalationStep } from '../../../domain/time/escalation.js';
import { isWorking, workingBetween } from '../../../domain/time/working.js';
import { minutesOf, Oracle } from './oracle.js';
import { calendarFrom, minute, words } from './support.js';

const first = '2026-12-10';
const last = '2027-01-28';
const from = Date.parse(`${first}T00:00:00Z`) + 2 * 24 * 60 * minute;

const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const time = fc.nat(287).map((n) => clock(n * 5));
const someHours = fc.uniqueArray(fc.nat(288), { minLength: 2, maxLength: 5 }).map((marks) => {
  const sorted = marks.toSorted((a, b) => a - b).map((mark) => clock(mark * 5));
  return sorted.flatMap((mark, i) => (i % 2 === 0 && sorted[i + 1] !== undefined ? [[mark, sorted[i + 1]]] : []));
});
const maybeHours = fc.oneof({ weight: 4, arbitrary: someHours }, { weight: 1, arbitrary: fc.constant([]) });
const offset = fc.constantFrom(420, 480, 540, -300, 840, 345);

/** Calendars of two years whose special days lie around the turn of the year. */
const calendars: fc.Arbitrary<WorkingCalendar> = fc
  .record({
    week: fc.record({
      mon: someHours,
      tue: maybeHours,
      wed: maybeHours,
      thu: someHours,
      fri: maybeHours,
      sat: maybeHours,
      sun: maybeHours,
    }),
    special: fc.uniqueArray(fc.tuple(fc.nat(55), fc.constantFrom('holiday', 'make-up', 'as-monday', 'half-day'), someHours), {
      maxLength: 14,
      selector: ([day]) => day,
    }),
    offsets: fc.tuple(offset, fc.option(fc.tuple(fc.nat(30), offset))),
  })
  .map(({ week, special, offsets: [minutes, change] }) => {
    const dated = special.map(([day, kind, hours]) => ({ date: dateOf(dayNumber(first) + day), kind, hours, words: words(kind) }));
    const pick = (kind: string, year: number) => dated.filter((entry) => entry.kind === kind && entry.date.startsWith(String(year)));
    const edition = (year: number) => ({
      year,
      edition: 1,
      source: 'random',
      weekly: week,
      holidays: pick('holiday', year).map(({ date, words: text }) => ({ date, kind: 'plant-shutdown', words: text })),
      makeUp: [
        ...pick('make-up', year).map(({ date, hours, words: text }) => ({ date, hours, words: text })),
        ...pick('as-monday', year).map(({ date, words: text }) => ({ date, hours: 'mon', words: text })),
      ],
      halfDays: pick('half-day', year).map(({ date, hours, words: text }) => ({ date, hours, words: text })),
    });
    const changed =
      change === null || Math.abs(change[1] - minutes) >= 720 ? [] : [{ from: dateOf(dayNumber(first) + change[0]), minutes: change[1] }];
    return calendarFrom({
      calendar: 'random',
      name: words('random'),
      zone: 'none',
      offsets: [{ minutes }, ...changed],
      editions: [edition(2026), edition(2027)],
    });
  });

const specs: fc.Arbitrary<DueSpecInput> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2000 }).map((n): DueSpecInput => ({ within: `${n}m`, clock: 'working' })) },
  fc.integer({ min: 1, max: 2000 }).map((n): DueSpecInput => ({ within: `${n}m` })),
  fc.integer({ min: 1, max: 5 }).map((workingDays): DueSpecInput => ({ workingDays })),
  fc.tuple(fc.integer({ min: 1, max: 5 }), time).map(([workingDays, at]): DueSpecInput => ({ workingDays, at })),
  fc.tuple(fc.integer({ min: 1, max: 3 }), time).map(([days, nextWorkingDay]): DueSpecInput => ({ days, nextWorkingDay })),
  time.map((cutOff): DueSpecInput => ({ cutOff })),
  fc.tuple(fc.integer({ min: 1, max: 5 }), time).map(([days, at]): DueSpecInput => ({ days, at })),
);
const cases = fc.array(
  fc.record({
    spec: specs,
    start: fc.nat(12 * 24 * 12).map((n) => from + n * 5 * minute),
    pauses: fc.array(
      fc
        .tuple(fc.nat(16 * 24 * 12), fc.integer({ min: 1, max: 500 }), fc.constantFrom('customer', 'sample'))
        .map(([begin, length, cause]) => ({ from: from + begin * 5 * minute, to: from + (begin + length) * 5 * minute, cause })),
      { maxLength: 3 },
    ),
  }),
  { minLength: 360, maxLength: 360 },
);

describe('due times equal the minute-by-minute oracle', () => {
  it('in 10,000 random cases on random calendars, with sums that add up and segments that are true', () => {
    let compared = 0;
    const property = fc.property(calendars, cases, (calendar, some) => {
      const oracle = new Oracle(minutesOf(calendar, first, last));
      for (const { spec: input, start, pauses } of some) {
        const spec = dueSpec.parse(input);
        const expected = oracle.due(spec, start, pauses);
        if (expected === undefined) continue;
        compared++;
        const { at, sum } = dueOf(spec, start, calendar, pauses);
        const wall = sum.editions.length === 0 ? 'wall' : 'working';
        const untrue = sum.segments.filter(
          ({ from: begin, to, kind }, i) =>
            begin !== (sum.segments[i - 1]?.to ?? start) ||
            oracle.kind(begin, wall, pauses) !== kind ||
            oracle.kind(to - minute, wall, pauses) !== kind,
        );
        // One comparison a case: `expect` costs more than the arithmetic.
        expect({
          at,
          span: sum.countedMs + sum.nonWorkingMs + sum.pausedMs,
          counted: sum.countedMs,
          end: sum.segments.at(-1)?.to ?? at,
          untrue,
        }).toEqual({
          at: expected,
          span: Math.max(0, expected - start),
          counted: oracle.count(start, expected, wall, pauses) * minute,
          end: expected,
          untrue: [],
        });
      }
    });
    fc.assert(property, { numRuns: 30, seed: 4 });
    expect(compared).toBeGreaterThanOrEqual(10_000);
  });

  it('and so do the rungs of ladders before and after them', () => {
    let compared = 0;
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 600 }), fc.constantFrom('wall', 'working')), {
      minLength: 60,
      maxLength: 60,
    });
    const property = fc.property(calendars, cases, lengths, (calendar, some, amounts) => {
      const oracle = new Oracle(minutesOf(calendar, first, last));
      for (const [i, [length, clock]] of amounts.entries()) {
        const { start, pauses } = some[i]!;
        const due = oracle.due(dueSpec.parse({ within: '600m', clock }), start, pauses);
        if (due === undefined) continue;
        const before = oracle.before(due, length, clock, pauses);
        const found = escalationMoments(
          escalationStep.parse({ remind: { before: `${length}m`, clock } }),
          { start, due },
          calendar,
          pauses,
        );
        const after = escalationStep.parse({ remind: { after: { within: `${length}m`, clock }, times: 2 } });
        const nth = [oracle.due(dueSpec.parse({ within: `${length}m`, clock }), due, pauses)];
        if (nth[0] !== undefined) nth.push(oracle.due(dueSpec.parse({ within: `${length}m`, clock }), nth[0], pauses));
        if (nth.length < 2 || nth.includes(undefined)) continue;
        compared++;
        expect([found, escalationMoments(after, { start, due }, calendar, pauses)]).toEqual([before > start ? [before] : [], nth]);
      }
    });
    fc.assert(property, { numRuns: 30, seed: 4 });
    expect(compared).toBeGreaterThanOrEqual(1_000);
  });

  it('moment by moment and span by span', () => {
    const property = fc.property(
      calendars,
      fc.array(fc.tuple(fc.nat(50_000), fc.nat(9_000)), { minLength: 40, maxLength: 40 }),
      (calendar, spans) => {
        const oracle = new Oracle(minutesOf(calendar, first, last));
        for (const [begin, length] of spans) {
          const start = from + begin * minute;
          expect(isWorking(calendar, start)).toBe(oracle.count(start, start + minute, 'working', []) === 1);
          expect(workingBetween(calendar, start, start + length * minute)).toBe(
            oracle.count(start, start + length * minute, 'working', []) * minute,
          );
        }
      },
    );
    fc.assert(property, { numRuns: 15, seed: 4 });
  });
});
