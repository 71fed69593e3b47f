import type { Json, JsonObject } from './json.js';

/** Who did it: a person's id, or `engine` for what the engine itself records. `actingFor` names the person stood in for. */
export interface Actor {
  readonly by: string;
  readonly actingFor?: string;
}

/**
 * Names one recorded answer: the number of its fact, or `number:part` for one line of an `each`.
 * Strikes, voids, chains and choices speak of answers by these.
 */
export type Ref = string;

/** One line's answer inside the fact of an `each`. */
export interface PartAnswer {
  readonly shown: string;
  readonly data: JsonObject;
}

export type FactBody =
  | {
      readonly kind: 'answered';
      readonly key: string;
      readonly task: string;
      readonly shown: string;
      readonly after: readonly Ref[];
      readonly data: JsonObject;
      readonly parts?: Readonly<Record<string, PartAnswer>>;
    }
  | { readonly kind: 'lapsed'; readonly key: string; readonly task: string; readonly shown: string; readonly after: readonly Ref[] }
  | { readonly kind: 'struck'; readonly refs: readonly Ref[]; readonly reason: string }
  | { readonly kind: 'voided'; readonly refs: readonly Ref[] }
  | { readonly kind: 'amended'; readonly patch: JsonObject; readonly reason?: string }
  | { readonly kind: 'chosen'; readonly key: string; readonly branch: string; readonly on: readonly Ref[] }
  | { readonly kind: 'done'; readonly key: string; readonly input: string; readonly result: Json }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly input: string;
      readonly action: EffectAction;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly kind: 'retried'; readonly key: string }
  | { readonly kind: 'undone'; readonly key: string; readonly input: string }
  | { readonly kind: 'read'; readonly key: string; readonly input: string; readonly value: Json; readonly freshUntil?: number }
  | { readonly kind: 'reported'; readonly event: string; readonly report: string; readonly data: JsonObject }
  | { readonly kind: 'bound'; readonly key: string; readonly fact: number; readonly after: readonly Ref[] }
  | { readonly kind: 'told'; readonly key: string; readonly notice: string; readonly to: string; readonly shown: string }
  /** `of`: a task's id or a clock's key. `due`: the due time that the rung was reckoned from. */
  | { readonly kind: 'rung'; readonly of: string; readonly rung: string; readonly due?: number }
  /** Clocks stop: those of a task (its id), or of the whole case (`case`). */
  | { readonly kind: 'held'; readonly of: string; readonly cause: string; readonly until?: number }
  | { readonly kind: 'resumed'; readonly of: string }
  | { readonly kind: 'calendar'; readonly calendar: string; readonly hash: string }
  | { readonly kind: 'cancelled'; readonly reason: string };

/** What is done to the outside world for an effect's key. */
export type EffectAction = 'do' | 'revise' | 'undo';

/** A recorded fact: never changed, never removed. `n` counts from 1 within the case, `at` is epoch milliseconds. */
export type Fact = FactBody & Actor & { readonly n: number; readonly at: number };
