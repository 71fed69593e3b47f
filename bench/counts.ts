import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalProgram } from '../embedded/temporal-program.js';
import { type MeteredPlant, startMeteredPlant } from './metered-plant.js';
import { heheIntake, type Plan, sentReply, takeOrder, threeTasks } from './orders.js';
import type { Line } from './report.js';
import { listenToRoundTrips, type RoundTrips, type Sent } from './round-trips.js';

/** What no command waits for: listeners are told of the changes of many commands together (db/events.ts). */
const inBackground = 'gendan_announce';

/** What one case costs Temporal, exactly. */
export interface CaseCost {
  readonly events: number;
  readonly bytes: number;
  /** Durable writes of its workflow. */
  readonly writes: number;
}

/** Takes one order through a plant that nothing else uses, and counts. Takes some seconds. */
export async function costOf(plant: MeteredPlant, plan: Plan, number: string): Promise<CaseCost> {
  const before = await plant.writes();
  const history = await plant.history(await takeOrder(plant.http, plant.tokens, plan, number));
  return { ...history, writes: (await plant.writes()) - before };
}

/**
 * What each command of the benchmark's order asks the database between request and answer, by command. The fewest of several orders, since
 * the dispatcher's own rounds come in between at times.
 */
export async function statementsOf(plant: MeteredPlant, trips: RoundTrips, orders: number): Promise<ReadonlyMap<string, readonly Sent[]>> {
  const found = new Map<string, readonly Sent[]>();
  for (let order = 0; order < orders; order++) {
    await takeOrder(plant.http, plant.tokens, threeTasks, `statements-${order}`, async (what, command) => {
      const { sent, result } = await trips.during(command);
      const own = sent.filter(({ name }) => name !== inBackground);
      if (own.length < (found.get(what)?.length ?? Number.POSITIVE_INFINITY)) found.set(what, own);
      return result;
    });
  }
  return found;
}

/** The counts that gate CI (tests/workflows/counts.test.ts), as lines of the table. `databaseUrl`: migrated and of the bench's own. */
export async function countLines(databaseUrl: string): Promise<readonly Line[]> {
  const trips = listenToRoundTrips('gendan api');
  const folder = mkdtempSync(join(tmpdir(), 'gendan-counts-'));
  const program = await findTemporalProgram({ environment: process.env, home: folder }, () => undefined);
  const plant = await startMeteredPlant({ databaseUrl, program, folder });
  try {
    await takeOrder(plant.http, plant.tokens, threeTasks, 'warm');
    const kept = await costOf(plant, threeTasks, 'kept');
    const sent = await costOf(plant, sentReply, 'sent');
    const large = await costOf(plant, heheIntake('large-200-lines'), 'large');
    const statements = await statementsOf(plant, trips, 4);
    const most = [...statements].map(([what, { length }]) => ({ what, length })).toSorted((a, b) => b.length - a.length)[0];
    return [
      { goal: 'G3', what: 'history events, reply kept', value: kept.events, unit: '', must: 28, aim: 24 },
      { goal: '', what: 'history events, reply sent by an effect', value: sent.events, unit: '', must: 40 },
      { goal: '', what: 'durable writes, reply kept', value: kept.writes, unit: '', must: 6 },
      { goal: '', what: 'durable writes, reply sent by an effect', value: sent.writes, unit: '' },
      {
        goal: '',
        what: 'round trips to SQL, most of a command',
        value: most?.length ?? Number.NaN,
        unit: '',
        must: 3,
        note: most?.what ?? '',
      },
      {
        goal: '',
        what: 'history of a 200-line order',
        value: large.bytes / 1000,
        unit: 'kB',
        must: 400,
        note: `${large.events} events, ${large.writes} writes`,
      },
    ];
  } finally {
    trips.stop();
    await plant.stop();
  }
}
