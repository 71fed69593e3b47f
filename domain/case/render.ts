import type { ProcedurePolicy } from '../policy/policy.js';
import type { Names, Procedure, Steps } from './desk.js';
import type { Fact, Ref } from './facts.js';
import type { Json, JsonObject } from './json.js';
import { type Live, standing } from './live.js';
import { Pass } from './pass.js';
import type { Registers } from './registers.js';
import { starterAsk } from './repair.js';
import type { Sites } from './site.js';
import { starterKey } from './starter.js';

/** A procedure with what its edition pins for it. */
export interface Setting {
  /** Any procedure: its subject and steps are its own business, checked at the edge. */
  readonly procedure: Procedure<never, never>;
  readonly policy: ProcedurePolicy;
  readonly utcOffsetMinutes: number;
  /** The company's sites; missing: it has none, and a site in a subject says nothing about who may act. */
  readonly sites?: Sites;
}

/** What a procedure asks for over the facts so far. */
export interface Rendering extends Registers {
  readonly live: Live;
  /** Answers and choices this pass found superseded. */
  readonly voids: readonly Ref[];
  /** The branch that has just won a `first`. */
  readonly choose: { readonly key: string; readonly branch: string; readonly on: readonly Ref[] } | undefined;
  readonly outcome: { readonly value: Json } | undefined;
  /** Keys that would be asked for, but rest until the starter sends the case in again. */
  readonly resting: ReadonlySet<string>;
}

/**
 * Runs a procedure over recorded facts: what is open now, or the outcome. Pure; a case of 50 facts takes well under 100 µs.
 * `subject` has all amendments applied and is frozen; `begunAt` in epoch milliseconds. Throws ProcedureFault.
 */
export function render(setting: Setting, subject: JsonObject, begunAt: number, facts: readonly Fact[]): Rendering {
  const live = standing(facts);
  const pass = new Pass(subject, begunAt, live, setting.policy);
  const outcome =
    live.cancelled !== undefined
      ? { value: { cancelled: true, reason: live.cancelled } }
      : pass.run(setting.procedure as Procedure<JsonObject, Steps, Names>);
  const back = outcome === undefined ? live.sentBack : undefined;
  const asks = back === undefined ? pass.at.asks : new Map([[starterKey, starterAsk(back)]]);
  const resting = new Set(back === undefined ? [] : pass.at.asks.keys());
  return { ...pass.at, asks, resting, live, voids: pass.voids, choose: pass.choose, outcome };
}
