import { type Json, type JsonObject, textOf } from '../json.js';
import type { EffectOutcome } from './activities.js';
import { type Bounced, type Command, grantOf } from './command.js';
import type { Rendering } from './execution.js';
import type { Actor, EffectAction } from './facts.js';
import { refOf, standing } from './history.js';
import type { EffectRow } from './ledger.js';
import type { Ask, Want } from './requests.js';
import { type EffectState, type Flight, type OpenTask, pathOf } from './state.js';
import { effectKeyOf, repairAsks } from './system-tasks.js';
import { Draft } from './transaction.js';

/** What an effect has yet to do, given what is wanted of it now. */
export interface Errand {
  readonly action: EffectAction;
  readonly hash: string;
  readonly input: Json;
  /** Of the attempt at it. */
  readonly idempotencyKey?: string;
}

/** Brings effects and readings in line with what is wanted: starts flights, cancels those of old inputs, undoes what is left over at the end. Returns the repair tasks. */
export function reconcileEffects(draft: Draft, rendering: Rendering | undefined): readonly Ask[] {
  const ended = draft.state.outcome !== undefined;
  const effects: Record<string, EffectState> = { ...draft.state.effects };
  const wants = ended ? new Map<string, Want>() : (rendering?.wants ?? new Map<string, Want>());
  for (const want of wants.values()) effects[want.key] ??= blank(want);
  for (const [key, before] of Object.entries(effects)) {
    const want = wants.get(key);
    const wanted = want !== undefined || (rendering === undefined ? !before.unwanted : rendering.used.has(key));
    const unwanted = !wanted && (before.unwanted || ended);
    const effect = unwanted === before.unwanted ? before : { ...before, unwanted };
    const errand = errandOf(effect, want, wanted);
    effects[key] = fly(draft, relevant(effect, errand), errand, want);
  }
  draft.state.effects = effects;
  return Object.values(effects).flatMap(repairAsks);
}

const blank = (want: Want): EffectState => ({
  key: want.key,
  name: want.name,
  reading: want.reading,
  attempts: 0,
  uncertain: [],
  unwanted: false,
});

function errandOf(effect: EffectState, want: Want | undefined, wanted: boolean): Errand | undefined {
  const { done, uncertain } = effect;
  if (want !== undefined) return { action: done === undefined || effect.reading ? 'do' : 'revise', hash: want.hash, input: want.input };
  if (effect.reading || (!wanted && !effect.unwanted)) return undefined;
  if (wanted && done !== undefined && effect.again !== undefined) return { action: 'again', hash: done.hash, input: done.input };
  if (wanted) return done === undefined || uncertain.length === 0 ? undefined : { action: 'revise', hash: done.hash, input: done.input };
  const left = done ?? (uncertain.length > 0 ? { hash: 'uncertain', input: null } : undefined);
  return left === undefined ? undefined : { action: 'undo', hash: left.hash, input: left.input };
}

/** A failure of another errand than today's is of no interest any more, nor is a mail that came back when another follows it. */
function relevant(effect: EffectState, errand: Errand | undefined): EffectState {
  const { failed, ...rest } = effect;
  const left = failed === undefined || (errand?.action === failed.action && errand.hash === failed.hash) ? effect : rest;
  if (errand === undefined || errand.action === 'again' || (left.bounced ?? left.again) === undefined) return left;
  const { bounced: _bounced, again: _again, ...followed } = left;
  return followed;
}

function fly(draft: Draft, effect: EffectState, errand: Errand | undefined, want: Want | undefined): EffectState {
  const { flight } = effect;
  if (flight !== undefined) {
    const wanted = errand?.hash === flight.hash && errand.action === flight.action;
    return wanted || flight.cancelled ? effect : { ...effect, flight: { ...flight, cancelled: true } };
  }
  if (errand === undefined || effect.failed !== undefined) return effect;
  const irreversible = errand.action === 'undo' && draft.setting.policy.effects[effect.name]?.irreversible === true;
  // What is not known to have been done is asked for first: there may be nothing to take back.
  if (irreversible && effect.done !== undefined) return fail(draft, effect, errand, 'IRREVERSIBLE', '');
  const idempotencyKey = `${pathOf(draft.state)}${effect.key}/${effect.attempts}/${errand.action}/${errand.hash}`;
  const started: Flight = { ...errand, idempotencyKey, cancelled: false, ...(irreversible ? { irreversible: true } : {}) };
  draft.emit('effect', { effect: row(effect, started, 'flying') });
  return {
    ...effect,
    ...(want?.freshForMs === undefined ? {} : { freshForMs: want.freshForMs }),
    attempts: effect.attempts + 1,
    flight: started,
  };
}

/** What an attempt's idempotency key says: the effect's key, what was done, and the hash of its input. */
export function attemptOf(
  draft: Draft,
  idempotencyKey: string,
): { readonly key: string; readonly action: EffectAction; readonly input: string } {
  const parts = idempotencyKey.slice(pathOf(draft.state).length).split('/');
  return { key: parts.slice(0, -3).join('/'), action: (parts.at(-2) ?? 'do') as EffectAction, input: parts.at(-1) ?? '' };
}

/** Records that an errand failed for good; a repair task follows. */
export function fail(draft: Draft, effect: EffectState, errand: Errand, code: string, detail: string): EffectState {
  const fact = draft.record({ kind: 'failed', key: effect.key, input: errand.hash, action: errand.action, code, detail });
  draft.emit('effect', { effect: { ...row(effect, errand, 'failed'), code, detail } });
  return { ...effect, failed: { action: errand.action, hash: errand.hash, input: errand.input, code, detail, fact: fact.n } };
}

/** Records that an errand has been done, by a system or by hand. */
export function succeed(draft: Draft, effect: EffectState, errand: Errand, result: Json): EffectState {
  const { failed: _failed, done, again: _again, ...rest } = effect;
  const { key } = effect;
  const attempt = errand.idempotencyKey === undefined ? {} : { attempt: errand.idempotencyKey };
  if (errand.action === 'again' && done !== undefined) {
    draft.record({ kind: 'resent', key, input: errand.hash, result });
    draft.emit('effect', { effect: row(effect, errand, 'done'), body: { result } });
    return { ...rest, done: { ...done, ...attempt, again: result }, uncertain: [] };
  }
  if (errand.action === 'undo') {
    draft.record({ kind: 'undone', key, input: errand.hash });
    draft.emit('effect', { effect: row(effect, errand, 'undone') });
    return { ...rest, uncertain: [], unwanted: false };
  }
  if (effect.reading) {
    const freshUntil = effect.freshForMs === undefined ? {} : { freshUntil: draft.now + effect.freshForMs };
    draft.record({ kind: 'read', key, input: errand.hash, value: result, ...freshUntil });
    draft.emit('read', { effect: row(effect, errand, 'done'), body: { value: result } });
    return { ...rest, uncertain: [] };
  }
  draft.record({ kind: 'done', key, input: errand.hash, result });
  draft.emit('effect', { effect: row(effect, errand, 'done'), body: { result } });
  return { ...rest, done: { hash: errand.hash, input: errand.input, result, ...attempt }, uncertain: [] };
}

export function row(effect: EffectState, { hash, action }: Pick<Errand, 'hash' | 'action'>, state: EffectRow['state']): EffectRow {
  return { key: effect.key, effect: effect.name, input: hash, action, state };
}

/**
 * A mail came back that its server had accepted. The mail of what stands now is a task for those who repair; the result that the procedure was
 * told stays, so nothing falls back. One that another mail has followed since is only written down. The same report twice is one.
 */
export function cameBack(draft: Draft, command: Command & Bounced): void {
  const { attempt, to, reason, at } = command;
  if (wasReported(draft.state, attempt)) return;
  const parsed = attemptOf(draft, attempt);
  const effect = Object.values(draft.state.effects).find((one) => one.done?.attempt === attempt) ?? draft.state.effects[parsed.key];
  const key = effect?.key ?? parsed.key;
  const { input, action } = parsed;
  const returned = at === undefined ? {} : { returnedAt: at };
  const { n: fact } = draft.record({ kind: 'bounced', key, input, attempt, to, reason, ...returned }, command);
  const body: JsonObject = { key, effect: effect?.name ?? key, input, attempt, address: to, reason, ...returned, ...grantOf(command) };
  const next = effect === undefined ? undefined : after(effect, attempt, { to, reason, fact });
  if (effect !== undefined && next !== undefined) draft.state.effects = { ...draft.state.effects, [key]: next };
  const stands = next !== undefined && next.flight === undefined && !next.unwanted;
  const state = next?.bounced === undefined ? 'failed' : 'bounced';
  const shown = stands ? { effect: { ...row(next, { hash: input, action }, state), code: 'MAIL_BOUNCED', detail: reason } } : {};
  draft.emit('bounced', { ...shown, body }, command);
}

/** Whether this attempt is known to have come back. */
export const wasReported = ({ facts }: Pick<Draft['state'], 'facts'>, attempt: string): boolean =>
  facts.some((fact) => fact.kind === 'bounced' && fact.attempt === attempt);

/** The effect after its mail came back; undefined where that changes nothing. Where it was unknown whether it was sent, that is known now. */
function after(effect: EffectState, attempt: string, bounced: NonNullable<EffectState['bounced']>): EffectState | undefined {
  if (effect.done?.attempt === attempt && effect.again === undefined) return { ...effect, bounced };
  const { failed, uncertain } = effect;
  if (failed?.unknown !== true || uncertain.at(-1)?.idempotencyKey !== attempt) return undefined;
  return { ...effect, failed: { ...failed, code: 'MAIL_BOUNCED', detail: bounced.reason, fact: bounced.fact } };
}

/** What a person decides about a mail that came back: it is sent once more, to another address if one is given, or it counts as seen to. */
export function seeToBounce(draft: Draft, task: OpenTask, data: JsonObject, actor: Actor): void {
  const key = effectKeyOf(task);
  const effect = draft.state.effects[key];
  if (effect?.bounced === undefined || effect.done === undefined) return;
  const { bounced, ...rest } = effect;
  if (data['outcome'] !== 'send-again') {
    draft.record({ kind: 'settled', key }, actor);
    draft.emit('effect', { effect: row(effect, { hash: effect.done.hash, action: 'do' }, 'done') }, actor);
    draft.state.effects = { ...draft.state.effects, [key]: rest };
    return;
  }
  draft.record({ kind: 'retried', key }, actor);
  const to = textOf(data['email'] ?? '').trim();
  const readdressed = to === '' ? {} : { readdressed: instead(effect.readdressed ?? {}, bounced.to, to) };
  draft.state.effects = { ...draft.state.effects, [key]: { ...rest, again: { to: to === '' ? bounced.to : to }, ...readdressed } };
}

/** Mail for `from`, and what went there in place of another address, goes to `to`. */
function instead(before: Readonly<Record<string, string>>, from: string, to: string): Readonly<Record<string, string>> {
  const moved = Object.entries(before).map(([old, now]) => [old, now === from ? to : now] as const);
  return Object.fromEntries([...moved, [from, to] as const].filter(([old, now]) => old !== now));
}

/** Sending it once more failed for good: the task about it opens again, and says why. */
export function notSentAgain(
  draft: Draft,
  effect: EffectState,
  errand: Errand,
  { code, detail }: Extract<EffectOutcome, { readonly ok: false }>,
): EffectState {
  const { again, ...rest } = effect;
  const { n: fact } = draft.record({ kind: 'failed', key: effect.key, input: errand.hash, action: errand.action, code, detail });
  draft.emit('effect', { effect: { ...row(effect, errand, 'bounced'), code, detail } });
  return { ...rest, bounced: { to: again?.to ?? '', reason: detail === '' ? code : detail, fact } };
}

/** What a return does beyond striking: readings are taken again, but for those that stand, and effects that say so are undone. */
export function unsettleOutside(draft: Draft): void {
  const live = standing(draft.state.facts);
  const { effects } = draft.setting.policy;
  const kept = (key: string): boolean => effects[draft.state.effects[key]?.name ?? '']?.keptOnReturn === true;
  const read = draft.state.facts.flatMap((fact) => (fact.kind === 'read' && !kept(fact.key) ? [refOf(fact)] : []));
  draft.void(read.filter((ref) => live.has(ref)));
  const undone = Object.entries(draft.state.effects).map(([key, effect]): [string, EffectState] => {
    const begun = effect.done !== undefined || effect.flight !== undefined || effect.uncertain.length > 0;
    const undo = begun && !effect.reading && effects[effect.name]?.undoOnReturn === true;
    return [key, undo ? { ...effect, unwanted: true } : effect];
  });
  draft.state.effects = Object.fromEntries(undone);
}

export function land(
  draft: Draft,
  effect: EffectState,
  flight: NonNullable<EffectState['flight']>,
  end: EffectOutcome | { readonly ok: 'unknown' },
): EffectState {
  if (end.ok === true) return succeed(draft, effect, flight, end.result);
  if (end.ok === false && flight.action === 'again' && end.unknown !== true) return notSentAgain(draft, effect, flight, end);
  if (end.ok === false) {
    const failed = fail(draft, end.unknown === true ? unsure(effect, flight) : effect, flight, end.code, end.detail);
    return end.unknown === true && failed.failed !== undefined ? { ...failed, failed: { ...failed.failed, unknown: true } } : failed;
  }
  draft.emit('effect', { effect: { key: effect.key, effect: effect.name, input: flight.hash, action: flight.action, state: 'dropped' } });
  return unsure(effect, flight);
}

/** Keeps an attempt of unknown outcome, so that the next one asks for it first. */
export function unsure(effect: EffectState, flight: NonNullable<EffectState['flight']>): EffectState {
  if (effect.reading || effect.uncertain.some((attempt) => attempt.idempotencyKey === flight.idempotencyKey)) return effect;
  return {
    ...effect,
    uncertain: [...effect.uncertain, { idempotencyKey: flight.idempotencyKey, action: flight.action, input: flight.input }],
  };
}
