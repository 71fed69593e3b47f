import type { Json, JsonObject } from '../json.js';
import type { Pause } from '../time/pause.js';
import type { Actor, EffectAction, SkipProposal, Where } from './facts.js';

/** `waiting`: for another seat to be filled first. `left`: nobody needs its answer any more. Only open seats are in inboxes. */
export type SeatState = 'open' | 'waiting' | 'done' | 'removed' | 'left';

/** A seat of a task: one person's answer that is asked for. What is absent does not apply; times are epoch milliseconds. */
export interface Seat {
  readonly id: string;
  readonly candidates: readonly Candidate[];
  /** Ids of people who may not fill it, because of what they did before (segregation of duties). */
  readonly excluded?: readonly string[];
  /** Absent: open. */
  readonly state?: Exclude<SeatState, 'open'>;
  /** Who filled or removed it, when, and how. */
  readonly by?: string;
  readonly actingFor?: string;
  readonly at?: number;
  readonly verb?: string;
  readonly outcome?: string;
  /** It was added to another seat, by whom and where. */
  readonly added?: { readonly by: string; readonly of: string; readonly where: Where };
  /** Whoever held the seat `of` wants this person's answer first, and then answers too. */
  readonly delegated?: { readonly by: string; readonly of: string };
  /** Who gave it on to whom, oldest first. */
  readonly transferred?: readonly { readonly by: string; readonly to: string; readonly at: number }[];
  /** Somebody proposed to skip it; a second person must agree. */
  readonly skip?: SkipProposal;
}

/** What keeps a clock from counting since `from`. `of`: `task`, a hold of the task; `case`, a hold of its case; `step:<key>`, an open step that says so. */
export interface Rest {
  readonly of: string;
  readonly from: number;
  readonly cause: string;
  /** When it ends by itself. */
  readonly until?: number;
}

/** A step of an escalation policy as planned around a due time, or as fired. */
export interface EscalationRow {
  readonly rung: string;
  readonly kind: 'remind' | 'escalate';
  /** Roles that it tells; a reminder without goes to those who are asked. */
  readonly to?: readonly string[];
  readonly at: number;
  /** The due time it was computed from. */
  readonly due: number;
  readonly struckAt?: number;
}

/** What tasks and deadlines have in common: when they stood still, and what happens around their due time. */
export interface Timed {
  /** When it rested before: that time does not count. */
  readonly pauses?: readonly Pause[];
  /** What it rests for now. */
  readonly rests?: readonly Rest[];
  readonly ladder?: readonly EscalationRow[];
}

export type TaskState = 'open' | 'suspended' | 'completed' | 'withdrawn' | 'lapsed';

/** A task as SQL shows it. Every row that changes a task carries the whole of it, so applying rows in order is an upsert. Times are epoch milliseconds. */
export interface TaskRow extends Timed {
  readonly id: string;
  readonly key: string;
  readonly step: string;
  readonly rev: number;
  readonly state: TaskState;
  readonly seats: readonly Seat[];
  readonly shown: string;
  readonly openedAt: number;
  /** Since when its time counts, where that is not when it opened. */
  readonly countsFrom?: number;
  /** The daily batch it goes with, `YYYY-MM-DD` at the site, where its step is gathered by batches. */
  readonly batch?: string;
  readonly dueAt?: number;
  /** Since when it rests, because an earlier step was opened again. */
  readonly suspendedAt?: number;
  readonly overdue: boolean;
  /** Roles that joined its seats because nobody had answered. */
  readonly escalated?: readonly string[];
  /** Ids of the lines of an `each` that still wait for an answer. */
  readonly lines?: readonly string[];
  /** Content hash of the answer that a reopened task starts from. */
  readonly prefill?: string;
  readonly closedAt?: number;
  readonly closedBy?: string;
  /** The person stood in for by who closed it. */
  readonly closedFor?: string;
  readonly outcome?: string;
}

export interface EffectRow {
  readonly key: string;
  readonly effect: string;
  readonly input: string;
  readonly state: 'flying' | 'done' | 'failed' | 'undone' | 'dropped' | 'bounced';
  readonly action: EffectAction;
  readonly code?: string;
  readonly detail?: string;
}

export interface ClockRow extends Timed {
  readonly key: string;
  readonly clock: string;
  readonly from: number;
  /** While it rests without an end: when it was due before. */
  readonly dueAt: number;
  readonly state: 'running' | 'met' | 'overdue' | 'ended';
  /** Of one that is met: after its time. */
  readonly late?: true;
}

export interface NoticeRow {
  readonly key: string;
  readonly notice: string;
  readonly to: string;
  readonly shown: string;
  readonly correction: boolean;
}

export type CaseStatus = 'open' | 'closing' | 'closed' | 'faulted';

/** Where the case stands after a turn; carried by the turn's last row. */
export interface TurnHead {
  readonly digest: string;
  readonly status: CaseStatus;
  readonly edition: string;
  /** Effects and readings under way: the next tasks may follow without a command. */
  readonly flying: number;
  readonly unboundReports: number;
  readonly outcome?: Json;
}

export type RowType =
  | 'begun'
  | 'opened'
  | 'reopened'
  | 'revised'
  | 'suspended'
  | 'resumed'
  | 'completed'
  | 'answered-part'
  | 'voted'
  | 'seated'
  | 'taken-back'
  | 'passed'
  | 'withdrawn'
  | 'lapsed'
  | 'overdue'
  | 'returned'
  | 'amended'
  | 'cancelled'
  | 'voided'
  | 'chosen'
  | 'effect'
  | 'read'
  | 'told'
  | 'clock'
  | 'reported'
  | 'bound'
  | 'bounced'
  | 'faulted'
  | 'moving'
  | 'calendar'
  | 'rebased'
  | 'renamed'
  | 'undated'
  | 'rung'
  | 'held'
  | 'hold-ended'
  | 'moved'
  | 'closed'
  | 'case-reopened';

/**
 * One line of a case's ledger. `seq` counts from 1 without gaps; `turn` groups rows; the last row of a turn has `head`.
 * `contents` carries values by content hash, each hash once in the life of a case (the subject's own hash never: the start command holds it).
 */
export interface Row extends Partial<Actor> {
  readonly seq: number;
  readonly turn: number;
  readonly at: number;
  readonly type: RowType;
  readonly task?: TaskRow;
  readonly effect?: EffectRow;
  readonly clock?: ClockRow;
  readonly notice?: NoticeRow;
  readonly body?: JsonObject;
  readonly contents?: Readonly<Record<string, Json>>;
  readonly head?: TurnHead;
  /** The command that took this turn, on the turn's last row: SQL ends the command with it, whoever brings the row. */
  readonly command?: string;
}

/** What a message to a case returns. `rows` are those that SQL has not acknowledged; `more`: further rows must be read with `view`. */
export interface Turn {
  readonly turn: number;
  readonly digest: string;
  readonly seq: number;
  readonly status: CaseStatus;
  readonly flying: number;
  readonly rows: readonly Row[];
  readonly more?: true;
}

/** Who may fill a seat: holders of a role (at a site), members of a team, or one person. */
export type Candidate = { readonly role: string; readonly site?: string } | { readonly team: string } | { readonly person: string };
