import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { isDatabaseUnavailable } from '../../db/pool.js';
import { Unavailable } from './contract.js';

/** Times of a dispatcher, milliseconds. */
export interface Timing {
  /** One update, and one query, at most. */
  readonly updateMs: number;
  readonly queryMs: number;
  /** How long passing rejections of one command are answered by sending it again. Shorter than a claim, with an update's time. */
  readonly againMs: number;
  /** How long a caller waits in the queue of a case. */
  readonly queueMs: number;
  /** How often pending commands are looked for, and how old they are at least. */
  readonly reconcileEveryMs: number;
  readonly resendAfterMs: number;
  /** A command that is pending for so long is on the radar. */
  readonly stuckMs: number;
  /** A command that is pending for so long is not sent any more. */
  readonly expireMs: number;
  /** How often both sides are compared, and how many cases each time. */
  readonly sweepEveryMs: number;
  readonly sweepCases: number;
  /** How often cases are looked for that do not have their company's working calendar, and how many at once. */
  readonly calendarEveryMs: number;
  readonly calendarCases: number;
}

export const usualTiming: Timing = {
  updateMs: 8_000,
  queryMs: 5_000,
  againMs: 3_000,
  queueMs: 20_000,
  reconcileEveryMs: 2_000,
  resendAfterMs: 4_000,
  stuckMs: 60_000,
  expireMs: 15 * 60_000,
  sweepEveryMs: 30_000,
  sweepCases: 200,
  calendarEveryMs: 10_000,
  calendarCases: 200,
};

export interface DispatcherOptions {
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly timing?: Partial<Timing>;
  /** Told of what goes wrong out of any caller's sight: re-sends, comparisons. */
  readonly onTrouble?: (what: string, cause: unknown) => void;
}

/** What all parts of a dispatcher share. */
export interface DispatchContext {
  readonly pool: pg.Pool;
  readonly client: Client;
  readonly timing: Timing;
  /** A name for one claim of this process. */
  claimName(): string;
  trouble(what: string, cause: unknown): void;
  /** A case of this edition did not answer just now. */
  doubt(edition: string | undefined, caseId: string): void;
  /** Editions of which a case did not answer. `at`: when, epoch milliseconds. `certain`: it did not answer when it was asked again either. */
  readonly doubts: Map<string, { readonly at: number; readonly caseId: string; readonly certain: boolean }>;
  /** Work that no caller waits for; `idle` waits for what is under way. */
  background(what: string, work: Promise<unknown>): void;
  idle(): Promise<void>;
}

export function createDispatchContext({ pool, client, timing, onTrouble }: DispatcherOptions): DispatchContext {
  const process = randomUUID();
  const working = new Set<Promise<unknown>>();
  const trouble = onTrouble ?? (() => undefined);
  const doubts: DispatchContext['doubts'] = new Map();
  let claims = 0;
  return {
    pool,
    client,
    timing: { ...usualTiming, ...timing },
    claimName: () => `${process}/${++claims}`,
    trouble,
    doubt(edition, caseId) {
      if (edition !== undefined) doubts.set(edition, { at: Date.now(), caseId, certain: doubts.get(edition)?.certain === true });
    },
    doubts,
    background(what, work) {
      const watched: Promise<unknown> = work.catch((cause: unknown) => trouble(what, cause)).finally(() => working.delete(watched));
      working.add(watched);
    },
    async idle() {
      while (working.size > 0) await Promise.all(working);
    },
  };
}

/** Asks the database; `kept`: the command is in the journal by now. Throws Unavailable when it cannot be used. */
export async function database<T>(kept: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDatabaseUnavailable(cause)) throw new Unavailable('DATABASE_UNAVAILABLE', kept, cause);
    throw cause;
  }
}

/** Does the work for each item, `width` at a time, in order of the items. */
export async function forEach<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}

/** Waits, unless it is called off. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? undefined : { signal }).catch(() => undefined);
}
