import { describe, expect, it } from 'vitest';
import { dueOf } from '../../../domain/time/due.js';
import type { Pause } from '../../../domain/time/pause.js';
import { calendarData, calendarFrom, cn, inCn, spec } from './support.js';

const hehe = calendarFrom(calendarData('cn-hehe'));
const wall = spec({ within: '48h' });
const working = spec({ within: '48h', clock: 'working' });
const twoDays = spec({ within: '16h', clock: 'working' });
const customer = (from: string, to: string): Pause => ({ from: cn(from), to: cn(to), cause: 'waiting-for-customer' });
const twice = [customer('2026-09-30 16:00', '2026-10-08 09:00'), customer('2026-10-09 08:00', '2026-10-10 10:00')];

describe('the 48 hours of Hehe end at the exact minute', () => {
  it.each([
    ['over a weekend, on the wall clock', wall, '2026-11-20 15:07', [], '2026-11-22 15:07'],
    ['over a weekend, 48 hours of work', working, '2026-11-20 15:07', [], '2026-11-30 15:07'],
    ['over a weekend, 16 hours of work', twoDays, '2026-11-20 15:07', [], '2026-11-24 15:07'],
    ['over National Day 2026, on the wall clock', wall, '2026-09-30 15:07', [], '2026-10-02 15:07'],
    ['over National Day 2026, 48 hours of work', working, '2026-09-30 15:07', [], '2026-10-14 15:07'],
    ['over National Day 2026, 16 hours of work', twoDays, '2026-09-30 15:07', [], '2026-10-09 15:07'],
    ['over the worked Saturday, on the wall clock', wall, '2026-10-09 15:07', [], '2026-10-11 15:07'],
    ['over the worked Saturday, 16 hours of work', twoDays, '2026-10-09 15:07', [], '2026-10-12 15:07'],
    ['with two clarifications, on the wall clock', wall, '2026-09-30 15:07', twice, '2026-10-11 10:07'],
    ['with two clarifications, 16 hours of work', twoDays, '2026-09-30 15:07', twice, '2026-10-12 10:07'],
  ] as const)('%s', (_, due, from, pauses, expected) => {
    const { at, sum } = dueOf(due, cn(from), hehe, pauses);
    expect(inCn(at)).toBe(expected);
    expect(sum.countedMs).toBe(due === twoDays ? 16 * 3_600_000 : 48 * 3_600_000);
  });
});
