import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporalProgram } from '../../embedded/temporal-program.js';
import { isRecentEnough, serverVersionOf } from '../../embedded/temporal-version.js';

describe('the version of a Temporal server', () => {
  it.each([
    ['temporal version 1.8.2 (Server 1.32.1, UI 2.50.1)', '1.32.1'],
    ['temporal version 0.0.0-DEV (Server 1.33.0-158.2, UI 2.50.1)\n', '1.33.0-158.2'],
    ['tctl version 1.18.0', undefined],
    ['', undefined],
  ])('is read from %j', (printed, version) => expect(serverVersionOf(printed)).toBe(version));

  it.each([
    ['1.32.0', true],
    ['1.32.1', true],
    ['1.33.0-rc.1', true],
    ['2.0.0', true],
    ['1.31.9', false],
    ['1.9.0', false],
    ['0.40.0', false],
    ['unknown', false],
    ['', false],
  ])('%j is recent enough: %j', (version, enough) => expect(isRecentEnough(version)).toBe(enough));
});

describe('the search for the temporal program', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'gendan-search-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function script(path: string, text: string): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  function program(path: string, version: string): string {
    return script(join(root, path), `echo "temporal version 1.0.0 (Server ${version}, UI 2.0.0)"`);
  }

  /** A stand-in for Go: counts its builds and "compiles" a program of the given server version. */
  function go(version: string): string {
    const text = [
      '[ "$1" = version ] && exit 0',
      '[ "$1" = mod ] && exit 0',
      `echo built >> ${root}/builds`,
      '/bin/sleep 0.3',
      `printf '#!/bin/sh\\necho "temporal version 1 (Server ${version}, UI 2)"\\n' > temporal`,
      '/bin/chmod 755 temporal',
    ];
    return dirname(script(join(root, 'go-bin', 'go'), text.join('\n')));
  }

  const cached = () => join('cache', 'gendan', 'temporal-1.32', 'temporal');
  const told: string[] = [];
  function find(environment: NodeJS.ProcessEnv): Promise<string> {
    told.length = 0;
    const all = { PATH: join(root, 'nothing'), XDG_CACHE_HOME: join(root, 'cache'), ...environment };
    return findTemporalProgram({ environment: all, home: join(root, 'home'), download: false }, (key) => told.push(key));
  }

  it('takes TEMPORAL_CLI before PATH before the cache', async () => {
    const chosen = program('chosen', '1.32.1');
    const onPath = program('bin/temporal', '1.33.0');
    const inCache = program(cached(), '1.32.0');
    const PATH = join(root, 'bin');
    expect(await find({ TEMPORAL_CLI: chosen, PATH })).toBe(chosen);
    expect(await find({ PATH })).toBe(onPath);
    expect(await find({})).toBe(inCache);
    expect(await find({ XDG_CACHE_HOME: undefined, HOME: root, PATH })).toBe(onPath);
  });

  it('passes over a program on PATH that is too old, but refuses TEMPORAL_CLI when it is', async () => {
    program('bin/temporal', '1.31.2');
    const inCache = program(cached(), '1.32.0');
    const PATH = join(root, 'bin');
    expect(await find({ PATH })).toBe(inCache);
    await expect(find({ TEMPORAL_CLI: join(PATH, 'temporal') })).rejects.toMatchObject({
      code: 'TEMPORAL_TOO_OLD',
      values: { found: '1.31.2', needed: '1.32' },
    });
    await expect(find({ TEMPORAL_CLI: join(root, 'absent') })).rejects.toMatchObject({ code: 'TEMPORAL_CLI_UNUSABLE' });
  });

  it('says in one sentence what to do when there is none and no Go', async () => {
    await expect(find({})).rejects.toMatchObject({ code: 'TEMPORAL_PROGRAM_MISSING', message: expect.stringContaining('TEMPORAL_CLI') });
  });

  it('builds once when two need it at once, leaves nothing but the program, and finds it again', async () => {
    const PATH = go('1.32.1');
    const both = await Promise.all([find({ PATH }), find({ PATH })]);
    expect(both).toEqual([join(root, cached()), join(root, cached())]);
    expect(readFileSync(join(root, 'builds'), 'utf8')).toBe('built\n');
    expect(readdirSync(dirname(join(root, cached())))).toEqual(['temporal']);
    expect(told).toContain('startup.progress.temporal-build');
    expect(await find({})).toBe(join(root, cached()));
  });

  it('takes over from a build that was killed', async () => {
    const lock = `${join(root, cached())}.building`;
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, JSON.stringify({ pid: process.ppid, startedAt: 'earlier boot:1' }));
    await find({ PATH: go('1.32.1') });
    expect(existsSync(lock)).toBe(false);
  });

  it('reports why Go could not build', async () => {
    const PATH = dirname(script(join(root, 'go-bin', 'go'), '[ "$1" = version ] && exit 0\necho "no space" >&2\nexit 1'));
    await expect(find({ PATH })).rejects.toMatchObject({
      code: 'TEMPORAL_PROGRAM_MISSING',
      values: { reason: expect.stringContaining('no space') },
    });
  });

  it('keeps it in the data folder when there is no cache', async () => {
    const found = await find({ PATH: go('1.32.1'), XDG_CACHE_HOME: undefined, HOME: undefined });
    expect(found).toBe(join(root, 'home', 'cache', 'temporal-1.32', 'temporal'));
  });
});
