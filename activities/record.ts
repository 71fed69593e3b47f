import { ApplicationFailure } from '@temporalio/common';
import type { CaseActivities } from '../domain/contracts/activities.js';
import type { CaseRows } from '../ports/case-rows.js';

/**
 * The activity that brings rows into SQL which no caller takes there. Idempotent. Throws, and is retried, while SQL is away, or while rows
 * before the given ones are missing: a process that got them first is about to bring them.
 */
export function createRecord(store: CaseRows): Pick<CaseActivities, 'record'> {
  return {
    async record(caseId, rows) {
      const { seq, gap } = await store.apply(caseId, rows);
      if (gap)
        throw ApplicationFailure.retryable(
          `${caseId}: rows up to ${seq} are stored, those from ${rows[0]?.seq ?? 0} were given`,
          'ROWS_MISSING',
        );
      return seq;
    },
  };
}
