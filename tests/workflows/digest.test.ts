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
  books: booksOf(Object.fromEntries(kinds.map((kind) => [kind, { implementation: typeOf(kind), changes: (changed && changes[kind]) || { values } }]))),
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
  await plant.pool.query('update edition set code = $2, books = $3, manifest = $4 where id = $1', [edition, code, changed.books, { ...changed.manifest, bundle: sha256(code) }]);
  await plant.resume();
}

describe('explore', () => {
  it('x', async () => {
    const cases: Record<string, string> = {};
    for (const kind of kinds) {
      cases[`${kind} 0`] = await begin(kind);
      cases[`${kind} 1`] = await begin(kind);
      await plant.complete('desk', cases[`${kind} 1`]!, 'desk');
    }
    cases['role 2'] = await begin('role');
    await plant.complete('desk', cases['role 2']!, 'desk');
    await plant.complete('planner', cases['role 2']!, 'planner');
    await serveChanged();
    for (const [name, id] of Object.entries(cases)) {
      const [step] = await plant.open(id);
      const t = Date.now();
      const answer = await plant.command('desk', id, { verb: 'cancel', reason: 'x' });
      console.log(name, step, answer.status, answer.body['code'], Date.now() - t, await plant.radar('desk', id));
    }
  }, 300_000);
});
