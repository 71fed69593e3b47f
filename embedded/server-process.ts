import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ending, endProcess, markOf, type ProcessMark } from './process-table.js';
import { errorCode } from './startup-error.js';

/** A running server that this process started. */
export interface ServerProcess {
  readonly mark: ProcessMark;
  /** Settles when it has ended, with how: `exit code 1`, `signal SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
}

export interface ServerCommand {
  program: string;
  args: readonly string[];
  /** Where it works; by this folder it is found again if its id was lost. */
  folder: string;
  environment: NodeJS.ProcessEnv;
  /** Everything it prints is added to this file. */
  log: string;
  /** The user it runs as; only root can choose one. */
  runAs?: { uid: number; gid: number };
}

/**
 * Starts a server in a session of its own, so that Ctrl-C in the terminal reaches only Gendan, which then ends its servers in order.
 * Rejects when the program cannot be started at all.
 */
export async function startProcess(command: ServerCommand): Promise<ServerProcess> {
  const log = openSync(command.log, 'a', 0o600);
  try {
    const child = spawn(command.program, [...command.args], {
      cwd: command.folder,
      env: command.environment,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      ...command.runAs,
    });
    const ended = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.on('error', () => undefined);
    return { mark: markOf(child.pid ?? 0) ?? { pid: child.pid ?? 0, startedAt: 'ended' }, ended };
  } finally {
    closeSync(log);
  }
}

/** The size of a log now, in bytes; what is written later begins there. */
export function logSize(log: string): number {
  return existsSync(log) ? statSync(log).size : 0;
}

/** What a log holds from a byte on, at most its last 16 kB. */
export function logSince(log: string, start: number): string {
  const size = logSize(log);
  const length = Math.min(size - start, 16 * 1024);
  if (length <= 0) return '';
  const file = openSync(log, 'r');
  try {
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** One server, from its start until it serves. */
export interface Launch<Served> {
  /** Makes room and starts it. */
  start(): Promise<ServerProcess>;
  /** What it serves once it does, or how it ended before. */
  ready(server: ServerProcess): Promise<{ readonly served: Served } | { readonly how: string }>;
  ending: Ending;
  failure(how: string): Error;
  signal: AbortSignal;
}

const retryForMs = 10_000;

/**
 * Launches a server; again for some seconds while the remains of another one are in its way, and twice at least.
 * @throws what `ready` throws, or `failure` of how it ended last
 */
export async function launch<Served>({
  start,
  ready,
  ending,
  failure,
  signal,
}: Launch<Served>): Promise<{ server: ServerProcess; served: Served }> {
  const until = Date.now() + retryForMs;
  for (let attempt = 1; ; attempt++) {
    const server = await start();
    const outcome = await ready(server).catch(async (error: unknown) => {
      await endProcess(server.mark, ending);
      throw error;
    });
    if ('served' in outcome) return { server, served: outcome.served };
    if (signal.aborted || (attempt > 1 && Date.now() > until)) {
      await endProcess(server.mark, ending);
      throw failure(outcome.how);
    }
    await sleep(300);
  }
}

/** A server that is started again whenever it ends unasked. */
export interface Supervised {
  /** Its process now; undefined while it is down. */
  pid(): number | undefined;
  /** Ends it for good: each signal in turn until it is gone. Does nothing the second time. */
  stop(): Promise<void>;
}

export interface Supervision {
  /** Starts the server and settles when it serves. Gives up when the signal says so. */
  start(signal: AbortSignal): Promise<ServerProcess>;
  ending: Ending;
  /** Told when the server ended unasked, and each time it could not be started again. */
  onDown(reason: string): void;
}

const longestPauseMs = 10_000;
const steadyAfterMs = 30_000;

/** Starts a server and keeps it running: after an unasked end it is started again, at once and then after longer and longer pauses. */
export async function supervise({ start, ending, onDown }: Supervision): Promise<Supervised> {
  const stopped = new AbortController();
  let current: ServerProcess | undefined = await start(stopped.signal);

  async function watch(): Promise<void> {
    let pauseMs = 100;
    while (!stopped.signal.aborted) {
      if (current !== undefined) {
        const since = Date.now();
        const reason = await current.ended;
        current = undefined;
        if (stopped.signal.aborted) return;
        if (Date.now() - since > steadyAfterMs) pauseMs = 100;
        onDown(reason);
      }
      await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      try {
        current = await start(stopped.signal);
      } catch (error) {
        if (!stopped.signal.aborted) onDown(error instanceof Error ? error.message : (errorCode(error) ?? 'unknown'));
      }
    }
  }

  const watching = watch();
  return {
    pid: () => current?.mark.pid,
    async stop() {
      stopped.abort();
      if (current !== undefined) await endProcess(current.mark, ending);
      await watching;
    },
  };
}
