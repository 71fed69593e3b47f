import { findImplementation } from '../../db/cases.js';
import { currentEdition, isKept } from '../../db/editions.js';
import { renew } from '../../db/journal.js';
import type { Command } from '../../domain/engine/command.js';
import { type Context, database } from './context.js';
import { Foreign, Unavailable } from './contract.js';
import { askView, outcomeOf, type Sent, sendAct, sendReopening } from './temporal.js';

/** A claimed command that reopens a case. */
interface Reopening {
  readonly id: string;
  readonly caseId: string;
  readonly command: Command;
  /** The claim. */
  readonly by: string;
  /** The edition that SQL shows the case in. */
  readonly edition: string | undefined;
}

/**
 * Takes a command that reopens a case to where it can be taken. A run that is still there takes it as any other. One that has ended is asked
 * where it stood, and a new run under its name goes on from there in the edition in force; the command comes with its start, so that either
 * both are there or none. The journal lets one such command of a case go at a time, and none is sent without a claim that outlasts it: what
 * a case stood at when it was read, it stands at when the new run begins.
 */
export async function reopen(context: Context, reopening: Reopening): Promise<Sent> {
  const { id, caseId, command } = reopening;
  const running = await sendAct(context, caseId, id, command);
  if (running.kind !== 'gone') return running;
  const earlier = await outcomeOf(context, caseId, id);
  if (earlier.kind !== 'gone') return earlier;
  const view = await viewOfEnded(context, reopening);
  if (view?.snapshot === undefined) return no('CASE_STATE_GONE', { caseId });
  const { snapshot, taken = [] } = view;
  if (taken.some((one) => one.id === id)) return { kind: 'turn', turn: view };
  // Its run was ended from outside: that is on the radar, and no reopening brings it back.
  if (view.status !== 'closed') return no('CASE_OPEN', {});
  const { company, procedure } = snapshot.start;
  const edition = (await database(true, () => currentEdition(context.pool))) ?? '';
  const workflowType = await database(true, () => findImplementation(context.pool, edition, company, procedure));
  if (workflowType === undefined) return no('PROCEDURE_UNKNOWN', { edition, company, procedure });
  const latest = Date.now() + context.timing.updateMs;
  if (!(await database(true, () => renew(context.pool, id, reopening.by)))) throw new Unavailable('TEMPORAL_UNAVAILABLE', true);
  return sendReopening(context, id, command, { workflowType, snapshot, taken }, latest);
}

const no = (code: string, values: Extract<Sent, { kind: 'refused' }>['values']): Sent => ({ kind: 'refused', code, values });

/**
 * The case as its ended run stood. Its edition may no longer be served: then a worker serves it again, now that a reopening waits for it,
 * and the command is sent again. Undefined: neither Temporal nor we keep what it takes.
 */
async function viewOfEnded(context: Context, { caseId, command, edition }: Reopening): ReturnType<typeof askView> {
  try {
    return await askView(context, caseId, command.seen?.seq ?? 0, { whole: true });
  } catch (thrown) {
    if (thrown instanceof Foreign) return undefined;
    if (!(thrown instanceof Unavailable) || edition === undefined) throw thrown;
    if (await database(true, () => isKept(context.pool, edition))) throw thrown;
    return undefined;
  }
}
