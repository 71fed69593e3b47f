import { assertNever } from '../../assert-never.js';
import type { JsonObject } from '../../json.js';
import type { SeatPolicy } from '../../policy/policy.js';
import { type Command, grantOf } from '../command.js';
import type { Actor, SeatChange } from '../facts.js';
import type { Seat } from '../ledger.js';
import { Refusal } from '../refusal.js';
import { close } from '../tasks.js';
import type { Transaction } from '../transaction.js';
import { belongsTo, mayFill, type TaskTarget, targetOf } from '../verbs.js';
import { candidatesOf, samePeople } from '../voting.js';

type Change = Command & { readonly verb: 'transfer' | 'delegate' | 'add-signer' | 'remove-signer' };
type Skip = Command & { readonly verb: 'skip' };

/** A seat is given on, its holder asks another first, a signer comes or goes: facts of the task's key. */
export function changeSeats(transaction: Transaction, command: Change): void {
  const target = targetOf(transaction, command);
  record(transaction, target, changeFor(transaction, target, command), command);
}

function changeFor(transaction: Transaction, { task, seat, step }: TaskTarget, command: Change): SeatChange {
  const reason = command.reason === undefined ? {} : { reason: command.reason };
  const others = task.seats.filter(({ id, state }) => id !== seat.id && state !== 'removed');
  switch (command.verb) {
    case 'transfer':
      if (command.from !== undefined && !names(seat, command.from)) throw belongsTo(seat);
      admitTo(seat, command.to);
      if (isHolder(seat, command.to)) throw new Refusal('TRANSFER_TO_SELF', { person: command.to });
      askAnother(step, others, seat, command.to);
      return { change: 'transferred', seat: seat.id, to: command.to, ...reason };
    case 'delegate':
      mayFill(seat, command);
      admitTo(seat, command.to);
      if (command.to === command.by || command.to === command.actingFor) throw new Refusal('TRANSFER_TO_SELF', { person: command.to });
      if (signersWith(task.seats, seat).some((signer) => isHolder(signer, command.to)))
        throw new Refusal('DELEGATION_CYCLE', { person: command.to });
      for (const person of [command.to, command.actingFor ?? command.by]) askAnother(step, others, seat, person);
      return { change: 'delegated', seat: nextId(transaction, task.key, seat), of: seat.id, to: command.to, ...reason };
    case 'add-signer':
      admitTo(seat, command.to);
      askAnother(step, [seat, ...others], seat, command.to);
      return { change: 'added', seat: nextId(transaction, task.key, seat), of: seat.id, where: command.where, to: command.to, ...reason };
    case 'remove-signer': {
      if (!others.some((other) => isSure(step, other))) throw new Refusal('LAST_SIGNER', { seat: seat.id });
      const short = quorumWithout(step, others);
      if (short !== undefined) throw new Refusal('QUORUM_UNREACHABLE', short);
      return { change: 'removed', seat: seat.id, reason: command.reason };
    }
    default:
      return assertNever(command);
  }
}

/** What a quorum would lack if only these seats were left. */
function quorumWithout({ seats: policy }: TaskTarget['step'], left: readonly Seat[]): JsonObject | undefined {
  const needs = policy?.needs;
  if (policy?.mode !== 'quorum' || needs === undefined || 'percent' in needs) return undefined;
  const units = policy.of.filter(({ id }) => left.some((seat) => unitOf(seat) === id));
  const there = units.reduce((sum, { weight = 1 }) => sum + ('weight' in needs ? weight : 1), 0);
  const needed = 'weight' in needs ? needs.weight : needs.count;
  return there < needed ? { needed, there } : undefined;
}

/** Whether a seat is there whatever is shown: one with a condition may be gone after the next change. */
export const isSure = ({ seats }: TaskTarget['step'], seat: Seat): boolean => plannedIn(seats, seat)?.when === undefined;

const plannedIn = (seats: TaskTarget['step']['seats'], seat: Seat): SeatPolicy | undefined =>
  seats?.of.find(({ id }) => id === unitOf(seat));

/** Refuses a signer who alone has another seat, where nobody fills both: one of them could never be filled. */
function askAnother({ seats }: TaskTarget['step'], others: readonly Seat[], seat: Seat, person: string): void {
  const planned = (one: Seat): string => samePeople(candidatesOf(plannedIn(seats, one) ?? {}));
  const apart = (other: Seat): boolean => unitOf(other) === unitOf(seat) || seats?.distinct === true || planned(other) === planned(seat);
  if (others.some((other) => apart(other) && isHolder(other, person))) throw new Refusal('ALREADY_SIGNER', { person });
}

/** The planned seat that a signer belongs to: the beginning of its id. */
const unitOf = ({ id }: Seat): string => id.split('.', 1)[0] ?? id;

/** All who sign for the same planned seat and are still there. */
const signersWith = (seats: readonly Seat[], seat: Seat): readonly Seat[] =>
  seats.filter((other) => other.state !== 'removed' && unitOf(other) === unitOf(seat));

const names = ({ candidates }: Seat, person: string): boolean =>
  candidates.some((candidate) => 'person' in candidate && candidate.person === person);

/** Whether a person is the only one who may fill a seat, or has filled it. */
const isHolder = ({ candidates, by }: Seat, person: string): boolean =>
  by === person || (candidates.length > 0 && candidates.every((candidate) => 'person' in candidate && candidate.person === person));

function admitTo(seat: Seat, person: string): void {
  if (seat.excluded?.includes(person) === true) throw new Refusal('EXCLUDED', { person, seat: seat.id });
}

/** The id of the next signer of a planned seat: `finance.1`, `finance.2`, … never one that was there before. */
function nextId(transaction: Transaction, key: string, seat: Seat): string {
  const unit = unitOf(seat);
  const before = transaction.state.facts.filter(
    (fact) => fact.kind === 'seated' && fact.key === key && 'of' in fact.change && fact.change.seat.startsWith(`${unit}.`),
  );
  return `${unit}.${before.length + 1}`;
}

function record(transaction: Transaction, { task }: TaskTarget, change: SeatChange, command: Change | Skip): void {
  transaction.record({ kind: 'seated', key: task.key, task: task.id, change }, command);
  const body: JsonObject = { ...change, ...grantOf(command) };
  transaction.setPendingAction(task.key, { type: 'seated', verb: command.verb, actor: command, body });
}

/** Whether who proposed a skip would also confirm it, for themselves or for whom either stands in. */
export const isProposer = (proposed: Actor, { by, actingFor }: Actor): boolean =>
  [by, actingFor].some((person) => person !== undefined && (person === proposed.by || person === proposed.actingFor));

/** Passes a seat over: one person proposes it, a second one agrees, and the policy says how it then counts. */
export function skip(transaction: Transaction, command: Skip): void {
  const target = targetOf(transaction, command);
  const { task, step, seat } = target;
  const proposed = seat.skip;
  if (proposed === undefined)
    return record(transaction, target, { change: 'skip-proposed', seat: seat.id, reason: command.reason }, command);
  if (isProposer(proposed, command)) throw new Refusal('SECOND_PERSON_NEEDED', { by: proposed.by, at: proposed.at });
  const data = { outcome: step.skip?.outcome ?? '' };
  const voted = task.covered === undefined ? {} : { seat: seat.id };
  const shown = task.covered?.[seat.id] ?? task.shown;
  transaction.record(
    { kind: 'answered', key: task.key, task: task.id, shown, after: task.after, data, ...voted, reason: command.reason, skipped: proposed },
    command,
  );
  const body = { ...voted, data, reason: command.reason, skipped: { ...proposed }, ...grantOf(command) };
  if (task.covered !== undefined) return transaction.setPendingAction(task.key, { type: 'voted', verb: 'skip', actor: command, body });
  close(transaction, task, 'completed', { actor: command, verb: 'skip', outcome: data.outcome, body });
}
