import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../domain/time/days.js';

describe('a length', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['48h', 172_800_000],
    ['2d', 172_800_000],
    ['0m', 0],
  ])('%s', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', 'h', '4', '4 h', '1.5h', '-4h', '4w'])('%j is none', (text) => {
    expect(durationMs(text)).toBeNaN();
  });
});
