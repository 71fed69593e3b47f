import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../embedded/ports.js';
import { packageRoot } from '../worker/edition.js';
import type { Line } from './report.js';
import { median } from './statistics.js';

export interface ColdOptions {
  /** Migrated and of the bench's own; no edition is kept in it yet. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

const withinMs = 60_000;

/**
 * G10: worker and API of the built program, started at once, until both serve. The first start of a release also bundles its workflows;
 * later ones find the bundle kept.
 */
export async function coldStartLines(options: ColdOptions): Promise<readonly Line[]> {
  const root = packageRoot();
  const built = spawnSync(process.execPath, [join(root, 'scripts', 'gendan.mjs'), '--version'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the program cannot be built: ${built.stderr}`);
  const first = await coldStart(root, options);
  const later: number[] = [];
  for (let start = 0; start < 3; start++) later.push(await coldStart(root, options));
  return [
    { goal: 'G10', what: 'cold start of worker + API', value: median(later) / 1000, unit: 's', must: 6, aim: 2 },
    { goal: '', what: 'the same, first start of a release', value: first / 1000, unit: 's' },
  ];
}

async function coldStart(root: string, { databaseUrl, temporalAddress }: ColdOptions): Promise<number> {
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    GENDAN_PORT: String(port),
    GENDAN_LOG: 'warn',
  };
  const start = (command: string): ChildProcess =>
    spawn(process.execPath, [join(root, 'dist', 'client', 'cli', 'main.js'), command], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const since = performance.now();
  const worker = start('worker');
  const api = start('api');
  try {
    await Promise.all([edition(worker), healthy(`http://127.0.0.1:${port}/healthz`, api)]);
    return performance.now() - since;
  } finally {
    for (const child of [api, worker]) await end(child);
  }
}

/** The worker says which edition it serves once it does. */
async function edition(worker: ChildProcess): Promise<void> {
  let said = '';
  const gone = once(worker, 'exit').then(([code]) => {
    throw new Error(`the worker ended with ${String(code)}: ${said}`);
  });
  const serves = new Promise<void>((resolve) => {
    worker.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/\be[0-9a-f]{12}\b/.test(said)) resolve();
    });
  });
  await Promise.race([serves, gone]);
}

async function healthy(url: string, api: ChildProcess): Promise<void> {
  api.stderr?.resume();
  for (const end = Date.now() + withinMs; ; await sleep(10)) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (api.exitCode !== null || Date.now() > end) throw new Error('the API does not serve');
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
