import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../embedded/ports.js';
import { type Ending, endProcess } from '../embedded/process-table.js';
import { startProcess } from '../embedded/server-process.js';
import { connectTemporal } from '../embedded/temporal.js';

/** A Temporal server of its own, in memory, that tells how often it wrote. */
export interface MeteredTemporal {
  readonly address: string;
  /**
   * Durable writes of workflows in the namespace `default` since the server started: executions created and executions updated, as its
   * persistence layer counts them. Waits until the counters, which are a second old, stand still.
   */
  writes(): Promise<number>;
  stop(): Promise<void>;
}

const ending: Ending = [
  ['SIGTERM', 5_000],
  ['SIGKILL', 5_000],
];

/** Starts the server with the `temporal` program, in a folder that is removed afterwards. Takes about a second. */
export async function startMeteredTemporal(program: string, folder: string): Promise<MeteredTemporal> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const metricsPort = await freePort();
  const place = ['--ip', '127.0.0.1', '--port', String(port), '--metrics-port', String(metricsPort), '--headless', '--log-level', 'error'];
  const server = await startProcess({
    program,
    args: ['server', 'start-dev', ...place],
    folder,
    environment: { HOME: folder, PATH: '/usr/bin:/bin' },
    log: join(folder, 'temporal.log'),
  });
  const stop = async (): Promise<void> => {
    await endProcess(server.mark, ending);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(`127.0.0.1:${port}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: `127.0.0.1:${port}`, writes: () => steady(`http://127.0.0.1:${metricsPort}/metrics`), stop };
}

async function answering(address: string): Promise<void> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    try {
      const connection = await connectTemporal({ address, connectTimeout: '1s' });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

async function steady(url: string): Promise<number> {
  let before = await count(url);
  for (const end = Date.now() + 30_000; ; ) {
    await sleep(2_500);
    const now = await count(url);
    if (now === before) return now;
    if (Date.now() > end) throw new Error('the server does not come to rest');
    before = now;
  }
}

async function count(url: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const found = text.matchAll(/^persistence_requests\{namespace="default",operation="(?:Create|Update)WorkflowExecution"[^}]*\} (\d+)/gm);
  return [...found].reduce((sum, [, value]) => sum + Number(value), 0);
}
