import { type Bounced, type Command, type EffectOutcome, grantOf } from './command.js';
import type { Draft } from './draft.js';
import { attemptOf, type Errand, row } from './effects.js';
import type { Actor } from './facts.js';
import { type JsonObject, textOf } from './json.js';
import { effectKeyOf } from './repair.js';
import type { EffectState, OpenTask } from './state.js';

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
