import { describe, expect, it } from 'vitest';
import { editionHash } from '../../../domain/time/calendar.js';
import { dateOf, dayNumber, weekdayOf } from '../../../domain/time/days.js';
import { parseCalendar } from '../../../domain/time/parse-calendar.js';
import { isWorkingDate } from '../../../domain/time/working.js';
import { calendarData, calendarFrom, smallCalendar, words } from './support.js';

function problemsOf(data: unknown): string[] {
  const parsed = parseCalendar(data);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('the committed calendars', () => {
  it.each(['cn-hehe', 'id-plant'])('%s has 2026 and 2027, the latter provisional', (name) => {
    const { editions } = calendarFrom(calendarData(name));
    expect(editions.map(({ year, provisional }) => [year, provisional])).toEqual([
      [2026, false],
      [2027, true],
    ]);
  });

  it('Guangdong 2026 works and rests as the State Council arranged', () => {
    const calendar = calendarFrom(calendarData('cn-hehe'));
    const off = (first: string, last: string) => {
      for (let day = dayNumber(first); day <= dayNumber(last); day++)
        expect([dateOf(day), isWorkingDate(calendar, dateOf(day))]).toEqual([dateOf(day), false]);
    };
    off('2026-01-01', '2026-01-03');
    off('2026-02-15', '2026-02-23');
    off('2026-04-04', '2026-04-06');
    off('2026-05-01', '2026-05-05');
    off('2026-06-19', '2026-06-21');
    off('2026-09-25', '2026-09-27');
    off('2026-10-01', '2026-10-07');
    const weekend: string[] = [];
    for (let day = dayNumber('2026-01-01'); day < dayNumber('2027-01-01'); day++)
      if (['sat', 'sun'].includes(weekdayOf(day)) && isWorkingDate(calendar, dateOf(day))) weekend.push(dateOf(day));
    expect(weekend).toEqual(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']);
  });

  it('Indonesia 2026 has the 17 holidays and 8 days of cuti bersama of the decree', () => {
    const holidays = calendarFrom(calendarData('id-plant')).editions[0]!.holidays;
    const days = (kind: string) =>
      holidays.filter((one) => one.kind === kind).reduce((sum, one) => sum + dayNumber(one.to ?? one.date) - dayNumber(one.date) + 1, 0);
    expect([days('public-holiday'), days('joint-holiday')]).toEqual([17, 8]);
  });
});

describe('a calendar with mistakes', () => {
  it('has all of them named at once, also those between fields', () => {
    const data = smallCalendar();
    const year = data.editions[0]!;
    data.offsets = [{ minutes: 480 }, { from: '2026-03-01', minutes: 420 }, { from: '2026-02-01', minutes: 480 }];
    year.weekly.mon = [
      ['13:00', '17:00'],
      ['08:00', '12:00'],
    ];
    year.weekly.tue = [['17:00', '08:00']];
    year.holidays = [
      { date: '2026-02-30', kind: 'public-holiday', words: words('no such day') },
      { date: '2026-10-01', to: '2026-10-07', kind: 'public-holiday', words: words('National Day') },
      { date: '2026-10-07', kind: 'public-holiday', words: words('twice') },
      { date: '2027-01-01', kind: 'public-holiday', words: words('another year') },
      { date: '2026-11-02', kind: 'rain', words: words('no such kind') },
    ];
    year.makeUp = [{ date: '2026-10-02', hours: 'mon', words: words('in a holiday') }];
    year.halfDays = [{ date: '2026-12-31', hours: [], words: words('no hours') }];
    const wrong = { ...data, colour: 'red', editions: [...data.editions, { ...year, year: 2026 }] };
    const problems = problemsOf(wrong);
    for (const expected of [
      /Unrecognized key: "colour"/,
      /^offsets\.2\.from: a date after 2026-03-01/,
      /^editions\.0\.weekly\.mon: intervals in order/,
      /^editions\.0\.weekly\.tue\.0: an end after its start/,
      /^editions\.0\.holidays\.0\.date: a date that exists/,
      /^editions\.0\.holidays\.2\.date: a date that has no other entry: 2026-10-07 is in holidays\.1/,
      /^editions\.0\.holidays\.3\.date: a date in 2026/,
      /^editions\.0\.holidays\.4\.kind: /,
      /^editions\.0\.makeUp\.0\.date: a date that has no other entry: 2026-10-02 is in holidays\.1/,
      /^editions\.0\.halfDays\.0\.hours: at least one interval/,
      /^editions\.1\.year: a year that is not at editions\.0/,
    ])
      expect(problems).toContainEqual(expect.stringMatching(expected));
  });

  it('is refused when a make-up day follows a weekday without hours, or a week has no work', () => {
    const data = smallCalendar();
    data.editions[0]!.makeUp = [{ date: '2026-10-10', hours: 'sun', words: words('make-up') }];
    expect(problemsOf(data)).toEqual(['editions.0.makeUp.0.hours: a weekday with working hours, or a list of hours: sun has none']);
    const idle = smallCalendar();
    idle.editions[0]!.weekly = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] };
    expect(problemsOf(idle)).toEqual(['editions.0.weekly: working hours on at least one day of the week']);
    expect(problemsOf('a text').length).toBeGreaterThan(0);
  });
});

describe('the hash of an edition', () => {
  it('is that of its content: the same for equal years, another after a change, none for a missing year', () => {
    const changed = smallCalendar();
    changed.editions[0]!.holidays = [{ date: '2026-11-02', kind: 'plant-shutdown', words: words('stocktaking') }];
    const hash = editionHash(calendarFrom(smallCalendar()), 2026);
    expect(hash).toMatch(/^[0-9a-f]{40}$/);
    expect(editionHash(calendarFrom(smallCalendar()), 2026)).toBe(hash);
    expect(editionHash(calendarFrom(changed), 2026)).not.toBe(hash);
    expect(editionHash(calendarFrom(changed), 2031)).toBeUndefined();
  });
});
