import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Servers, startServers } from '../embedded/servers.js';
import { benchBooks } from './books.js';
import { coldStartLines } from './cold.js';
import { countLines } from './counts.js';
import { freshDatabase } from './databases.js';
import { startFloor } from './floor.js';
import { inboxLines } from './inbox.js';
import type { Leg } from './leg.js';
import { openLines } from './open.js';
import { startOurs } from './ours.js';
import { pureLines } from './pure.js';
import { type Line, partsTable, ratioLines, sealingLines, table } from './report.js';
import { type Measured, runRounds } from './rounds.js';

const help = `npm run bench -- [options]

  --rounds N      rounds of all legs in rotated order (5)
  --orders N      orders of a leg in a round (240)
  --in-flight N   orders under way at once (16)
  --foreign N     percent of the machine that other programs may use before a leg is measured again (5)
  --open N,N      cases that are open when memory is read, ascending (1000,10000)
  --only PART     only these parts: rounds, counts, pure, cold, open; may be given several times. Without it: all but open, which takes long
  --json FILE     writes everything measured to a file

Prints ratios and counts beside their goals (docs/performance.md). It tells; it never fails because something is slow.`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    orders: { type: 'string', default: '240' },
    'in-flight': { type: 'string', default: '16' },
    foreign: { type: 'string', default: '5' },
    open: { type: 'string', default: '1000,10000' },
    only: { type: 'string', multiple: true },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => console.error(text);

/** The legs; the first is the floor that the others are compared with. Further legs go here. */
const legs: readonly ((servers: Servers) => Promise<Leg>)[] = [
  ({ temporalAddress }) => startFloor(temporalAddress),
  async ({ databaseUrl, temporalAddress }) => startOurs({ databaseUrl: await freshDatabase(databaseUrl, 'bench_ours'), temporalAddress }),
  async ({ databaseUrl, temporalAddress }) =>
    startOurs({ databaseUrl: await freshDatabase(databaseUrl, 'bench_plain'), temporalAddress, sealing: 'plain' }),
];

/** What each part measures, in order. Parts have the servers to themselves, one after another. */
const parts: Readonly<
  Record<string, (servers: Servers) => Promise<{ readonly lines: readonly Line[]; readonly measured?: readonly Measured[] }>>
> = {
  rounds: measureRounds,
  counts: async ({ databaseUrl }) => ({ lines: await countLines(await freshDatabase(databaseUrl, 'bench_counts')) }),
  pure: async () => ({ lines: pureLines(await benchBooks()) }),
  inbox: async (servers) => ({ lines: await inboxLines(servers, say) }),
  cold: async ({ databaseUrl, temporalAddress }) => ({
    lines: await coldStartLines({ databaseUrl: await freshDatabase(databaseUrl, 'bench_cold'), temporalAddress }),
  }),
  open: async (servers) => ({
    lines: await openLines({
      databaseUrl: await freshDatabase(servers.databaseUrl, 'bench_open'),
      servers,
      sizes: values.open.split(',').map(Number),
      inFlight: Number(values['in-flight']),
      say,
    }),
  }),
};
/** Takes many minutes, so it is done only when asked for. */
const long: readonly string[] = ['open'];

async function measureRounds(servers: Servers): Promise<{ readonly lines: readonly Line[]; readonly measured: readonly Measured[] }> {
  const running: Leg[] = [];
  try {
    for (const start of legs) running.push(await start(servers));
    const measured = await runRounds(running, {
      rounds: Number(values.rounds),
      orders: Number(values.orders),
      inFlight: Number(values['in-flight']),
      foreignLimit: Number(values.foreign) / 100,
      servers: () => Object.entries(servers.processes).map(([name, pid]) => ({ name, pid })),
      say,
    });
    if (measured.length > 0) say(`\n${partsTable(measured)}\n`);
    const [floor, ...others] = running;
    if (floor === undefined || measured.length === 0) return { measured, lines: [] };
    const lines: Line[] = [];
    for (const leg of others.filter(({ name }) => name === 'ours'))
      lines.push(...ratioLines(measured, leg.name, floor.name), await eventsLine(leg, floor));
    if (others.some(({ name }) => name === 'plain')) lines.push(...sealingLines(measured, 'ours', 'plain'));
    return { measured, lines };
  } finally {
    for (const leg of running) await leg.stop();
  }
}

/** History events of the last order of the warm-up: under load a bare workflow's first task may take in its first update. */
async function eventsLine(leg: Leg, floor: Leg): Promise<Line> {
  const last = `warm-${Math.ceil(Number(values.orders) / 2) - 1}`;
  const [own, bare] = [await leg.events(last), await floor.events(last)];
  return { goal: '', what: `history events under load ÷ ${floor.name}`, value: own / bare, unit: '', note: `${own} : ${bare}` };
}

async function main(): Promise<void> {
  const wanted = values.only ?? Object.keys(parts).filter((name) => !long.includes(name));
  const unknown = wanted.find((name) => !(name in parts));
  if (values.help || unknown !== undefined) {
    console.log(help);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const home = mkdtempSync(join(tmpdir(), 'gendan-bench-'));
  const servers = await startServers({ home, practice: false, environment: process.env, progress: () => undefined });
  const lines: Line[] = [];
  const measured: Measured[] = [];
  const end = async (): Promise<void> => {
    await servers.stop();
    for (const folder of [home, ...servers.dataFolders]) rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end().finally(() => process.exit(1)));
  try {
    for (const name of wanted) {
      say(name);
      const found = await parts[name]?.(servers);
      lines.push(...(found?.lines ?? []));
      measured.push(...(found?.measured ?? []));
    }
  } finally {
    await end();
  }
  console.log(table(lines));
  if (values.json !== undefined)
    writeFileSync(
      values.json,
      `${JSON.stringify({ at: new Date().toISOString(), node: process.version, options: values, lines, measured }, null, 2)}\n`,
    );
}

await main();
