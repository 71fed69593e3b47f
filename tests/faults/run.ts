import { accountOf } from './account.js';
import { type Choice, type RoundPlan, randomOf, roundsOf } from './cells.js';
import { type OutagePlan, outage } from './outage.js';
import { crowds, race } from './race.js';
import { failuresOf, missesOf, Tally } from './report.js';
import { Round } from './round.js';
import type { World } from './world.js';

export const parts = ['crowds', 'outages', 'kills'] as const;
export type Part = (typeof parts)[number];

export interface MatrixOptions {
  readonly seed: number;
  readonly repetitions: number;
  readonly outageMs: number;
  /** Every other outage is of a server that stands still instead of one that is down. */
  readonly frozen: boolean;
  readonly only?: Choice;
  readonly parts: readonly Part[];
  readonly say: (line: string) => void;
}

/** Runs parts of the matrix and prints their table. Resolves to the number of failures; aims missed too often are one. */
export async function runMatrix(world: World, options: MatrixOptions): Promise<number> {
  const { say, parts, seed } = options;
  const tally = new Tally();
  const since = Date.now();
  if (parts.includes('crowds')) await runCrowds(world, options, tally);
  if (parts.includes('outages')) await runOutages(world, options, tally);
  if (parts.includes('kills')) await runKills(world, options, tally);
  for (const line of tally.lines()) say(line);
  const { hits, misses, failures } = tally.totals();
  say(`${hits} repetitions, ${misses} missed their aim, ${failures} failed; seed ${seed}; ${seconds(since)}`);
  return failures + (misses > hits / 20 ? 1 : 0);
}

async function runKills(world: World, { repetitions, seed, only, say }: MatrixOptions, tally: Tally): Promise<void> {
  const random = randomOf(seed);
  const plans = roundsOf(repetitions, only);
  for (const plan of plans) {
    const since = Date.now();
    const result = await new Round(world, plan, random)
      .run()
      .catch((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))));
    if (result instanceof Error) {
      tally.addOther('rounds that broke off', ['']);
      say(`FAILED ${title(plan, plans.length)} broke off: ${result.stack}`);
      await world.revive();
      continue;
    }
    tally.add(result);
    tally.addOther('counters after a round', result.wrong);
    const slow = Object.entries(result.phases)
      .map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(1)}`)
      .join(', ');
    say(`${title(plan, plans.length)} ${seconds(since)} (${slow})`);
    for (const line of [...missesOf(result), ...failuresOf(result)]) say(line);
    const failed = new Set(result.trials.filter(({ wrong }) => wrong.length > 0).map(({ trial }) => trial.caseId));
    for (const caseId of failed) for (const line of await accountOf(world, caseId)) say(`    ${caseId} ${line}`);
  }
}

async function runCrowds(world: World, { repetitions, say }: MatrixOptions, tally: Tally): Promise<void> {
  world.workers.push(await world.newWorker(world.edition));
  for (let n = 1; n <= repetitions; n++)
    for (const crowd of crowds) {
      const since = Date.now();
      const wrong = await race(world, crowd, n);
      tally.addOther(`twenty at once on ${crowd}`, wrong);
      say(`crowd ${n}/${repetitions} on ${crowd} ${seconds(since)}`);
      for (const what of wrong) say(`FAILED ${what}`);
    }
}

async function runOutages(world: World, { repetitions, outageMs, frozen, say }: MatrixOptions, tally: Tally): Promise<void> {
  const hows = frozen ? (['down', 'frozen'] as const) : (['down'] as const);
  const plans: OutagePlan[] = Array.from({ length: repetitions }, (_, index) => hows[index % hows.length]!).flatMap((how) =>
    (['postgres', 'temporal'] as const).map((server) => ({ server, how, ms: outageMs })),
  );
  for (const plan of plans) {
    const since = Date.now();
    const wrong = await outage(world, plan);
    tally.addOther(`${plan.server} ${plan.how} for ${plan.ms / 1000} s`, wrong);
    say(`outage of ${plan.server}, ${plan.how} for ${plan.ms / 1000} s: ${seconds(since)}`);
    for (const what of wrong) say(`FAILED ${what}`);
  }
}

const title = ({ n, target, followUp }: RoundPlan, of: number): string =>
  `round ${n}/${of}: ${target === 'stalled' ? 'stall api' : `kill ${target}`}, then ${followUp}`;
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;
