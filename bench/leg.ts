import type { Part } from './cpu.js';

/** What one order showed: milliseconds, one entry a complete. */
export interface OrderTimes {
  /** From sending a complete to its answer: the decision is durable. */
  readonly hops: readonly number[];
  /** From sending a complete to having read the next task out of the inbox; the same as `hops` where there is no inbox. */
  readonly seen: readonly number[];
  /** Times that the next task was not in the inbox although the command had returned. */
  readonly misses: number;
}

/** An engine at work, with whatever it needs. */
export interface Leg {
  readonly name: string;
  /** Its own processes beside the servers. */
  readonly processes: readonly Part[];
  /** One order from start to reply. `number` is unique among all orders of this leg. */
  order(number: string): Promise<OrderTimes>;
  /** History events of a finished order. */
  events(number: string): Promise<number>;
  stop(): Promise<void>;
}

/** The work of an order: who does what, with a kilobyte each. */
export const steps = ['desk', 'planner', 'pmc'] as const;
export const kilobyte = 'x'.repeat(960);
