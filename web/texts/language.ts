import type { web } from '../../domain/texts/en/web.js';

export const languages = ['zh', 'en', 'id'] as const;
export type Language = (typeof languages)[number];
export type TextKey = keyof typeof web;
export type Say = (key: TextKey, values?: Record<string, string | number>) => string;

/** The tag that the browser knows each language by: for dates, numbers, and the voice of a screen reader. */
export const tags: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB', id: 'id-ID' };

/** Each language in its own words. */
export const languageNames: Record<Language, string> = { zh: '中文', en: 'English', id: 'Indonesia' };
