import type { Language } from '../texts/language.js';

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A day as somebody types it, as `2027-12-08`: year first, or else day and month in the order of the language (`8/12`, `12-8`, `12月8日`).
 * Without a year the next such day is meant. Undefined: it is no day.
 */
export function dayTyped(text: string, language: Language, today: string): string | undefined {
  const parts = text.trim().match(/\d+/g)?.map(Number) ?? [];
  const [a = 0, b = 0, c = 0] = parts;
  if (parts.length === 3 && a > 31) return day(a, b, c);
  if (parts.length === 3) return language === 'zh' ? day(fullYear(c), a, b) : day(fullYear(c), b, a);
  if (parts.length !== 2) return undefined;
  const [month, date] = language === 'zh' || text.includes('月') ? [a, b] : [b, a];
  const year = Number(today.slice(0, 4));
  const next = day(year, month, date);
  return next !== undefined && next < today ? day(year + 1, month, date) : next;
}

const fullYear = (year: number): number => (year < 100 ? 2_000 + year : year);

function day(year: number, month: number, date: number): string | undefined {
  const found = new Date(Date.UTC(year, month - 1, date));
  const isReal = found.getUTCMonth() === month - 1 && found.getUTCDate() === date && year >= 2_000 && year < 2_100;
  return isReal ? `${year}-${two(month)}-${two(date)}` : undefined;
}
