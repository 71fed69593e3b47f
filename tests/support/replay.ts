import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type History, Worker } from '@temporalio/worker';
import type { Command, Seen } from '../../domain/case/command.js';

/** A finished case as it is kept for replay: its history, and the digest of each turn as the ledger has it. */
export interface KeptCase {
  readonly caseId: string;
  readonly workflowType: string;
  readonly edition: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly history: unknown;
}

/**
 * Replays a history with a bundle. Returns the digest of each turn as this code makes it; rejects with EDITION_MISMATCH when the history
 * holds another digest (each command carries that of the turn it was made from), or with Temporal's own words when a command differs.
 */
export async function replayDigests(code: string, history: unknown, caseId: string): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  const turned = {
    fn: (_info: unknown, _case: string, turn: number, digest: string) => void (digests[turn] = digest),
    callDuringReplay: true,
  };
  const loaded = historyFromJSON(history) as History;
  await Worker.runReplayHistory({ workflowBundle: { code }, sinks: { gendan: { turned } } }, loaded, caseId);
  for (const { turn, digest } of seenIn(loaded)) if (digests[turn] !== digest) throw new Error(`EDITION_MISMATCH at turn ${turn}`);
  return digests;
}

/** What SQL had seen of the case when its commands were sent. */
function seenIn(history: History): readonly Seen[] {
  const inputs = (history.events ?? []).flatMap(
    (event) => event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args?.payloads ?? [],
  );
  return inputs.flatMap(({ data }) => (JSON.parse(Buffer.from(data ?? []).toString()) as Partial<Command>).seen ?? []);
}
