import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './startup-error.js';

/** A process as it is remembered in a file: its id, and when it started, so that a later process with the same id is not taken for it. */
export interface ProcessMark {
  pid: number;
  startedAt: string;
}

/**
 * When a process started, as an opaque text that differs between two processes with the same id (on Linux: boot id and kernel ticks).
 * Undefined when there is no such process.
 */
export function processStartTime(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') return pidExists(pid) ? 'unknown' : undefined;
  const listing = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return listing.stdout?.trim() || undefined;
}

function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const ticks = fields[19];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`;
  } catch {
    return undefined;
  }
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** The mark of a process that runs now, or undefined when it has already ended. */
export function markOf(pid: number): ProcessMark | undefined {
  const startedAt = processStartTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether the marked process, and not a later one with its id, is running. */
export function isRunning(mark: ProcessMark): boolean {
  return processStartTime(mark.pid) === mark.startedAt;
}

/**
 * Processes that work in a folder and run a program whose file name starts with `program`, by what the kernel says of them. It finds a
 * server whose id could not be recorded any more because Gendan was killed right after starting it. Linux only; elsewhere the list is empty.
 */
export function processesIn(folder: string, program: string): ProcessMark[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && linkOf(`/proc/${name}/cwd`) === folder)
    .filter((name) => basename(linkOf(`/proc/${name}/exe`) ?? '').startsWith(program))
    .flatMap((name) => markOf(Number(name)) ?? []);
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Signals and how long to wait after each, in milliseconds. */
export type Ending = readonly (readonly [NodeJS.Signals, number])[];

/** Ends the marked process: each signal in turn until it is gone. Returns whether it is gone. */
export async function endProcess(mark: ProcessMark, ending: Ending): Promise<boolean> {
  for (const [signal, waitMs] of ending) {
    if (!isRunning(mark)) return true;
    try {
      process.kill(mark.pid, signal);
    } catch (error) {
      if (errorCode(error) !== 'ESRCH') return false;
    }
    const until = Date.now() + waitMs;
    while (isRunning(mark) && Date.now() < until) await sleep(20);
  }
  return !isRunning(mark);
}
