import { createRequire } from 'node:module';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildEdition } from '../../worker/edition.js';
import { differences, type KeptCase, keptCases, readBooks, replayDigests, superseded } from '../support/replay.js';

beforeAll(() => void Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) }));

const require = createRequire(import.meta.url);
const kept = keptCases();
const given = superseded();
const gone = new Set(given.map(({ history }) => history));
const current = [...kept].filter(([name]) => !gone.has(name));

const bundles = new Map<string, Promise<string>>();
/** Today's code with the books that the case ran under. */
function codeFor({ edition }: KeptCase): Promise<string> {
  const known = bundles.get(edition) ?? buildEdition({ books: readBooks(edition) }).then(({ code }) => code);
  bundles.set(edition, known);
  return known;
}
const replayed = async (one: KeptCase, history: unknown = one.history) => replayDigests(await codeFor(one), history, one.caseId);

describe('kept histories', () => {
  it('when they are looked for, then there are some', () => expect(current.length).toBeGreaterThanOrEqual(4));

  it.each(current)('when %s is replayed with this code, then every turn has the digest of its ledger', async (_name, one) => {
    expect(Object.keys(one.digests).length).toBeGreaterThan(1);
    expect(differences(one.digests, await replayed(one))).toEqual([]);
  });

  it('when one is not replayed any more, then it says why, and another one took its place', () => {
    for (const { history, reason, successor } of given) {
      expect([...kept.keys()], `${history} is kept`).toContain(history);
      expect(reason.trim(), `${history}: a reason`).not.toBe('');
      expect(
        current.map(([name]) => name),
        `${history}: ${successor} is replayed`,
      ).toContain(successor);
    }
  });
});

const one = current[0]![1];
const eventsOf = ({ history }: KeptCase) => (history as { readonly events: readonly object[] }).events;

describe('the replay itself', () => {
  it('when the ledger had another digest at one turn, then that turn is named', async () => {
    const turns = Object.keys(one.digests);
    for (const turn of [turns[0]!, turns.at(-1)!]) {
      const mutilated = { ...one.digests, [turn]: 'another' };
      expect(differences(mutilated, await replayed(one))).toEqual([turn]);
    }
  });

  it('when a command had been made from another digest, then the replay fails', async () => {
    const change = (event: object) => {
      const text = JSON.stringify(event);
      const data = /"data":"([^"]+)"/.exec(text)?.[1];
      if (!text.includes('workflowExecutionUpdateAcceptedEventAttributes') || data === undefined) return event;
      const input = JSON.parse(Buffer.from(data, 'base64').toString()) as { seen?: { digest: string } };
      if (input.seen !== undefined) input.seen.digest = 'another';
      return JSON.parse(text.replace(data, Buffer.from(JSON.stringify(input)).toString('base64'))) as object;
    };
    await expect(replayed(one, { events: eventsOf(one).map(change) })).rejects.toThrow('EDITION_MISMATCH');
  });

  it('when the books are others, then the replay fails', async () => {
    const text = JSON.stringify(readBooks(one.edition)).replaceAll('"startedBy":["merchandiser"]', '"startedBy":["salesperson"]');
    const { code } = await buildEdition({ books: JSON.parse(text) as ReturnType<typeof readBooks> });
    await expect(replayDigests(code, one.history, one.caseId)).rejects.toThrow('EDITION_MISMATCH');
  });
});

describe('an install of this package', () => {
  it('when histories are read as JSON, then Temporal’s packages share one protobufjs with it', () => {
    const from = (name: string): string => createRequire(require.resolve(name)).resolve('protobufjs');
    expect(from('@temporalio/common')).toBe(from('@temporalio/proto'));
    expect(from('@temporalio/common')).toBe(require.resolve('protobufjs'));
    expect(historyFromJSON(one.history).events?.length).toBe(eventsOf(one).length);
  });
});
