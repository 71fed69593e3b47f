import type { NativeConnection } from '@temporalio/worker';
import type pg from 'pg';
import { casesSoFar, keepPlain, switchOnce } from '../db/sealing.js';
import { plainIn } from '../sealing/history.js';

const width = 8;
const notFound = 5;

/**
 * The day an installation begins to seal: what its cases' workflows hold by then is plain, and must still be read. It is written down, payload
 * by payload, so that "plain" is never a reason to take something, but only "this very message, of this case". Done once, before the first
 * worker of this version serves; no worker and no API of an earlier version may run any more.
 */
export async function switchOver(pool: pg.Pool, connection: NativeConnection, namespace: string): Promise<void> {
  await switchOnce(pool, async () => {
    const cases = [...(await casesSoFar(pool))];
    const lane = async (): Promise<void> => {
      for (let caseId = cases.pop(); caseId !== undefined; caseId = cases.pop())
        await keepPlain(pool, caseId, plainIn(await lastHistory(connection, namespace, caseId)));
    };
    await Promise.all(Array.from({ length: width }, lane));
  });
}

type Events = Parameters<typeof plainIn>[0];

/** The history of a case's last run, the only one that is ever replayed; empty: Temporal keeps none any more. */
async function lastHistory({ workflowService }: NativeConnection, namespace: string, workflowId: string): Promise<Events> {
  const events: Events[number][] = [];
  let page: Uint8Array | undefined;
  try {
    do {
      const answer = await workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId },
        ...(page === undefined ? {} : { nextPageToken: page }),
      });
      events.push(...(answer.history?.events ?? []));
      page = answer.nextPageToken?.length ? answer.nextPageToken : undefined;
    } while (page !== undefined);
    return events;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === notFound) return [];
    throw cause;
  }
}
