import type { Locale } from './texts.js';

export type Currency = 'CNY' | 'USD' | 'IDR';

/**
 * Digits after the decimal point, and thereby what a minor unit is. CNY and USD: 2 (fen, cent). IDR: 0. ISO 4217 lists 2 for it, but sen are
 * out of use and plants invoice whole rupiah: a minor unit of IDR is one rupiah.
 */
export const decimalsOf: Readonly<Record<Currency, number>> = { CNY: 2, USD: 2, IDR: 0 };

const signs: Readonly<Record<Currency, string>> = { CNY: '¥', USD: 'US$', IDR: 'Rp' };
const separators: Readonly<Record<Locale, { readonly group: string; readonly decimal: string }>> = {
  zh: { group: ',', decimal: '.' },
  en: { group: ',', decimal: '.' },
  id: { group: '.', decimal: ',' },
};

/** A whole number with its thousands apart: 12,000 in Chinese and English, 12.000 in Indonesian. */
export function formatInteger(value: bigint | number, locale: Locale): string {
  const digits = String(value);
  const [sign, plain] = digits.startsWith('-') ? ['-', digits.slice(1)] : ['', digits];
  return sign + plain.replace(/\B(?=(\d{3})+$)/g, separators[locale].group);
}

/** An amount in minor units as figures alone: 1,234.50 · 1.234,50 · 1.234.500. Exact for any size. */
export function formatAmount(minor: bigint, currency: Currency, locale: Locale): string {
  const decimals = decimalsOf[currency];
  if (decimals === 0) return formatInteger(minor, locale);
  const negative = minor < 0n;
  const digits = String(negative ? -minor : minor).padStart(decimals + 1, '0');
  const whole = formatInteger(BigInt(digits.slice(0, -decimals)), locale);
  return `${negative ? '-' : ''}${whole}${separators[locale].decimal}${digits.slice(-decimals)}`;
}

/** An amount with its currency, for totals and sentences: `¥1,234.50`, `US$1,234.50`, `Rp 1.234.500`. */
export function formatMoney(minor: bigint, currency: Currency, locale: Locale): string {
  const figures = formatAmount(minor < 0n ? -minor : minor, currency, locale);
  const space = currency === 'IDR' || locale === 'id' ? '\u00a0' : '';
  return `${minor < 0n ? '-' : ''}${signs[currency]}${space}${figures}`;
}

/** What a line comes to, in minor units; exact, since quantity × price can pass 2^53. */
export function amountOf(line: { readonly quantity: number; readonly unitPriceMinor: number }): bigint {
  return BigInt(line.quantity) * BigInt(line.unitPriceMinor);
}

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
