import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is there, or throws `what` after `withinMs`. */
export async function until<T>(what: string, withinMs: number, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = Date.now() + withinMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(pauseMs);
  }
}

/** Does it again while servers and workers are coming back, a minute at most; then throws what was thrown last. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      if (Date.now() > end) throw thrown;
      await sleep(200);
    }
  }
}

/** Does the work for each item, so many at a time, in order of the items. */
export async function lanes<T>(width: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** What was thrown, with its cause. */
export function inWords(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? ` <- ${thrown.cause.message}` : '';
  return `${String(thrown)}${cause}`;
}
