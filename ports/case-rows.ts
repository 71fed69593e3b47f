import type { Row } from '../domain/engine/ledger.js';

/** Where the rows of cases are kept. */
export interface CaseRows {
  /**
   * Takes a case's rows in, in order and each once, however often they are given. Resolves to the last seq that is there; `gap`: rows before
   * the given ones are missing, and none after the gap was taken.
   */
  apply(caseId: string, rows: readonly Row[]): Promise<{ readonly seq: number; readonly gap: boolean }>;
}
