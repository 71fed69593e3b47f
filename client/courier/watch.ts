import { markServed } from '../../db/alarms.js';
import { taskQueue } from '../../workflows/engine/contract.js';
import type { Context } from './context.js';
import { askView } from './temporal.js';

/** A worker asks for work at least once a minute. */
const pollMs = 75_000;
/** Workers may be late after a common start, and after Temporal's own. */
const graceMs = 20_000;
const lookEveryMs = 5_000;
const workflowTasks = 1;

/**
 * Watches which editions are served. A case whose edition no worker asks work for hangs without an error, so it is put on the radar: when
 * nobody has asked for longer than a worker ever waits, or since a case of the edition did not answer.
 */
export class Watch {
  private readonly context: Context;
  private readonly since = Date.now();
  private readonly lastServed = new Map<string, number>();
  private lookAt = 0;

  constructor(context: Context) {
    this.context = context;
  }

  async look(): Promise<void> {
    const now = Date.now();
    if (now < this.lookAt) return;
    this.lookAt = now + lookEveryMs;
    const { doubts, pool } = this.context;
    for (const [edition, at] of await lastAsked(this.context)) {
      if (at < now - pollMs) continue;
      if (at > (doubts.get(edition)?.at ?? 0)) doubts.delete(edition);
      if (!doubts.has(edition)) this.lastServed.set(edition, now);
    }
    for (const edition of doubts.keys()) this.context.background('a case that did not answer', this.askAgain(edition));
    const certain = [...doubts].filter(([, { certain: twice }]) => twice).map(([edition]) => edition);
    const served = [...this.lastServed]
      .filter(([edition, at]) => at > now - graceMs && !certain.includes(edition))
      .map(([edition]) => edition);
    await markServed(pool, served, now > this.since + graceMs ? undefined : certain);
  }

  /** A case may not have answered for another reason: one that answers now dispels the doubt, one that does not makes it certain. */
  private async askAgain(edition: string): Promise<void> {
    const { doubts } = this.context;
    const doubt = doubts.get(edition);
    if (doubt === undefined || doubt.certain) return;
    try {
      await askView(this.context, doubt.caseId, 0);
      doubts.delete(edition);
    } catch (thrown) {
      doubts.set(edition, { ...doubt, certain: true });
      throw thrown;
    } finally {
      this.lookAt = 0;
    }
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
