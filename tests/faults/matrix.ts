import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Part, runMatrix } from './run.js';

/**
 * `npm run faults`: the whole fault matrix on servers of its own.
 *
 *     --repetitions N   how often each cell is repeated (20)
 *     --seed N          what random moments come from; printed, so that a run can be done again
 *     --target T        only kills of api, worker, temporal, postgres or all
 *     --follow-up F     only rounds followed by move, close, restart or move-close
 *     --part P          only kills, crowds or outages
 */
const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '20' },
    seed: { type: 'string' },
    target: { type: 'string' },
    'follow-up': { type: 'string' },
    part: { type: 'string' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const failures = await runMatrix({
  folder: join(tmpdir(), `gendan-faults-${userInfo().username}`),
  seed,
  repetitions: Number(values.repetitions),
  outageMs: 60_000,
  frozen: true,
  only: { target: values.target, followUp: values['follow-up'] },
  parts: values.part === undefined ? ['kills', 'crowds', 'outages'] : [values.part as Part],
  say: (line) => console.log(line),
});
process.exitCode = failures === 0 ? 0 : 1;
