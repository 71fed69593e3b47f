import { expect, it } from 'vitest';
import { dayTyped } from './day-input.js';
import { numberTyped } from './number.js';

it.each([
  ['8/12', 'en', '2026-12-08'],
  ['8.12', 'id', '2026-12-08'],
  ['12-8', 'zh', '2026-12-08'],
  ['12月8日', 'zh', '2026-12-08'],
  ['12月8日', 'en', '2026-12-08'],
  ['8/12/27', 'en', '2027-12-08'],
  ['2027-12-08', 'id', '2027-12-08'],
  ['2027年12月8日', 'zh', '2027-12-08'],
  // The next one there is.
  ['1/2', 'en', '2027-02-01'],
  ['27/11', 'en', '2026-11-27'],
  ['31/2', 'en', undefined],
  ['29/2/2028', 'en', '2028-02-29'],
  ['29/2/2027', 'en', undefined],
  ['tomorrow', 'en', undefined],
  ['8', 'en', undefined],
  ['', 'en', undefined],
] as const)('%s, typed in %s, is %s', (text, language, expected) => {
  expect(dayTyped(text, language, '2026-11-27')).toBe(expected);
});

it.each([
  ['1,200', 'en', 0, 1200],
  ['1.200', 'id', 0, 1200],
  ['3.85', 'en', 2, 385],
  ['3,85', 'id', 2, 385],
  ['12 000', 'zh', 0, 12000],
  ['3.855', 'en', 2, undefined],
  ['1.5', 'en', 0, undefined],
  ['=1+1', 'en', 0, undefined],
  ['', 'en', 0, undefined],
] as const)('%s, typed in %s with %i decimals, is %s', (text, language, decimals, expected) => {
  expect(numberTyped(text, language, decimals)).toBe(expected);
});
