import { type Locale, locales } from '../../../domain/texts/texts.js';
import type { RequestContext } from './context.js';

/** The best language of an `Accept-Language` header that there is; undefined when the header is absent or names none of them. */
export function wantedLanguage(acceptLanguage: string | undefined): Locale | undefined {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map(preference)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of wanted) {
    const found = locales.find((locale) => locale === language);
    if (found !== undefined) return found;
  }
  return undefined;
}

function preference(text: string): { language: string; weight: number } {
  const [tag = '', ...parameters] = text.trim().toLowerCase().split(';');
  const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
  const weight = quality === undefined ? 1 : Number(quality.slice(2));
  // `in` is the old code of Indonesian, still sent by some Android phones.
  const primary = tag.trim().split('-')[0] ?? '';
  return { language: primary === 'in' ? 'id' : primary, weight: Number.isFinite(weight) ? weight : 0 };
}

/** The language to answer in: what the header asks for, the person's own, or English. */
export function languageOf(c: RequestContext): Locale {
  return c.get('wanted') ?? c.get('person')?.locale ?? 'en';
}
