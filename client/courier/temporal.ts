import { QueryNotRegisteredError, WithStartWorkflowOperation } from '@temporalio/client';
import { raise } from '../../db/alarms.js';
import { hashOf } from '../../domain/case/canon.js';
import type { CaseStart, Command } from '../../domain/case/command.js';
import { taskQueue } from '../../domain/case/names.js';
import type { Turn } from '../../domain/case/rows.js';
import type { CaseView, ViewWish } from '../../domain/case/view.js';
import { act, begin, view } from '../../workflows/engine/messages.js';
import { type Context, database, pause } from './context.js';
import { Foreign, Unavailable } from './contract.js';
import { judge, type Verdict } from './verdict.js';

/** How a message to a case ended. */
export type Sent = { readonly kind: 'turn'; readonly turn: Turn } | Extract<Verdict, { kind: 'refused' | 'gone' }>;

/** Starts a case's workflow, or finds it, and gets its first turn. `gone`: a case of this id has ended. */
export function sendStart(context: Context, updateId: string, start: CaseStart, workflowType: string): Promise<Sent> {
  return send(context, () =>
    context.client.workflow.executeUpdateWithStart(begin, {
      updateId,
      args: [{ subject: hashOf(start.subject) }],
      startWorkflowOperation: new WithStartWorkflowOperation(workflowType, {
        workflowId: start.caseId,
        taskQueue,
        args: [{ start }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    }),
  );
}

/** Sends a command to a running case. The same update id is one decision, however often it is sent. */
export function sendAct(context: Context, caseId: string, updateId: string, command: Command): Promise<Sent> {
  return send(context, () => context.client.workflow.getHandle(caseId).executeUpdate(act, { updateId, args: [command] }));
}

/** Sends once, and again with the same id while the rejection is one that passes. Throws Unavailable when it does not, or when nobody answers. */
async function send(context: Context, once: () => Promise<Turn>): Promise<Sent> {
  const { updateMs, againMs } = context.timing;
  const until = Date.now() + againMs;
  for (let delay = 25; ; delay = Math.min(delay * 2, 400)) {
    try {
      return { kind: 'turn', turn: await context.client.withDeadline(Date.now() + updateMs, once) };
    } catch (thrown) {
      const verdict = judge(thrown);
      if (verdict.kind === 'fault') throw thrown;
      if (verdict.kind === 'refused' || verdict.kind === 'gone') return verdict;
      if (verdict.kind === 'away' || Date.now() + delay > until) throw new Unavailable('TEMPORAL_UNAVAILABLE', true, thrown);
      await pause(delay);
    }
  }
}

/** How the update of this id ended in the case's last run, without sending it. `gone`: that run does not know it. Throws Unavailable when it is still open. */
export function outcomeOf(context: Context, caseId: string, updateId: string): Promise<Sent> {
  return send(context, () => context.client.workflow.getHandle(caseId).getUpdateHandle<Turn>(updateId).result());
}

/** Asks the workflow where the case stands. Undefined: there is none. Throws Unavailable, or Foreign after it has raised the alarm. */
export async function askView(context: Context, caseId: string, since: number, wish: ViewWish = {}): Promise<CaseView | undefined> {
  try {
    return await context.client.withDeadline(Date.now() + context.timing.queryMs, () =>
      context.client.workflow.getHandle(caseId).query(view, { since, ...wish }),
    );
  } catch (thrown) {
    if (isForeign(thrown)) {
      await database(true, () => raise(context.pool, caseId, 'edition-mismatch', {}));
      throw new Foreign(caseId);
    }
    const verdict = judge(thrown);
    if (verdict.kind === 'gone') return undefined;
    if (verdict.kind === 'away' || verdict.kind === 'again') throw new Unavailable('TEMPORAL_UNAVAILABLE', true, thrown);
    throw thrown;
  }
}

/** A query that the workflow refuses comes as an invalid argument whose text is the refusal's code. */
const isForeign = (thrown: unknown): boolean => thrown instanceof QueryNotRegisteredError && thrown.message.endsWith('EDITION_MISMATCH');
