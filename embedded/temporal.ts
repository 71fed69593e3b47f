import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Home } from './home.js';
import { endTemporalLeftovers } from './leftovers.js';
import { freePort } from './ports.js';
import type { Ending } from './process-table.js';
import { launch, logSince, logSize, type ServerProcess, type Supervised, startProcess, supervise } from './server-process.js';
import { type Progress, StartupError } from './startup-error.js';
import { assertTemporalVersion } from './temporal-version.js';

/** The embedded Temporal server, serving. */
export interface Temporal extends Supervised {
  /** `127.0.0.1:port` */
  readonly address: string;
}

export interface TemporalOptions {
  home: Home;
  /** The `temporal` program. */
  program: string;
  /** Lets the clock of a case be moved forward: for practice and tests only. */
  practice: boolean;
  progress: Progress;
}

const ending: Ending = [
  ['SIGTERM', 10_000],
  ['SIGKILL', 5_000],
];
const readyWithinMs = 60_000;
export const embeddedNamespace = 'default';

/**
 * Starts Temporal's development server on 127.0.0.1, with its data in the data folder and written through to the disk, and keeps it
 * running. Its port stays the same from start to start. A server left over from a killed Gendan is ended first: two on one data file would
 * destroy it.
 * @throws StartupError TEMPORAL_FAILED, TEMPORAL_TOO_OLD or DISK_FULL
 */
export async function startTemporal({ home, program, practice, progress }: TemporalOptions): Promise<Temporal> {
  await endTemporalLeftovers(home, progress);
  const port = await freePort(Number(home.setting('temporal.port')) || undefined);
  home.keep('temporal.port', String(port));
  progress('startup.progress.temporal-start');
  let version = '';
  const server = await supervise({
    ending,
    onDown: (reason) => progress('startup.progress.temporal-restart', { reason }),
    async start(signal) {
      const started = await serve({ home, program, practice, progress, port }, signal);
      version = started.served;
      return started.server;
    },
  });
  progress('startup.progress.temporal-ready', { version, port });
  return {
    address: `127.0.0.1:${port}`,
    pid: server.pid,
    async stop() {
      await server.stop();
      home.record('temporal', undefined);
    },
  };
}

/**
 * Connects to a Temporal server and refuses one that is too old.
 * @throws StartupError TEMPORAL_UNREACHABLE or TEMPORAL_TOO_OLD
 */
export async function connectTemporal(options: ConnectionOptions): Promise<Connection> {
  const address = options.address ?? '127.0.0.1:7233';
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ connectTimeout: '10s', ...options });
    await assertTemporalVersion(connection);
    return connection;
  } catch (error) {
    await connection?.close();
    if (error instanceof StartupError) throw error;
    throw new StartupError('TEMPORAL_UNREACHABLE', { address, reason: error instanceof Error ? error.message : String(error) });
  }
}

type Serving = TemporalOptions & { port: number };

async function serve(options: Serving, signal: AbortSignal): Promise<{ server: ServerProcess; served: string }> {
  const { home, port, progress } = options;
  const log = home.logFile('temporal');
  const logStart = logSize(log);
  return launch({
    async start() {
      await endTemporalLeftovers(home, progress);
      const server = await spawnServer(options, log);
      home.record('temporal', server.mark);
      return server;
    },
    ready: (server) => ready(port, server, signal),
    failure: (how) => startFailure(log, logStart, how, home.path),
    ending,
    signal,
  });
}

function spawnServer({ home, program, practice, port }: Serving, log: string): Promise<ServerProcess> {
  const folder = join(home.path, 'temporal');
  // Its own settings live in the data folder as well: a user's ~/.config/temporalio must not change this server.
  const settings = join(folder, 'config.toml');
  writeFileSync(settings, '');
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--headless', '--namespace', embeddedNamespace];
  const data = ['--db-filename', join(folder, 'temporal.db'), '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'];
  const dynamic = Object.entries(dynamicConfig(practice)).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
  return startProcess({
    program,
    args: ['server', 'start-dev', ...place, ...data, ...dynamic, '--log-level', 'warn', '--log-format', 'json'],
    folder,
    environment: { HOME: folder, TEMPORAL_CONFIG_FILE: settings, PATH: '/usr/bin:/bin' },
    log,
  });
}

/**
 * The server settings that differ from its defaults; each says why.
 *
 * - `frontend.WorkflowTimeSkippingEnabled`: the clock of a single case can be moved forward. Practice and tests only: on a server with real
 *   orders nobody may move time.
 *
 * Deliberately left alone: `matching.maxVersionsInDeployment` (100; a release above 50 editions is refused by Gendan itself),
 * `history.maxInFlightUpdates` (10; Gendan keeps to 8 a case), `frontend.namespaceRPS` (2400 a second, well above what one machine does).
 */
function dynamicConfig(practice: boolean): Record<string, string> {
  return practice ? { 'frontend.WorkflowTimeSkippingEnabled': 'true' } : {};
}

/** How long the last rows of an ended case can be read from its workflow: longer than the database is ever away (docs/decisions/0002). */
const retentionMs = 30 * 86_400_000;

async function ready(port: number, server: ServerProcess, signal: AbortSignal): Promise<{ served: string } | { how: string }> {
  let how: string | undefined;
  void server.ended.then((ended) => {
    how = ended;
  });
  const until = Date.now() + readyWithinMs;
  while (how === undefined && !signal.aborted && Date.now() < until) {
    let connection: Connection | undefined;
    try {
      connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 1_000 });
      const version = await assertTemporalVersion(connection);
      const config = { workflowExecutionRetentionTtl: msToTs(retentionMs) };
      await connection.workflowService.updateNamespace({ namespace: embeddedNamespace, config });
      return { served: version };
    } catch (error) {
      if (error instanceof StartupError) throw error;
      await sleep(50);
    } finally {
      await connection?.close();
    }
  }
  return { how: how ?? (signal.aborted ? 'stopped' : 'no answer') };
}

function startFailure(log: string, logStart: number, how: string, path: string): StartupError {
  const said = logSince(log, logStart);
  if (/no space left on device|database or disk is full|disk quota exceeded/i.test(said))
    return new StartupError('DISK_FULL', { path, freeMb: 0 });
  const lastLine = said.trim().split('\n').at(-1)?.slice(0, 300);
  return new StartupError('TEMPORAL_FAILED', { reason: lastLine || how, log });
}
