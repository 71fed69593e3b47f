import { WorkflowNotFoundError } from '@temporalio/client';
import { clear, raise } from '../../db/alarms.js';
import { casesToSweep, markSwept, type SweptCase, unknownCases } from '../../db/cases.js';
import { taskQueue } from '../../workflows/engine/contract.js';
import { type Comparison, catchUp } from './catch-up.js';
import { type Context, forEach } from './context.js';
import { Unavailable } from './contract.js';

const width = 4;
/** A workflow task that was tried so often does not fail by chance. */
const failingFrom = 3;

/**
 * Compares SQL with Temporal. A case whose workflow's history is as long as it was at the last comparison has not changed and costs no
 * query; each sweep takes a page, so that ten thousand open cases cost what two hundred do.
 */
export async function sweep(context: Context, signal: AbortSignal): Promise<void> {
  await forEach(await casesToSweep(context.pool, context.timing.sweepCases), width, async (found) => {
    if (signal.aborted) return;
    try {
      await compare(context, found);
    } catch (thrown) {
      context.trouble(`comparison of ${found.id}`, thrown);
    }
  });
  if (!signal.aborted) await findUnknown(context, signal);
}

async function compare(context: Context, found: SweptCase): Promise<void> {
  const { client, pool, timing } = context;
  const description = await client
    .withDeadline(Date.now() + timing.queryMs, () => client.workflow.getHandle(found.id).describe())
    .catch((thrown: unknown) => {
      if (thrown instanceof WorkflowNotFoundError) return undefined;
      throw thrown;
    });
  const status = description?.status.name ?? 'NONE';
  if ((description?.raw.pendingWorkflowTask?.attempt ?? 0) >= failingFrom) {
    await raise(pool, found.id, 'workflow-failing', { reason: await lastFailure(context, found.id) });
    return markSwept(pool, found.id, undefined);
  }
  if (status === 'RUNNING' && found.events !== null && found.events === description?.historyLength)
    return markSwept(pool, found.id, found.events);
  const { state, applied } = description === undefined ? { state: 'missing' as const, applied: undefined } : await caughtUp(context, found);
  const ended = status !== 'RUNNING' && applied?.status !== 'closed' && (description === undefined || !(await runs(context, found.id)));
  if (ended) await raise(pool, found.id, 'workflow-missing', { status });
  await clear(pool, found.id, ended ? ['workflow-failing'] : ['workflow-missing', 'workflow-failing']);
  await markSwept(pool, found.id, state === 'same' && !ended ? description?.historyLength : undefined);
}

/** Asked again: a case may have been reopened in between, by a run of its own. */
async function runs({ client, timing }: Context, caseId: string): Promise<boolean> {
  const { status } = await client.withDeadline(Date.now() + timing.queryMs, () => client.workflow.getHandle(caseId).describe());
  return status.name === 'RUNNING';
}

/** What the worker said when a case's workflow task failed last: another history than the code's, or a fault of the program. */
async function lastFailure({ client, timing }: Context, workflowId: string): Promise<string> {
  const { history } = await client.withDeadline(Date.now() + timing.queryMs, () =>
    client.workflowService.getWorkflowExecutionHistoryReverse({
      namespace: client.options.namespace,
      execution: { workflowId },
      maximumPageSize: 10,
    }),
  );
  const failed = history?.events?.find(({ workflowTaskFailedEventAttributes: task }) => task)?.workflowTaskFailedEventAttributes;
  return (failed?.failure?.message ?? '').slice(0, 300);
}

/** A workflow that does not answer while Temporal does: its edition may not be served. */
async function caughtUp(context: Context, { id, edition }: SweptCase): Promise<Comparison> {
  try {
    return await catchUp(context, id);
  } catch (thrown) {
    if (thrown instanceof Unavailable && thrown.code === 'TEMPORAL_UNAVAILABLE') context.doubt(edition, id);
    throw thrown;
  }
}

/** Cases that run in Temporal and that SQL has never heard of: their first rows were lost with the process that started them. */
async function findUnknown(context: Context, signal: AbortSignal): Promise<void> {
  const { client, pool } = context;
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const running = client.workflow.list({
    query: `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running' AND StartTime > '${hourAgo}'`,
    pageSize: 500,
  });
  let ids: string[] = [];
  const look = async (): Promise<void> => {
    for (const id of await unknownCases(pool, ids))
      await catchUp(context, id).catch((thrown: unknown) => context.trouble(`unknown case ${id}`, thrown));
    ids = [];
  };
  for await (const { workflowId } of running) {
    ids.push(workflowId);
    if (ids.length < 500) continue;
    await look();
    if (signal.aborted) return;
  }
  await look();
}
