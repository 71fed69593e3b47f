import { WorkflowNotFoundError } from '@temporalio/client';
import { endAlarms, markServed, markStuck, raiseAlarm } from '../../db/alarms.js';
import { type CaseBehind, calendarOf, casesBehind } from '../../db/calendars.js';
import { claim, type Pending, release, unsent } from '../../db/journal.js';
import { casesToSweep, markSwept, type SweptCase, takeChore, unknownCases } from '../../db/reconciliation.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command } from '../../domain/engine/command.js';
import type { WorkingCalendar } from '../../domain/time/calendar.js';
import { taskQueue } from '../../workflows/engine/contract.js';
import { type DispatchContext, forEach, pause } from './context.js';
import { type Dispatcher, Unavailable } from './contract.js';
import { type Comparison, catchUp, endRefused, endStartOfKnownCase, execute, type JournalledCommand } from './execute.js';
import { askView, outcomeOf } from './temporal.js';

const batch = 100;

const width = 4;

/**
 * Looks after what processes left behind: pending commands, differences between the two sides; and tells cases of new working calendars.
 * Until stopped.
 */
export function reconcile(context: DispatchContext, command: Dispatcher['command']): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const working = work(context, command, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await working;
      await context.idle();
    },
  };
}

async function work(context: DispatchContext, command: Dispatcher['command'], signal: AbortSignal): Promise<void> {
  const { reconcileEveryMs, sweepEveryMs, calendarEveryMs } = context.timing;
  const holder = context.claimName();
  const watch = new EditionWatch(context);
  let sweepAt = 0;
  let calendarsAt = 0;
  while (!signal.aborted) {
    await attempt(context, 'workers', () => watch.look());
    await attempt(context, 'pending commands', () => resendAll(context, signal));
    if (Date.now() >= calendarsAt && !signal.aborted) {
      calendarsAt = Date.now() + calendarEveryMs;
      await attempt(context, 'working calendars', async () => {
        if (!(await takeChore(context.pool, 'calendars', holder, calendarEveryMs * 0.9))) return;
        await sendCalendars(context, command, signal);
      });
    }
    if (Date.now() >= sweepAt && !signal.aborted) {
      sweepAt = Date.now() + sweepEveryMs;
      await attempt(context, 'comparison', async () => {
        if (await takeChore(context.pool, 'sweep', holder, sweepEveryMs * 0.9)) await compareCases(context, signal);
      });
    }
    await pause(reconcileEveryMs, signal);
  }
}

async function attempt(context: DispatchContext, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    context.trouble(what, thrown);
  }
}

/** Sends again what nobody is sending, in the order it came. A command that cannot be executed does not keep the others. */
async function resendAll(context: DispatchContext, signal: AbortSignal): Promise<void> {
  const { resendAfterMs, expireMs, stuckMs } = context.timing;
  const pending = await unsent(context.pool, resendAfterMs, expireMs, batch);
  await forEach(pending, width, async (command) => {
    if (!signal.aborted) await attempt(context, `command ${command.id}`, () => resend(context, command));
  });
  await markStuck(context.pool, stuckMs);
}

async function resend(context: DispatchContext, pending: Pending): Promise<void> {
  const by = context.claimName();
  const standing = await claim(context.pool, pending.id, by, false);
  if (standing?.status !== 'pending' || !standing.claimed) return;
  const { id, caseId, actor } = pending;
  const journalled: JournalledCommand =
    pending.verb === 'begin'
      ? { id, caseId, actor, verb: 'begin', body: pending.body as unknown as CaseStart }
      : { id, caseId, actor, verb: 'act', body: pending.body as unknown as Command };
  try {
    if (pending.ageMs > context.timing.expireMs) await expire(context, journalled, by);
    else await execute(context, journalled, by, standing.head);
  } catch (thrown) {
    await release(context.pool, id, by, context.timing.resendAfterMs);
    throw thrown;
  }
}

/** Ends a command that is too old to be taken: with its turn if the case took it, as refused if not. It is not sent again. */
async function expire(context: DispatchContext, journalled: JournalledCommand, by: string): Promise<void> {
  const { caseId, id, actor } = journalled;
  const sent = await outcomeOf(context, caseId, id);
  if (sent.kind !== 'gone') return void (await execute(context, journalled, by, null));
  const { state } = await catchUp(context, caseId);
  if (state === 'behind' || state === 'ahead') throw new Unavailable('TEMPORAL_UNAVAILABLE', true);
  const refusing = { code: 'COMMAND_EXPIRED', values: { caseId } } as const;
  const ended =
    journalled.verb === 'begin'
      ? await endStartOfKnownCase(context, journalled, by, refusing.code)
      : await endRefused(context, journalled, by, refusing);
  if (ended.kind === 'done') return;
  await endAlarms(context.pool, caseId, ['command-stuck']);
  await raiseAlarm(context.pool, caseId, 'command-stuck', {
    command: id,
    verb: journalled.verb === 'begin' ? 'begin' : journalled.body.verb,
    actor,
    expired: true,
  });
}

/** A workflow task that was tried so often does not fail by chance. */
const failingFrom = 3;

/**
 * Compares SQL with Temporal. A case whose workflow's history is as long as it was at the last comparison has not changed and costs no
 * query; each sweep takes a page, so that ten thousand open cases cost what two hundred do.
 */
export async function compareCases(context: DispatchContext, signal: AbortSignal): Promise<void> {
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

async function compare(context: DispatchContext, found: SweptCase): Promise<void> {
  const { client, pool, timing } = context;
  const description = await client
    .withDeadline(Date.now() + timing.queryMs, () => client.workflow.getHandle(found.id).describe())
    .catch((thrown: unknown) => {
      if (thrown instanceof WorkflowNotFoundError) return undefined;
      throw thrown;
    });
  const status = description?.status.name ?? 'NONE';
  if ((description?.raw.pendingWorkflowTask?.attempt ?? 0) >= failingFrom) {
    await raiseAlarm(pool, found.id, 'workflow-failing', { reason: await lastFailure(context, found.id) });
    return markSwept(pool, found.id, undefined);
  }
  if (status === 'RUNNING' && found.events !== null && found.events === description?.historyLength)
    return markSwept(pool, found.id, found.events);
  const { state, applied } = description === undefined ? { state: 'missing' as const, applied: undefined } : await caughtUp(context, found);
  const ended = status !== 'RUNNING' && applied?.status !== 'closed' && (description === undefined || !(await runs(context, found.id)));
  if (ended) await raiseAlarm(pool, found.id, 'workflow-missing', { status });
  await endAlarms(pool, found.id, ended ? ['workflow-failing'] : ['workflow-missing', 'workflow-failing']);
  await markSwept(pool, found.id, state === 'same' && !ended ? description?.historyLength : undefined);
}

/** Asked again: a case may have been reopened in between, by a run of its own. */
async function runs({ client, timing }: DispatchContext, caseId: string): Promise<boolean> {
  const { status } = await client.withDeadline(Date.now() + timing.queryMs, () => client.workflow.getHandle(caseId).describe());
  return status.name === 'RUNNING';
}

/** What the worker said when a case's workflow task failed last: another history than the code's, or a fault of the program. */
async function lastFailure({ client, timing }: DispatchContext, workflowId: string): Promise<string> {
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
async function caughtUp(context: DispatchContext, { id, edition }: SweptCase): Promise<Comparison> {
  try {
    return await catchUp(context, id);
  } catch (thrown) {
    if (thrown instanceof Unavailable && thrown.code === 'TEMPORAL_UNAVAILABLE') context.doubt(edition, id);
    throw thrown;
  }
}

/** Cases that run in Temporal and that SQL has never heard of: their first rows were lost with the process that started them. */
async function findUnknown(context: DispatchContext, signal: AbortSignal): Promise<void> {
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
export class EditionWatch {
  private readonly context: DispatchContext;
  private readonly since = Date.now();
  private readonly lastServed = new Map<string, number>();
  private lookAt = 0;

  constructor(context: DispatchContext) {
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
async function lastAsked({ client, timing }: DispatchContext): Promise<ReadonlyMap<string, number>> {
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

const engine = 'engine';

/**
 * Tells open cases of their company's working calendar, each by a command of the engine's own in the journal. A refusal stands: the case is
 * coming to its end. A case that could not be reached is told by whoever sends pending commands again; when the servers are away, the
 * others wait for the next look.
 */
export async function sendCalendars(context: DispatchContext, command: Dispatcher['command'], signal: AbortSignal): Promise<void> {
  const calendars = new Map<string, WorkingCalendar | undefined>();
  let away = false;
  await forEach(await casesBehind(context.pool, context.timing.calendarCases), width, async (found) => {
    if (signal.aborted || away) return;
    try {
      const { company } = found;
      if (!calendars.has(company)) calendars.set(company, await calendarOf(context.pool, company));
      await sendCalendar(command, found, calendars.get(company));
    } catch (thrown) {
      away ||= thrown instanceof Unavailable;
      context.trouble(`calendar of ${found.id}`, thrown);
    }
  });
}

/** The key counts, so that a calendar that a case had before can come back; two processes that tell it at once send one command. */
async function sendCalendar(
  command: Dispatcher['command'],
  { id: caseId, hash, sent }: CaseBehind,
  calendar: WorkingCalendar | undefined,
): Promise<void> {
  if (calendar === undefined) return;
  const key = `calendar:${hash}:${sent + 1}`;
  await command(caseId, {
    id: hashOf([engine, caseId, key]),
    actor: engine,
    key,
    bodyHash: hashOf([caseId, hash]),
    body: { verb: 'calendar', calendar, by: engine },
  });
}
