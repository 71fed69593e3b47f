import { assertNever } from '../../assert-never.js';
import { type Command, grantOf } from '../command.js';
import { mailBounced } from '../effects.js';

import type { FactBody } from '../facts.js';
import { hold, resume } from '../holds.js';
import { type ProcedureContext, ProcedureFault } from '../procedure.js';
import { Refusal } from '../refusal.js';
import { sizeOf, snapshotLimit } from '../snapshot.js';
import type { CaseState, OpenTask } from '../state.js';
import type { Transaction } from '../transaction.js';
import { amend, type TurnResult, takeCalendar, tryTurn } from '../turn.js';
import { openTask } from '../verbs.js';
import { answer } from './complete.js';
import { reopen, sendBack, takeBack } from './return.js';
import { changeSeats, skip } from './signers.js';

/**
 * A person's command: one turn, or a Refusal and nothing happened. Pure, so the validator runs it for its refusals alone.
 * `id` names the command for the journal. Who may act was decided at the edge; here is checked what the facts can prove.
 */
export function act(context: ProcedureContext, state: CaseState, command: Command, now: number, id?: string): TurnResult {
  admit(state, command);
  try {
    const turned = tryTurn(context, state, now, (transaction) => {
      transaction.command = id;
      perform(transaction, transaction.state, command);
    });
    if (command.verb === 'reopen' && turned.state.outcome !== undefined) throw new Refusal('REOPEN_IN_VAIN', { to: command.to ?? '' });
    if (sizeOf(turned.state) > snapshotLimit) throw new Refusal('SNAPSHOT_TOO_LARGE', { limit: snapshotLimit });
    return turned;
  } catch (thrown) {
    if (thrown instanceof ProcedureFault) throw new Refusal('PROCEDURE_FAULT', { code: thrown.code, detail: thrown.message });
    throw thrown;
  }
}

/** Whether the case takes commands now, and whether sender and case speak of the same history. */
function admit(state: CaseState, { verb, seen }: Command): void {
  if (seen !== undefined) {
    const digest = state.digests[seen.turn];
    if (seen.turn > state.turn || seen.seq > state.seq) throw new Refusal('SQL_AHEAD', { turn: state.turn, seen: seen.turn });
    if (digest !== undefined && digest !== seen.digest) throw new Refusal('EDITION_MISMATCH', { turn: seen.turn });
  }
  if (state.moving !== undefined) throw new Refusal('CASE_MOVING');
  if (state.status === 'closed' && verb !== 'reopen') throw new Refusal('CASE_CLOSED');
  if (state.status === 'faulted' && verb !== 'move') throw new Refusal('CASE_FAULTED');
}

function perform(transaction: Transaction, state: CaseState, command: Command): void {
  switch (command.verb) {
    case 'complete':
    case 'reject':
      return answer(transaction, command);
    case 'return':
      return sendBack(transaction, command);
    case 'withdraw':
      return takeBack(transaction, command);
    case 'transfer':
    case 'delegate':
    case 'add-signer':
    case 'remove-signer':
      return changeSeats(transaction, command);
    case 'skip':
      return skip(transaction, command);
    case 'amend':
      return change(transaction, state, command);
    case 'cancel':
      if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
      transaction.record({ kind: 'cancelled', reason: command.reason }, command);
      return transaction.emit(
        'cancelled',
        { body: { reason: command.reason, ...(command.actingFor === undefined ? {} : grantOf(command)) } },
        command,
      );
    case 'reopen':
      return reopen(transaction, command);
    case 'hold':
      return hold(transaction, taskOf(state, command), command);
    case 'resume':
      return resume(transaction, taskOf(state, command), command);
    case 'move':
      if (command.to === state.edition) throw new Refusal('EDITION_NOT_CURRENT', { edition: command.to });
      transaction.state.moving = command.to;
      return transaction.emit('moving', { body: { to: command.to } }, command);
    case 'calendar':
      if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
      return takeCalendar(transaction, command.calendar, command);
    case 'bounced':
      return mailBounced(transaction, command);
    default:
      assertNever(command);
  }
}

/** The open task that a hold is of, if it is of one. */
function taskOf(state: CaseState, { task, rev }: { readonly task?: string; readonly rev?: number }): OpenTask | undefined {
  if (task !== undefined) return openTask(state, { task, rev: rev ?? 0 });
  if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
  return undefined;
}

function change(transaction: Transaction, state: CaseState, command: Command & { readonly verb: 'amend' }): void {
  if (state.outcome !== undefined) throw new Refusal('CASE_CLOSED');
  // A turn that has not been cannot have been read.
  if (command.from > state.turn || state.amendedTurn > command.from) throw new Refusal('CASE_CHANGED', { turn: state.amendedTurn });
  const { patch, reason } = command;
  const because = reason === undefined ? {} : { reason };
  const fact: FactBody = { kind: 'amended', patch, ...because };
  transaction.record(fact, command);
  const hash = amend(transaction, patch);
  transaction.emit(
    'amended',
    { body: { patch, ...because, subject: hash, ...grantOf(command) }, ...transaction.contents({ [hash]: transaction.state.subject }) },
    command,
  );
}
