import type { Language } from '../texts/language.js';

/** Figures as the reader groups them; in minor units where there are decimals. Undefined: it is no such number. */
export function numberTyped(text: string, language: Language, decimals: number): number | undefined {
  const [group, point] = language === 'id' ? ['.', ','] : [',', '.'];
  const plain = text.trim().replaceAll(' ', '').replaceAll(group, '').replace(point, '.');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return undefined;
  const [whole = '', fraction = ''] = plain.split('.');
  if (fraction.length > decimals) return undefined;
  return Number(`${whole}${fraction.padEnd(decimals, '0')}`);
}
