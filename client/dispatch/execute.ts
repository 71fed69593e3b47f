import { endAlarms, raiseAlarm } from '../../db/alarms.js';
import { knownCase } from '../../db/cases.js';
import { currentEdition, findImplementation, isKept } from '../../db/editions.js';
import { type CommandStatus, type Head, type Refusing, refuse, renew } from '../../db/journal.js';
import { type Answer, type Applied, applyRows } from '../../db/ledger.js';
import { hashOf } from '../../domain/canonical-json.js';
import type { CaseStart, Command } from '../../domain/engine/command.js';
import type { Turn } from '../../domain/engine/ledger.js';
import { taskClosed } from '../../domain/engine/refusal.js';
import { type DispatchContext, database } from './context.js';
import { type Delivered, EditionMismatch, type Refused, Unavailable } from './contract.js';
import { askView, outcomeOf, type Sent, sendAct, sendReopening, sendStart } from './temporal.js';

/** A command as the journal has it. */
export type JournalledCommand = { readonly id: string; readonly caseId: string; readonly actor: string } & (
  | { readonly verb: 'begin'; readonly body: CaseStart }
  | { readonly verb: 'act'; readonly body: Command }
);

/** Takes a claimed command to its case, its rows into SQL, and the command to its end. Throws Unavailable: it stays pending. */
export async function execute(
  context: DispatchContext,
  journalled: JournalledCommand,
  by: string,
  head: Head,
): Promise<Delivered | Refused> {
  const sent = await send(context, journalled, by, head).catch((thrown: unknown) => {
    if (thrown instanceof Unavailable && thrown.code === 'TEMPORAL_UNAVAILABLE')
      context.doubt(journalled.verb === 'begin' ? journalled.body.edition : head?.edition, journalled.caseId);
    throw thrown;
  });
  switch (sent.kind) {
    case 'turn':
      return applyTurn(context, journalled, sent.turn);
    case 'refused':
      await alarmAt(context, journalled, sent);
      if (overtaken.has(sent.code))
        await showWinner(context, journalled.caseId, head?.seq ?? 0).catch((cause: unknown) =>
          context.trouble('a winner was not shown', cause),
        );
      return endRefused(context, journalled, by, { code: sent.code, values: sent.values });
    case 'gone':
      return journalled.verb === 'begin' ? endStartOfKnownCase(context, journalled, by) : endCommandOfClosedCase(context, journalled, by);
  }
}

/** Refusals because somebody else was first: SQL may not show that yet, and the next list of the one who lost must. */
const overtaken: ReadonlySet<string> = new Set([
  'TASK_CLOSED',
  'TASK_CHANGED',
  'TASK_SUSPENDED',
  'LINE_CLOSED',
  'SEAT_CLOSED',
  'CASE_CHANGED',
  'CASE_OPEN',
]);

/** Brings the turn of whoever was first into SQL, unless it was there when the command was written down. */
async function showWinner(context: DispatchContext, caseId: string, since: number): Promise<void> {
  const view = await askView(context, caseId, since);
  if (view !== undefined && view.seq > since) await database(true, () => applyRows(context.pool, caseId, view.rows));
}

async function send(context: DispatchContext, journalled: JournalledCommand, by: string, head: Head): Promise<Sent> {
  if (journalled.verb === 'act') {
    const seen = head === null ? {} : { seen: { turn: head.turn, digest: head.digest, seq: head.seq } };
    const command: Command = { ...journalled.body, ...seen };
    const { id, caseId } = journalled;
    return command.verb === 'reopen'
      ? reopen(context, { id, caseId, command, by, edition: head?.edition })
      : sendAct(context, caseId, id, command);
  }
  const implementation = await implementationOf(context, journalled.body);
  if (implementation !== undefined) return sendStart(context, journalled.id, journalled.body, implementation);
  const { edition, company, procedure } = journalled.body;
  return { kind: 'refused', code: 'PROCEDURE_UNKNOWN', values: { edition, company, procedure } };
}

const implementations = new Map<string, string>();

/** Never changes for an edition, so it is looked up once. */
async function implementationOf(context: DispatchContext, { edition, company, procedure }: CaseStart): Promise<string | undefined> {
  const key = JSON.stringify([edition, company, procedure]);
  const known = implementations.get(key) ?? (await database(true, () => findImplementation(context.pool, edition, company, procedure)));
  if (known !== undefined) implementations.set(key, known);
  return known;
}

/** Brings a turn into SQL. Rows that are missing, or too many for one answer, are read from the workflow. */
async function applyTurn(context: DispatchContext, { id, caseId }: JournalledCommand, turn: Turn): Promise<Delivered> {
  const answer: Answer = { turn: turn.turn, status: turn.status, flying: turn.flying };
  const finishing = { id, seq: turn.seq, answer };
  let applied = await database(true, () => applyRows(context.pool, caseId, turn.rows, finishing));
  if (applied.seq < turn.seq) {
    await catchUp(context, caseId);
    applied = await database(true, () => applyRows(context.pool, caseId, turn.rows, finishing));
    if (applied.seq < turn.seq) throw new Unavailable('DATABASE_UNAVAILABLE', true);
  }
  return delivered(caseId, answer, applied);
}

function delivered(caseId: string, { turn, status, flying }: Answer, { openTasks }: Applied): Delivered {
  return { kind: 'done', caseId, turn, status, flying, openTasks };
}

/** What a command that has ended is answered with. */
export async function answerOf(
  context: DispatchContext,
  caseId: string,
  standing: Exclude<CommandStatus, { status: 'pending' }>,
): Promise<Delivered | Refused> {
  if (standing.status === 'refused') return { kind: 'refused', ...standing.answer };
  return delivered(caseId, standing.answer, await database(true, () => applyRows(context.pool, caseId, [])));
}

/** Ends a command as refused, unless another process took it over and it was taken after all. */
export async function endRefused(
  context: DispatchContext,
  journalled: JournalledCommand,
  by: string,
  refusing: Refusing,
): Promise<Delivered | Refused> {
  const standing = await database(true, () => refuse(context.pool, journalled.id, by, refusing));
  if (standing.status === 'pending') throw new Unavailable('TEMPORAL_UNAVAILABLE', true);
  return answerOf(context, journalled.caseId, standing);
}

/** Refusals that say that something is wrong, not that somebody may not. */
async function alarmAt(context: DispatchContext, { caseId, id }: JournalledCommand, { code, values }: Refusing): Promise<void> {
  if (code === 'SQL_AHEAD') await database(true, () => raiseAlarm(context.pool, caseId, 'sql-ahead', { ...values, command: id }));
  if (code === 'EDITION_MISMATCH')
    await database(true, () => raiseAlarm(context.pool, caseId, 'edition-mismatch', { ...values, command: id }));
}

/** A start that met a case which has ended: its own, if an earlier attempt was not heard of, or another one's. `unknown`: why it is refused when SQL does not know the case. */
export async function endStartOfKnownCase(
  context: DispatchContext,
  journalled: JournalledCommand & { readonly verb: 'begin' },
  by: string,
  unknown: 'DUPLICATE_NUMBER' | 'COMMAND_EXPIRED' = 'DUPLICATE_NUMBER',
): Promise<Delivered | Refused> {
  const { caseId, id, actor, body } = journalled;
  const { applied } = await catchUp(context, caseId);
  const known = await database(true, () => knownCase(context.pool, caseId, id, undefined));
  if (known === undefined) return endRefused(context, journalled, by, { code: unknown, values: { caseId } });
  const own = !known.begunByOther && known.startedBy === actor && known.begunWith === hashOf(body.subject);
  if (!own) return endRefused(context, journalled, by, { code: 'DUPLICATE_NUMBER', values: { caseId } });
  const answer: Answer = { turn: applied.turn, status: applied.status, flying: applied.flying };
  return delivered(caseId, answer, await database(true, () => applyRows(context.pool, caseId, [], { id, seq: applied.seq, answer })));
}

/** A command to a case that has ended, or never began. It may have been taken before the end. */
async function endCommandOfClosedCase(
  context: DispatchContext,
  journalled: JournalledCommand & { readonly verb: 'act' },
  by: string,
): Promise<Delivered | Refused> {
  const { caseId, id, body } = journalled;
  const sent = await outcomeOf(context, caseId, id);
  if (sent.kind === 'turn') return applyTurn(context, journalled, sent.turn);
  if (sent.kind === 'refused') return endRefused(context, journalled, by, sent);
  const task = 'task' in body ? body.task : undefined;
  let known = await database(true, () => knownCase(context.pool, caseId, id, task));
  if (known !== undefined && known.status !== 'closed') {
    const { state } = await catchUp(context, caseId);
    if (state === 'missing') await database(true, () => raiseAlarm(context.pool, caseId, 'workflow-missing', {}));
    known = await database(true, () => knownCase(context.pool, caseId, id, task));
  }
  return endRefused(context, journalled, by, whyEnded(caseId, known));
}

/** Names who closed the task, when SQL knows it: the loser of a race is told. */
function whyEnded(caseId: string, known: Awaited<ReturnType<typeof knownCase>>): Refusing {
  if (known === undefined) return { code: 'CASE_UNKNOWN', values: { caseId } };
  const { task } = known;
  if (task?.closedAt === undefined) return { code: 'CASE_CLOSED', values: { caseId } };
  return taskClosed(task);
}

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
export async function reopen(context: DispatchContext, reopening: Reopening): Promise<Sent> {
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
async function viewOfEnded(context: DispatchContext, { caseId, command, edition }: Reopening): ReturnType<typeof askView> {
  try {
    return await askView(context, caseId, command.seen?.seq ?? 0, { whole: true });
  } catch (thrown) {
    if (thrown instanceof EditionMismatch) return undefined;
    if (!(thrown instanceof Unavailable) || edition === undefined) throw thrown;
    if (await database(true, () => isKept(context.pool, edition))) throw thrown;
    return undefined;
  }
}

/** How SQL and a workflow compare once SQL has taken what it could. */
export interface Comparison {
  readonly applied: Applied;
  /** SQL has all that the workflow has. `missing`: there is no workflow to ask. */
  readonly state: 'same' | 'behind' | 'ahead' | 'missing';
}

/** Reads what SQL lacks from the workflow, page by page, and applies it. Raises and ends the alarms about the two sides. Throws Unavailable. */
export async function catchUp(context: DispatchContext, caseId: string): Promise<Comparison> {
  const { pool } = context;
  let applied = await database(true, () => applyRows(pool, caseId, []));
  for (;;) {
    const before = applied;
    const view = await askView(context, caseId, before.seq);
    if (view === undefined) return { applied, state: 'missing' };
    if (view.seq < before.seq || view.turn < before.turn) {
      await database(true, () => raiseAlarm(pool, caseId, 'sql-ahead', { sql: before.seq, workflow: view.seq }));
      return { applied, state: 'ahead' };
    }
    // Also without rows: another process may have brought and acknowledged them since SQL was read.
    if (view.seq > before.seq) applied = await database(true, () => applyRows(pool, caseId, view.rows));
    if (applied.seq >= view.seq) {
      const differs = applied.seq === view.seq && applied.turn === view.turn && applied.digest !== view.digest;
      if (differs) await database(true, () => raiseAlarm(pool, caseId, 'edition-mismatch', { turn: view.turn, edition: view.edition }));
      await database(true, () => endAlarms(pool, caseId, ['projection-behind', 'sql-ahead', 'workflow-missing']));
      return { applied, state: 'same' };
    }
    if (applied.seq === before.seq) {
      await database(true, () => raiseAlarm(pool, caseId, 'projection-behind', { sql: before.seq, workflow: view.seq }));
      return { applied, state: 'behind' };
    }
  }
}
