import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServers } from '../embedded/servers.js';
import { startFloor } from './floor.js';
import type { Leg } from './leg.js';
import { startOurs } from './ours.js';
import { type Line, ratioLines, table } from './report.js';
import { runRounds } from './rounds.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    orders: { type: 'string', default: '240' },
    'in-flight': { type: 'string', default: '16' },
    /** Percent of the machine that other programs may use while a leg is measured. */
    foreign: { type: 'string', default: '5' },
    /** Only these parts: rounds, singles. */
    only: { type: 'string', multiple: true },
    /** Writes everything measured to a file. */
    json: { type: 'string' },
  },
});

const home = mkdtempSync(join(tmpdir(), 'gendan-bench-'));
const say = (text: string): void => console.error(text);
const servers = await startServers({ home, practice: false, environment: process.env, progress: () => undefined });
const legs: Leg[] = [];
try {
  legs.push(await startFloor(servers.temporalAddress));
  if (process.env['FLOOR'] === undefined) legs.push(await startOurs(servers));
  const measured = await runRounds(legs, {
    rounds: Number(values.rounds),
    orders: Number(values.orders),
    inFlight: Number(values['in-flight']),
    foreignLimit: Number(values.foreign) / 100,
    servers: () => Object.entries(servers.processes).map(([name, pid]) => ({ name, pid })),
    say,
  });
  const lines: Line[] = [...ratioLines(measured, 'ours', 'F1')];
  for (const leg of legs) lines.push({ goal: 'G3', what: `history events an order, ${leg.name}`, value: await leg.events('r0-1-0'), unit: '', must: 30, aim: 24 });
  console.log(table(lines));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ measured, lines }, null, 2)}\n`);
} finally {
  for (const leg of legs) await leg.stop();
  await servers.stop();
  rmSync(home, { recursive: true, force: true });
}
