import type { Reply, Request } from './child.js';

/** The setting a process of the matrix was started with. */
export function settingOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Answers what the runner asks, until it is gone. */
export function serve(ops: Readonly<Record<string, (...args: never[]) => unknown>>): void {
  const answer = async ({ n, op, args }: Request): Promise<void> => {
    try {
      const value = await ops[op]?.(...(args as never[]));
      reply({ n, value: value ?? null });
    } catch (thrown) {
      reply({ n, error: described(thrown) });
    }
  };
  process.on('message', (request: Request) => void answer(request));
  process.on('disconnect', () => process.exit(0));
}

/** Tells the runner something it did not ask. */
export function tell(event: string, value: unknown): void {
  reply({ event, value });
}

function reply(message: Reply): void {
  if (process.connected) process.send?.(message, () => undefined);
}

function described(thrown: unknown): { name: string; code?: string; kept?: boolean; message: string } {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const kept = 'kept' in thrown && thrown.kept === true ? { kept: true } : {};
  const cause = thrown.cause instanceof Error ? ` <- ${thrown.cause.message}` : '';
  return { name: thrown.name, ...code, ...kept, message: `${thrown.message}${cause}` };
}
