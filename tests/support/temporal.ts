import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Connection } from '@temporalio/client';

/** A fresh namespace, so that no other test's worker takes its tasks; resolves when the server uses it. */
export async function ownNamespace(connection: Connection): Promise<string> {
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: long(86_400) } });
  for (let attempt = 0; ; attempt++) {
    try {
      await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: 'gendan' } });
      return namespace;
    } catch (cause) {
      if (attempt === 100) throw cause;
      await sleep(200);
    }
  }
}

/** Moves a workflow's own clock on by whole seconds, on the real server; resolves when it is there. */
export async function fastForward({ workflowService, options: { namespace } }: Client, workflowId: string, seconds: number): Promise<void> {
  const id = randomBytes(6).toString('hex');
  const workflowExecution = { workflowId };
  await workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: { seconds: long(seconds) } } } },
    updateMask: { paths: ['time_skipping_config'] },
  });
  await workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id });
}

/** The wire takes a plain number; only its type says otherwise. */
const long = (value: number): never => value as never;
