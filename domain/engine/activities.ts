import { type Json } from '../json.js';
import { type EffectAction } from './facts.js';
import type { Row } from './ledger.js';

/** What workflows may call. Names and inputs are permanent: editions years old call them. */
export interface CaseActivities {
  /** Changes the outside world, once per idempotency key however often it is called. */
  effect(request: EffectRequest): Promise<EffectOutcome>;
  /** Reads the outside world. */
  reading(request: ReadingRequest): Promise<EffectOutcome>;
  /** Brings rows into SQL that no caller takes there. Returns the seq up to which SQL has them all. */
  record(caseId: string, rows: readonly Row[]): Promise<number>;
}

/** What an effect's activity gets. `key` + `input` name what is wanted; `idempotencyKey` names this one attempt at it and stays the same over retries, restarts and moves. */
export interface EffectRequest {
  readonly caseId: string;
  readonly key: string;
  readonly effect: string;
  readonly action: EffectAction;
  readonly input: Json;
  readonly idempotencyKey: string;
  /** What cannot be taken back: an `undo` only asks whether it was done, and then it is a person's. */
  readonly irreversible?: true;
  /** Addresses that mail came back from, each with the one to send to instead. */
  readonly readdressed?: Readonly<Record<string, string>>;
  /** What stands in the outside world, for `revise`, `undo` and `again`. */
  readonly done?: { readonly input: Json; readonly result: Json };
  /** Earlier attempts whose outcome nobody knows: to be asked for by their key before anything is done. */
  readonly uncertain: readonly {
    readonly idempotencyKey: string;
    readonly action: EffectAction;
    readonly input: Json;
    /** A person has said since that this attempt was not carried out, which counts where the system itself cannot tell. */
    readonly confirmedUndone?: true;
  }[];
}

/** How an effect ended: its result, or a permanent failure as data. Passing failures are thrown and retried. */
export type EffectOutcome =
  | { readonly ok: true; readonly result: Json }
  | {
      readonly ok: false;
      readonly code: string;
      readonly detail: string;
      /** It may have been carried out, and only a person can find out. */
      readonly unknown?: true;
    };

export interface ReadingRequest {
  readonly caseId: string;
  readonly key: string;
  readonly reading: string;
  readonly input: Json;
  /** The case's own time when it asks, epoch milliseconds; editions before this one do not say it. */
  readonly at?: number;
}
