import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEdition, type Edition, sha256 } from '../../worker/edition.js';
import { EditionTampered } from '../../worker/run.js';
import { report } from '../../workflows/engine/contract.js';
import { Plant, type Release } from '../support/plant.js';
import { booksOf, testSteps } from '../support/procedures/books.js';
import { replayDigests } from '../support/replay.js';
import { OutsideSystem } from '../support/systems.js';

const kinds = ['step', 'role', 'due', 'shows', 'first-shows', 'effect-input', 'outcome', 'value'] as const;
type Kind = (typeof kinds)[number];

const values = { wording: 'as agreed' };
/** How the policy of a procedure is changed; for the other kinds its code is. */
const changes: Partial<Readonly<Record<Kind, object>>> = {
  role: { values, steps: { ...testSteps(), planner: { ...testSteps()['planner'], roles: ['technical'] } } },
  due: { values, steps: { ...testSteps(), desk: { ...testSteps()['desk'], due: { within: '3h' } } } },
  value: { values: { wording: 'as ordered' } },
};
const typeOf = (kind: string): string => kind.replace(/-(.)/, (_, letter: string) => letter.toUpperCase());
const release = (changed: boolean): Release => ({
  books: booksOf(
    Object.fromEntries(
      kinds.map((kind) => [kind, { implementation: typeOf(kind), changes: (changed ? changes[kind] : undefined) ?? { values } }]),
    ),
  ),
  workflows: fileURLToPath(new URL(`../support/procedures/digest/${changed ? 'changed' : 'index'}.ts`, import.meta.url)),
});

let plant: Plant;
let system: OutsideSystem;
let changed: Edition;
/** Cases made by the edition itself: without a command, with one, and further on. */
const made = new Map<string, string>();
const theCase = (kind: Kind, how: 'fresh' | 'begun' | 'further'): string => made.get(`${kind} ${how}`) ?? '';

/** Checked and posted; the case of the outcome ended while its posting cannot be taken back, so that it is still there. */
async function begun(kind: Kind): Promise<string> {
  const id = await plant.begin('desk', 'tests', kind, { quantity: 3 });
  await plant.complete('desk', id, 'desk');
  await plant.until(
    () => plant.read('desk', id),
    ({ pending }) => String(pending) === 'false',
  );
  if (kind !== 'outcome') return id;
  system.become(id, 'down');
  await plant.amend('desk', id, { quantity: 0 });
  return id;
}

/** What no release may do: other code and other books under the id of an edition that is in use, with all checksums right. */
async function serveChanged(): Promise<void> {
  const { edition } = plant.workers;
  const code = changed.code.replaceAll(changed.id, edition);
  await plant.workers.stop();
  const manifest = { ...changed.manifest, bundle: sha256(code) };
  await plant.pool.query('update edition set code = $2, books = $3, manifest = $4 where id = $1', [edition, code, changed.books, manifest]);
  await plant.resume();
}

beforeAll(async () => {
  system = await OutsideSystem.start();
  [plant, changed] = await Promise.all([Plant.start({ source: release(false), outside: system.outside }), buildEdition(release(true))]);
  const make = async (kind: Kind): Promise<void> => {
    made.set(`${kind} fresh`, await plant.begin('desk', 'tests', kind, { quantity: 3 }));
    made.set(`${kind} begun`, await begun(kind));
    if (kind !== 'role') return;
    made.set('role further', await begun(kind));
    await plant.complete('planner', theCase('role', 'further'), 'planner');
  };
  await Promise.all(kinds.map(make));
});
afterAll(async () => {
  await plant.close();
  await system.stop();
});

describe('a history replayed with the same edition’s code', () => {
  const replay = async (kind: Kind, code: string) => {
    const id = theCase(kind, 'begun');
    const history = await plant.openedHistory(id);
    return replayDigests(code, history, id);
  };
  const kept = async (kind: Kind) =>
    Object.fromEntries(
      (await plant.ledger(theCase(kind, 'begun'))).flatMap(({ turn, head }) => (head === undefined ? [] : [[turn, head.digest]])),
    );

  it.each(kinds)('when nothing was changed (%s), then every digest is that of the ledger', async (kind) => {
    const { rows } = await plant.pool.query<{ code: string }>('select code from edition');
    expect(await replay(kind, rows[0]!.code)).toEqual(await kept(kind));
  });
  it.each(kinds)('when the %s was changed, then it fails or another digest comes of it', async (kind) => {
    const ledger = await kept(kind);
    const end = await replay(kind, changed.code).then(
      (digests) => (JSON.stringify(digests) === JSON.stringify(ledger) ? 'the same' : 'another digest'),
      (cause: unknown) => String(cause),
    );
    expect(end).toMatch(/EDITION_MISMATCH|Nondeterminism|another digest/);
  });
});

describe('a case whose edition was changed under its id', () => {
  beforeAll(serveChanged);
  const failuresOf = async (id: string) =>
    ((await plant.client.workflow.getHandle(id).fetchHistory()).events ?? []).flatMap(
      ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
    );

  /** Refused with its code, on the radar, and nothing new in the ledger. */
  async function expectRefused(id: string): Promise<void> {
    const before = await plant.ledger(id);
    expect(await plant.command('desk', id, { verb: 'cancel', reason: 'no more' })).toMatchObject({
      status: 409,
      body: { code: 'EDITION_MISMATCH' },
    });
    expect(await plant.radar('desk', id)).toContain('edition-mismatch');
    expect(await plant.ledger(id)).toEqual(before);
  }

  it('when it is only looked at, then it says nothing of itself, and is on the radar', async () => {
    const id = theCase('value', 'begun');
    expect(await plant.radar('desk', id)).toEqual([]);
    await plant.pool.query('insert into edition (id, books, manifest, code) select $1, books, manifest, code from edition limit 1', [
      'enext',
    ]);
    await plant.pool.query('update edition set current = false');
    await plant.pool.query("update edition set current = true where id = 'enext'");
    expect(await plant.ask('desk', 'GET', `/cases/${encodeURIComponent(id)}/rehearsal`)).toMatchObject({
      status: 409,
      body: { code: 'EDITION_MISMATCH' },
    });
    expect(await plant.radar('desk', id)).toEqual(['edition-mismatch']);
    await plant.pool.query("delete from edition where id = 'enext'");
    await plant.pool.query('update edition set current = true');
  });
  it.each(kinds)('when the %s was changed, then the next command is refused', (kind) => expectRefused(theCase(kind, 'begun')));
  it.each(['role', 'due', 'value', 'first-shows'] as const)(
    'when the %s was changed before any command, then the first is refused',
    (kind) => expectRefused(theCase(kind, 'fresh')),
  );
  it('when the change lies some turns back, then the next command is refused all the same', () =>
    expectRefused(theCase('role', 'further')));
  it('when an outside event comes meanwhile, then nothing is made of it', async () => {
    const id = theCase('role', 'further');
    const before = await plant.ledger(id);
    await plant.client.workflow.getHandle(id).signal(report, { kind: 'event', event: 'customer-called', report: 'r1', data: {} });
    await plant.until(
      () => failuresOf(id),
      (failures) => failures.length > 0,
    );
    expect(await failuresOf(id)).toContain('EDITION_MISMATCH at turn 1');
    expect(await plant.ledger(id)).toEqual(before);
  });
});

describe('an edition whose kept code is not what its manifest says', () => {
  it('when a worker is started, then it refuses', async () => {
    await plant.workers.stop();
    await plant.pool.query("update edition set code = code || ' '");
    await expect(plant.resume()).rejects.toBeInstanceOf(EditionTampered);
  });
});
