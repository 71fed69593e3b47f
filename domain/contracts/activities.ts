import type { EffectOutcome, EffectRequest, ReadingRequest } from '../case/command.js';
import type { Row } from '../case/rows.js';

/** What workflows may call. Names and inputs are permanent: editions years old call them. */
export interface CaseActivities {
  /** Changes the outside world, once per idempotency key however often it is called. */
  effect(request: EffectRequest): Promise<EffectOutcome>;
  /** Reads the outside world. */
  reading(request: ReadingRequest): Promise<EffectOutcome>;
  /** Brings rows into SQL that no caller takes there. Returns the seq up to which SQL has them all. */
  record(caseId: string, rows: readonly Row[]): Promise<number>;
}
export type { EffectOutcome };
