import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from './home.js';
import { type Ending, endProcess, isRunning, processesIn } from './process-table.js';
import type { Progress } from './startup-error.js';

const postgresEnding: Ending = [
  ['SIGINT', 5_000],
  ['SIGQUIT', 2_000],
  ['SIGKILL', 5_000],
];
const sessionEnding: Ending = [
  ['SIGQUIT', 2_000],
  ['SIGKILL', 2_000],
];
const temporalEnding: Ending = [
  ['SIGTERM', 5_000],
  ['SIGKILL', 5_000],
];
const sessionsLeaveWithinMs = 3_000;

/**
 * Ends the PostgreSQL that a killed Gendan left behind: the server by its recorded process, or whatever still works in the data folder. A
 * server that was killed itself may leave sessions at work, which keep the data locked.
 */
export async function endPostgresLeftovers(home: Home, folder: string, progress: Progress): Promise<void> {
  const recorded = home.recorded('postgres');
  const postmaster = postmasterId(folder);
  const atWork = processesIn(folder, 'postgres');
  const server = recorded && isRunning(recorded) ? recorded : atWork.find(({ pid }) => pid === postmaster);
  const gone = server === undefined || (await endProcess(server, postgresEnding));
  if (server !== undefined && gone) progress('startup.progress.leftover-ended', { name: 'PostgreSQL', pid: server.pid });
  const until = Date.now() + sessionsLeaveWithinMs;
  while (atWork.some(isRunning) && Date.now() < until) await sleep(50);
  for (const session of atWork) await endProcess(session, sessionEnding);
  home.record('postgres', undefined);
  // Its process id may meanwhile be another program's, and PostgreSQL would take that for a server of this data.
  const known = process.platform === 'linux' || recorded?.pid === postmaster;
  if (gone && known) rmSync(join(folder, 'postmaster.pid'), { force: true });
}

function postmasterId(folder: string): number | undefined {
  const file = join(folder, 'postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
}

/** Ends the Temporal server that a killed Gendan left behind, by its recorded process or by what still works in its data folder. */
export async function endTemporalLeftovers(home: Home, progress: Progress): Promise<void> {
  const recorded = home.recorded('temporal');
  const found = processesIn(join(home.path, 'temporal'), 'temporal');
  for (const mark of recorded === undefined ? found : [recorded, ...found]) {
    if (!isRunning(mark)) continue;
    await endProcess(mark, temporalEnding);
    progress('startup.progress.leftover-ended', { name: 'Temporal', pid: mark.pid });
  }
  home.record('temporal', undefined);
}
