import { defaultPayloadConverter, type Payload, toPayloads } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { coresdk } from '@temporalio/proto';
import { DefaultLogger } from '@temporalio/worker';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import { ThreadedVMWorkflowCreator } from '@temporalio/worker/lib/workflow/threaded-vm.js';
import type { WorkflowInfo } from '@temporalio/workflow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildEdition } from '../../worker/edition.js';
import { company, sourceOf } from '../faults/editions.js';

/**
 * The cases of a worker share one thread, and in it one queue of what is still to run. A case that is dropped because it was shown an event
 * too early must leave nothing in it: it would run in the activation of the next case. On a server the next case comes between only now and
 * then, so the activations are made here, for the thread that the worker itself uses.
 */
let thread: ThreadedVMWorkflowCreator;

beforeAll(async () => {
  const { code } = await buildEdition(sourceOf('base'));
  thread = await ThreadedVMWorkflowCreator.create({
    workflowBundle: parseWorkflowCode(code),
    threadPoolSize: 1,
    isolateExecutionTimeoutMs: 5_000,
    reuseV8Context: true,
    registeredActivityNames: new Set(['effect', 'reading', 'record']),
    logger: new DefaultLogger('ERROR'),
  });
});
afterAll(() => thread.destroy());

type Job = coresdk.workflow_activation.IWorkflowActivationJob;
interface Moment {
  readonly at: number;
  readonly events: number;
  readonly bytes: number;
}

class Run {
  private workflow!: Workflow;
  private readonly number: string;

  constructor(number: string) {
    this.number = number;
  }

  private get caseId(): string {
    return `${company}:order:${this.number}`;
  }

  async begin(moment: Moment): Promise<void> {
    const start = {
      caseId: this.caseId,
      company,
      procedure: 'order',
      number: this.number,
      subject: { quantity: 5, price: 10 },
      by: 'p-desk',
    };
    this.workflow = await thread.createWorkflow({
      info: infoOf(this.caseId, this.number, moment),
      randomnessSeed: [1, 2, 3, 4, 5, 6, 7, 8],
      now: moment.at,
      showStackTraceSources: false,
    });
    const { failed } = await this.activate(moment, {
      initializeWorkflow: { workflowId: this.caseId, workflowType: 'faultOrder', arguments: payloads({ start }), headers: {} },
    });
    expect(failed).toBeUndefined();
  }

  answer(moment: Moment): ReturnType<Run['activate']> {
    const command = { verb: 'complete', task: `${this.caseId}/desk#1`, rev: 1, data: { outcome: 'done' }, by: 'p-desk' };
    return this.activate(moment, {
      doUpdate: { id: 'done', protocolInstanceId: 'done', name: 'act', input: payloads(command), headers: {}, runValidator: true },
    });
  }

  effectEnds(moment: Moment, seq: number): ReturnType<Run['activate']> {
    const result = defaultPayloadConverter.toPayload({ ok: true, result: { deed: 'by hand' } });
    return this.activate(moment, { resolveActivity: { seq, result: { completed: { result } } } });
  }

  end(): Promise<void> {
    return this.workflow.dispose();
  }

  async activate(
    { at, events, bytes }: Moment,
    job: Job,
  ): Promise<{ readonly failed: string | undefined; readonly commands: readonly string[] }> {
    const { failed, successful } = await this.workflow.activate(
      coresdk.workflow_activation.WorkflowActivation.fromObject({
        runId: this.number,
        timestamp: msToTs(at),
        historyLength: events,
        historySizeBytes: bytes,
        jobs: [job],
      }),
    );
    return {
      failed: failed?.failure?.message ?? undefined,
      commands: (successful?.commands ?? []).map(
        ({ scheduleActivity, updateResponse, startTimer, ...other }) =>
          scheduleActivity?.activityType ??
          (updateResponse && 'updateResponse') ??
          (startTimer && 'startTimer') ??
          Object.keys(other).join(),
      ),
    };
  }
}

function payloads(value: unknown): Payload[] {
  return toPayloads(defaultPayloadConverter, value) ?? [];
}

function infoOf(workflowId: string, runId: string, { at, events, bytes }: Moment): WorkflowInfo {
  const info: Omit<WorkflowInfo, 'typedSearchAttributes' | 'unsafe'> = {
    workflowId,
    runId,
    workflowType: 'faultOrder',
    searchAttributes: {},
    taskQueue: 'thread',
    namespace: 'thread',
    firstExecutionRunId: runId,
    originalExecutionRunId: runId,
    startTime: new Date(at),
    runStartTime: new Date(at),
    taskTimeoutMs: 10_000,
    attempt: 1,
    historyLength: events,
    historySize: bytes,
    continueAsNewSuggested: false,
    targetWorkerDeploymentVersionChanged: false,
  };
  return { ...info, unsafe: { isReplaying: false } } as unknown as WorkflowInfo;
}

it('a case that is dropped for an event shown too early leaves nothing to run in the activation of the next case', async () => {
  const alone = new Run('alone');
  await alone.begin({ at: 1_000_000, events: 3, bytes: 900 });
  const usual = await alone.answer({ at: 1_000_500, events: 7, bytes: 1_800 });
  expect(usual).toEqual({ failed: undefined, commands: expect.arrayContaining(['effect', 'updateResponse']) as unknown });

  const hasty = new Run('hasty');
  const next = new Run('next');
  await hasty.begin({ at: 1_000_000, events: 3, bytes: 900 });
  await next.begin({ at: 1_000_000, events: 3, bytes: 900 });
  expect(await hasty.answer({ at: 1_000_500, events: 7, bytes: 1_800 })).toEqual(usual);
  const [early, meanwhile] = await Promise.all([
    hasty.effectEnds({ at: 1_000_500, events: 12, bytes: 1_800 }, 1),
    next.answer({ at: 1_000_700, events: 7, bytes: 1_800 }),
  ]);
  expect(early).toEqual({ failed: expect.stringContaining('EVENT_EARLY') as unknown, commands: [] });
  expect(meanwhile).toEqual(usual);
  for (const run of [alone, hasty, next]) await run.end();
});
