import type { CaseStatus, Row, TaskRow } from './rows.js';
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
}
