import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEdition, type EditionSource } from '../../worker/edition.js';
import { Plant } from '../support/plant.js';
import { booksOf, testSteps } from '../support/procedures/books.js';

const kinds = ['step', 'role', 'due', 'shows', 'effect-input', 'outcome', 'value', 'first-shows'] as const;
type Kind = (typeof kinds)[number];

const values = { wording: 'as agreed' };
/** How the policy of a procedure is changed; for the other kinds its code is. */
const changes: Partial<Readonly<Record<Kind, object>>> = {
  role: { values, steps: { ...testSteps(), planner: { ...testSteps()['planner'], roles: ['technical'] } } },
  due: { values, steps: { ...testSteps(), desk: { ...testSteps()['desk'], due: { within: '3h' } } } },
  value: { values: { wording: 'as ordered' } },
};
const typeOf = (kind: string): string => kind.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
const source = (changed: boolean): EditionSource => ({
  books: booksOf(
    Object.fromEntries(kinds.map((kind) => [kind, { implementation: typeOf(kind), changes: (changed && changes[kind]) || { values } }])),
  ),
  workflows: fileURLToPath(new URL(`../support/procedures/digest/${changed ? 'changed' : 'index'}.ts`, import.meta.url)),
});

let plant: Plant;
const down = { effects: {}, readings: {} };
beforeAll(async () => {
  plant = await Plant.start({ source: source(false), outside: down });
});
afterAll(() => plant.close());
const begin = (kind: Kind) => plant.begin('desk', 'tests', kind, { quantity: 3 });

/** What no release may do: other code and other books under the id of an edition that is in use, all checksums right. */
async function serveChanged(): Promise<void> {
  const changed = await buildEdition(source(true));
  const { edition } = plant.workers;
  const code = changed.code.replaceAll(changed.id, edition);
  const { sha256 } = await import('../../worker/sources.js');
  await plant.workers.stop();
  await plant.pool.query('update edition set code = $2, books = $3, manifest = $4 where id = $1', [
    edition,
    code,
    changed.books,
    { ...changed.manifest, bundle: sha256(code) },
  ]);
  await plant.resume();
}

describe('explore', () => {
  it('x', async () => {
    const lap =
      (t = Date.now()) =>
      () =>
        Date.now() - t;
    const bad = await begin('role');
    await plant.complete('desk', bad, 'desk');
    const good = await begin('value');
    const other = await begin('step');
    const bads: Record<string, string> = {};
    for (const k of (process.env['BADS'] ?? 'role,role,role').split(',')) {
      const b = await begin(k as Kind);
      bads[k + Object.keys(bads).length] = b;
      await plant.complete('desk', b, 'desk');
    }
    await serveChanged();
    const go = async (name: string, id: string) => {
      const l = lap();
      const answer = await plant.command('desk', id, { verb: 'cancel', reason: 'x' });
      console.log(name, answer.status, answer.body['code'], l(), await plant.radar('desk', id));
    };
    await go('bad', bad);
    for (const [name, b] of Object.entries(bads)) {
      await go(name, b);
    }
    await go('good', good);
    await go('other', other);
    const h = await plant.client.workflow.getHandle(bad).fetchHistory();
    for (const e of h.events ?? [])
      if (e.workflowTaskFailedEventAttributes)
        console.log(e.workflowTaskFailedEventAttributes.cause, e.workflowTaskFailedEventAttributes.failure?.message);
    console.log(
      await plant.view(bad).then(
        () => 'view ok',
        (e: Error) => `${e.name} ${e.message} ${(e.cause as Error)?.message}`,
      ),
    );
    await new Promise((r) => setTimeout(r, 15000));
    const again = await begin('value');
    await go('fresh', again);
    let l = lap();
    await plant.api.stop();
    console.log('api stop', l());
    l = lap();
    await plant.workers.stop();
    console.log('workers stop', l());
  }, 300_000);
});
