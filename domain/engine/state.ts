import type { Json, JsonObject } from '../json.js';
import type { WorkingCalendar } from '../time/calendar.js';
import type { CaseStart } from './command.js';
import type { EffectAction, Fact } from './facts.js';
import type { CaseStatus, ClockRow, Row, TaskRow, Timed } from './ledger.js';

/** A task that is open or suspended. */
export interface OpenTask extends TaskRow {
  readonly after: readonly string[];
  /** Open lines of an `each`: id → hash of what is shown of the line. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Of a step of several seats: by seat, the hash of what it covers, where that is less than all that is shown. */
  readonly covered?: Readonly<Record<string, string>>;
}

/** One attempt to change (or read) the outside. It runs until its activity ends; `cancelled` ones are being stopped. */
export interface Attempt {
  readonly action: EffectAction;
  readonly hash: string;
  readonly input: Json;
  readonly idempotencyKey: string;
  readonly cancelled: boolean;
  /** An undo that only asks whether there is something that cannot be taken back. */
  readonly irreversible?: true;
}

/** An attempt whose outcome nobody knows. */
export interface Uncertain {
  readonly idempotencyKey: string;
  readonly action: EffectAction;
  readonly input: Json;
  /** A person has said since that it was not carried out. */
  readonly confirmedUndone?: true;
}

export interface EffectState {
  readonly key: string;
  readonly name: string;
  readonly reading: boolean;
  readonly freshForMs?: number;
  readonly flight?: Attempt;
  readonly done?: {
    readonly hash: string;
    readonly input: Json;
    /** What the procedure was told. */
    readonly result: Json;
    /** The idempotency key of the attempt that did it last. */
    readonly attempt?: string;
    /** What came of sending it once more. */
    readonly again?: Json;
  };
  /** How many attempts were begun: part of the idempotency key, so that no two are taken for one, as in A → B → A. */
  readonly attempts: number;
  readonly failed?: {
    readonly action: EffectAction;
    readonly hash: string;
    readonly input: Json;
    readonly code: string;
    readonly detail: string;
    readonly fact: number;
    /** The answer of a person says whether it was carried out: `retry` means that it was not. */
    readonly unknown?: true;
  };
  /** The mail of what was done came back: a person sees to it. */
  readonly bounced?: { readonly to: string; readonly reason: string; readonly fact: number };
  /** It is to be sent once more, to this address. */
  readonly again?: { readonly to: string };
  /** Addresses that mail came back from, each with the one to send to instead. */
  readonly readdressed?: Readonly<Record<string, string>>;
  /** Attempts whose outcome nobody knows, to be asked for before the next. */
  readonly uncertain: readonly Uncertain[];
  /** To be undone because of a return, or because the case ended without it. */
  readonly unwanted: boolean;
}

/** Who closed a task, kept for the loser of a race. */
export interface Closing {
  readonly task: string;
  readonly by: string;
  readonly at: number;
  readonly verb: string;
  readonly actingFor?: string;
  readonly outcome?: string;
}

/** A hold of the whole case. */
export interface Hold {
  readonly from: number;
  readonly cause: string;
  readonly until?: number;
}

/** What the end of a case took off it, as it stood: should the case be reopened, it comes back. */
export interface Ended {
  readonly at: number;
  readonly tasks: Readonly<Record<string, OpenTask>>;
  readonly clocks: Readonly<Record<string, ClockRow>>;
}

/** A whole case, as JSON: what a continue-as-new or a move carries. */
export interface CaseState {
  readonly format: 1;
  readonly start: Omit<CaseStart, 'subject' | 'calendar'>;
  readonly begunAt: number;
  readonly edition: string;
  readonly status: CaseStatus;
  /** The subject with all amendments. */
  readonly subject: JsonObject;
  /** Turn of the last amendment. */
  readonly amendedTurn: number;
  /** When the site works; none: only the wall clock counts. */
  readonly calendar?: WorkingCalendar;
  /** Years that the calendar lacks and that were needed. */
  readonly undated: readonly number[];
  readonly facts: readonly Fact[];
  readonly factCount: number;
  readonly tasks: Readonly<Record<string, OpenTask>>;
  /** How often each key was opened. */
  readonly opened: Readonly<Record<string, number>>;
  readonly effects: Readonly<Record<string, EffectState>>;
  readonly waits: Readonly<Record<string, { readonly event: string; readonly since: number }>>;
  readonly clocks: Readonly<Record<string, ClockRow>>;
  /** The case as a whole is held: its clocks stand still. */
  readonly held?: Hold;
  readonly outcome?: { readonly value: Json };
  readonly ended?: Ended;
  /** Facts that a fault in the procedure kept from being rendered. */
  readonly parked: readonly Fact[];
  readonly turn: number;
  readonly seq: number;
  readonly digests: Readonly<Record<string, string>>;
  readonly closings: readonly Closing[];
  /** Content hashes that have been sent to SQL. */
  readonly sent: Readonly<Record<string, true>>;
  /** Rows that SQL has not acknowledged. */
  readonly unacknowledged: readonly Row[];
  readonly moving?: string;
  /** The edition that a closed case was in when it was brought into this one, until it is reopened here. */
  readonly movedFrom?: string;
}

/** A task's row, without what only the engine needs. */
export function taskRow(task: OpenTask): TaskRow {
  const { after: _after, parts: _parts, covered: _covered, ...row } = task;
  return row;
}

/** How many recent digests and closings a case keeps. */
export const kept = { digests: 50, closings: 200, commands: 200 } as const;

export const pathOf = (state: CaseState): string => `${state.start.caseId}/`;
export const isUnderWay = (effect: EffectState): boolean => effect.flight !== undefined;
export const attemptCount = (state: CaseState): number => Object.values(state.effects).filter(isUnderWay).length;

/** When the case's clock must next be looked at, epoch milliseconds; undefined: never. */
export function nextWake(state: CaseState): number | undefined {
  if (state.status === 'faulted' || state.status === 'closed') return undefined;
  const tasks = Object.values(state.tasks);
  const clocks = Object.values(state.clocks);
  const times = [
    ...tasks.flatMap((task) => (task.state === 'open' ? alarmsOf(task, task.overdue ? undefined : task.dueAt) : [])),
    ...clocks.flatMap((clock) => (clock.state === 'running' || clock.state === 'overdue' ? alarmsOf(clock, clockDue(clock)) : [])),
    ...[state.held, ...tasks.flatMap(({ rests = [] }) => rests)].flatMap((rest) => rest?.until ?? []),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The due time, if it is still to come, and the escalations that have not fired. */
function alarmsOf({ ladder = [] }: Timed, due: number | undefined): readonly number[] {
  const escalations = ladder.flatMap(({ at, struckAt }) => (struckAt === undefined ? [at] : []));
  return due === undefined ? escalations : [due, ...escalations];
}

/** When a deadline will be missed; undefined: it has been, or it rests without an end. */
export function clockDue({ state, dueAt, rests = [] }: ClockRow): number | undefined {
  return state !== 'running' || rests.some(({ until }) => until === undefined) ? undefined : dueAt;
}
