import { type ChildProcess, fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a process of the matrix is asked, and what it answers. */
export interface Request {
  readonly n: number;
  readonly op: string;
  readonly args: readonly unknown[];
}
export type Reply =
  | { readonly n: number; readonly value: unknown }
  | {
      readonly n: number;
      readonly error: { readonly name: string; readonly code?: string; readonly kept?: boolean; readonly message: string };
    }
  | { readonly event: string; readonly value: unknown };

/** A call that failed in the process that was asked. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
  readonly code: string;
  readonly kept: boolean;
  constructor(error: { readonly name: string; readonly code?: string; readonly kept?: boolean; readonly message: string }) {
    super(`${error.name}: ${error.message}`);
    this.code = error.code ?? error.name;
    this.kept = error.kept === true;
  }
}

/** The process ended before it answered. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

let count = 0;

/** A process of its own: asked over a channel, told apart from everything else by its id, killed by signal. */
export class Child {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>();
  private readonly listeners = new Map<string, (value: unknown) => void>();
  private asked = 0;
  readonly ended: Promise<void>;
  readonly log: string;

  /** Starts `file` of this folder with one JSON argument; what it prints goes to a log in `logs`. */
  constructor(file: string, setting: object, logs: string) {
    this.log = join(logs, `${file.replace('.ts', '')}-${++count}.log`);
    const log = openSync(this.log, 'a');
    const path = fileURLToPath(new URL(file, import.meta.url));
    this.process = fork(path, [JSON.stringify(setting)], { execArgv: ['--import', 'tsx'], stdio: ['ignore', log, log, 'ipc'] });
    this.process.on('message', (reply: Reply) => this.heard(reply));
    this.process.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.process.once('exit', () => {
        for (const { reject } of this.waiting.values()) reject(new Gone(file));
        this.waiting.clear();
        resolve();
      });
    });
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Asks; rejects with CallFailed or Gone. */
  call<T>(op: string, ...args: readonly unknown[]): Promise<T> {
    if (!this.alive || !this.process.connected) return Promise.reject(new Gone(op));
    const n = ++this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(n, { resolve: (value) => resolve(value as T), reject });
      this.process.send({ n, op, args } satisfies Request, (error) => {
        if (error !== null && this.waiting.delete(n)) reject(new Gone(op));
      });
    });
  }

  on(event: string, listener: (value: unknown) => void): void {
    this.listeners.set(event, listener);
  }

  /** kill -9, or another signal; settles when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.alive) this.process.kill(signal);
    await this.ended;
  }

  private heard(reply: Reply): void {
    if ('event' in reply) return this.listeners.get(reply.event)?.(reply.value);
    const found = this.waiting.get(reply.n);
    this.waiting.delete(reply.n);
    if ('error' in reply) found?.reject(new CallFailed(reply.error));
    else found?.resolve(reply.value);
  }
}
