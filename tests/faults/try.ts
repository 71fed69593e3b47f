import { World } from './world.js';
import { Round, brief } from './round.js';
import { randomOf, roundsOf } from './cells.js';
const t = Date.now();
const say = (...a: unknown[]) => console.log(((Date.now() - t) / 1000).toFixed(1), ...a);
const w = await World.open('/tmp/gendan-faults-try');
say('open');
const random = randomOf(1);
for (const plan of roundsOf(1, { target: process.argv[2], followUp: process.argv[3] })) {
  const r = await new Round(w, plan, random).run(1);
  say(JSON.stringify(plan), JSON.stringify(r.phases), r.wrong);
  for (const { trial, wrong } of r.trials) if (wrong.length || !trial.hit) say(' ', trial.caseId, trial.cell.moment, trial.verb, trial.hit, wrong, trial.endings.map(brief));
}
await w.close();
say('closed');
