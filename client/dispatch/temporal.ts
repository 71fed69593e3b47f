import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { raiseAlarm } from '../../db/alarms.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command } from '../../domain/engine/command.js';
import type { Turn } from '../../domain/engine/ledger.js';
import type { CaseState } from '../../domain/engine/state.js';
import type { CaseView, ProcessedCommand, ViewRequest } from '../../domain/engine/view.js';
import type { JsonObject } from '../../domain/json.js';
import { UnsealedError } from '../../sealing/codec.js';
import { act, begin, taskQueue, view } from '../../workflows/engine/contract.js';
import { type DispatchContext, database, pause } from './context.js';
import { EditionMismatch, Unavailable } from './contract.js';

/** What a failed call to Temporal means for the command. */
export type FailureClass =
  /** The case says no. */
  | { readonly kind: 'refused'; readonly code: string; readonly values: JsonObject }
  /** Not taken, for a reason that passes: the same may be sent at once. */
  | { readonly kind: 'again' }
  /** Nobody knows: no answer in time, or no server. */
  | { readonly kind: 'away' }
  /** The workflow has ended, or there is none. */
  | { readonly kind: 'gone' }
  /** A fault of the program. */
  | { readonly kind: 'fault' };

/** Numbers of gRPC, which the client hands on as they are. */
const grpc = {
  cancelled: 1,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unavailable: 14,
} as const;

/** Says what a failed call means, by types and codes; by words only where Temporal gives nothing else. */
export function classifyFailure(thrown: unknown): FailureClass {
  if (thrown instanceof WorkflowUpdateFailedError) return classifyUpdateFailure(thrown.cause);
  if (thrown instanceof WorkflowNotFoundError || thrown instanceof WorkflowExecutionAlreadyStartedError) return { kind: 'gone' };
  if (thrown instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'away' };
  // An answer that no worker of ours has given says nothing of what became of the command.
  if (thrown instanceof UnsealedError) return { kind: 'away' };
  const cause = thrown instanceof ServiceError ? thrown.cause : thrown;
  if (!isGrpcServiceError(cause)) return { kind: 'fault' };
  switch (cause.code) {
    case grpc.notFound:
      return { kind: 'gone' };
    case grpc.aborted:
    case grpc.resourceExhausted:
      return { kind: 'again' };
    case grpc.cancelled:
    case grpc.deadlineExceeded:
    case grpc.failedPrecondition:
    case grpc.unavailable:
      return { kind: 'away' };
    default:
      return { kind: 'fault' };
  }
}

/** Failures that Temporal makes itself when a message met a workflow that was ending, renewing itself, or not yet listening. */
const passingTypes = new Set(['AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate', 'WorkflowClosing']);

const passingWords = /processed by worker|workflow is closing|No registered handler/i;

function classifyUpdateFailure(cause: Error | undefined): FailureClass {
  if (!(cause instanceof ApplicationFailure)) return { kind: 'fault' };
  if (passingTypes.has(cause.type ?? '') || passingWords.test(cause.message)) return { kind: 'again' };
  const values: unknown = cause.details?.[0];
  if (cause.type === undefined || cause.type === null || typeof values !== 'object' || values === null) return { kind: 'fault' };
  return { kind: 'refused', code: cause.type, values: values as JsonObject };
}

/** How a message to a case ended. */
export type Sent = { readonly kind: 'turn'; readonly turn: Turn } | Extract<FailureClass, { kind: 'refused' | 'gone' }>;

/** Starts a case's workflow, or finds it, and gets its first turn. `gone`: a case of this id has ended. */
export function sendStart(context: DispatchContext, updateId: string, start: CaseStart, workflowType: string): Promise<Sent> {
  return send(context, () =>
    context.client.workflow.executeUpdateWithStart(begin, {
      updateId,
      args: [{ subject: hashOf(start.subject) }],
      startWorkflowOperation: new WithStartWorkflowOperation(workflowType, {
        workflowId: start.caseId,
        taskQueue,
        args: [{ start }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    }),
  );
}

/** Sends a command to a running case. The same update id is one decision, however often it is sent. */
export function sendAct(context: DispatchContext, caseId: string, updateId: string, command: Command): Promise<Sent> {
  return send(context, () => context.client.workflow.getHandle(caseId).executeUpdate(act, { updateId, args: [command] }));
}

/** Starts another run of a case that has ended, from where it stood, and has it take the command that reopens it; a run that is there takes it alone. Not sent after `latest`. */
export function sendReopening(
  context: DispatchContext,
  updateId: string,
  command: Command,
  start: ReopeningStart,
  latest: number,
): Promise<Sent> {
  const { workflowType, snapshot, taken } = start;
  const once = (): Promise<Turn> =>
    context.client.workflow.executeUpdateWithStart(act, {
      updateId,
      args: [command],
      startWorkflowOperation: new WithStartWorkflowOperation(workflowType, {
        workflowId: snapshot.start.caseId,
        taskQueue,
        args: [{ snapshot, taken, reopening: true }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
  return send(context, once, latest);
}

/** What another run of a case begins with. */
interface ReopeningStart {
  readonly workflowType: string;
  readonly snapshot: CaseState;
  readonly taken: readonly ProcessedCommand[];
}

/** Sends once, and again with the same id while the rejection is one that passes. Throws Unavailable when it does not, or when nobody answers. */
async function send(context: DispatchContext, once: () => Promise<Turn>, latest = Number.POSITIVE_INFINITY): Promise<Sent> {
  const { updateMs, againMs } = context.timing;
  const until = Math.min(Date.now() + againMs, latest);
  for (let delay = 25; ; delay = Math.min(delay * 2, 400)) {
    try {
      return { kind: 'turn', turn: await context.client.withDeadline(Math.min(Date.now() + updateMs, latest), once) };
    } catch (thrown) {
      const failure = classifyFailure(thrown);
      if (failure.kind === 'fault') throw thrown;
      if (failure.kind === 'refused' || failure.kind === 'gone') return failure;
      if (failure.kind === 'away' || Date.now() + delay > until) throw new Unavailable('TEMPORAL_UNAVAILABLE', true, thrown);
      await pause(delay);
    }
  }
}

/** How the update of this id ended in the case's last run, without sending it. `gone`: that run does not know it. Throws Unavailable when it is still open. */
export function outcomeOf(context: DispatchContext, caseId: string, updateId: string): Promise<Sent> {
  return send(context, () => context.client.workflow.getHandle(caseId).getUpdateHandle<Turn>(updateId).result());
}

/** Asks the workflow where the case stands. Undefined: there is none. Throws Unavailable, or EditionMismatch after it has raised the alarm. */
export async function askView(
  context: DispatchContext,
  caseId: string,
  since: number,
  request: ViewRequest = {},
): Promise<CaseView | undefined> {
  try {
    return await context.client.withDeadline(Date.now() + context.timing.queryMs, () =>
      context.client.workflow.getHandle(caseId).query(view, { since, ...request }),
    );
  } catch (thrown) {
    if (isEditionMismatch(thrown)) {
      await database(true, () => raiseAlarm(context.pool, caseId, 'edition-mismatch', {}));
      throw new EditionMismatch(caseId);
    }
    const failure = classifyFailure(thrown);
    if (failure.kind === 'gone') return undefined;
    if (failure.kind === 'away' || failure.kind === 'again') throw new Unavailable('TEMPORAL_UNAVAILABLE', true, thrown);
    throw thrown;
  }
}

/** A query that the workflow refuses comes as an invalid argument whose text is the refusal's code. */
const isEditionMismatch = (thrown: unknown): boolean =>
  thrown instanceof QueryNotRegisteredError && thrown.message.endsWith('EDITION_MISMATCH');
