import type { CaseStart, Command } from '../../domain/engine/command.js';
import type { CaseStatus, TaskRow } from '../../domain/engine/ledger.js';
import type { CaseState } from '../../domain/engine/state.js';
import type { Next } from '../../domain/engine/view.js';
import type { JsonObject } from '../../domain/json.js';

/** One command on its way: the journal row, the workflow update and the answer share `id`. */
export interface Dispatch<Body> {
  /** Hash of actor and idempotency key. */
  readonly id: string;
  readonly actor: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** Hash of what was asked: the same key with another hash is KEY_REUSED. */
  readonly bodyHash: string;
  readonly body: Body;
}

/** The command is durable and SQL shows its turn. `flying` > 0: an effect is under way and further tasks will follow by an event. */
export interface Delivered {
  readonly kind: 'done';
  readonly caseId: string;
  readonly turn: number;
  readonly status: CaseStatus;
  readonly flying: number;
  readonly openTasks: readonly TaskRow[];
}

/** A business "no": nothing was written to the case. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly values: JsonObject;
}

/** Takes commands to cases and their rows back into SQL (docs/decisions/0002). Throws `Unavailable` when SQL or Temporal cannot be reached; then the command, if it was journalled, stays pending and is sent again. */
export interface Dispatcher {
  start(dispatch: Dispatch<CaseStart>): Promise<Delivered | Refused>;
  command(caseId: string, dispatch: Dispatch<Command>): Promise<Delivered | Refused>;
  /** Reads what SQL lacks from the workflow and applies it. Resolves to the case's seq in SQL. */
  catchUp(caseId: string): Promise<number>;
  /** The case as it would be carried to another edition; undefined: it does not run. Throws EditionMismatch. */
  snapshot(caseId: string): Promise<CaseState | undefined>;
  /** What would follow each outcome of an open task, if a person answered it now; undefined: the case does not run, or in an edition that cannot tell. */
  next(caseId: string, task: string, by: string): Promise<readonly Next[] | undefined>;
  /** Re-sends pending commands and compares both sides, until stopped. */
  reconcile(): { stop(): Promise<void> };
}

/** The program that serves a case's edition is another one than the edition: the case says nothing of itself. It is on the radar. */
export class EditionMismatch extends Error {
  override readonly name = 'EditionMismatch';
}

export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly code: 'DATABASE_UNAVAILABLE' | 'TEMPORAL_UNAVAILABLE';
  /** The command is in the journal and will be sent again. */
  readonly kept: boolean;
  constructor(code: 'DATABASE_UNAVAILABLE' | 'TEMPORAL_UNAVAILABLE', kept: boolean, cause?: unknown) {
    super(code, { cause });
    this.code = code;
    this.kept = kept;
  }
}
