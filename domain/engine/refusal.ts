import type { JsonObject } from '../json.js';

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
