// @ts-nocheck
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { it } from 'vitest';
import { buildEdition } from '../../worker/edition.js';
import { sha256 } from '../../worker/sources.js';
import { Plant } from '../support/plant.js';
import { booksOf, testSteps } from '../support/procedures/books.js';
const values = { wording: 'as agreed' };
const source = (changed) => ({
  books: booksOf({ role: { implementation: 'role', changes: changed ? { values, steps: { ...testSteps(), planner: { ...testSteps().planner, roles: ['technical'] } } } : { values } } }),
  workflows: fileURLToPath(new URL(`../support/procedures/digest/${changed ? 'changed' : 'index'}.ts`, import.meta.url)),
});
it('x', async () => {
  const create = Worker.create.bind(Worker); let last;
  Worker.create = async (o) => { last = await create({ ...o, ...(process.env.POLLS ? { maxConcurrentWorkflowTaskPolls: Number(process.env.POLLS) } : {}) }); return last; };
  const plant = await Plant.start({ source: source(false), outside: { effects: {}, readings: {} } });
  const ids = [];
  for (let i = 0; i < 5; i++) { const b = await plant.begin('desk', 'tests', 'role', { quantity: 1 }); ids.push(b); await plant.complete('desk', b, 'desk'); }
  const changed = await buildEdition(source(true)); const { edition } = plant.workers;
  const code = changed.code.replaceAll(changed.id, edition);
  await plant.workers.stop();
  await plant.pool.query('update edition set code = $2, books = $3, manifest = $4 where id = $1', [edition, code, changed.books, { ...changed.manifest, bundle: sha256(code) }]);
  await plant.resume();
  for (const id of ids) {
    const t = Date.now();
    const a = await plant.command('desk', id, { verb: 'cancel', reason: 'x' });
    console.log(a.status, Date.now() - t, JSON.stringify(last.getStatus()));
  }
  const t = Date.now();
  const fresh = await plant.ask('desk', 'POST', '/cases', { company: 'tests', procedure: 'role', subject: { quantity: 3 } });
  console.log('fresh', fresh.status, Date.now() - t, JSON.stringify(last.getStatus()));
  process.exit(0);
}, 200_000);
