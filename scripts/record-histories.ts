import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { migrate } from '../db/migrate.js';
import { startServers } from '../embedded/servers.js';
import { answer, exampleOrder, hehe, proceed } from '../tests/support/hehe-orders.js';
import { Plant, type PlantServers } from '../tests/support/plant.js';
import { booksFile, historiesFolder, type KeptCase, keptCases } from '../tests/support/replay.js';
import { procedures } from '../workflows/procedures.js';

/** Each case by its file name: how it goes, from the first review to its end. */
type Story = (plant: Plant) => Promise<string>;
const stories: Readonly<Record<string, Story>> = {
  'booked-intake-straight': async (plant) => {
    const id = await begin(plant, 'connecting-rods', 1);
    await proceed(plant, id);
    return id;
  },
  'booked-intake-clarified-returned-amended': async (plant) => {
    const id = await begin(plant, 'code-name-mismatch', 2);
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'line 2: the name is not that of the code' });
    await proceed(plant, id, 'joint-review');
    await plant.sendBack('zhang-min', id, 'joint-review', 'enter-order');
    await proceed(plant, id, 'written-reply');
    await plant.amend('zhang-min', id, { lines: { '2': { quantity: 77 } } });
    await proceed(plant, id);
    return id;
  },
  'booked-intake-not-accepted': async (plant) => {
    const id = await begin(plant, 'copied-stale', 1);
    await answer(plant, id, 'initial-review', { outcome: 'problem', problems: 'dates of March' });
    await answer(plant, id, 'clarify', { outcome: 'not-accepted', reason: 'no longer made' });
    return id;
  },
  'booked-intake-in-part-special-rush-moved': async (plant) => {
    const { lines, ...order } = exampleOrder('connecting-rods', 3, 'in-part-special') as { readonly lines: readonly object[] };
    const special = lines.map((line, index) => (index === 1 ? { ...line, special: { reference: 'A-7' } } : line));
    const id = await plant.begin('chen-li', 'hehe', 'order-intake', { ...order, lines: special });
    await proceed(plant, id, 'enter-order');
    await answer(plant, id, 'enter-order', { outcome: 'entered-in-part', notPlaced: ['3'] });
    await proceed(plant, id, 'written-reply');
    await answer(plant, id, 'written-reply');
    await plant.complete('chen-li', id, 'follow-unplaced', { outcome: 'placed', placed: ['3'], answer: 'from Monday' });
    await proceed(plant, id, 'track');
    await plant.complete('wang-qiang', id, 'moved-date', { lines: { '2': { date: '2027-01-20', cause: 'material-late' } } });
    await proceed(plant, id, 'track');
    await plant.amend('zhang-min', id, { requests: [{ id: 'r1', kind: 'rush', text: 'site opens early', lines: ['1'] }] });
    await answer(plant, id, 'weigh-rush');
    await answer(plant, id, 'relay-rush');
    await proceed(plant, id);
    return id;
  },
  'booked-intake-late': async (plant) => {
    const id = await begin(plant, 'connecting-rods', 1);
    await plant.forward(id, 7 * 86_400);
    await proceed(plant, id, 'written-reply');
    await plant.forward(id, 49 * 3_600);
    await proceed(plant, id);
    return id;
  },
};

const begin = (plant: Plant, example: string, lines: number): Promise<string> =>
  plant.begin('chen-li', 'hehe', 'order-intake', exampleOrder(example, lines, `${example}-${lines}`));

async function record(place: PlantServers): Promise<void> {
  const { books, people, calendars } = await hehe();
  const workflows = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
  const plant = await Plant.start({ servers: place, people, source: { books, calendars, workflows, procedures } });
  try {
    const { edition } = plant.workers;
    mkdirSync(dirname(booksFile(edition)), { recursive: true });
    writeFileSync(booksFile(edition), `${JSON.stringify(books)}\n`);
    for (const [name, story] of Object.entries(stories)) {
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
  const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
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
 * `npm run record-histories`: runs cases of order intake on real servers and keeps their histories, with the digests of all their turns and
 * the books they ran under, for the replay tests. Own servers are used where TEST_DATABASE_URL and TEST_TEMPORAL_ADDRESS name them. Replaces
 * histories of the same names and leaves others alone.
 */
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
