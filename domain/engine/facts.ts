import type { Json, JsonObject } from '../json.js';

/** Who did it: a person's id, or `engine` for what the engine itself records. `actingFor` names the person stood in for. */
export interface Actor {
  readonly by: string;
  readonly actingFor?: string;
}

/**
 * Names one recorded answer: the number of its fact, or `number:part` for one line of an `each`.
 * Revocations, voids, chains and choices speak of answers by these.
 */
export type Ref = string;

/** One line's answer inside the fact of an `each`. */
export interface PartAnswer {
  readonly shown: string;
  readonly data: JsonObject;
}

/** Where an added signer stands to the seat they were added to. */
export type Where = 'before' | 'after' | 'beside';

/** Somebody proposed that a seat be passed over; a second person must say so too. */
export interface SkipProposal extends Actor {
  readonly at: number;
  readonly reason: string;
}

/**
 * What people change about the seats of a task. It belongs to the task's key, so that it outlives a reopening. `seat` names the seat that
 * comes or changes, `of` the seat that a new one is added to; `to` is a person's id.
 */
export type SeatChange =
  | {
      readonly change: 'added';
      readonly seat: string;
      readonly of: string;
      readonly where: Where;
      readonly to: string;
      readonly reason?: string;
    }
  | { readonly change: 'delegated'; readonly seat: string; readonly of: string; readonly to: string; readonly reason?: string }
  | { readonly change: 'transferred'; readonly seat: string; readonly to: string; readonly reason?: string }
  | { readonly change: 'removed'; readonly seat: string; readonly reason: string }
  | { readonly change: 'skip-proposed'; readonly seat: string; readonly reason: string };

export type FactBody =
  | {
      readonly kind: 'answered';
      readonly key: string;
      readonly task: string;
      readonly shown: string;
      readonly after: readonly Ref[];
      readonly data: JsonObject;
      readonly parts?: Readonly<Record<string, PartAnswer>>;
      /** A vote: the answer of one seat of a step that has more than one. Then `shown` is the hash of what that seat covers. */
      readonly seat?: string;
      /** Why, where the answer is a "no". */
      readonly reason?: string;
      /** Who proposed to skip the seat; `by` confirmed it. */
      readonly skipped?: SkipProposal;
      /** Roles of the actor by which they could fill a next seat too, for reviews that skip the same approver. */
      readonly roles?: readonly string[];
    }
  | { readonly kind: 'seated'; readonly key: string; readonly task: string; readonly change: SeatChange }
  /** The approver before could fill the only seat of this stage of a review as well, and the policy asks nobody twice. */
  | { readonly kind: 'passed'; readonly key: string; readonly on: Ref }
  | { readonly kind: 'lapsed'; readonly key: string; readonly task: string; readonly shown: string; readonly after: readonly Ref[] }
  /** `redo`: keys whose added, removed, transferred and delegated seats no longer count either. */
  | {
      readonly kind: 'struck';
      readonly refs: readonly Ref[];
      readonly reason: string;
      readonly redo?: readonly string[];
      /** Sent back to who started the case, from this task: nothing else is asked until they send it in again. */
      readonly starter?: string;
    }
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
  /** A mail came back. `input`: what the attempt was of; it need not be what stands now. `returnedAt`: epoch milliseconds. */
  | {
      readonly kind: 'bounced';
      readonly key: string;
      readonly input: string;
      readonly attempt: string;
      readonly to: string;
      readonly reason: string;
      readonly returnedAt?: number;
    }
  /** A mail that had come back was sent once more. What the procedure was told of the effect stays. */
  | { readonly kind: 'resent'; readonly key: string; readonly input: string; readonly result: Json }
  /** A person has seen to a mail that came back, without sending it again. */
  | { readonly kind: 'settled'; readonly key: string }
  | { readonly kind: 'undone'; readonly key: string; readonly input: string }
  | { readonly kind: 'read'; readonly key: string; readonly input: string; readonly value: Json; readonly freshUntil?: number }
  | { readonly kind: 'reported'; readonly event: string; readonly report: string; readonly data: JsonObject }
  | { readonly kind: 'bound'; readonly key: string; readonly fact: number; readonly after: readonly Ref[] }
  | { readonly kind: 'told'; readonly key: string; readonly notice: string; readonly to: string; readonly shown: string }
  /** `of`: a task's id or a clock's key. `due`: the due time that the escalation was computed from. */
  | { readonly kind: 'rung'; readonly of: string; readonly rung: string; readonly due?: number }
  /** Clocks stop: those of a task (its id), or of the whole case (`case`). */
  | { readonly kind: 'held'; readonly of: string; readonly cause: string; readonly until?: number }
  | { readonly kind: 'resumed'; readonly of: string }
  | { readonly kind: 'calendar'; readonly calendar: string; readonly hash: string }
  | { readonly kind: 'cancelled'; readonly reason: string }
  /** A closed case goes on: a cancellation before it no longer counts, nor do these answers; `redo` as of a return. */
  | { readonly kind: 'reopened'; readonly refs: readonly Ref[]; readonly reason: string; readonly redo?: readonly string[] };

/** What is done to the outside world for an effect's key. `again`: a mail that came back is sent once more. */
export type EffectAction = 'do' | 'revise' | 'undo' | 'again';

/** A recorded fact: never changed, never removed. `n` counts from 1 within the case, `at` is epoch milliseconds. */
export type Fact = FactBody & Actor & { readonly n: number; readonly at: number };
