import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate } from '../db/migrate.js';
import { startServers } from '../embedded/servers.js';
import { hehe } from '../tests/support/hehe-orders.js';
import { Plant, type PlantServers } from '../tests/support/plant.js';
import { booksFile, historiesFolder, type KeptCase, keptCases } from '../tests/support/replay.js';
import { procedures } from '../workflows/procedures.js';
import { changesAndReturns } from './stories/changes-and-returns.js';
import { intakes, type Story } from './stories/intakes.js';
import { shipments } from './stories/shipments.js';

/** Each case by its file name: how it goes, from its first step to its end. */
const stories: Readonly<Record<string, Story>> = { ...intakes, ...changesAndReturns, ...shipments };

async function record(place: PlantServers): Promise<void> {
  const { books, people, calendars, tradeBooks } = await hehe();
  const workflows = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
  const plant = await Plant.start({ servers: place, people, source: { books, calendars, tradeBooks, workflows, procedures } });
  try {
    const { edition } = plant.workers;
    mkdirSync(dirname(booksFile(edition)), { recursive: true });
    writeFileSync(booksFile(edition), `${JSON.stringify(books)}\n`);
    for (const [name, story] of Object.entries(stories).filter(([one]) => one.startsWith(only))) {
      const kept = await keep(plant, await story(plant));
      writeFileSync(join(historiesFolder, `${name}.json`), textOf(kept));
      console.error(`${name}: ${Object.keys(kept.digests).length} turns`);
    }
  } finally {
    await plant.close();
  }
  forgetBooks();
}

/** Removes books that no kept case ran under. */
function forgetBooks(): void {
  const used = new Set([...keptCases().values()].map(({ edition }) => booksFile(edition)));
  const folder = join(historiesFolder, 'books');
  for (const file of readdirSync(folder)) if (!used.has(join(folder, file))) rmSync(join(folder, file));
}

/** A case at its end: its workflow has ended, so its history is whole. */
async function keep(plant: Plant, caseId: string): Promise<KeptCase> {
  const handle = plant.client.workflow.getHandle(caseId);
  await handle.result();
  const { type: workflowType } = await handle.describe();
  const history = await plant.openedHistory(caseId);
  const digests = Object.fromEntries(
    (await plant.ledger(caseId)).flatMap(({ turn, head }) => (head === undefined ? [] : [[turn, head.digest]])),
  );
  return { caseId, workflowType, edition: plant.workers.edition, digests, history };
}

/** One event a line, so that a change can be read. */
function textOf({ history, ...kept }: KeptCase): string {
  const { events } = history as { readonly events: readonly object[] };
  const lines = events.map((event) => `  ${JSON.stringify(event)}`).join(',\n');
  return `${JSON.stringify(kept).slice(0, -1)},"history":{"events":[\n${lines}\n]}}\n`;
}

/** A migrated database of the recording's own. */
async function placeOn({
  databaseUrl,
  temporalAddress,
}: {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}): Promise<PlantServers> {
  const name = `record_${randomBytes(6).toString('hex')}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await admin(`create database ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return { temporalAddress, database: { url: url.href, name, drop: () => admin(`drop database if exists ${name} with (force)`) } };
}

/**
 * `npm run record-histories`: runs cases of every procedure on real servers and keeps their histories, with the digests of all their turns and
 * the books they ran under, for the replay tests. Own servers are used where TEST_DATABASE_URL and TEST_TEMPORAL_ADDRESS name them. Replaces
 * histories of the same names and leaves others alone; with a word (`npm run record-histories -- order-change`), only those whose names begin with it.
 */
const only = process.argv[2] ?? '';
const home = mkdtempSync(join(tmpdir(), 'gendan-record-'));
const { TEST_DATABASE_URL: databaseUrl, TEST_TEMPORAL_ADDRESS: temporalAddress } = process.env;
const servers = await startServers({
  home,
  practice: true,
  databaseUrl,
  temporalAddress,
  environment: process.env,
  progress: () => undefined,
});
try {
  await record(await placeOn(servers));
} finally {
  await servers.stop();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
