import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import * as z from 'zod';
import { type Locale, locales } from '../domain/texts/texts.js';
import { keysIn } from '../sealing/keys.js';
import { packageRoot } from './install.js';

const port = z.coerce.number().int().min(0).max(65_535);
const blank = (value: unknown): unknown => (typeof value === 'string' && value.trim() === '' ? undefined : value);
const optional = <S extends z.ZodType>(schema: S) => z.preprocess(blank, schema.optional());

/** The environment that Gendan reads. Nothing that is a secret has a default. */
const environment = z.object({
  DATABASE_URL: optional(z.string()),
  TEMPORAL_ADDRESS: optional(z.string().regex(/^[^\s/]+:\d+$/)),
  TEMPORAL_NAMESPACE: optional(z.string().max(200)),
  GENDAN_HOME: optional(z.string()),
  GENDAN_HOST: optional(z.string().max(255)),
  GENDAN_PORT: optional(port),
  GENDAN_API: optional(z.url({ protocol: /^https?$/ })),
  GENDAN_TOKEN: optional(z.string().max(512)),
  GENDAN_SMTP_URL: optional(z.url({ protocol: /^smtps?$/ })),
  GENDAN_SEAL_KEYS: optional(z.string().refine((text) => keysIn(text) !== undefined)),
  GENDAN_LOG: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
  LC_ALL: optional(z.string()),
  LC_MESSAGES: optional(z.string()),
  LANG: optional(z.string()),
});

/** The settings of a client process. */
export interface Config {
  readonly databaseUrl: string | undefined;
  readonly temporalAddress: string | undefined;
  readonly namespace: string;
  /** The data folder. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly api: string | undefined;
  readonly token: string | undefined;
  /** The company's mail server, with its password; mail is kept instead of sent when absent. Never shown. */
  readonly smtpUrl: string | undefined;
  /** The keys that messages are sealed with; those of the data folder when absent. Never shown. */
  readonly sealKeys: string | undefined;
  readonly logLevel: string;
  /** From LC_ALL, LC_MESSAGES or LANG; English when they name none of the three. */
  readonly locale: Locale;
  /** For the programs that are started, and to look for the `temporal` program. */
  readonly environment: NodeJS.ProcessEnv;
}

/** A setting that cannot be used: its name, and which of `rule.*` it breaks. Its value is not repeated: it may be a secret. */
export interface SettingFault {
  readonly setting: string;
  readonly rule: 'choice' | 'pattern' | 'number' | 'longest';
}

/** All settings, or all that is wrong with them. */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
): { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly SettingFault[] } {
  const { success, data, error } = environment.safeParse(env);
  if (!success) return { ok: false, faults: error.issues.map(({ path, code }) => ({ setting: String(path[0]), rule: ruleOf(code) })) };
  return {
    ok: true,
    config: {
      databaseUrl: data.DATABASE_URL,
      temporalAddress: data.TEMPORAL_ADDRESS,
      namespace: data.TEMPORAL_NAMESPACE ?? 'default',
      home: data.GENDAN_HOME === undefined ? join(packageRoot(), '.gendan') : resolve(data.GENDAN_HOME.replace(/^~(?=$|\/)/, homedir())),
      host: data.GENDAN_HOST ?? '127.0.0.1',
      port: data.GENDAN_PORT ?? 4280,
      api: data.GENDAN_API?.replace(/\/+$/, ''),
      token: data.GENDAN_TOKEN,
      smtpUrl: data.GENDAN_SMTP_URL,
      sealKeys: data.GENDAN_SEAL_KEYS,
      logLevel: data.GENDAN_LOG ?? 'info',
      locale: localeFrom(data.LC_ALL ?? data.LC_MESSAGES ?? data.LANG),
      environment: env,
    },
  };
}

function ruleOf(code: z.core.$ZodIssue['code']): SettingFault['rule'] {
  if (code === 'invalid_value') return 'choice';
  if (code === 'too_big' || code === 'too_small' || code === 'invalid_type') return 'number';
  return 'pattern';
}

/** The language of a POSIX locale such as `zh_CN.UTF-8`. */
export function localeFrom(name: string | undefined): Locale {
  const language = (name ?? '').toLowerCase().split(/[_.@-]/)[0];
  return locales.find((locale) => locale === language) ?? (language === 'in' ? 'id' : 'en');
}

/** How to reach Temporal at an address: with the TLS and API key settings of the environment where it is one's own server. */
export function temporalConnection(
  { temporalAddress, environment: env }: Config,
  address: string,
): ReturnType<typeof loadClientConnectConfig>['connectionOptions'] {
  if (temporalAddress === undefined) return { address };
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { ...loadClientConnectConfig({ overrideEnvVars: given }).connectionOptions, address };
}
