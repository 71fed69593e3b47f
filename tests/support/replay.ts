import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type History, Worker } from '@temporalio/worker';

/** A finished case as it is kept for replay: its history, and the digest of each turn as the ledger has it. */
export interface KeptCase {
  readonly caseId: string;
  readonly workflowType: string;
  readonly edition: string;
  readonly digests: Readonly<Record<string, string>>;
  readonly history: unknown;
}

/** Replays a history with a bundle. Returns the digest of each turn as this code makes it; rejects when a command or a digest that the history holds is another. */
export async function replayDigests(code: string, history: unknown, caseId: string): Promise<Readonly<Record<string, string>>> {
  const digests: Record<string, string> = {};
  const turned = {
    fn: (_info: unknown, _case: string, turn: number, digest: string) => void (digests[turn] = digest),
    callDuringReplay: true,
  };
  await Worker.runReplayHistory({ workflowBundle: { code }, sinks: { gendan: { turned } } }, historyFromJSON(history) as History, caseId);
  return digests;
}
