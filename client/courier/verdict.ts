import {
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { JsonObject } from '../../domain/case/json.js';
import { UnsealedError } from '../../sealing/codec.js';

/** What a failed call to Temporal means for the command. */
export type Verdict =
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
export function judge(thrown: unknown): Verdict {
  if (thrown instanceof WorkflowUpdateFailedError) return judgeFailure(thrown.cause);
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

function judgeFailure(cause: Error | undefined): Verdict {
  if (!(cause instanceof ApplicationFailure)) return { kind: 'fault' };
  if (passingTypes.has(cause.type ?? '') || passingWords.test(cause.message)) return { kind: 'again' };
  const values: unknown = cause.details?.[0];
  if (cause.type === undefined || cause.type === null || typeof values !== 'object' || values === null) return { kind: 'fault' };
  return { kind: 'refused', code: cause.type, values: values as JsonObject };
}
