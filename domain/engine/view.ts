import type { CaseStatus, Row, Seat, TaskRow } from './ledger.js';
import type { CaseState } from './state.js';

/** A case as its workflow sees it; `rows` are the unacknowledged ones after `since`, as many as fit in 256 kB (`more` when not all did). */
export interface CaseView {
  readonly caseId: string;
  readonly edition: string;
  readonly status: CaseStatus;
  readonly turn: number;
  readonly digest: string;
  readonly seq: number;
  readonly flying: number;
  readonly tasks: readonly TaskRow[];
  readonly rows: readonly Row[];
  readonly more?: true;
  readonly snapshot?: CaseState;
  readonly taken?: readonly ProcessedCommand[];
  readonly next?: readonly Next[];
}

/** A command that a case has taken, with the hash of what it said: for as long as somebody may send it again. */
export interface ProcessedCommand {
  readonly id: string;
  readonly body: string;
}

/** What else a view is asked for: the whole case as it would be carried; what would follow each outcome of a task, if `by` answered it. */
export interface ViewRequest {
  readonly whole?: true;
  readonly next?: { readonly task: string; readonly by: string };
}

/** What would follow if a task were answered with an outcome; the fields of its form hold sample data. */
export interface Next {
  readonly outcome: string;
  /** Steps that would be asked next. */
  readonly opens: readonly NextStep[];
  /** Systems that would be called before anybody is asked again, by the name of the effect. */
  readonly effects: readonly string[];
  /** The case would be at its end. */
  readonly ends: boolean;
  /** It follows once all lines have an answer. */
  readonly allLines: boolean;
  /** It cannot be answered so now. */
  readonly refused?: string;
}
export interface NextStep {
  readonly key: string;
  readonly step: string;
  readonly seats: readonly Seat[];
  /** Epoch milliseconds, if it were answered now. */
  readonly dueAt?: number;
}
