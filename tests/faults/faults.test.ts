import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Part, runMatrix } from './run.js';
import { folderFor, World } from './world.js';

/** The fault matrix in short: each kind of cell, seldom. `npm run faults` is the whole. Its servers are its own, since it kills them. */
let world: World;
const said: string[] = [];

beforeAll(async () => {
  world = await World.open(folderFor('short'));
});
afterAll(() => world?.close());

async function run(part: Part, repetitions: number): Promise<void> {
  said.length = 0;
  const failures = await runMatrix(world, {
    seed: Date.now() % 1_000_000,
    repetitions,
    outageMs: 9_000,
    frozen: false,
    only: { thin: true },
    parts: [part],
    say: (line) => said.push(line),
  });
  expect(failures, said.join('\n')).toBe(0);
}

describe('commands under faults', () => {
  it('when twenty come at once through two dispatchers, then the ledger has no gap and the losers know who won', () => run('crowds', 2));

  it('when a server is away for a while, then commands are refused or kept, clocks and effects go on, and all catches up', () =>
    run('outages', 1));

  it('when anything is killed between any two arrows, then nothing is lost and nothing is done twice', () => run('kills', 1), 400_000);
});
