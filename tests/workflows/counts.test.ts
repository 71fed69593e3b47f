import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, statementsOf } from '../../bench/counts.js';
import { type MeteredPlant, startMeteredPlant } from '../../bench/metered-plant.js';
import { heheIntake, sentReply, takeOrder, threeTasks } from '../../bench/orders.js';
import { listenToRoundTrips, type RoundTrips } from '../../bench/round-trips.js';
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
    const caseId = await takeOrder(plant.http, plant.tokens, threeTasks, 'kept');
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
    expect((await costOf(plant, threeTasks, 'writes')).writes).toBeLessThanOrEqual(6);
  });
});

describe('the statements of a command', () => {
  it('when a case starts or a task is answered, then the database is asked three times at most, by prepared statements', async () => {
    const statements = await statementsOf(plant, trips, 4);
    expect([...statements.keys()]).toEqual(['start', 'desk', 'planner', 'pmc']);
    for (const [command, sent] of statements) {
      const names = sent.map(({ name, text }) => name ?? `not prepared: ${text}`);
      expect(names.length, `${command}: ${names.join(', ')}`).toBeLessThanOrEqual(3);
      expect(names.filter((name) => !name.startsWith('gendan_'))).toEqual([]);
      expect(names).not.toEqual([]);
    }
  });
});
