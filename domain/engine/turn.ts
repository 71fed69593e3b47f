import { freeze, hashOf } from '../canonical-json.js';
import type { JsonObject } from '../json.js';
import { applyPatch } from '../patch.js';
import type { WorkingCalendar } from '../time/calendar.js';
import type { EffectOutcome } from './activities.js';
import type { CaseStart, Report } from './command.js';
import { rebaseTasks } from './due.js';
import { land, reconcileEffects } from './effects.js';
import type { Rendering } from './execution.js';
import type { Actor } from './facts.js';
import { refOf } from './history.js';
import { endHolds, keepRests } from './holds.js';
import type { Row } from './ledger.js';
import { ProcedureFault, type Setting } from './procedure.js';
import type { CaseState } from './state.js';
import { reconcileTasks } from './tasks.js';
import { keepClocks, strike } from './timers.js';
import { Draft } from './transaction.js';

/** A case after a turn, with the rows the turn wrote. */
export interface Turned {
  readonly state: CaseState;
  readonly rows: readonly Row[];
}

/** Begins a case: its first turn. Never throws for the procedure's sake; a fault parks it. */
export function begin(setting: Setting, start: CaseStart, now: number): Turned {
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
  return turn(setting, state, now, (draft) => {
    draft.emit(
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
export function turn(setting: Setting, state: CaseState, now: number, change: (draft: Draft) => void): Turned {
  try {
    return tryTurn(setting, state, now, change);
  } catch (thrown) {
    if (!(thrown instanceof ProcedureFault)) throw thrown;
    return park(setting, state, now, change, thrown);
  }
}

/** Takes a turn, or throws (ProcedureFault, Refusal) and leaves the case as it was. */
export function tryTurn(setting: Setting, state: CaseState, now: number, change: (draft: Draft) => void): Turned {
  const draft = new Draft(setting, state, now);
  expire(draft);
  endHolds(draft);
  change(draft);
  if (draft.state.status === 'faulted') {
    draft.state.parked = [...state.parked, ...draft.state.facts.slice(state.facts.length)];
    draft.state.facts = state.facts;
    return draft.finish() ?? { state, rows: [] };
  }
  reconcile(draft);
  return draft.finish() ?? { state, rows: [] };
}

/** Keeps the facts of a turn that the procedure could not take; only `view` and `move` are left. */
function park(setting: Setting, state: CaseState, now: number, change: (draft: Draft) => void, fault: ProcedureFault): Turned {
  const draft = new Draft(setting, state, now);
  change(draft);
  draft.state.parked = [...state.parked, ...draft.state.facts.slice(state.facts.length)];
  draft.state.facts = state.facts;
  draft.state.status = 'faulted';
  draft.emit('faulted', { body: { code: fault.code, detail: fault.message } });
  return draft.finish() ?? { state, rows: [] };
}

/** Renders, and brings tasks, effects, waits, notices, clocks and status in line. */
export function reconcile(draft: Draft): void {
  const rendering = draft.state.outcome === undefined ? draft.settle() : undefined;
  if (rendering?.outcome !== undefined) {
    draft.state.outcome = rendering.outcome;
    draft.state.ended = { at: draft.now, tasks: {}, clocks: draft.state.clocks };
  }
  const ended = draft.state.outcome !== undefined;
  if (rendering !== undefined) {
    tell(draft, rendering);
    tellPassed(draft, rendering);
    keepWaits(draft, rendering);
    keepClocks(draft, rendering, ended);
  }
  const repairs = reconcileEffects(draft, rendering);
  const asks = new Map([...(ended ? [] : (rendering?.asks ?? [])), ...repairs.map((ask) => [ask.key, ask] as const)]);
  reconcileTasks(draft, asks, rendering);
  keepRests(draft);
  if (!ended) return;
  const quiet = repairs.length === 0 && Object.values(draft.state.effects).every((effect) => effect.flight === undefined);
  if (quiet && draft.state.status !== 'closed') draft.emit('closed', { body: { outcome: draft.state.outcome?.value ?? null } });
  draft.state.status = quiet ? 'closed' : 'closing';
}

/** Another edition of the site's calendar: open tasks are reckoned anew; clocks follow when they are next looked at, in this turn. */
export function takeCalendar(draft: Draft, calendar: WorkingCalendar, actor: Actor): void {
  const hash = calendarHash(calendar);
  draft.record({ kind: 'calendar', calendar: calendar.calendar, hash }, actor);
  draft.state.calendar = freeze(calendar);
  draft.state.undated = [];
  draft.rebasing = true;
  draft.emit('calendar', { body: { calendar: hash, id: calendar.calendar } }, actor);
  rebaseTasks(draft);
}

/** Content hash of a calendar: equal for equal content. */
const calendarHash = (calendar: WorkingCalendar): string => hashOf(calendar as unknown as JsonObject);

/** An amendment of the subject. */
export function amend(draft: Draft, patch: Parameters<typeof applyPatch>[1]): string {
  draft.state.subject = freeze(applyPatch(draft.state.subject, patch));
  draft.state.amendedTurn = draft.state.turn;
  return hashOf(draft.state.subject);
}

/** A flight has ended. A result of an input that is no longer wanted is kept as what it is: done for that input. */
export function flightEnded(
  setting: Setting,
  state: CaseState,
  now: number,
  key: string,
  end: EffectOutcome | { readonly ok: 'unknown' },
): Turned {
  return turn(setting, state, now, (draft) => {
    const effect = draft.state.effects[key];
    if (effect?.flight === undefined) return;
    const { flight, ...landed } = effect;
    draft.state.effects = { ...draft.state.effects, [key]: land(draft, landed, flight, end) };
  });
}

/** A report from outside; the same report twice is one. */
export function reported(setting: Setting, state: CaseState, now: number, report: Report): Turned {
  if ([...state.facts, ...state.parked].some((fact) => fact.kind === 'reported' && fact.report === report.report))
    return { state, rows: [] };
  return turn(setting, state, now, (draft) => {
    draft.record({ kind: 'reported', event: report.event, report: report.report, data: report.data });
    draft.emit('reported', { body: { event: report.event, report: report.report, data: report.data } });
  });
}

/** The case's clock: what is due, rungs of ladders, and the ends of holds whose time has come. */
export function clockStruck(setting: Setting, state: CaseState, now: number): Turned {
  if (state.status === 'faulted' || state.status === 'closed') return { state, rows: [] };
  return turn(setting, state, now, (draft) => {
    strike(draft);
  });
}

/** Readings past their time are read again before anything else is decided. */
function expire(draft: Draft): void {
  if (draft.state.outcome !== undefined || draft.state.status === 'faulted') return;
  const latest = new Map(draft.state.facts.flatMap((fact) => (fact.kind === 'read' ? [[fact.key, fact] as const] : [])));
  const old = [...latest.values()]
    .filter((fact) => fact.freshUntil !== undefined && fact.freshUntil <= draft.now)
    .map((fact) => refOf(fact));
  const voided = new Set(draft.state.facts.flatMap((fact) => (fact.kind === 'voided' ? fact.refs : [])));
  const refs = old.filter((ref) => !voided.has(ref));
  draft.void(refs);
}

/** Tells what has not been told, or was told otherwise. */
export function tell(draft: Draft, rendering: Rendering): void {
  for (const { key, notice, to, shows, shown } of rendering.tells.values()) {
    const before = rendering.live.told.get(key);
    if (before?.shown === shown && before.to === to) continue;
    draft.record({ kind: 'told', key, notice, to, shown });
    draft.emit('told', { notice: { key, notice, to, shown, correction: before !== undefined }, ...draft.contents({ [shown]: shows }) });
  }
}

/** Tells of the stages that were passed over for the same approver, once per approval. */
export function tellPassed(draft: Draft, rendering: Rendering): void {
  for (const [key, { step, on, by }] of rendering.passed) {
    if (rendering.live.passed.get(key)?.on === on) continue;
    draft.record({ kind: 'passed', key, on });
    draft.emit('passed', { body: { key, step, approver: by, on } });
  }
}

/** Waits keep the turn since which they wait: the oldest gets the next report. */
export function keepWaits(draft: Draft, rendering: Rendering): void {
  draft.state.waits = Object.fromEntries(
    [...rendering.waits].map(([key, { event }]) => [key, draft.state.waits[key] ?? { event, since: draft.state.turn }]),
  );
}
