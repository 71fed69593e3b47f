import { type Json, type JsonObject, textOf } from '../json.js';
import type { EffectOutcome } from './activities.js';
import { type Bounced, type Command, grantOf } from './command.js';
import type { Rendering } from './execution.js';
import type { Actor, EffectAction } from './facts.js';
import { effectiveHistory, refOf } from './history.js';
import type { EffectRow } from './ledger.js';
import type { CallRequest, TaskRequest } from './requests.js';
import { type Attempt, type EffectState, type OpenTask, pathOf } from './state.js';
import { effectKeyOf, repairAsks } from './system-tasks.js';
import { Transaction } from './transaction.js';

/** What an effect has yet to do, given what is wanted of it now. */
export interface PendingEffect {
  readonly action: EffectAction;
  readonly hash: string;
  readonly input: Json;
  /** Of the attempt at it. */
  readonly idempotencyKey?: string;
}

/** Brings effects and readings in line with what is wanted: starts attempts, cancels those of old inputs, undoes what is left over at the end. Returns the repair tasks. */
export function reconcileEffects(transaction: Transaction, rendering: Rendering | undefined): readonly TaskRequest[] {
  const ended = transaction.state.outcome !== undefined;
  const effects: Record<string, EffectState> = { ...transaction.state.effects };
  const calls = ended ? new Map<string, CallRequest>() : (rendering?.calls ?? new Map<string, CallRequest>());
  for (const call of calls.values()) effects[call.key] ??= newEffect(call);
  for (const [key, before] of Object.entries(effects)) {
    const call = calls.get(key);
    const wanted = call !== undefined || (rendering === undefined ? !before.unwanted : rendering.used.has(key));
    const unwanted = !wanted && (before.unwanted || ended);
    const effect = unwanted === before.unwanted ? before : { ...before, unwanted };
    const pending = pendingEffectOf(effect, call, wanted);
    effects[key] = startAttempt(transaction, relevant(effect, pending), pending, call);
  }
  transaction.state.effects = effects;
  return Object.values(effects).flatMap(repairAsks);
}

const newEffect = (call: CallRequest): EffectState => ({
  key: call.key,
  name: call.name,
  reading: call.reading,
  attempts: 0,
  uncertain: [],
  unwanted: false,
});

function pendingEffectOf(effect: EffectState, call: CallRequest | undefined, wanted: boolean): PendingEffect | undefined {
  const { done, uncertain } = effect;
  if (call !== undefined) return { action: done === undefined || effect.reading ? 'do' : 'revise', hash: call.hash, input: call.input };
  if (effect.reading || (!wanted && !effect.unwanted)) return undefined;
  if (wanted && done !== undefined && effect.again !== undefined) return { action: 'again', hash: done.hash, input: done.input };
  if (wanted) return done === undefined || uncertain.length === 0 ? undefined : { action: 'revise', hash: done.hash, input: done.input };
  const left = done ?? (uncertain.length > 0 ? { hash: 'uncertain', input: null } : undefined);
  return left === undefined ? undefined : { action: 'undo', hash: left.hash, input: left.input };
}

/** A failure of another action than today's is of no interest any more, nor is a mail that came back when another follows it. */
function relevant(effect: EffectState, pending: PendingEffect | undefined): EffectState {
  const { failed, ...rest } = effect;
  const left = failed === undefined || (pending?.action === failed.action && pending.hash === failed.hash) ? effect : rest;
  if (pending === undefined || pending.action === 'again' || (left.bounced ?? left.again) === undefined) return left;
  const { bounced: _bounced, again: _again, ...followed } = left;
  return followed;
}

function startAttempt(
  transaction: Transaction,
  effect: EffectState,
  pending: PendingEffect | undefined,
  call: CallRequest | undefined,
): EffectState {
  const { flight: attempt } = effect;
  if (attempt !== undefined) {
    const wanted = pending?.hash === attempt.hash && pending.action === attempt.action;
    return wanted || attempt.cancelled ? effect : { ...effect, flight: { ...attempt, cancelled: true } };
  }
  if (pending === undefined || effect.failed !== undefined) return effect;
  const irreversible = pending.action === 'undo' && transaction.context.policy.effects[effect.name]?.irreversible === true;
  // What is not known to have been done is asked for first: there may be nothing to take back.
  if (irreversible && effect.done !== undefined) return fail(transaction, effect, pending, 'IRREVERSIBLE', '');
  const idempotencyKey = `${pathOf(transaction.state)}${effect.key}/${effect.attempts}/${pending.action}/${pending.hash}`;
  const started: Attempt = { ...pending, idempotencyKey, cancelled: false, ...(irreversible ? { irreversible: true } : {}) };
  transaction.emit('effect', { effect: effectRow(effect, started, 'flying') });
  return {
    ...effect,
    ...(call?.freshForMs === undefined ? {} : { freshForMs: call.freshForMs }),
    attempts: effect.attempts + 1,
    flight: started,
  };
}

/** What an attempt's idempotency key says: the effect's key, what was done, and the hash of its input. */
export function parseIdempotencyKey(
  transaction: Transaction,
  idempotencyKey: string,
): { readonly key: string; readonly action: EffectAction; readonly input: string } {
  const parts = idempotencyKey.slice(pathOf(transaction.state).length).split('/');
  return { key: parts.slice(0, -3).join('/'), action: (parts.at(-2) ?? 'do') as EffectAction, input: parts.at(-1) ?? '' };
}

/** Records that a pending effect failed for good; a repair task follows. */
export function fail(transaction: Transaction, effect: EffectState, pending: PendingEffect, code: string, detail: string): EffectState {
  const fact = transaction.record({ kind: 'failed', key: effect.key, input: pending.hash, action: pending.action, code, detail });
  transaction.emit('effect', { effect: { ...effectRow(effect, pending, 'failed'), code, detail } });
  return { ...effect, failed: { action: pending.action, hash: pending.hash, input: pending.input, code, detail, fact: fact.n } };
}

/** Records that a pending effect has been done, by a system or by hand. */
export function succeed(transaction: Transaction, effect: EffectState, pending: PendingEffect, result: Json): EffectState {
  const { failed: _failed, done, again: _again, ...rest } = effect;
  const { key } = effect;
  const attempt = pending.idempotencyKey === undefined ? {} : { attempt: pending.idempotencyKey };
  if (pending.action === 'again' && done !== undefined) {
    transaction.record({ kind: 'resent', key, input: pending.hash, result });
    transaction.emit('effect', { effect: effectRow(effect, pending, 'done'), body: { result } });
    return { ...rest, done: { ...done, ...attempt, again: result }, uncertain: [] };
  }
  if (pending.action === 'undo') {
    transaction.record({ kind: 'undone', key, input: pending.hash });
    transaction.emit('effect', { effect: effectRow(effect, pending, 'undone') });
    return { ...rest, uncertain: [], unwanted: false };
  }
  if (effect.reading) {
    const freshUntil = effect.freshForMs === undefined ? {} : { freshUntil: transaction.now + effect.freshForMs };
    transaction.record({ kind: 'read', key, input: pending.hash, value: result, ...freshUntil });
    transaction.emit('read', { effect: effectRow(effect, pending, 'done'), body: { value: result } });
    return { ...rest, uncertain: [] };
  }
  transaction.record({ kind: 'done', key, input: pending.hash, result });
  transaction.emit('effect', { effect: effectRow(effect, pending, 'done'), body: { result } });
  return { ...rest, done: { hash: pending.hash, input: pending.input, result, ...attempt }, uncertain: [] };
}

export function effectRow(
  effect: EffectState,
  { hash, action }: Pick<PendingEffect, 'hash' | 'action'>,
  state: EffectRow['state'],
): EffectRow {
  return { key: effect.key, effect: effect.name, input: hash, action, state };
}

/**
 * A mail came back that its server had accepted. The mail of what stands now is a task for those who repair; the result that the procedure was
 * told stays, so nothing falls back. One that another mail has followed since is only written down. The same report twice is one.
 */
export function mailBounced(transaction: Transaction, command: Command & Bounced): void {
  const { attempt, to, reason, at } = command;
  if (bounceReported(transaction.state, attempt)) return;
  const parsed = parseIdempotencyKey(transaction, attempt);
  const effect =
    Object.values(transaction.state.effects).find((one) => one.done?.attempt === attempt) ?? transaction.state.effects[parsed.key];
  const key = effect?.key ?? parsed.key;
  const { input, action } = parsed;
  const returned = at === undefined ? {} : { returnedAt: at };
  const { n: fact } = transaction.record({ kind: 'bounced', key, input, attempt, to, reason, ...returned }, command);
  const body: JsonObject = { key, effect: effect?.name ?? key, input, attempt, address: to, reason, ...returned, ...grantOf(command) };
  const next = effect === undefined ? undefined : after(effect, attempt, { to, reason, fact });
  if (effect !== undefined && next !== undefined) transaction.putEffect(next);
  const stands = next !== undefined && next.flight === undefined && !next.unwanted;
  const state = next?.bounced === undefined ? 'failed' : 'bounced';
  const shown = stands ? { effect: { ...effectRow(next, { hash: input, action }, state), code: 'MAIL_BOUNCED', detail: reason } } : {};
  transaction.emit('bounced', { ...shown, body }, command);
}

/** Whether this attempt is known to have come back. */
export const bounceReported = ({ facts }: Pick<Transaction['state'], 'facts'>, attempt: string): boolean =>
  facts.some((fact) => fact.kind === 'bounced' && fact.attempt === attempt);

/** The effect after its mail came back; undefined where that changes nothing. Where it was unknown whether it was sent, that is known now. */
function after(effect: EffectState, attempt: string, bounced: NonNullable<EffectState['bounced']>): EffectState | undefined {
  if (effect.done?.attempt === attempt && effect.again === undefined) return { ...effect, bounced };
  const { failed, uncertain } = effect;
  if (failed?.unknown !== true || uncertain.at(-1)?.idempotencyKey !== attempt) return undefined;
  return { ...effect, failed: { ...failed, code: 'MAIL_BOUNCED', detail: bounced.reason, fact: bounced.fact } };
}

/** What a person decides about a mail that came back: it is sent once more, to another address if one is given, or it counts as seen to. */
export function decideBounce(transaction: Transaction, task: OpenTask, data: JsonObject, actor: Actor): void {
  const key = effectKeyOf(task);
  const effect = transaction.state.effects[key];
  if (effect?.bounced === undefined || effect.done === undefined) return;
  const { bounced, ...rest } = effect;
  if (data['outcome'] !== 'send-again') {
    transaction.record({ kind: 'settled', key }, actor);
    transaction.emit('effect', { effect: effectRow(effect, { hash: effect.done.hash, action: 'do' }, 'done') }, actor);
    transaction.putEffect(rest);
    return;
  }
  transaction.record({ kind: 'retried', key }, actor);
  const to = textOf(data['email'] ?? '').trim();
  const readdressed = to === '' ? {} : { readdressed: instead(effect.readdressed ?? {}, bounced.to, to) };
  transaction.putEffect({ ...rest, again: { to: to === '' ? bounced.to : to }, ...readdressed });
}

/** Mail for `from`, and what went there in place of another address, goes to `to`. */
function instead(before: Readonly<Record<string, string>>, from: string, to: string): Readonly<Record<string, string>> {
  const moved = Object.entries(before).map(([old, now]) => [old, now === from ? to : now] as const);
  return Object.fromEntries([...moved, [from, to] as const].filter(([old, now]) => old !== now));
}

/** Sending it once more failed for good: the task about it opens again, and says why. */
export function resendFailed(
  transaction: Transaction,
  effect: EffectState,
  pending: PendingEffect,
  { code, detail }: Extract<EffectOutcome, { readonly ok: false }>,
): EffectState {
  const { again, ...rest } = effect;
  const { n: fact } = transaction.record({ kind: 'failed', key: effect.key, input: pending.hash, action: pending.action, code, detail });
  transaction.emit('effect', { effect: { ...effectRow(effect, pending, 'bounced'), code, detail } });
  return { ...rest, bounced: { to: again?.to ?? '', reason: detail === '' ? code : detail, fact } };
}

/** What a return does beyond revoking: readings are taken again, but for those that stand, and effects that say so are undone. */
export function invalidateOutside(transaction: Transaction): void {
  const history = effectiveHistory(transaction.state.facts);
  const { effects } = transaction.context.policy;
  const kept = (key: string): boolean => effects[transaction.state.effects[key]?.name ?? '']?.keptOnReturn === true;
  const read = transaction.state.facts.flatMap((fact) => (fact.kind === 'read' && !kept(fact.key) ? [refOf(fact)] : []));
  transaction.void(read.filter((ref) => history.has(ref)));
  const undone = Object.entries(transaction.state.effects).map(([key, effect]): [string, EffectState] => {
    const begun = effect.done !== undefined || effect.flight !== undefined || effect.uncertain.length > 0;
    const undo = begun && !effect.reading && effects[effect.name]?.undoOnReturn === true;
    return [key, undo ? { ...effect, unwanted: true } : effect];
  });
  transaction.state.effects = Object.fromEntries(undone);
}

export function completeAttempt(
  transaction: Transaction,
  effect: EffectState,
  attempt: NonNullable<EffectState['flight']>,
  end: EffectOutcome | { readonly ok: 'unknown' },
): EffectState {
  if (end.ok === true) return succeed(transaction, effect, attempt, end.result);
  if (end.ok === false && attempt.action === 'again' && end.unknown !== true) return resendFailed(transaction, effect, attempt, end);
  if (end.ok === false) {
    const failed = fail(transaction, end.unknown === true ? keepUncertain(effect, attempt) : effect, attempt, end.code, end.detail);
    return end.unknown === true && failed.failed !== undefined ? { ...failed, failed: { ...failed.failed, unknown: true } } : failed;
  }
  transaction.emit('effect', {
    effect: { key: effect.key, effect: effect.name, input: attempt.hash, action: attempt.action, state: 'dropped' },
  });
  return keepUncertain(effect, attempt);
}

/** Keeps an attempt of unknown outcome, so that the next one asks for it first. */
export function keepUncertain(effect: EffectState, flight: NonNullable<EffectState['flight']>): EffectState {
  if (effect.reading || effect.uncertain.some((attempt) => attempt.idempotencyKey === flight.idempotencyKey)) return effect;
  return {
    ...effect,
    uncertain: [...effect.uncertain, { idempotencyKey: flight.idempotencyKey, action: flight.action, input: flight.input }],
  };
}
