import { markServed } from '../../db/alarms.js';
import { taskQueue } from '../../domain/case/names.js';
import type { Context } from './context.js';

/** A worker asks for work at least once a minute. */
const pollMs = 75_000;
/** Workers may be late after a common start. */
const graceMs = 20_000;
const lookEveryMs = 5_000;
const workflowTasks = 1;

/**
 * Watches which editions are served. A case whose edition no worker asks work for hangs without an error, so it is put on the radar: when
 * nobody has asked for longer than a worker ever waits, or since a workflow of the edition did not answer.
 */
export class Watch {
  private readonly context: Context;
  private readonly since = Date.now();
  private lookAt = 0;

  constructor(context: Context) {
    this.context = context;
  }

  async look(): Promise<void> {
    if (Date.now() < this.lookAt) return;
    this.lookAt = Date.now() + lookEveryMs;
    const asked = await lastAsked(this.context);
    const now = Date.now();
    const served = [...asked].filter(([edition, at]) => at > Math.max(now - pollMs, this.context.doubtedAt(edition) ?? 0));
    const sure = now > this.since + graceMs;
    await markServed(
      this.context.pool,
      served.map(([edition]) => edition),
      sure ? undefined : this.context.doubted(),
    );
  }
}

/** When each edition's workers last asked for workflow tasks, epoch milliseconds. */
async function lastAsked({ client, timing }: Context): Promise<ReadonlyMap<string, number>> {
  const { pollers } = await client.withDeadline(Date.now() + timing.queryMs, () =>
    client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: workflowTasks,
    }),
  );
  const asked = new Map<string, number>();
  for (const { deploymentOptions, lastAccessTime } of pollers ?? []) {
    const edition = deploymentOptions?.buildId;
    const at = Number(lastAccessTime?.seconds ?? 0) * 1000 + (lastAccessTime?.nanos ?? 0) / 1e6;
    if (typeof edition === 'string') asked.set(edition, Math.max(at, asked.get(edition) ?? 0));
  }
  return asked;
}
