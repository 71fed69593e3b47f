import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type Progress, StartupError } from './startup-error.js';
import { buildTemporal } from './temporal-build.js';
import { downloadTemporal } from './temporal-download.js';
import { isRecentEnough, neededTemporal, serverVersionOf } from './temporal-version.js';

/** Where to look for the `temporal` program. */
export interface TemporalSearch {
  /** TEMPORAL_CLI, PATH, XDG_CACHE_HOME and HOME say where to look; Go sees all of it. */
  environment: NodeJS.ProcessEnv;
  /** The data folder: holds the program when no cache can be written. */
  home: string;
  /** Tell false to get no ready-made program from the internet. */
  download?: boolean;
}

const fileName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * Finds a `temporal` program whose server is recent enough: TEMPORAL_CLI, PATH, the cache, a ready-made one from the internet, one built
 * with Go. The last two end in the cache. Gives its path.
 * @throws StartupError TEMPORAL_CLI_UNUSABLE, TEMPORAL_TOO_OLD (both for TEMPORAL_CLI only) or TEMPORAL_PROGRAM_MISSING
 */
export async function findTemporalProgram(search: TemporalSearch, progress: Progress): Promise<string> {
  const { TEMPORAL_CLI, PATH } = search.environment;
  if (TEMPORAL_CLI) return chosenProgram(resolve(TEMPORAL_CLI));
  const onPath = (PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, fileName));
  const places = cacheFolders(search).map((folder) => join(folder, fileName));
  for (const program of [...onPath, ...places]) {
    const version = isFile(program) ? serverVersion(program).version : undefined;
    if (version !== undefined && isRecentEnough(version)) return program;
  }
  const target = join(writableFolder(search), fileName);
  const faults: string[] = [];
  const download = () => downloadTemporal(target, progress);
  const build = () => buildTemporal(target, search.environment, progress);
  for (const obtain of search.download === false ? [build] : [download, build]) {
    try {
      await obtain();
      const { version, fault } = serverVersion(target);
      if (version !== undefined && isRecentEnough(version)) return target;
      faults.push(fault ?? `server ${version}`);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new StartupError('TEMPORAL_PROGRAM_MISSING', { reason: faults.join('; '), needed: neededTemporal });
}

function chosenProgram(program: string): string {
  const { version, fault } = serverVersion(program);
  if (version === undefined) throw new StartupError('TEMPORAL_CLI_UNUSABLE', { path: program, reason: fault ?? 'no version' });
  if (!isRecentEnough(version)) throw new StartupError('TEMPORAL_TOO_OLD', { found: version, needed: neededTemporal });
  return program;
}

/** The folders that may hold the program, best first: the user's cache by server version, then the data folder. */
function cacheFolders({ environment: { XDG_CACHE_HOME, HOME }, home }: TemporalSearch): string[] {
  const cache = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  return [...(cache ? [join(cache, 'gendan', `temporal-${neededTemporal}`)] : []), join(home, 'cache', `temporal-${neededTemporal}`)];
}

function writableFolder(search: TemporalSearch): string {
  for (const folder of cacheFolders(search)) {
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // the next one may do
    }
  }
  throw new StartupError('HOME_NOT_WRITABLE', { path: search.home, reason: 'EACCES' });
}

function serverVersion(program: string): { version?: string; fault?: string } {
  const { stdout, error, status } = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 20_000, env: { HOME: '/nonexistent' } });
  if (error !== undefined) return { fault: error.message };
  const version = serverVersionOf(stdout);
  return version === undefined ? { fault: `exit code ${status}` } : { version };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
