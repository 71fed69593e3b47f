import { spawn, spawnSync } from 'node:child_process';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, markOf, type ProcessMark } from './process-table.js';
import { errorCode, type Progress } from './startup-error.js';

/**
 * What the program is built from: CLI 1.8.2 with server 1.32.1. The replace is the CLI's own at that version; because of it
 * `go install …@v1.8.2` is refused and a module of our own is needed. CLI 1.9.1 needs a cliext that was never published.
 */
const moduleText = `module gendan.local/temporal

go 1.26.8

tool github.com/temporalio/cli/cmd/temporal

require github.com/temporalio/cli v1.8.2

require go.temporal.io/server v1.32.1

replace github.com/temporalio/cli/cliext => github.com/temporalio/cli/cliext v0.0.0-20260731000218-c579925f193f
`;

const tellEveryMs = 10_000;

/**
 * Builds the `temporal` program with Go and puts it at `target`, whole or not at all. About six minutes on two cores the first time. Two
 * Gendans that need it at once build it once: the second waits for the first. `environment` is what Go sees (PATH, HOME, GOPROXY …).
 * @throws Error when there is no Go or the build fails, with Go's last words
 */
export async function buildTemporal(target: string, environment: NodeJS.ProcessEnv, progress: Progress): Promise<void> {
  if (spawnSync('go', ['version'], { env: environment }).status !== 0) throw new Error('no Go');
  const lock = `${target}.building`;
  await takeTurn(lock, progress);
  try {
    if (!existsSync(target)) await build(target, environment, progress);
  } finally {
    rmSync(lock, { force: true });
  }
}

async function build(target: string, environment: NodeJS.ProcessEnv, progress: Progress): Promise<void> {
  // Beside the target, so that the result can be renamed into place; what a killed build left there goes first.
  for (const name of readdirSync(dirname(target)))
    if (name.startsWith('build-')) rmSync(join(dirname(target), name), { recursive: true, force: true });
  const folder = await mkdtemp(join(dirname(target), 'build-'));
  try {
    progress('startup.progress.temporal-build', { path: dirname(target) });
    await writeFile(join(folder, 'go.mod'), moduleText);
    const alive = tellAlive(progress);
    const variables = goVariables(environment, folder);
    try {
      await go(['mod', 'tidy'], folder, variables, () => undefined);
      const command = ['build', '-v', '-ldflags', '-s -w', '-o', 'temporal', 'github.com/temporalio/cli/cmd/temporal'];
      await go(command, folder, variables, alive.packageDone);
    } finally {
      alive.stop();
    }
    await rename(join(folder, 'temporal'), target);
    progress('startup.progress.temporal-built');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tellAlive(progress: Progress): { packageDone(): void; stop(): void } {
  const since = Date.now();
  let packages = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - since) / 1000);
    progress('startup.progress.temporal-building', { minutes: Math.floor(seconds / 60), seconds: seconds % 60, packages });
  }, tellEveryMs);
  return {
    packageDone() {
      packages += 1;
    },
    stop: () => clearInterval(timer),
  };
}

/** Runs Go; `onLine` hears each line it prints (`go build -v` prints one a package). */
function go(args: string[], folder: string, variables: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: variables });
    const lastWords: string[] = [];
    createInterface(child.stderr).on('line', (line) => {
      onLine(line);
      lastWords.push(line);
      if (lastWords.length > 5) lastWords.shift();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${args[0]}: ${lastWords.join(' ').slice(-400) || `exit code ${code}`}`));
    });
  });
}

function goVariables(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  // Without a home folder Go has no place for its caches; what it puts in the build folder must be removable.
  const homeless = { GOPATH: join(folder, 'go'), GOCACHE: join(folder, 'go-cache'), GOFLAGS: '-modcacherw' };
  return { ...environment, GOFLAGS: '', ...(!environment['HOME'] && homeless), CGO_ENABLED: '0', GOWORK: 'off' };
}

/** Waits until no other process builds, and takes the lock. */
async function takeTurn(lock: string, progress: Progress): Promise<void> {
  const draft = `${lock}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(markOf(process.pid)));
  let told = false;
  try {
    for (;;) {
      try {
        linkSync(draft, lock);
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      const builder = readMark(lock);
      if (builder !== undefined && !isRunning(builder)) rmSync(lock, { force: true });
      else if (builder !== undefined && !told) {
        told = true;
        progress('startup.progress.temporal-waiting', { pid: builder.pid });
      }
      await sleep(500);
    }
  } finally {
    unlinkSync(draft);
  }
}

function readMark(file: string): ProcessMark | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessMark;
  } catch {
    return undefined;
  }
}
