import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asFolderError, errorCode, StartupError } from '../embedded/startup-error.js';
import { Keyring, keysIn, newKey } from './keys.js';

/** The name of the setting that holds the keys where no file does: the one that seals first. */
export const keysSetting = 'GENDAN_SEAL_KEYS';

/** Where an installation keeps its keys, one a line, the one that seals first. */
const keyFile = (home: string): string => join(home, 'seal-keys');

export interface KeyPlace {
  readonly home: string;
  /** The keys themselves, where they are given as a setting. */
  readonly setting?: string | undefined;
}

/**
 * The keys of an installation. `used`: ids of those that it has sealed with so far; without any, a key is made.
 * @throws StartupError SEAL_KEY_MISSING, SEAL_KEYS_INVALID, SEAL_KEYS_READABLE or HOME_NOT_WRITABLE
 */
export function openKeys(at: KeyPlace, used: readonly string[]): Keyring {
  const place = placeOf(at);
  if (at.setting === undefined && used.length === 0) makeKeyFile(place);
  const keys = readKeys(at);
  if (keys === undefined) throw new StartupError('SEAL_KEY_MISSING', { place, keys: used.join(', ') });
  const missing = used.filter((id) => !keys.ids.includes(id));
  if (missing.length > 0) throw new StartupError('SEAL_KEY_MISSING', { place, keys: missing.join(', ') });
  return keys;
}

/** The name of where the keys are: the setting or the file. */
export const placeOf = ({ home, setting }: KeyPlace): string => (setting === undefined ? keyFile(home) : keysSetting);

/**
 * The keys as they are; undefined: there are none yet.
 * @throws StartupError SEAL_KEYS_INVALID or SEAL_KEYS_READABLE
 */
export function readKeys(at: KeyPlace): Keyring | undefined {
  const text = at.setting ?? readKeyFile(keyFile(at.home));
  if (text === undefined) return undefined;
  const secrets = keysIn(text);
  if (secrets === undefined) throw new StartupError('SEAL_KEYS_INVALID', { place: placeOf(at) });
  return new Keyring(secrets);
}

/** Puts a fresh key before those of the file: it seals from the next start on, the others go on opening. Returns the keys then. */
export function rotateKeys(home: string): Keyring {
  const file = keyFile(home);
  const secrets = keysIn(`${newKey()}\n${readKeyFile(file) ?? ''}`);
  if (secrets === undefined) throw new StartupError('SEAL_KEYS_INVALID', { place: file });
  const draft = `${file}.new`;
  writePrivate(draft, secrets.map((secret) => `${secret.toString('base64url')}\n`).join(''));
  renameSync(draft, file);
  return new Keyring(secrets);
}

function readKeyFile(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) throw new StartupError('SEAL_KEYS_READABLE', { path: file });
    return text;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw asFolderError(error, file);
  }
}

/** Makes a key file unless there is one. Linked into place: of two processes that begin at once, both read the one that was first, and whole. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writePrivate(draft, `${newKey()}\n`);
    try {
      linkSync(draft, file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      unlinkSync(draft);
    }
  } catch (error) {
    throw asFolderError(error, dirname(file));
  }
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flush: true });
  chmodSync(file, 0o600);
}
