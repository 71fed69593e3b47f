import { describe, expect, it } from 'vitest';
import { web as en } from '../../domain/texts/en/web.js';
import { web as id } from '../../domain/texts/id/web.js';
import { web as zh } from '../../domain/texts/zh/web.js';
import type { Language, Say } from '../texts/language.js';
import { dueWords, momentOf, offsetAt } from './time.js';

const texts = { en, id, zh };
const sayIn =
  (language: Language): Say =>
  (key, values = {}) =>
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{{${name}}}`, String(value)), texts[language][key]);

const now = Date.parse('2026-11-27T14:00:00+08:00');
const words = (language: Language, due: Parameters<typeof dueWords>[0]): string => {
  const { phrase, exact } = dueWords(due, { say: sayIn(language), language, now, zone: 'Asia/Shanghai' });
  return exact === undefined ? phrase : `${phrase} · ${exact}`;
};

describe('when something is due, then it is said how long that is, and when', () => {
  it.each([
    ['en', '2026-11-27T17:00:00+08:00', 'due in 3 h · Fri 17:00'],
    ['zh', '2026-11-27T17:00:00+08:00', '还剩 3 小时 · 周五 17:00 前'],
    ['id', '2026-11-27T17:00:00+08:00', 'sisa 3 jam · Jum 17.00'],
    ['en', '2026-11-27T12:00:00+08:00', '2 h overdue · was Fri 12:00'],
    ['id', '2026-11-27T12:00:00+08:00', 'terlambat 2 jam · batas Jum 12.00'],
    ['en', '2026-11-27T14:00:59+08:00', 'due in 0 min · Fri 14:00'],
    ['en', '2026-11-29T13:59:00+08:00', 'due in 47 h · Sun 13:59'],
    ['en', '2026-11-30T18:00:00+08:00', 'due in 3 d · Mon 18:00'],
    ['en', '2026-12-09T17:00:00+08:00', 'due 9 Dec 17:00'],
    ['zh', '2027-01-05T17:00:00+08:00', '2027年1月5日 17:00 前'],
  ] as const)('in %s, due %s: %s', (language, dueAt, expected) => {
    expect(words(language, { dueAt })).toBe(expected);
  });

  it.each([
    ['nothing', {}, 'no time limit'],
    [
      'a pause',
      { dueAt: '2026-11-27T12:00:00+08:00', paused: { since: '2026-11-26T09:20:00+08:00', causeName: 'waiting for customer' } },
      'clock paused · waiting for customer, since Thu 09:20',
    ],
    ['a late answer', { dueAt: '2026-11-27T09:00:00+08:00', closedAt: '2026-11-27T12:00:00+08:00' }, 'answered 3 h late · Fri 12:00'],
    ['an early answer', { dueAt: '2026-11-27T15:00:00+08:00', closedAt: '2026-11-27T12:00:00+08:00' }, 'answered 3 h early · Fri 12:00'],
  ])('of %s', (_, due, expected) => {
    expect(words('en', due)).toBe(expected);
  });

  it('becomes urgent in its last quarter, four hours before at the earliest', () => {
    const standing = (openedAt: string, dueAt: string) =>
      dueWords({ openedAt, dueAt }, { say: sayIn('en'), language: 'en', now, zone: 'UTC' }).standing;
    expect(standing('2026-11-20T00:00:00Z', '2026-11-27T09:59:00Z')).toBe('soon');
    expect(standing('2026-11-20T00:00:00Z', '2026-11-27T10:01:00Z')).toBe('ahead');
    expect(standing('2026-11-27T05:00:00Z', '2026-11-27T09:00:00Z')).toBe('ahead');
  });
});

it('a moment is told in the zone of the site, whatever the computer’s is', () => {
  expect(momentOf('2026-11-27T09:00:00Z', { language: 'en', now, zone: 'Asia/Jakarta' })).toBe('Fri 16:00');
});

it.each([
  ['Asia/Shanghai', '+08:00'],
  ['Asia/Jakarta', '+07:00'],
  ['UTC', '+00:00'],
])('%s is %s', (zone, offset) => {
  expect(offsetAt('2026-11-27', zone)).toBe(offset);
});
