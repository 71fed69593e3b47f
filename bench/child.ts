import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of a leg, serving. */
export interface BenchChild {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, string>>;
  stop(): Promise<void>;
  /** Kills it as an outage does. */
  kill(): Promise<void>;
}

const startWithinMs = 120_000;

/** Starts one of the bench's own modules as a process of its own, by tsx as all of them, and waits until it serves. */
export async function startChild(module: URL, options: Readonly<Record<string, string>>): Promise<BenchChild> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(module), JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const timer = AbortSignal.timeout(startWithinMs);
  const [ready] = await Promise.race([
    once(child, 'message', { signal: timer }),
    ended.then(([code]) => {
      throw new Error(`${module.pathname} ended with ${String(code)} before it was ready`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    ready: ready as Readonly<Record<string, string>>,
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The other side: starts what `start` starts, says when it is ready, and stops when the bench says so or is gone. */
export async function serveBench<Options>(
  start: (options: Options) => Promise<{ readonly ready: Readonly<Record<string, string>>; stop(): Promise<void> }>,
): Promise<void> {
  process.on('SIGINT', () => undefined);
  const { ready, stop } = await start(JSON.parse(process.argv[2] ?? '{}') as Options);
  process.once('disconnect', () => void stop().finally(() => process.exit()));
  process.send?.(ready);
}
