import type { Json, JsonObject } from '../json.js';
import type { WorkingCalendar } from '../time/calendar.js';
import type { Actor, Where } from './facts.js';

/** What SQL shows of a case when the command is sent: the workflow acknowledges rows up to `seq` and checks the digest of `turn`. */
export interface Seen {
  readonly turn: number;
  readonly digest: string;
  readonly seq: number;
}

/** Which rule let the actor act: decided at the edge, kept with the fact. */
export interface Grant {
  readonly rule: string;
  readonly directory: number;
  /** All roles of the actor in the company, where the policy lets a review skip the same approver. */
  readonly roles?: readonly string[];
  /** Through whom a stand-in has the right: ids of substitutions, from the one for the person away to the one for the actor. */
  readonly substitutions?: readonly string[];
}

interface OnTask {
  readonly task: string;
  readonly rev: number;
  /** Which seat; the only open one when absent. */
  readonly seat?: string;
}
/** Keep what is still valid, or ask everything after that step anew. */
export type Redo = 'keep' | 'all';

/** A person's command to a case. `task` is a full task id (`caseId/key#n`). */
export type CommandBody =
  | ({ readonly verb: 'complete'; readonly data: JsonObject } & OnTask)
  | ({ readonly verb: 'reject'; readonly reason: string; readonly data?: JsonObject } & OnTask)
  | ({ readonly verb: 'return'; readonly to: string; readonly reason: string; readonly redo?: Redo } & OnTask)
  /** Takes the actor's own answer back. */
  | ({ readonly verb: 'withdraw'; readonly reason?: string } & OnTask)
  /** `to`: a person's id. */
  | ({ readonly verb: 'delegate'; readonly to: string; readonly reason?: string } & OnTask)
  /** `from`: only as long as the seat still names this person. */
  | ({ readonly verb: 'transfer'; readonly to: string; readonly from?: string; readonly reason?: string } & OnTask)
  | ({ readonly verb: 'add-signer'; readonly to: string; readonly where: Where; readonly reason?: string } & OnTask)
  | ({ readonly verb: 'remove-signer'; readonly reason: string } & OnTask)
  /** The first person proposes, a second one confirms. */
  | ({ readonly verb: 'skip'; readonly reason: string } & OnTask)
  | { readonly verb: 'amend'; readonly patch: JsonObject; readonly from: number; readonly reason?: string }
  | { readonly verb: 'cancel'; readonly reason: string }
  /** Of a closed case. `to`: the step that is asked again; one that was cancelled needs none. */
  | { readonly verb: 'reopen'; readonly reason: string; readonly to?: string; readonly redo?: Redo }
  /** Clocks stop: the task's, or without a task the whole case's. `until`, epoch milliseconds: then they go on by themselves. */
  | ({ readonly verb: 'hold'; readonly cause: string; readonly until?: number; readonly reason?: string } & Partial<OnTask>)
  | ({ readonly verb: 'resume' } & Partial<OnTask>)
  | { readonly verb: 'move'; readonly to: string }
  /** Another edition of the site's calendar: clocks that still run are computed anew. */
  | { readonly verb: 'calendar'; readonly calendar: WorkingCalendar }
  | Bounced;

/**
 * A mail came back that its server had accepted. `attempt`: the idempotency key it was sent under; `to`: the address it had gone to; `at`: when
 * it came back, epoch milliseconds.
 */
export interface Bounced {
  readonly verb: 'bounced';
  readonly attempt: string;
  readonly to: string;
  readonly reason: string;
  readonly at?: number;
}

export type Command = CommandBody & Actor & { readonly grant?: Grant; readonly seen?: Seen };

/** The rule that let somebody act, as rows keep it. */
export const grantOf = (command: Command): { readonly grant?: JsonObject } =>
  command.grant === undefined ? {} : { grant: { ...command.grant } };

/** What makes two commands the same: everything but what SQL had seen. */
export function bodyOf({ seen: _seen, ...body }: Command): Json {
  return body as unknown as Json;
}

/** How a case begins; the input of its workflow. `caseId` is `company:procedure:number`. */
export interface CaseStart extends Actor {
  readonly caseId: string;
  readonly company: string;
  readonly procedure: string;
  readonly number: string;
  readonly edition: string;
  readonly subject: JsonObject;
  /** By which right, where it is somebody else's. */
  readonly grant?: Grant;
  /** When the site works, as known at the start. */
  readonly calendar?: WorkingCalendar;
}

/** A report from outside, for a `wait`. */
export interface Report {
  readonly kind: 'event';
  readonly event: string;
  readonly report: string;
  readonly data: JsonObject;
}
