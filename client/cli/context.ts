import { readFileSync } from 'node:fs';
import type { Json } from '../../domain/json.js';
import { type Locale, locales, say, type TextKey, type TextValues } from '../../domain/texts/texts.js';
import { parseJson } from '../api/http/body.js';
import { Problem } from '../api/http/problem.js';
import { type Config, readConfig } from '../config.js';
import { type ApiClient, createApiClient } from './api-client.js';
import { CliError, type ExitCode, exitCodes } from './errors.js';
import { plain } from './output.js';
import { readRunning, readTokens } from './running.js';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: true;
  readonly api?: string;
  readonly as?: string;
}

/** A column of tables, by its text. */
export type Column = TextKey extends infer Key ? (Key extends `cli.column.${infer Name}` ? Name : never) : never;

/** What commands work with. */
export interface CliContext {
  readonly config: Config;
  readonly locale: Locale;
  /** The exit code when nothing is thrown. */
  exit: ExitCode;
  say(key: TextKey, values?: TextValues): string;
  /** The heading of a table. */
  columns(...names: readonly Column[]): readonly string[];
  /** Prints a result: as it is for machines, as text for people. */
  print(options: GlobalOptions, value: unknown, text: () => string): void;
  /** Prints a line for people, beside the result. */
  note(text: string): void;
  /** The running API as a person. `fit`: whom of the demo people to act as when nobody is named. */
  client(options: GlobalOptions, fit?: (me: Me) => boolean): Promise<ApiClient>;
}

/** What `GET me` says that commands go by. */
export interface Me {
  readonly id: string;
  readonly roles: readonly { readonly company: string }[];
  readonly capabilities: { readonly start: readonly { readonly company: string; readonly procedure: string }[]; readonly team: boolean };
}

/** Whether somebody works in the company of a case, as far as what names the case says which. */
export const worksWith =
  (given: string) =>
  ({ roles }: Me): boolean =>
    !given.includes(':') || roles.some(({ company }) => given.startsWith(`${company}:`));

/** The context of a call, or all that is wrong with its settings. */
export function createContext(argv: readonly string[]): CliContext {
  const read = readConfig();
  const locale = languageIn(argv) ?? (read.ok ? read.config.locale : 'en');
  const words = (key: TextKey, values?: TextValues): string => say(locale, key, values);
  if (!read.ok) {
    const faults = read.faults.map(({ setting, rule }) =>
      words('cli.setting-wrong', { setting, rule: words(`rule.${rule}`, { allowed: '…', limit: '…' }) }),
    );
    throw new SettingsError(locale, faults);
  }
  const { config } = read;
  return {
    config,
    locale,
    exit: exitCodes.done,
    say: words,
    columns: (...names) => names.map((name) => words(`cli.column.${name}`)),
    print(options, value, text) {
      process.stdout.write(`${options.json === true ? JSON.stringify(value, null, 2) : plain(text())}\n`);
    },
    note: (text) => void process.stderr.write(`${plain(text)}\n`),
    client: (options, fit) => clientFor(config, locale, options, fit),
  };
}

/** Settings that cannot be used, all of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly locale: Locale;
  readonly faults: readonly string[];
  constructor(locale: Locale, faults: readonly string[]) {
    super(faults.join('\n'));
    this.locale = locale;
    this.faults = faults;
  }
}

/** The language named by `--lang`, which is wanted before the rest of the line is understood. */
function languageIn(argv: readonly string[]): Locale | undefined {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const given = argv[at]?.includes('=') === true ? argv[at]?.split('=')[1] : argv[at + 1];
  return at < 0 ? undefined : locales.find((locale) => locale === given);
}

async function clientFor(
  config: Config,
  locale: Locale,
  { api, as }: GlobalOptions,
  fit: (me: Me) => boolean = () => true,
): Promise<ApiClient> {
  const url = (api ?? config.api ?? readRunning(config.home)?.api)?.replace(/\/+$/, '');
  if (url === undefined) throw new CliError(exitCodes.unavailable, 'cli.api-unknown');
  const tokens = readTokens(config.home);
  if (as !== undefined) {
    const token = Object.hasOwn(tokens, as) ? tokens[as] : undefined;
    if (token === undefined)
      throw new CliError(exitCodes.notAllowed, 'cli.token-unknown', { person: as, allowed: Object.keys(tokens).join(', ') || '-' });
    return createApiClient({ url, token, locale });
  }
  if (config.token !== undefined) return createApiClient({ url, token: config.token, locale });
  const clients = Object.values(tokens).map((token) => createApiClient({ url, token, locale }));
  const [first] = clients;
  if (first === undefined) throw new CliError(exitCodes.notAllowed, 'cli.token-needed');
  for (const client of clients) if (fit(await client.get<Me>('/me'))) return client;
  return first;
}

/** JSON given on the line itself (it begins with `{`) or in a file. */
export function jsonFrom(given: string): Json {
  const inline = given.trimStart().startsWith('{');
  const text = inline ? given : textOf(given);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { line = 1, column = 1 } = (error.details.values ?? {}) as { line?: number; column?: number };
    throw new CliError(exitCodes.usage, 'cli.json-invalid', { path: inline ? '--data' : given, line, column });
  }
}

function textOf(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CliError(exitCodes.usage, 'cli.file-unreadable', { path, reason });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(exitCodes.usage, 'cli.file-encoding', { path });
  }
}
