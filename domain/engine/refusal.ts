import type { JsonObject } from '../json.js';
import type { TaskRow } from './ledger.js';

/** Why a command is refused; each has a sentence in every language (`problem.<code>`). */
export type RefusalCode =
  | 'CASE_CLOSED'
  | 'CASE_FAULTED'
  | 'CASE_CHANGED'
  | 'CASE_MOVING'
  | 'CASE_OPEN'
  | 'COMMAND_REUSED'
  | 'DATA_INVALID'
  | 'DATE_PAST'
  | 'DUPLICATE_NUMBER'
  | 'EDITION_MISMATCH'
  | 'EDITION_NOT_CURRENT'
  | 'HELD_ALREADY'
  | 'HOLD_END_PAST'
  | 'LINE_CLOSED'
  | 'LINE_UNKNOWN'
  | 'NOT_HELD'
  | 'OUTCOME_UNKNOWN'
  | 'PROCEDURE_FAULT'
  | 'RETURN_TARGET_UNKNOWN'
  | 'SNAPSHOT_TOO_LARGE'
  | 'SQL_AHEAD'
  | 'TASK_CHANGED'
  | 'TASK_CLOSED'
  | 'TASK_SUSPENDED'
  | 'TASK_UNKNOWN'
  | 'ALREADY_SIGNER'
  | 'DELEGATION_CYCLE'
  | 'EXCLUDED'
  | 'LAST_SIGNER'
  | 'NOTHING_TO_WITHDRAW'
  | 'QUORUM_UNREACHABLE'
  | 'REDO_FIXED'
  | 'REOPEN_IN_VAIN'
  | 'REOPEN_NOT_PROVIDED'
  | 'REOPEN_TARGET_UNKNOWN'
  | 'REOPEN_TOO_LATE'
  | 'SEATS_FIXED'
  | 'SEAT_CLOSED'
  | 'SEAT_LEFT'
  | 'SEAT_OF_OTHER'
  | 'SEAT_UNKNOWN'
  | 'SEAT_WAITING'
  | 'SECOND_PERSON_NEEDED'
  | 'TRANSFER_TO_SELF'
  | 'WITHDRAW_TOO_LATE'
  | 'VERB_UNKNOWN';

/** A business "no" to a command. Carries codes and values only; words are made for the reader at the edge. Nothing was written. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly values: JsonObject;
  constructor(code: RefusalCode, values: JsonObject = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** A refusal that nobody has thrown yet. */
interface WhyNot<Code extends RefusalCode> {
  readonly code: Code;
  readonly values: JsonObject;
}

/** A task that has ended: whoever was too late is told who was first, when and how. */
export function taskClosed({ id, step, closedBy = 'engine', closedFor, closedAt = 0, outcome, state }: TaskRow): WhyNot<'TASK_CLOSED'> {
  const values = {
    task: id,
    step,
    by: closedBy,
    at: closedAt,
    verb: state === 'completed' ? 'complete' : state,
    ...(closedFor === undefined ? {} : { actingFor: closedFor }),
    ...(outcome === undefined ? {} : { outcome }),
  };
  return { code: 'TASK_CLOSED', values };
}

/** Why nobody can act on a task in its state; undefined: it is open. */
export function taskNotOpen(task: TaskRow): WhyNot<'TASK_CLOSED' | 'TASK_SUSPENDED'> | undefined {
  if (task.state === 'open') return undefined;
  return task.state === 'suspended' ? taskSuspended(task) : taskClosed(task);
}

export const taskSuspended = ({ id }: { readonly id: string }): WhyNot<'TASK_SUSPENDED'> => ({
  code: 'TASK_SUSPENDED',
  values: { task: id },
});

/** Another revision than the one that was decided on: nobody approves what they did not see. */
export const taskChanged = ({ id, rev }: { readonly id: string; readonly rev: number }): WhyNot<'TASK_CHANGED'> => ({
  code: 'TASK_CHANGED',
  values: { task: id, rev },
});

/** A seat that the task does not have, or that cannot be meant; `seats`: those that can. */
export const seatUnknown = (seat: string, seats: readonly { readonly id: string }[]): WhyNot<'SEAT_UNKNOWN'> => ({
  code: 'SEAT_UNKNOWN',
  values: { seat, allowed: seats.map(({ id }) => id) },
});

/** A refusal to be thrown. */
export const refusal = ({ code, values }: WhyNot<RefusalCode>): Refusal => new Refusal(code, values);
