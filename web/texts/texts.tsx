import i18next from 'i18next';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { answerIn } from '../api/client.js';
import { type Language, languages, type Say, type TextKey, tags } from './language.js';

const catalogues: Record<Language, () => Promise<{ readonly web: Readonly<Record<TextKey, string>> }>> = {
  zh: () => import('../../domain/texts/zh/web.js'),
  en: () => import('../../domain/texts/en/web.js'),
  id: () => import('../../domain/texts/id/web.js'),
};

const texts = i18next.createInstance();

interface Reader {
  readonly language: Language;
  readonly say: Say;
  /** The name of a field of what is started. */
  readonly field: (name: FieldName) => string;
  /** Stays on this device; the page is read anew in it. */
  change(language: Language): Promise<void>;
}
type FieldName = TextKey extends infer K ? (K extends `web.field.${infer Name}` ? Name : never) : never;

const ReaderContext = createContext<Reader | undefined>(undefined);

const kept = 'gendan-language';

/** The language of the last visit, or else the first of the browser's that there is. */
export function firstLanguage(): Language {
  const wanted = [localStorage.getItem(kept) ?? '', ...navigator.languages].map((tag) => tag.toLowerCase().split('-')[0]);
  return wanted.map((tag) => languages.find((one) => one === tag)).find((one) => one !== undefined) ?? 'en';
}

export const hasChosenLanguage = (): boolean => localStorage.getItem(kept) !== null;

/** Texts of a language are loaded before anything is shown in it. */
export async function loadTexts(language: Language): Promise<void> {
  if (!texts.isInitialized)
    await texts.init({
      lng: language,
      fallbackLng: false,
      keySeparator: false,
      nsSeparator: false,
      interpolation: { escapeValue: false },
      resources: {},
    });
  if (!texts.hasResourceBundle(language, 'translation'))
    texts.addResourceBundle(language, 'translation', (await catalogues[language]()).web);
  await texts.changeLanguage(language);
  document.documentElement.lang = tags[language];
  answerIn(language);
}

export function ReaderProvider({ first, children }: { readonly first: Language; readonly children: ReactNode }) {
  const [language, setLanguage] = useState(first);
  const change = useCallback(async (wanted: Language) => {
    await loadTexts(wanted);
    localStorage.setItem(kept, wanted);
    setLanguage(wanted);
  }, []);
  const reader = useMemo<Reader>(
    () => ({
      language,
      change,
      say: (key, values = {}) => texts.t(key, { lng: language, ...values }),
      field: (name) => texts.t(`web.field.${name}`, { lng: language }),
    }),
    [language, change],
  );
  return (
    <ReaderContext value={reader}>
      <I18nProvider locale={tags[language]}>{children}</I18nProvider>
    </ReaderContext>
  );
}

export function useReader(): Reader {
  const reader = use(ReaderContext);
  if (reader === undefined) throw new Error('outside ReaderProvider');
  return reader;
}

export const useSay = (): Say => useReader().say;
