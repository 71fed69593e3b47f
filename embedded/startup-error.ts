import { type Locale, say, type TextKey, type TextValues } from '../domain/texts/texts.js';

/** Why Gendan could not start. Each code has one sentence, what is wrong and what to do, under `startup.<code>` in the texts. */
export type StartupCode =
  | 'NODE_TOO_OLD'
  | 'HOME_IN_USE'
  | 'HOME_NOT_WRITABLE'
  | 'DISK_FULL'
  | 'PORT_TAKEN'
  | 'TEMPORAL_PROGRAM_MISSING'
  | 'TEMPORAL_CLI_UNUSABLE'
  | 'TEMPORAL_TOO_OLD'
  | 'TEMPORAL_UNREACHABLE'
  | 'TEMPORAL_FAILED'
  | 'DATABASE_URL_INVALID'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_REFUSED'
  | 'POSTGRES_FAILED'
  | 'POSTGRES_UNSUPPORTED'
  | 'POSTGRES_DATA_FOREIGN'
  | 'SEAL_KEY_MISSING'
  | 'SEAL_KEYS_INVALID'
  | 'SEAL_KEYS_READABLE';

/** A start that was refused for a reason that a person can act on. `values` fill the places of the sentence; they never hold a secret. */
export class StartupError extends Error {
  readonly code: StartupCode;
  readonly values: TextValues;

  constructor(code: StartupCode, values: TextValues = {}) {
    super(say('en', `startup.${code}`, values));
    this.name = 'StartupError';
    this.code = code;
    this.values = values;
  }

  /** The sentence in a language: what is wrong and what to do. */
  sentence(locale: Locale): string {
    return say(locale, `startup.${this.code}`, this.values);
  }
}

/** The texts that tell how a start is getting on. */
export type ProgressKey = Extract<TextKey, `startup.progress.${string}`>;

/** Told what the start is doing; the caller words it with `say(locale, key, values)`. Must not throw. */
export type Progress = (key: ProgressKey, values?: TextValues) => void;

const fullDisk = new Set(['ENOSPC', 'EDQUOT']);
const noAccess = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ENAMETOOLONG']);

/** The `code` of a system error, such as `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a file error under `path` into DISK_FULL or HOME_NOT_WRITABLE where it is one; gives any other error back as it is. */
export function asFolderError(error: unknown, path: string): unknown {
  const code = errorCode(error);
  if (code !== undefined && fullDisk.has(code)) return new StartupError('DISK_FULL', { path, freeMb: 0 });
  if (code !== undefined && noAccess.has(code)) return new StartupError('HOME_NOT_WRITABLE', { path, reason: code });
  return error;
}
