import { setTimeout as sleep } from 'node:timers/promises';
import { between, type Part, readCpu } from './cpu.js';
import type { Leg, OrderTimes } from './leg.js';
import { quantile } from './statistics.js';

/** What is measured of one leg in one round. Times in milliseconds, CPU in milliseconds an order. */
export interface Measured {
  readonly leg: string;
  readonly round: number;
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly cpuMs: number;
  /** The same by process: server, database, worker, api, driver. */
  readonly cpuMsBy: Readonly<Record<string, number>>;
  readonly hopP50: number;
  readonly hopP99: number;
  readonly seenP50: number;
  readonly seenP99: number;
  readonly misses: number;
  /** Share of the machine that other processes used meanwhile. */
  readonly foreignShare: number;
}

export interface RoundsOptions {
  readonly rounds: number;
  /** Orders of a leg in a round. */
  readonly orders: number;
  /** Orders under way at once. */
  readonly inFlight: number;
  /** A leg that others disturbed more than this is measured again. */
  readonly foreignLimit: number;
  /** The servers, whose time counts for whichever leg runs. */
  readonly servers: () => readonly Part[];
  readonly say: (text: string) => void;
}

/** How often a disturbed leg is measured again before its round is given up. */
const attempts = 4;
/** What an order leaves to be done after its last answer counts too. */
const settleMs = 500;

/**
 * Every leg once a round, in rotated order. A round in which a leg could not be measured undisturbed is left out and made up for, as long as
 * no more than half of all rounds are left out.
 */
export async function runRounds(legs: readonly Leg[], options: RoundsOptions): Promise<readonly Measured[]> {
  for (const leg of legs) {
    options.say(`warming up ${leg.name}`);
    await drive(leg, `warm`, Math.ceil(options.orders / 2), options.inFlight);
  }
  const all: Measured[] = [];
  for (let round = 0, complete = 0; complete < options.rounds && round < options.rounds * 2; round++) {
    const rotated = legs.map((_, place) => legs[(place + round) % legs.length] as Leg);
    const measured: Measured[] = [];
    for (const leg of rotated) {
      const found = await undisturbed(leg, round, options);
      if (found === undefined) break;
      measured.push(found);
    }
    if (measured.length === legs.length) {
      all.push(...measured);
      complete++;
    } else options.say(`round ${round + 1} is left out: the machine was busy with something else`);
  }
  return all;
}

async function undisturbed(leg: Leg, round: number, options: RoundsOptions): Promise<Measured | undefined> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const measured = await measure(leg, round, attempt, options);
    const share = `${(measured.foreignShare * 100).toFixed(1)} % foreign`;
    options.say(
      `round ${round + 1} ${leg.name}: ${measured.ordersPerSecond.toFixed(1)} orders/s, ${measured.cpuMs.toFixed(1)} ms CPU, hop ${measured.hopP50.toFixed(0)}/${measured.hopP99.toFixed(0)} ms, ${share}`,
    );
    if (measured.foreignShare <= options.foreignLimit) return measured;
  }
  return undefined;
}

async function measure(leg: Leg, round: number, attempt: number, { orders, inFlight, servers }: RoundsOptions): Promise<Measured> {
  const counted = () => readCpu([...servers(), ...leg.processes, { name: 'driver', pid: process.pid, alone: true }]);
  const before = counted();
  const since = performance.now();
  const times = await drive(leg, `r${round}-${attempt}`, orders, inFlight);
  const tookMs = performance.now() - since;
  await sleep(settleMs);
  const { parts, seconds, foreignShare } = between(before, counted());
  const hops = times.flatMap((order) => order.hops);
  const seen = times.flatMap((order) => order.seen);
  return {
    leg: leg.name,
    round,
    orders,
    ordersPerSecond: (orders / tookMs) * 1000,
    cpuMs: (seconds / orders) * 1000,
    cpuMsBy: Object.fromEntries(Object.entries(parts).map(([name, time]) => [name, (time / orders) * 1000])),
    hopP50: quantile(hops, 0.5),
    hopP99: quantile(hops, 0.99),
    seenP50: quantile(seen, 0.5),
    seenP99: quantile(seen, 0.99),
    misses: times.reduce((sum, order) => sum + order.misses, 0),
    foreignShare,
  };
}

/** Takes `orders` orders through a leg, `inFlight` of them at once. */
async function drive(leg: Leg, prefix: string, orders: number, inFlight: number): Promise<readonly OrderTimes[]> {
  const times: OrderTimes[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < orders) times.push(await leg.order(`${prefix}-${next++}`));
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return times;
}
