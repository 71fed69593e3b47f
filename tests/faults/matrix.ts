import { parseArgs } from 'node:util';
import { parts, runMatrix } from './run.js';
import { folderFor, World } from './world.js';

/**
 * `npm run faults`: the whole fault matrix on servers of its own.
 *
 *     --repetitions N   how often each cell is repeated (20)
 *     --abreast N       how many of those one kill makes (2): of one kill on many cases, each case is a repetition
 *     --seed N          what random moments come from; printed, so that a run can be done again
 *     --target T        only kills of api, worker, temporal, postgres or all
 *     --follow-up F     only rounds followed by move, close, restart or move-close
 *     --part P          only crowds, outages or kills
 *     --outage S        seconds that a server is away (60)
 */
const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '20' },
    abreast: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string' },
    'follow-up': { type: 'string' },
    part: { type: 'string' },
    outage: { type: 'string', default: '60' },
  },
});
const folder = folderFor('whole');
console.log(`seed ${values.seed}; servers, logs and data in ${folder}`);
const world = await World.open(folder);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    console.log(`ended by ${signal}`);
    void world.close().finally(() => process.exit(130));
  });
try {
  const failures = await runMatrix(world, {
    seed: Number(values.seed),
    repetitions: Number(values.repetitions),
    outageMs: Number(values.outage) * 1000,
    frozen: true,
    only: { target: values.target, followUp: values['follow-up'], abreast: Number(values.abreast) },
    parts: parts.filter((part) => values.part === undefined || values.part === part),
    say: (line) => console.log(line),
  });
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await world.close();
}
