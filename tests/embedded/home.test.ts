import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../../embedded/home.js';
import { endProcess, isRunning, markOf } from '../../embedded/process-table.js';
import { StartupError } from '../../embedded/startup-error.js';

let parent: string;
let path: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'gendan-home-'));
  path = join(parent, 'data');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function refusal(work: () => unknown): StartupError {
  try {
    work();
  } catch (error) {
    if (error instanceof StartupError) return error;
    throw error;
  }
  throw new Error('not refused');
}

describe('the data folder', () => {
  it('is refused while somebody holds it, naming the process, and free again after release', () => {
    const home = openHome(path);
    const error = refusal(() => openHome(path));
    expect(error.code).toBe('HOME_IN_USE');
    expect(error.values).toMatchObject({ path, pid: process.pid });
    for (const locale of ['zh', 'en', 'id'] as const) expect(error.sentence(locale)).toContain(String(process.pid));
    home.release();
    home.release();
    openHome(path).release();
  });

  it.each([
    ['of a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'x' })],
    ['whose process id now belongs to another program', JSON.stringify({ pid: process.ppid, startedAt: 'earlier boot:1' })],
    ['that holds nothing readable', '{"pid":'],
    ['that is empty', ''],
  ])('takes over a lock %s', (_name, text) => {
    mkdirSync(path);
    writeFileSync(join(path, 'lock'), text);
    const home = openHome(path);
    expect(JSON.parse(readFileSync(join(path, 'lock'), 'utf8'))).toEqual(markOf(process.pid));
    expect(refusal(() => openHome(path)).code).toBe('HOME_IN_USE');
    home.release();
    expect(existsSync(join(path, 'lock'))).toBe(false);
  });

  it('keeps settings and recorded processes over a restart, readable by its owner only', () => {
    const home = openHome(path);
    home.keep('postgres.password', 'secret');
    const mark = markOf(process.pid);
    home.record('postgres', mark);
    home.release();
    const again = openHome(path);
    expect(again.setting('postgres.password')).toBe('secret');
    expect(again.recorded('postgres')).toEqual(mark);
    expect(statSync(join(path, 'settings.json')).mode & 0o077).toBe(0);
    again.release();
  });

  it('says in one sentence that it cannot be written', () => {
    writeFileSync(join(parent, 'file'), '');
    const error = refusal(() => openHome(join(parent, 'file', 'data')));
    expect(error.code).toBe('HOME_NOT_WRITABLE');
    expect(error.message).toContain('GENDAN_HOME');
  });
});

describe('a recorded process', () => {
  it('is told from a later one with the same id, and ended by its mark only', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const mark = markOf(child.pid ?? 0)!;
    expect(isRunning(mark)).toBe(true);
    const recycled = { ...mark, startedAt: 'earlier boot:1' };
    expect(isRunning(recycled)).toBe(false);
    expect(await endProcess(recycled, [['SIGKILL', 100]])).toBe(true);
    expect(isRunning(mark)).toBe(true);
    expect(await endProcess(mark, [['SIGTERM', 5_000]])).toBe(true);
    expect(isRunning(mark)).toBe(false);
  });
});
