import type { Json } from '../json.js';
import type { Ref } from './facts.js';
import type { Seat } from './ledger.js';
import type { Ballot } from './voting.js';

/** A task that is asked for. `after`: the answers of the same loop it stands on. */
export interface TaskRequest {
  readonly key: string;
  readonly step: string;
  readonly shows: Json;
  readonly shown: string;
  readonly after: readonly Ref[];
  /** Lines of an `each` still open: id → hash of what is shown of the line. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Since when its time counts, epoch milliseconds; since it opens when absent. */
  readonly from?: number;
  /** Of a step of several seats: its seats and votes. */
  readonly ballot?: Ballot;
  /** Of a step of one seat: that seat, where people have changed it. */
  readonly seats?: readonly Seat[];
  /** People who may not answer, because of what they answered before. */
  readonly excluded?: readonly string[];
  /** The key that was passed before it. */
  readonly previous?: string;
}
export interface CallRequest {
  readonly key: string;
  readonly name: string;
  readonly input: Json;
  readonly hash: string;
  readonly reading: boolean;
  readonly freshForMs?: number;
}
export interface NoticeRequest {
  readonly key: string;
  readonly notice: string;
  readonly to: string;
  readonly shows: Json;
  readonly shown: string;
}
export interface SkippedStage {
  readonly step: string;
  readonly on: Ref;
  readonly by: string;
}
/** A scope none of whose tasks is of use any more, but for those of the branch `kept`. */
export interface LeftScope {
  readonly prefix: string;
  readonly kept?: string;
}

/** What a pass has registered so far. */
export const noRequests = () => ({
  tasks: new Map<string, TaskRequest>(),
  calls: new Map<string, CallRequest>(),
  /** Effects and readings whose recorded result was used, by key: hash of the input. */
  used: new Map<string, string>(),
  waits: new Map<string, { readonly event: string; readonly after: readonly Ref[] }>(),
  notices: new Map<string, NoticeRequest>(),
  clocks: new Map<string, { readonly clock: string; readonly from: number; readonly until: string }>(),
  /** Answers, bindings and choices that were used, by key. */
  consumed: new Map<string, Ref[]>(),
  /** Steps of several seats that are decided. */
  decided: new Map<string, Ballot>(),
  /** Stages of reviews passed over because the approver before is theirs too, with that approval. */
  passed: new Map<string, SkippedStage>(),
  /** All keys named on the way, each with those that had to be passed before it could be. */
  keys: new Map<string, readonly string[]>(),
  left: [] as LeftScope[],
});
export type Requests = ReturnType<typeof noRequests>;
export const copyRequests = (from: Requests): Requests => ({
  tasks: new Map(from.tasks),
  calls: new Map(from.calls),
  used: new Map(from.used),
  waits: new Map(from.waits),
  notices: new Map(from.notices),
  clocks: new Map(from.clocks),
  consumed: new Map(from.consumed),
  decided: new Map(from.decided),
  passed: new Map(from.passed),
  keys: new Map(from.keys),
  left: [...from.left],
});
