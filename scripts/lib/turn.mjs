import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does some work on a folder while no other process on this machine does, so that two commands started together do not install or compile
 * over each other.
 * @param {string} root the folder
 * @param {() => Promise<void>} work
 */
export async function inTurn(root, work) {
  const lock = join(tmpdir(), `gendan-prepare-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code === 'EACCES') return work();
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderRuns(lock)) rmSync(lock, { force: true });
    else await sleep(100);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

const longestMs = 20 * 60_000;

function holderRuns(lock) {
  try {
    const ageMs = Date.now() - statSync(lock).mtimeMs;
    const pid = Number(readFileSync(lock, 'utf8'));
    // Empty for the instant between being made and being written.
    if (pid === 0) return ageMs < 5_000;
    process.kill(pid, 0);
    // The id may by now be another program's.
    return ageMs < longestMs;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
