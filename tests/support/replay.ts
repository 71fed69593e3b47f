import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type History, Worker } from '@temporalio/worker';
import type { Command, Seen } from '../../domain/engine/command.js';
import type { Books } from '../../domain/policy/policy.js';
import { guarded } from '../../sealing/guard.js';
import { plainIn } from '../../sealing/history.js';
import { testSealer } from './sealing.js';

/** A finished case as it is kept for replay: its history, and the digest of each turn as the ledger has it. */
export interface KeptCase {
  readonly caseId: string;
  readonly workflowType: string;
  /** Names the books that are kept with it. */
  readonly edition: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly history: unknown;
}

/** A kept case that this code is not meant to replay any more, and the one that took its place. */
export interface Superseded {
  readonly history: string;
  readonly reason: string;
  readonly successor: string;
}

const folder = fileURLToPath(new URL('../replay', import.meta.url));
export const historiesFolder = join(folder, 'histories');

/** The books of an edition that cases are kept of: policies change more often than what is replayed here, which is code. */
export const booksFile = (edition: string): string => join(historiesFolder, 'books', `${edition}.json`);
export const readBooks = (edition: string): Books => JSON.parse(readFileSync(booksFile(edition), 'utf8')) as Books;

/** All kept cases by name. */
export function keptCases(): ReadonlyMap<string, KeptCase> {
  const names = readdirSync(historiesFolder).filter((file) => file.endsWith('.json'));
  const read = (file: string): KeptCase => JSON.parse(readFileSync(join(historiesFolder, file), 'utf8')) as KeptCase;
  return new Map(names.map((file) => [basename(file, '.json'), read(file)]));
}

export const superseded = (): readonly Superseded[] =>
  JSON.parse(readFileSync(join(folder, 'superseded.json'), 'utf8')) as readonly Superseded[];

/**
 * Replays a history with a bundle. Returns the digest of each turn as this code makes it; rejects with EDITION_MISMATCH when the history
 * holds another digest (each command carries that of the turn it was made from), or with Temporal's own words when a command differs. The
 * history is one of before messages were sealed, and is read as a worker reads those.
 */
export async function replayDigests(code: string, history: unknown, caseId: string): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  const turned = {
    fn: (_info: unknown, _case: string, turn: number, digest: string) => void (digests[turn] = digest),
    callDuringReplay: true,
  };
  const loaded = historyFromJSON(history) as History;
  const plain = new Map(plainIn(loaded.events ?? []).map(({ hash, updates }) => [hash, updates]));
  const codec = testSealer.workerCodec({ plainBefore: { find: (_case, hash) => Promise.resolve(plain.get(hash)) } });
  await Worker.runReplayHistory(
    { workflowBundle: { code: guarded(code) }, sinks: { gendan: { turned } }, dataConverter: { payloadCodecs: [codec] } },
    loaded,
    caseId,
  );
  for (const { turn, digest } of seenIn(loaded)) if (digests[turn] !== digest) throw new Error(`EDITION_MISMATCH at turn ${turn}`);
  return digests;
}

/** Turns whose digest the ledger has otherwise than the replay, or that one of the two lacks. */
export function differences(kept: Readonly<Record<string, string>>, replayed: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set([...Object.keys(kept), ...Object.keys(replayed)])].filter((turn) => kept[turn] !== replayed[turn]);
}

/** What SQL had seen of the case when its commands were sent. */
function seenIn(history: History): readonly Seen[] {
  const inputs = (history.events ?? []).flatMap(
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args?.payloads ?? [],
  );
  return inputs.flatMap(({ data }) => (JSON.parse(Buffer.from(data ?? []).toString()) as Partial<Command>).seen ?? []);
}
