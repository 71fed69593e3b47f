import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MeteredPlant, startMeteredPlant } from '../../bench/metered-plant.js';
import { heheIntake, sentReply, takeOrder, threeTasks } from '../../bench/orders.js';
import { listenToRoundTrips, type RoundTrips, type Sent } from '../../bench/round-trips.js';
import { findTemporalProgram } from '../../embedded/temporal-program.js';
import { createTestDatabase, type TestDatabase } from '../support/servers.js';

/** What a case costs, as counts that are the same on every machine (docs/performance.md). Its Temporal is its own, since it must be alone to be counted. */
let database: TestDatabase;
let plant: MeteredPlant;
let trips: RoundTrips;
beforeAll(async () => {
  trips = listenToRoundTrips('gendan api');
  database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'gendan-counts-'));
  const program = await findTemporalProgram({ environment: process.env, home: folder }, () => undefined);
  plant = await startMeteredPlant({ databaseUrl: database.url, program, folder });
  await takeOrder(plant.http, plant.tokens, threeTasks, 'warm');
});
afterAll(async () => {
  trips.stop();
  await plant.stop();
  await database.drop();
});

describe('the history of a case', () => {
  it('when three tasks are answered and the reply is kept in SQL, then it has 28 events at most', async () => {
    const caseId = await takeOrder(plant.http, plant.tokens, threeTasks, 'events');
    expect((await plant.history(caseId)).events).toBeLessThanOrEqual(28);
  });
  it('when the reply is sent by an effect, then it has 40 events at most', async () => {
    const caseId = await takeOrder(plant.http, plant.tokens, sentReply, 'sent');
    expect((await plant.history(caseId)).events).toBeLessThanOrEqual(40);
  });
  it('when an order of 200 lines goes through the whole intake, then it has 400 kB at most', async () => {
    const caseId = await takeOrder(plant.http, plant.tokens, heheIntake('large-200-lines'), 'HH-200');
    expect((await plant.history(caseId)).bytes).toBeLessThanOrEqual(400_000);
  });
});

describe('the writes of a case', () => {
  it('when three tasks are answered and the reply is kept in SQL, then Temporal writes its workflow six times at most', async () => {
    const before = await plant.writes();
    const caseId = await takeOrder(plant.http, plant.tokens, threeTasks, 'writes');
    await plant.history(caseId);
    expect((await plant.writes()) - before).toBeLessThanOrEqual(6);
  });
});

describe('the statements of a command', () => {
  /** Every command's statements between request and answer, over several orders: the fewest, since the courier's own rounds come in between at times. */
  async function fewest(orders: number): Promise<ReadonlyMap<string, readonly Sent[]>> {
    const found = new Map<string, readonly Sent[]>();
    for (let order = 0; order < orders; order++) {
      await takeOrder(plant.http, plant.tokens, threeTasks, `statements-${order}`, async (what, command) => {
        const { sent, result } = await trips.during(command);
        if (sent.length < (found.get(what)?.length ?? Number.POSITIVE_INFINITY)) found.set(what, sent);
        return result;
      });
    }
    return found;
  }

  it('when a case starts or a task is answered, then the database is asked three times at most, by prepared statements', async () => {
    const statements = [...(await fewest(4))].map(([what, sent]) => ({ what, trips: sent.length, names: sent.map(({ name }) => name) }));
    expect(statements.map(({ what }) => what)).toEqual(['start', 'desk', 'planner', 'pmc']);
    expect(statements.filter((one) => one.trips > 3)).toEqual([]);
    expect(statements.filter((one) => one.trips === 0 || one.names.includes(undefined))).toEqual([]);
  });
});
