import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAt, durationMs } from '../../domain/time/due.js';

const minute = 60_000;
const at = (text: string) => Date.parse(text);
const shanghai = 480;

/** The slow way: walks minute by minute until the site's wall shows the day and the time. */
function oracle(days: number, time: string, from: number, offset: number): number {
  const wall = (moment: number): string => new Date(moment + offset * minute).toISOString();
  const start = wall(from).slice(0, 10);
  const target = new Date(`${start}T00:00:00Z`);
  target.setUTCDate(target.getUTCDate() + days);
  const wanted = `${target.toISOString().slice(0, 10)}T${time}:00.000Z`;
  let moment = Math.floor(from / minute) * minute - 24 * 60 * minute;
  while (wall(moment) < wanted) moment += minute;
  return moment;
}

describe('a length on the wall clock', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['48h', 172_800_000],
    ['2d', 172_800_000],
    ['0m', 0],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
    expect(dueAt({ within: text }, 1_000, shanghai)).toBe(1_000 + ms);
  });

  it.each(['', 'h', '4', '4 h', '1.5h', '-4h', '4w'])('%j is none', (text) => {
    expect(durationMs(text)).toBeNaN();
  });

  it('goes over a weekend like any other time', () => {
    expect(dueAt({ within: '48h' }, at('2026-10-02T17:30:00+08:00'), shanghai)).toBe(at('2026-10-04T17:30:00+08:00'));
  });
});

describe('a time of day some days later', () => {
  it.each([
    ['the next afternoon', 1, '18:00', '2026-11-23T09:59:00+08:00', '2026-11-24T18:00:00+08:00'],
    ['by the day of the site, not of UTC', 1, '18:00', '2026-11-24T00:30:00+08:00', '2026-11-25T18:00:00+08:00'],
    ['the same day', 0, '10:00', '2026-11-24T09:59:59+08:00', '2026-11-24T10:00:00+08:00'],
    ['the same day, already past', 0, '10:00', '2026-11-24T10:01:00+08:00', '2026-11-24T10:00:00+08:00'],
    ['over the end of a year', 1, '10:00', '2026-12-31T23:59:59+08:00', '2027-01-01T10:00:00+08:00'],
    ['over a leap day', 1, '00:00', '2028-02-28T12:00:00+08:00', '2028-02-29T00:00:00+08:00'],
  ])('%s', (_, days, time, from, expected) => {
    expect(dueAt({ days, at: time }, at(from), shanghai)).toBe(at(expected));
  });

  it('is what a walk through the minutes finds, in any zone', () => {
    const moments = fc.integer({ min: at('1969-12-30T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
    const times = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), times, moments, fc.integer({ min: -840, max: 840 }), (days, time, from, offset) => {
        expect(dueAt({ days, at: time }, from, offset)).toBe(oracle(days, time, from, offset));
      }),
      { numRuns: 100 },
    );
  });
});
