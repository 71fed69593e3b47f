import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadBooks } from '../../policies/load.js';
import { type Buyer, buyer, credit, go, opens, ship } from '../support/jinhui-shipments.js';
import { Plant } from '../support/plant.js';
import { tradeDesk } from '../support/trade.js';
import { Child } from './child.js';
import type { ShipmentSetting } from './shipment-worker.js';

/**
 * Many shipments of one customer are released at once by two worker processes, one of which is killed after it has set credit aside in the books and
 * before the case knows of it.
 */
const folder = mkdtempSync(join(tmpdir(), 'gendan-shipments-'));
const shipments = 50;
const worth = 100_000;
/** Enough for twenty of them and a half. */
const limit = 20 * worth + worth / 2;

let plant: Plant;
let setting: ShipmentSetting;
const children: Child[] = [];
beforeAll(async () => {
  const { books, people, calendars, tradeBooks } = await loadBooks('policies');
  plant = await Plant.start({ people, source: { books, calendars, tradeBooks } });
  await plant.workers.stop();
  const { databaseUrl, temporalAddress, namespace } = plant;
  setting = { databaseUrl, temporalAddress, namespace };
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  await plant.close();
  rmSync(folder, { recursive: true });
});

async function work(): Promise<Child> {
  const child = new Child('shipment-worker.ts', setting, folder);
  children.push(child);
  await new Promise((resolve) => child.on('ready', resolve));
  return child;
}

/** Does something with each of many, so many at a time. */
async function eachOf<T>(all: readonly T[], atOnce: number, what: (one: T) => Promise<unknown>): Promise<void> {
  const left = [...all];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await what(next);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

const standing = async ({ customer }: Buyer) =>
  (
    await plant.pool.query<{ id: string; amount: number }>(
      `select p.case_id as id, (p.facts->>'amountMinor')::integer as amount from book_posting p
        where p.effect = 'release-goods' and p.standing and p.facts->>'customer' = $1`,
      [customer],
    )
  ).rows;

it('when a worker is killed between a release and its fact, then the customer is never over the limit, and no shipment is released twice', async () => {
  const both = [await work(), await work()];
  const who = await buyer(plant, { limit });
  const ids: string[] = [];
  await eachOf(
    Array.from({ length: shipments }, (_, n) => n),
    8,
    async () => ids.push(await ship(plant, who)),
  );
  await eachOf(ids, 8, (id) => go(plant, id, 'type', 'notice', 'finance-check'));
  await eachOf(ids, 8, (id) => opens(plant, id, 'manager-review'));

  const seen = { most: 0, watching: true };
  const watch = (async () => {
    for (; seen.watching; await new Promise((resolve) => setTimeout(resolve, 20)))
      seen.most = Math.max(seen.most, (await credit(plant, who)).exposure);
  })();
  // whichever has released three first: how Temporal shares the work between the two is its own affair
  const death = new Promise<readonly string[]>((resolve) => {
    let killing = false;
    for (const worker of both) {
      const granted: string[] = [];
      worker.on('released', (value) => {
        const { caseId, result } = value as { caseId: string; result: { granted: boolean } };
        if (result.granted) granted.push(caseId);
        if (granted.length < 3 || killing) return;
        killing = true;
        void worker.kill().then(() => resolve(granted));
      });
    }
  });
  // while the killed worker's cases change hands, a decision may be answered with 503: it is kept, and sent again
  const reviewed = eachOf(ids, shipments, async (id) => {
    const { status, body } = await plant.complete('pan-guohua', id, 'manager-review', { outcome: 'ship' });
    if (status !== 200) expect({ status, body }).toMatchObject({ status: 503, body: { values: { kept: true } } });
  });
  const unheard = await death;
  // what it had released when it was killed is in the books, and no case knows of it yet
  expect(unheard.length).toBeGreaterThanOrEqual(3);
  const inBooks = new Set((await standing(who)).map(({ id }) => id));
  for (const id of unheard.slice(0, 3)) expect(inBooks.has(id)).toBe(true);
  await work();
  await reviewed;

  const ends = new Map<string, string>();
  await eachOf(ids, 8, async (id) => ends.set(id, await opens(plant, id, 'distribute', 'finance-check')));
  seen.watching = false;
  await watch;
  const released = ids.filter((id) => ends.get(id) === 'distribute').sort();
  const rows = await standing(who);
  expect(rows.map(({ id }) => id).sort()).toEqual(released);
  expect(rows.every(({ amount }) => amount === worth)).toBe(true);
  expect(released).toHaveLength(20);
  for (const id of unheard) expect(released).toContain(id);
  expect(seen.most).toBe(20 * worth);
  expect(await credit(plant, who)).toEqual({ released: 20 * worth, shipped: 0, exposure: 20 * worth });
  const done = await plant.pool.query<{ id: string }>(
    `select case_id as id from ledger where case_id = any($1) and row->'effect'->>'effect' = 'release-goods' and row->'effect'->>'state' = 'done'`,
    [released],
  );
  expect(done.rows.map(({ id }) => id).sort()).toEqual(released);

  const [given = ''] = unheard;
  expect((await plant.command('shen-lan', given, { verb: 'cancel', reason: 'not needed' })).status).toBe(200);
  await plant.until(
    () => credit(plant, who),
    (now) => now.released === 19 * worth,
  );
  expect(await tradeDesk(plant.pool).unsound()).toEqual([]);
}, 300_000);
