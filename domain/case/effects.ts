import type { Draft } from './draft.js';
import type { EffectAction } from './facts.js';
import type { Json } from './json.js';
import type { Ask, Want } from './registers.js';
import type { Rendering } from './render.js';
import { repairAsks } from './repair.js';
import type { EffectRow } from './rows.js';
import { type EffectState, type Flight, pathOf } from './state.js';

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
