import { describe, expect, it } from 'vitest';
import { type DueSpecInput, dueOf, dueSpec } from '../../../domain/time/due.js';
import { explainDue, rebase } from '../../../domain/time/explain.js';
import { CalendarYearMissing } from '../../../domain/time/plan.js';
import { addWorking, workingBetween } from '../../../domain/time/working.js';
import { calendarData, calendarFrom, cn, hour, id, inCn, inId, smallCalendar, spec, words } from './support.js';

const hehe = calendarFrom(calendarData('cn-hehe'));
const indonesia = calendarFrom(calendarData('id-plant'));
const due = (input: DueSpecInput, from: string, pauses: [from: string, to: string][] = []): string =>
  inCn(
    dueOf(
      spec(input),
      cn(from),
      hehe,
      pauses.map(([start, end]) => ({ from: cn(start), to: cn(end), cause: 'customer' })),
    ).at,
  );
const wall48: DueSpecInput = { within: '48h' };
/** Six working days of the plant. */
const working48: DueSpecInput = { within: '48h', clock: 'working' };

describe('the 48 hours', () => {
  it.each<[string, DueSpecInput, string, string]>([
    ['over a weekend, wall', wall48, '2026-11-13 15:00', '2026-11-15 15:00'],
    ['over a weekend, working', working48, '2026-11-13 15:00', '2026-11-23 15:00'],
    ['16 working hours over a weekend', { within: '16h', clock: 'working' }, '2026-11-13 15:00', '2026-11-17 15:00'],
    ['over National Day, wall', wall48, '2026-09-30 16:00', '2026-10-02 16:00'],
    // 30 September 1.5 h; 8, 9, 10 (make-up Saturday), 12 and 13 October 8 h each; 14 October 6.5 h.
    ['over National Day and the make-up Saturday, working', working48, '2026-09-30 16:00', '2026-10-14 16:00'],
    ['on the make-up Saturday', { within: '4h', clock: 'working' }, '2026-10-09 15:30', '2026-10-10 10:00'],
    ['the make-up Saturday is no other for the wall clock', wall48, '2026-10-09 15:30', '2026-10-11 15:30'],
    ['over the turn of the year, 1 January off', { within: '8h', clock: 'working' }, '2026-12-31 13:30', '2027-01-04 12:00'],
    ['started at night', { within: '1h', clock: 'working' }, '2026-11-12 22:00', '2026-11-13 09:00'],
    ['started in the lunch break', { within: '1h', clock: 'working' }, '2026-11-12 12:30', '2026-11-12 14:30'],
    ['ended at the very end of a day', { within: '4h', clock: 'working' }, '2026-11-12 13:30', '2026-11-12 17:30'],
    ['started at the very end of a day', { within: '1m', clock: 'working' }, '2026-11-12 17:30', '2026-11-13 08:01'],
  ])('%s', (_, input, from, expected) => {
    expect(due(input, from)).toBe(expected);
  });
});

describe('due by days', () => {
  it.each<[string, DueSpecInput, string, string]>([
    ['2 working days, same time', { workingDays: 2 }, '2026-11-12 10:15', '2026-11-16 10:15'],
    ['over National Day', { workingDays: 2 }, '2026-09-30 10:15', '2026-10-09 10:15'],
    ['the make-up Saturday counts', { workingDays: 1, at: '17:00' }, '2026-10-09 10:15', '2026-10-10 17:00'],
    ['before the hours: their start', { workingDays: 1 }, '2026-11-12 06:00', '2026-11-13 08:00'],
    ['in the break: its beginning', { workingDays: 1 }, '2026-11-12 12:45', '2026-11-13 12:00'],
    ['after the hours: their end', { workingDays: 1 }, '2026-11-12 21:00', '2026-11-13 17:30'],
    ['from a day off: the end of the last day', { workingDays: 1 }, '2026-11-14 09:00', '2026-11-16 17:30'],
    ['next working day on a Friday', { nextWorkingDay: '17:00' }, '2026-11-13 18:00', '2026-11-16 17:00'],
    ['next working day on a Saturday', { nextWorkingDay: '17:00' }, '2026-11-14 09:00', '2026-11-16 17:00'],
    ['the third working day', { nextWorkingDay: '17:00', days: 3 }, '2026-11-13 18:00', '2026-11-18 17:00'],
    ['a time outside the hours stays as written', { nextWorkingDay: '20:00' }, '2026-11-12 18:00', '2026-11-13 20:00'],
    ['after a cut-off: a start before it', { nextWorkingDay: '18:00', afterCutOff: '10:00' }, '2026-11-12 09:59', '2026-11-13 18:00'],
    [
      'after a cut-off: a start at it is of the next batch',
      { nextWorkingDay: '18:00', afterCutOff: '10:00' },
      '2026-11-12 10:00',
      '2026-11-16 18:00',
    ],
    ['calendar days', { days: 2, at: '18:00' }, '2026-11-13 23:59', '2026-11-15 18:00'],
    ['cut-off, 09:59', { cutOff: '10:00' }, '2026-11-13 09:59', '2026-11-13 10:00'],
    ['cut-off, 10:00 exactly', { cutOff: '10:00' }, '2026-11-13 10:00', '2026-11-16 10:00'],
    ['cut-off on a day off', { cutOff: '10:00' }, '2026-10-03 08:00', '2026-10-08 10:00'],
    ['cut-off on the make-up Saturday', { cutOff: '10:00' }, '2026-10-10 09:59', '2026-10-10 10:00'],
  ])('%s', (_, input, from, expected) => {
    expect(due(input, from)).toBe(expected);
  });

  it('counts a half day as a day, with its own hours', () => {
    const data = smallCalendar();
    data.editions[0]!.halfDays = [{ date: '2026-11-13', hours: [['08:00', '12:00']], words: words('half') }];
    const calendar = calendarFrom(data);
    const at = (input: DueSpecInput, from: string) => inCn(dueOf(spec(input), cn(from), calendar).at);
    expect(at({ workingDays: 1 }, '2026-11-12 15:00')).toBe('2026-11-13 12:00');
    expect(at({ within: '5h', clock: 'working' }, '2026-11-13 08:00')).toBe('2026-11-16 09:00');
    expect(workingBetween(calendar, cn('2026-11-13 00:00'), cn('2026-11-14 00:00'))).toBe(4 * hour);
  });

  it('skips cuti bersama in Indonesia and reads Jakarta clocks', () => {
    expect(inId(dueOf(spec({ nextWorkingDay: '17:00' }), id('2026-03-17 16:00'), indonesia).at)).toBe('2026-03-25 17:00');
    expect(inId(dueOf(spec({ within: '8h', clock: 'working' }), id('2026-05-13 16:00'), indonesia).at)).toBe('2026-05-18 16:00');
  });
});

describe('pauses', () => {
  it.each<[string, DueSpecInput, string, [string, string][], string]>([
    ['wall: the whole pause', wall48, '2026-11-10 10:00', [['2026-11-10 12:00', '2026-11-11 18:00']], '2026-11-13 16:00'],
    [
      'working: only its working time',
      { within: '8h', clock: 'working' },
      '2026-11-12 08:00',
      [['2026-11-12 16:30', '2026-11-13 09:00']],
      '2026-11-13 10:00',
    ],
    [
      'working: none in the night',
      { within: '8h', clock: 'working' },
      '2026-11-12 13:30',
      [['2026-11-12 18:00', '2026-11-13 07:00']],
      '2026-11-13 12:00',
    ],
    [
      'twice',
      { within: '8h', clock: 'working' },
      '2026-11-12 08:00',
      [
        ['2026-11-12 09:00', '2026-11-12 10:00'],
        ['2026-11-12 14:00', '2026-11-12 15:00'],
      ],
      '2026-11-13 10:00',
    ],
    [
      'overlapping ones once',
      wall48,
      '2026-11-10 10:00',
      [
        ['2026-11-10 11:00', '2026-11-10 13:00'],
        ['2026-11-10 12:00', '2026-11-10 14:00'],
      ],
      '2026-11-12 13:00',
    ],
    ['before the start: none', wall48, '2026-11-10 10:00', [['2026-11-09 10:00', '2026-11-10 10:00']], '2026-11-12 10:00'],
    ['begun before the start: the rest', wall48, '2026-11-10 10:00', [['2026-11-09 10:00', '2026-11-10 11:00']], '2026-11-12 11:00'],
    ['begun at the due time: too late', wall48, '2026-11-10 10:00', [['2026-11-12 10:00', '2026-11-13 10:00']], '2026-11-12 10:00'],
    [
      '2 working days and a working day of pause',
      { workingDays: 2 },
      '2026-11-09 10:00',
      [['2026-11-09 14:00', '2026-11-10 14:00']],
      '2026-11-12 10:00',
    ],
    [
      'a time of day stays one',
      { workingDays: 2, at: '17:00' },
      '2026-11-09 10:00',
      [['2026-11-10 09:00', '2026-11-10 10:00']],
      '2026-11-12 17:00',
    ],
    [
      'a pause in the weekend moves no working day',
      { nextWorkingDay: '17:00' },
      '2026-11-13 10:00',
      [['2026-11-14 10:00', '2026-11-15 10:00']],
      '2026-11-16 17:00',
    ],
    [
      'a missed cut-off is the next',
      { cutOff: '10:00' },
      '2026-11-13 09:00',
      [['2026-11-13 09:30', '2026-11-13 11:00']],
      '2026-11-16 10:00',
    ],
    ['calendar days', { days: 2, at: '18:00' }, '2026-11-13 10:00', [['2026-11-13 12:00', '2026-11-13 13:00']], '2026-11-16 18:00'],
  ])('%s', (_, input, from, pauses, expected) => {
    expect(due(input, from, pauses)).toBe(expected);
  });
});

describe('a missing year', () => {
  it('is an error with the year, and only when it is needed', () => {
    const late = cn('2027-12-30 16:00');
    const error = (() => {
      try {
        return dueOf(spec({ workingDays: 2 }), late, hehe);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(CalendarYearMissing);
    expect(error).toMatchObject({ code: 'CALENDAR_YEAR_MISSING', values: { calendar: 'cn-hehe', year: 2028 } });
    expect(inCn(dueOf(spec({ workingDays: 1 }), late, hehe).at)).toBe('2027-12-31 16:00');
    expect(inCn(dueOf(spec(wall48), late, hehe).at)).toBe('2028-01-01 16:00');
    expect(inCn(addWorking(hehe, cn('2027-12-31 13:30'), 4 * hour))).toBe('2027-12-31 17:30');
    expect(workingBetween(hehe, cn('2027-12-31 00:00'), cn('2028-01-01 00:00'))).toBe(8 * hour);
    expect(() => addWorking(hehe, cn('2027-12-31 13:30'), 4 * hour + 1)).toThrow(CalendarYearMissing);
  });
});

describe('explainDue', () => {
  it('tells the stretches of 48 working hours over National Day with words, and its sum adds up', () => {
    const { at, sum } = dueOf(spec(working48), cn('2026-09-30 16:00'), hehe, [
      { from: cn('2026-10-12 08:00'), to: cn('2026-10-12 10:00'), cause: 'customer' },
    ]);
    const lines = explainDue(sum);
    expect(lines.map(({ code }) => code).filter((code, i, all) => all.indexOf(code) === i)).toEqual([
      'explain.start',
      'explain.rule.within-working',
      'explain.counted',
      'explain.non-working',
      'explain.holiday',
      'explain.make-up',
      'explain.paused',
      'explain.total',
      'explain.moved-by-pauses',
      'explain.edition',
      'explain.result',
    ]);
    expect(lines.filter(({ code }) => code === 'explain.holiday').map(({ values }) => values)).toMatchObject([
      { from: cn('2026-10-01 00:00'), to: cn('2026-10-06 00:00'), holiday: 'public-holiday', words: { zh: '国庆节' } },
      { from: cn('2026-10-06 00:00'), to: cn('2026-10-08 00:00'), holiday: 'day-in-lieu' },
    ]);
    expect(sum).toMatchObject({ countedMs: 48 * hour, pausedMs: 2 * hour, withoutPauses: cn('2026-10-14 16:00'), result: at });
    expect(sum.countedMs + sum.nonWorkingMs + sum.pausedMs).toBe(at - sum.start);
    expect(sum.editions).toEqual([{ calendar: 'cn-hehe', year: 2026, edition: 1, provisional: false }]);
    expect(JSON.parse(JSON.stringify(sum))).toEqual(sum);
  });

  it('names the days counted, both years of a turn, and no edition on the wall clock', () => {
    const { sum } = dueOf(spec({ workingDays: 2, at: '17:00' }), cn('2026-12-31 10:00'), hehe);
    expect(sum.days).toEqual(['2027-01-04', '2027-01-05']);
    expect(explainDue(sum).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['explain.day', 'explain.edition', 'explain.edition-provisional']),
    );
    expect(dueOf(spec(wall48), cn('2026-12-31 10:00'), hehe).sum.editions).toEqual([]);
  });
});

describe('rebase', () => {
  const added = smallCalendar();
  added.editions[0]!.edition = 2;
  added.editions[0]!.holidays = [{ date: '2026-11-13', kind: 'plant-shutdown', words: words('typhoon') }];
  const before = calendarFrom(smallCalendar());
  const after = calendarFrom(added);
  const { sum: old } = dueOf(spec({ within: '8h', clock: 'working' }), cn('2026-11-12 13:30'), before);

  it('moves a pending clock when a holiday is added and keeps both sums', () => {
    const rebased = rebase(old, after, cn('2026-11-12 16:00'));
    expect(rebased).toMatchObject({
      state: 'moved',
      old: { result: cn('2026-11-13 12:00') },
      new: { result: cn('2026-11-16 12:00'), editions: [{ edition: 2 }] },
    });
  });

  it('leaves a clock that has run out, and one the notice does not touch', () => {
    expect(rebase(old, after, old.result)).toEqual({ state: 'kept', old });
    const wall = dueOf(spec(wall48), cn('2026-11-12 13:30'), before).sum;
    expect(rebase(wall, after, cn('2026-11-12 16:00'))).toMatchObject({ state: 'same', new: { result: wall.result } });
  });

  it('takes a hold in, keeping the calendar', () => {
    const hold = [{ from: cn('2026-11-12 15:00'), to: cn('2026-11-12 16:00'), cause: 'customer' }];
    const rebased = rebase(old, before, cn('2026-11-12 16:00'), hold);
    expect(rebased).toMatchObject({ state: 'moved', new: { result: cn('2026-11-13 14:30'), pauses: hold } });
  });
});

describe('the schema of due specs', () => {
  it('fills in defaults and refuses what is ambiguous or impossible', () => {
    expect(dueSpec.parse({ within: '2d' })).toEqual({ within: '2d', clock: 'wall' });
    expect(dueSpec.parse({ nextWorkingDay: '17:00' })).toEqual({ nextWorkingDay: '17:00', days: 1 });
    for (const wrong of [
      { within: '2d', clock: 'working' },
      { within: '0h' },
      { workingDays: 0 },
      { cutOff: '25:00' },
      { nextWorkingDay: '17:00', within: '2h' },
      { workingDays: 1.5 },
    ])
      expect(dueSpec.safeParse(wrong).success).toBe(false);
  });
});
