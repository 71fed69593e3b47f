import type { Locale } from '../texts/texts.js';
import { dateOf, dayMs, minuteMs } from '../time/days.js';

const months = {
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  id: ['Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni', 'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember'],
} as const;

/**
 * A date `YYYY-MM-DD` in words: 2026年10月9日, 9 October 2026, 9 Oktober 2026; `short` for columns: 2026-10-09, 9 Oct 2026, 9 Okt 2026. Months
 * are written out, so that nobody takes day for month. A text that is no date is returned as it is.
 */
export function formatDate(date: string, locale: Locale, length: 'long' | 'short'): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return date;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (locale === 'zh') return length === 'long' ? `${year}年${month}月${day}日` : date;
  const name = months[locale][month - 1];
  if (name === undefined) return date;
  return `${day} ${length === 'long' ? name : shortMonth(name, locale)} ${year}`;
}

/** Three letters; Indonesian writes Agustus as Agt, since Agu is not in use. */
function shortMonth(name: string, locale: 'en' | 'id'): string {
  return locale === 'id' && name === 'Agustus' ? 'Agt' : name.slice(0, 3);
}

/** The date at a site at a moment: `at` in epoch milliseconds, the site's clock `utcOffsetMinutes` ahead of UTC. */
export function dateAt(at: number, utcOffsetMinutes: number): string {
  return dateOf(Math.floor((at + utcOffsetMinutes * minuteMs) / dayMs));
}
