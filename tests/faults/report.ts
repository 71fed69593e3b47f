import { type Cell, followUps, moments, targets, verbs } from './cells.js';
import type { RoundResult } from './round.js';
import { brief } from './trial.js';

/** What has been seen of each cell. A repetition counts only if the fault hit where it was aimed; one at random, if the command was under way. */
export class Tally {
  private readonly cells = new Map<string, { hits: number; misses: number; failures: number }>();
  private readonly others = new Map<string, { runs: number; failures: number }>();

  add({ trials }: RoundResult): void {
    for (const { trial, wrong } of trials) {
      const counted = this.cell(trial.cell);
      if (trial.hit) counted.hits++;
      else if (trial.cell.moment !== 'random') counted.misses++;
      if (wrong.length > 0) counted.failures++;
    }
  }

  addOther(name: string, wrong: readonly string[]): void {
    const counted = this.others.get(name) ?? { runs: 0, failures: 0 };
    this.others.set(name, { runs: counted.runs + 1, failures: counted.failures + (wrong.length > 0 ? 1 : 0) });
  }

  /** The table: a line for each target and moment, a column for each follow-up; `least` repetitions of a verb in it, and failures. */
  lines(): readonly string[] {
    const rows = targets.flatMap((target) =>
      moments.flatMap((moment) => {
        const columns = followUps.map((followUp) => {
          const of = verbs.map((verb) => this.cell({ target, moment, followUp, verb }));
          const failures = of.reduce((sum, { failures: some }) => sum + some, 0);
          return `${of.map(({ hits }) => hits).join('/')}${failures > 0 ? ` (${failures} FAILED)` : ''}`.padEnd(20);
        });
        const seen = [...this.cells].some(([name, { hits, misses }]) => name.startsWith(`${target},${moment},`) && hits + misses > 0);
        return seen ? [`${target.padEnd(9)} ${moment.padEnd(11)} ${columns.join(' ')}`] : [];
      }),
    );
    const head = `${'killed'.padEnd(9)} ${'when'.padEnd(11)} ${followUps.map((followUp) => `then ${followUp}`.padEnd(20)).join(' ')}`;
    const others = [...this.others].map(
      ([name, { runs, failures }]) => `${name.padEnd(42)} ${runs}${failures > 0 ? ` (${failures} FAILED)` : ''}`,
    );
    return [...(rows.length > 0 ? [`repetitions of ${verbs.join('/')}`, head, ...rows] : []), ...others];
  }

  /** Repetitions, those that missed, and failures, over all. */
  totals(): { readonly hits: number; readonly misses: number; readonly failures: number } {
    const sum = { hits: 0, misses: 0, failures: 0 };
    for (const { hits, misses, failures } of this.cells.values()) {
      sum.hits += hits;
      sum.misses += misses;
      sum.failures += failures;
    }
    for (const { runs, failures } of this.others.values()) {
      sum.hits += runs;
      sum.failures += failures;
    }
    return sum;
  }

  private cell({ target, moment, followUp, verb }: Cell): { hits: number; misses: number; failures: number } {
    const name = [target, moment, followUp, verb].join();
    const known = this.cells.get(name) ?? { hits: 0, misses: 0, failures: 0 };
    this.cells.set(name, known);
    return known;
  }
}

/** The commands of a round that were not held where they should have been. */
export function missesOf({ trials }: RoundResult): readonly string[] {
  const missed = trials.filter(({ trial }) => !trial.hit && trial.cell.moment !== 'random').map(({ trial }) => trial);
  return missed.map(
    ({ caseId, verb, cell, endings }) => `missed ${caseId}: ${verb} at ${cell.moment}, told ${endings.map(brief).join(' | ')}`,
  );
}

/** What is needed to understand a round's failures. */
export function failuresOf({ trials, wrong }: RoundResult): readonly string[] {
  const each = trials.flatMap(({ trial, wrong: found }) => {
    if (found.length === 0) return [];
    const { cell, caseId, verb, endings, hit } = trial;
    return [
      `FAILED ${caseId}: ${verb}, ${cell.target} killed at ${cell.moment}${hit ? '' : ' (missed)'}, then ${cell.followUp}`,
      ...found.map((what) => `    ${what}`),
      `    told: ${endings.map(brief).join(' | ')}`,
    ];
  });
  return [...each, ...wrong.map((what) => `FAILED ${what}`)];
}
