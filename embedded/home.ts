import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunning, markOf, type ProcessMark } from './process-table.js';
import { asFolderError, errorCode, StartupError } from './startup-error.js';

/** Least free space to start with, in megabytes: a server that fills the disk stops in the middle of its work. */
const neededMb = 256;
const largestLogBytes = 20 * 1024 * 1024;

/** The servers that Gendan starts for itself. */
export type ServerName = 'postgres' | 'temporal';

/**
 * The data folder, held by this process until `release`.
 *
 *     lock              who holds it
 *     processes.json    the servers started from it, by id and start time
 *     settings.json     what must stay the same from start to start: ports, password, where PostgreSQL's data is (readable by its owner only)
 *     postgres/         PostgreSQL's data, unless it had to go elsewhere
 *     temporal/         Temporal's data
 *     logs/             one log a server
 */
export interface Home {
  readonly path: string;
  /** Where a server writes its log. The folder exists. */
  logFile(server: ServerName): string;
  /** A kept setting, or undefined. */
  setting(name: string): string | undefined;
  /** Keeps a setting. Written through a temporary file, so that it is there whole or not at all. */
  keep(name: string, value: string): void;
  /** Remembers the running process of a server; undefined forgets it. */
  record(server: ServerName, mark: ProcessMark | undefined): void;
  /** The process remembered for a server, which may have ended. */
  recorded(server: ServerName): ProcessMark | undefined;
  /** Gives the folder back. Does nothing the second time. */
  release(): void;
}

/**
 * Takes the data folder, making it if need be.
 * @throws StartupError HOME_IN_USE, HOME_NOT_WRITABLE or DISK_FULL
 */
export function openHome(folder: string): Home {
  const path = resolve(folder);
  try {
    // As root the servers' own user must get through to its data; what others must not read is closed file by file.
    mkdirSync(path, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    if (isRoot() && statSync(path).uid === 0) chmodSync(path, 0o711);
    for (const name of ['logs', 'temporal']) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
    requireSpace(path);
    takeLock(path);
  } catch (error) {
    throw asFolderError(error, path);
  }
  return heldHome(path);
}

function heldHome(path: string): Home {
  const processesFile = join(path, 'processes.json');
  const settingsFile = join(path, 'settings.json');
  const processes = readJson(processesFile) as Partial<Record<ServerName, ProcessMark>>;
  const settings = readJson(settingsFile) as Record<string, string>;
  let held = true;
  return {
    path,
    logFile(server) {
      const file = join(path, 'logs', `${server}.log`);
      if (existsSync(file) && statSync(file).size > largestLogBytes) truncateSync(file);
      return file;
    },
    setting: (name) => settings[name],
    keep(name, value) {
      if (settings[name] === value) return;
      settings[name] = value;
      writeJson(settingsFile, settings, path);
    },
    record(server, mark) {
      if (mark === undefined && processes[server] === undefined) return;
      if (mark === undefined) delete processes[server];
      else processes[server] = mark;
      writeJson(processesFile, processes, path);
    },
    recorded: (server) => processes[server],
    release() {
      if (!held) return;
      held = false;
      rmSync(join(path, 'lock'), { force: true });
    },
  };
}

/** Whether this process is root, whom PostgreSQL refuses. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function requireSpace(path: string): void {
  const { bavail, bsize } = statfsSync(path);
  const freeMb = Math.floor((bavail * bsize) / (1024 * 1024));
  if (freeMb < neededMb) throw new StartupError('DISK_FULL', { path, freeMb });
}

function takeLock(path: string): void {
  const lock = join(path, 'lock');
  const own = markOf(process.pid);
  // Linked into place, so that whoever reads the lock reads all of it.
  const draft = `${lock}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(draft, lock);
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const text = readText(lock);
      const holder = holderOf(text);
      if (holder !== undefined && isRunning(holder)) throw new StartupError('HOME_IN_USE', { path, pid: holder.pid });
      if (text !== undefined) setAside(lock, text, draft);
    }
  } finally {
    unlinkSync(draft);
  }
}

/** Moves a lock away whose holder is gone; puts it back if it turned out to be a new one, taken by somebody else in the meantime. */
function setAside(lock: string, staleText: string, draft: string): void {
  const aside = `${draft}.stale`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (readText(aside) !== staleText) linkSync(aside, lock);
  unlinkSync(aside);
}

function holderOf(text: string | undefined): ProcessMark | undefined {
  try {
    const mark: unknown = JSON.parse(text ?? '');
    return isMark(mark) ? mark : undefined;
  } catch {
    return undefined;
  }
}

function isMark(value: unknown): value is ProcessMark {
  return typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number' && 'startedAt' in value;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function readJson(file: string): object {
  const text = readText(file);
  if (text === undefined) return {};
  return JSON.parse(text) as object;
}

function writeJson(file: string, value: object, home: string): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(draft, file);
  } catch (error) {
    throw asFolderError(error, home);
  }
}
