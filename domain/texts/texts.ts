import i18next from 'i18next';
import { authority as authorityEn } from './en/authority.js';
import { beside as besideEn } from './en/beside.js';
import { cli as cliEn } from './en/cli.js';
import { desk as deskEn } from './en/desk.js';
import { documents as documentsEn } from './en/documents.js';
import { explain as explainEn } from './en/explain.js';
import { findings as findingsEn } from './en/findings.js';
import { labels as labelsEn } from './en/labels.js';
import { mail as mailEn } from './en/mail.js';
import { problems as problemsEn } from './en/problems.js';
import { refusals as refusalsEn } from './en/refusals.js';
import { reopening as reopeningEn } from './en/reopening.js';
import { seats as seatsEn } from './en/seats.js';
import { startup as startupEn } from './en/startup.js';
import { time as timeEn } from './en/time.js';
import { web as webEn } from './en/web.js';
import { authority as authorityId } from './id/authority.js';
import { beside as besideId } from './id/beside.js';
import { cli as cliId } from './id/cli.js';
import { desk as deskId } from './id/desk.js';
import { documents as documentsId } from './id/documents.js';
import { explain as explainId } from './id/explain.js';
import { findings as findingsId } from './id/findings.js';
import { labels as labelsId } from './id/labels.js';
import { mail as mailId } from './id/mail.js';
import { problems as problemsId } from './id/problems.js';
import { refusals as refusalsId } from './id/refusals.js';
import { reopening as reopeningId } from './id/reopening.js';
import { seats as seatsId } from './id/seats.js';
import { startup as startupId } from './id/startup.js';
import { time as timeId } from './id/time.js';
import { web as webId } from './id/web.js';
import { authority as authorityZh } from './zh/authority.js';
import { beside as besideZh } from './zh/beside.js';
import { cli as cliZh } from './zh/cli.js';
import { desk as deskZh } from './zh/desk.js';
import { documents as documentsZh } from './zh/documents.js';
import { explain as explainZh } from './zh/explain.js';
import { findings as findingsZh } from './zh/findings.js';
import { labels as labelsZh } from './zh/labels.js';
import { mail as mailZh } from './zh/mail.js';
import { problems as problemsZh } from './zh/problems.js';
import { refusals as refusalsZh } from './zh/refusals.js';
import { reopening as reopeningZh } from './zh/reopening.js';
import { seats as seatsZh } from './zh/seats.js';
import { startup as startupZh } from './zh/startup.js';
import { time as timeZh } from './zh/time.js';
import { web as webZh } from './zh/web.js';

/** The languages every text exists in. `zh` is Simplified Chinese, `id` Bahasa Indonesia. */
export const locales = ['zh', 'en', 'id'] as const;
export type Locale = (typeof locales)[number];

const en = {
  ...startupEn,
  ...problemsEn,
  ...labelsEn,
  ...findingsEn,
  ...cliEn,
  ...documentsEn,
  ...explainEn,
  ...refusalsEn,
  ...reopeningEn,
  ...seatsEn,
  ...timeEn,
  ...authorityEn,
  ...besideEn,
  ...mailEn,
  ...deskEn,
  ...webEn,
};
export type TextKey = keyof typeof en;
const catalogues: Record<Locale, Record<TextKey, string>> = {
  en,
  zh: {
    ...startupZh,
    ...problemsZh,
    ...labelsZh,
    ...findingsZh,
    ...cliZh,
    ...documentsZh,
    ...explainZh,
    ...refusalsZh,
    ...reopeningZh,
    ...seatsZh,
    ...timeZh,
    ...authorityZh,
    ...besideZh,
    ...mailZh,
    ...deskZh,
    ...webZh,
  },
  id: {
    ...startupId,
    ...problemsId,
    ...labelsId,
    ...findingsId,
    ...cliId,
    ...documentsId,
    ...explainId,
    ...refusalsId,
    ...reopeningId,
    ...seatsId,
    ...timeId,
    ...authorityId,
    ...besideId,
    ...mailId,
    ...deskId,
    ...webId,
  },
};

/** Every key there is a text for. */
export const textKeys: ReadonlySet<string> = new Set(Object.keys(en));

/** All texts of a language, for checks. */
export function textsOf(locale: Locale): Readonly<Record<TextKey, string>> {
  return catalogues[locale];
}

const instance = i18next.createInstance();
await instance.init({
  lng: 'en',
  fallbackLng: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: Object.fromEntries(locales.map((locale) => [locale, { translation: catalogues[locale] }])),
});

export type TextValues = Record<string, string | number>;

/** The sentence of a key in a language; `values` fill its `{{name}}` places. */
export function say(locale: Locale, key: TextKey, values: TextValues = {}): string {
  return instance.t(key, { lng: locale, ...values });
}
