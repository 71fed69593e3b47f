import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Command, Report } from '../../domain/engine/command.js';
import type { Turn } from '../../domain/engine/ledger.js';
import type { CaseView, ViewRequest } from '../../domain/engine/view.js';

/** The one task queue all cases and activities use; which worker takes a case is decided by its pinned edition. */
export const taskQueue = 'gendan';
/** The worker deployment whose build ids are editions. */
export const deploymentName = 'gendan';

/** A person's decision. The update id is the command id: the same id is one decision, for ever. Refusals are ApplicationFailures whose `type` is a RefusalCode and whose first detail holds the values. */
export const act = defineUpdate<Turn, [Command]>('act');

/** Sent with the start: returns the first turn. A foreign `subject` hash is refused with DUPLICATE_NUMBER. */
export const begin = defineUpdate<Turn, [{ readonly subject: string }]>('begin');

/** Something from outside: an event for a `wait`. */
export const report = defineSignal<[Report]>('report');

/** Where the case stands, and its rows after `since` that SQL has not acknowledged; with `whole`, also its snapshot (for a rehearsal); with `next`, what would follow. */
export const view = defineQuery<CaseView, [{ readonly since: number } & ViewRequest]>('view');
