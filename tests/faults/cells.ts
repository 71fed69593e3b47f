import { type Step, steps } from './holds.js';

/** What is killed, with SIGKILL; `stalled`: the API is taken for dead, and wakes up when its commands have been sent again by others and the follow-up is done. */
export const targets = ['api', 'worker', 'temporal', 'postgres', 'all', 'stalled'] as const;
export type Target = (typeof targets)[number];

/**
 * When: while commands are held between two arrows of architecture §3; while an effect is under way, carried out or not, that the command
 * started (answer, begin), changes (amend) or calls off (a cancellation, in place of the return); or at a random moment of a command.
 */
export const moments = [...steps, 'effect', 'random'] as const;
export type Moment = Step | 'effect' | 'random';

/** What happens after the recovery and before the command is sent again. */
export const followUps = ['move', 'close', 'restart', 'move-close'] as const;
export type FollowUp = (typeof followUps)[number];

/** What was being done. */
export const verbs = ['answer', 'amend', 'return', 'begin'] as const;
export type Verb = (typeof verbs)[number];

export interface Cell {
  readonly target: Target;
  readonly moment: Moment;
  readonly followUp: FollowUp;
  readonly verb: Verb;
}

/** One kill: all moments and verbs at once, each on cases of its own. */
export interface RoundPlan {
  readonly n: number;
  readonly target: Target;
  readonly followUp: FollowUp;
  /** How many cases of each moment and verb it has. */
  readonly abreast: number;
}

/** Which rounds to do; `thin`: so few that each target and each follow-up still comes at least once. */
export interface Choice {
  readonly target?: string | undefined;
  readonly followUp?: string | undefined;
  readonly thin?: boolean;
  /** How many repetitions one kill makes of each moment and verb. */
  readonly abreast?: number;
}

/** What a thin choice leaves: the kills that lose most meet the follow-ups that leave a re-sent command least to stand on. */
const few = new Set([
  'api move-close',
  'worker move',
  'temporal close',
  'postgres restart',
  'all move',
  'api restart',
  'all move-close',
  'stalled move',
]);

/** Rounds in which each moment and verb of each target and follow-up is repeated as often as said, the targets in turn. */
export function roundsOf(
  repetitions: number,
  { target: one, followUp: then, thin = false, abreast = 1 }: Choice = {},
): readonly RoundPlan[] {
  const all = followUps.flatMap((followUp) => targets.map((target) => ({ target, followUp })));
  const chosen = all.filter(
    ({ target, followUp }) =>
      (one === undefined || target === one) && (then === undefined || followUp === then) && (!thin || few.has(`${target} ${followUp}`)),
  );
  return Array.from({ length: Math.ceil(repetitions / abreast) }, () => chosen)
    .flat()
    .map((plan, index) => ({ n: index + 1, abreast, ...plan }));
}

/** Numbers between 0 and 1 that a seed determines (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
