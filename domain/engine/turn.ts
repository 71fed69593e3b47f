import { freeze, hashOf } from '../canonical-json.js';
import type { JsonObject } from '../json.js';
import { applyPatch } from '../patch.js';
import type { WorkingCalendar } from '../time/calendar.js';
import type { EffectOutcome } from './activities.js';
import type { CaseStart, Report } from './command.js';
import { rebaseTasks } from './due.js';
import { completeAttempt, reconcileEffects } from './effects.js';
import type { Rendering } from './execution.js';
import type { Actor } from './facts.js';
import { refOf } from './history.js';
import { endHolds, keepRests } from './holds.js';
import type { Row } from './ledger.js';
import { type ProcedureContext, ProcedureFault } from './procedure.js';
import type { CaseState } from './state.js';
import { reconcileTasks } from './tasks.js';
import { fireTimers, keepClocks } from './timers.js';
import { Transaction } from './transaction.js';

/** A case after a turn, with the rows the turn wrote. */
export interface TurnResult {
  readonly state: CaseState;
  readonly rows: readonly Row[];
}

/** Begins a case: its first turn. Never throws for the procedure's sake; a fault parks it. */
export function begin(context: ProcedureContext, start: CaseStart, now: number): TurnResult {
  const { subject, calendar, ...rest } = start;
  const state: CaseState = {
    format: 1,
    start: rest,
    begunAt: now,
    edition: start.edition,
    status: 'open',
    subject: freeze(subject),
    ...(calendar === undefined ? {} : { calendar: freeze(calendar) }),
    undated: [],
    amendedTurn: 0,
    facts: [],
    factCount: 0,
    tasks: {},
    opened: {},
    effects: {},
    waits: {},
    clocks: {},
    parked: [],
    turn: 0,
    seq: 0,
    digests: {},
    closings: [],
    sent: { [hashOf(subject)]: true },
    unacknowledged: [],
  };
  return turn(context, state, now, (transaction) => {
    transaction.emit(
      'begun',
      {
        body: {
          company: start.company,
          procedure: start.procedure,
          number: start.number,
          subject: hashOf(subject),
          ...(start.grant === undefined ? {} : { grant: { ...start.grant } }),
          ...(calendar === undefined ? {} : { calendar: calendarHash(calendar) }),
        },
      },
      start,
    );
  });
}

/** Takes a turn that no person waits for: a fault in the procedure parks its facts and leaves the case `faulted`. */
export function turn(context: ProcedureContext, state: CaseState, now: number, change: (transaction: Transaction) => void): TurnResult {
  try {
    return tryTurn(context, state, now, change);
  } catch (thrown) {
    if (!(thrown instanceof ProcedureFault)) throw thrown;
    return park(context, state, now, change, thrown);
  }
}

/** Takes a turn, or throws (ProcedureFault, Refusal) and leaves the case as it was. */
export function tryTurn(context: ProcedureContext, state: CaseState, now: number, change: (transaction: Transaction) => void): TurnResult {
  const transaction = new Transaction(context, state, now);
  expire(transaction);
  endHolds(transaction);
  change(transaction);
  if (transaction.state.status === 'faulted') {
    transaction.state.parked = [...state.parked, ...transaction.state.facts.slice(state.facts.length)];
    transaction.state.facts = state.facts;
    return transaction.finish() ?? { state, rows: [] };
  }
  reconcile(transaction);
  return transaction.finish() ?? { state, rows: [] };
}

/** Keeps the facts of a turn that the procedure could not take; only `view` and `move` are left. */
function park(
  context: ProcedureContext,
  state: CaseState,
  now: number,
  change: (transaction: Transaction) => void,
  fault: ProcedureFault,
): TurnResult {
  const transaction = new Transaction(context, state, now);
  change(transaction);
  transaction.state.parked = [...state.parked, ...transaction.state.facts.slice(state.facts.length)];
  transaction.state.facts = state.facts;
  transaction.state.status = 'faulted';
  transaction.emit('faulted', { body: { code: fault.code, detail: fault.message } });
  return transaction.finish() ?? { state, rows: [] };
}

/** Renders, and brings tasks, effects, waits, notices, clocks and status in line. */
export function reconcile(transaction: Transaction): void {
  const rendering = transaction.state.outcome === undefined ? transaction.evaluate() : undefined;
  if (rendering?.outcome !== undefined) {
    transaction.state.outcome = rendering.outcome;
    transaction.state.ended = { at: transaction.now, tasks: {}, clocks: transaction.state.clocks };
  }
  const ended = transaction.state.outcome !== undefined;
  if (rendering !== undefined) {
    notify(transaction, rendering);
    noteSkippedStages(transaction, rendering);
    keepWaits(transaction, rendering);
    keepClocks(transaction, rendering, ended);
  }
  const repairs = reconcileEffects(transaction, rendering);
  const requests = new Map([...(ended ? [] : (rendering?.tasks ?? [])), ...repairs.map((request) => [request.key, request] as const)]);
  reconcileTasks(transaction, requests, rendering);
  keepRests(transaction);
  if (!ended) return;
  const quiet = repairs.length === 0 && Object.values(transaction.state.effects).every((effect) => effect.flight === undefined);
  if (quiet && transaction.state.status !== 'closed')
    transaction.emit('closed', { body: { outcome: transaction.state.outcome?.value ?? null } });
  transaction.state.status = quiet ? 'closed' : 'closing';
}

/** Another edition of the site's calendar: open tasks are computed anew; clocks follow when they are next looked at, in this turn. */
export function takeCalendar(transaction: Transaction, calendar: WorkingCalendar, actor: Actor): void {
  const hash = calendarHash(calendar);
  transaction.record({ kind: 'calendar', calendar: calendar.calendar, hash }, actor);
  transaction.state.calendar = freeze(calendar);
  transaction.state.undated = [];
  transaction.rebasing = true;
  transaction.emit('calendar', { body: { calendar: hash, id: calendar.calendar } }, actor);
  rebaseTasks(transaction);
}

/** Content hash of a calendar: equal for equal content. */
const calendarHash = (calendar: WorkingCalendar): string => hashOf(calendar as unknown as JsonObject);

/** An amendment of the subject. */
export function amend(transaction: Transaction, patch: Parameters<typeof applyPatch>[1]): string {
  transaction.state.subject = freeze(applyPatch(transaction.state.subject, patch));
  transaction.state.amendedTurn = transaction.state.turn;
  return hashOf(transaction.state.subject);
}

/** An attempt has ended. A result of an input that is no longer wanted is kept as what it is: done for that input. */
export function attemptEnded(
  context: ProcedureContext,
  state: CaseState,
  now: number,
  key: string,
  end: EffectOutcome | { readonly ok: 'unknown' },
): TurnResult {
  return turn(context, state, now, (transaction) => {
    const effect = transaction.state.effects[key];
    if (effect?.flight === undefined) return;
    const { flight: attempt, ...idle } = effect;
    transaction.putEffect(completeAttempt(transaction, idle, attempt, end));
  });
}

/** A report from outside; the same report twice is one. */
export function reported(context: ProcedureContext, state: CaseState, now: number, report: Report): TurnResult {
  if ([...state.facts, ...state.parked].some((fact) => fact.kind === 'reported' && fact.report === report.report))
    return { state, rows: [] };
  return turn(context, state, now, (transaction) => {
    transaction.record({ kind: 'reported', event: report.event, report: report.report, data: report.data });
    transaction.emit('reported', { body: { event: report.event, report: report.report, data: report.data } });
  });
}

/** The case's clock: what is due, escalations, and the ends of holds whose time has come. */
export function timersFired(context: ProcedureContext, state: CaseState, now: number): TurnResult {
  if (state.status === 'faulted' || state.status === 'closed') return { state, rows: [] };
  return turn(context, state, now, (transaction) => {
    fireTimers(transaction);
  });
}

/** Readings past their time are read again before anything else is decided. */
function expire(transaction: Transaction): void {
  if (transaction.state.outcome !== undefined || transaction.state.status === 'faulted') return;
  const latest = new Map(transaction.state.facts.flatMap((fact) => (fact.kind === 'read' ? [[fact.key, fact] as const] : [])));
  const old = [...latest.values()]
    .filter((fact) => fact.freshUntil !== undefined && fact.freshUntil <= transaction.now)
    .map((fact) => refOf(fact));
  const voided = new Set(transaction.state.facts.flatMap((fact) => (fact.kind === 'voided' ? fact.refs : [])));
  const refs = old.filter((ref) => !voided.has(ref));
  transaction.void(refs);
}

/** Tells what has not been told, or was told otherwise. */
export function notify(transaction: Transaction, rendering: Rendering): void {
  for (const { key, notice, to, shows, shown } of rendering.notices.values()) {
    const before = rendering.history.told.get(key);
    if (before?.shown === shown && before.to === to) continue;
    transaction.record({ kind: 'told', key, notice, to, shown });
    transaction.emit('told', {
      notice: { key, notice, to, shown, correction: before !== undefined },
      ...transaction.contents({ [shown]: shows }),
    });
  }
}

/** Tells of the stages that were passed over for the same approver, once per approval. */
export function noteSkippedStages(transaction: Transaction, rendering: Rendering): void {
  for (const [key, { step, on, by }] of rendering.passed) {
    if (rendering.history.passed.get(key)?.on === on) continue;
    transaction.record({ kind: 'passed', key, on });
    transaction.emit('passed', { body: { key, step, approver: by, on } });
  }
}

/** Waits keep the turn since which they wait: the oldest gets the next report. */
export function keepWaits(transaction: Transaction, rendering: Rendering): void {
  transaction.state.waits = Object.fromEntries(
    [...rendering.waits].map(([key, { event }]) => [key, transaction.state.waits[key] ?? { event, since: transaction.state.turn }]),
  );
}
