import { canon } from '../canonical-json.js';

import { type FaultCode, type ProcedureContext } from '../engine/procedure.js';
import { Refusal, type RefusalCode } from '../engine/refusal.js';
import type { CaseState } from '../engine/state.js';
import { begin } from '../engine/turn.js';
import { type Json, textOf } from '../json.js';
import { repairStepName } from '../policy/reserved-steps.js';
import { type Action, actionsOf, type Moment, perform, type Sample } from './actions.js';
import { signatureOf } from './signature.js';

/** How far an exploration goes. */
export interface Bounds {
  /** States looked into. */
  readonly states: number;
  /** Moves from the begin of the case. */
  readonly depth: number;
  /** Returns, amendments, failures, unknown outcomes, firings of timers, cancels, reopenings on one path. Paths with fewer are taken first. */
  readonly disturbances: number;
  /** Rounds of a loop. */
  readonly rounds: number;
}
const usual: Bounds = { states: 2_000, depth: 60, disturbances: 2, rounds: 2 };

/** Something wrong with a procedure or its policy. `path`: the actions, from the begin, that lead there. */
export type Finding =
  /** At rest with no task open, nothing under way, no wait, no clock running, and not closed. */
  | { readonly kind: 'dead-end'; readonly path: readonly Action[] }
  /** No task of this step was ever open; `certain` when the bounds cut nothing off. */
  | { readonly kind: 'unreachable-step'; readonly step: string; readonly certain: boolean }
  /** A loop that asks for nothing (`ENDLESS_LOOP`), or a turn that does not come to rest (`UNSETTLED`). */
  | { readonly kind: 'endless-loop'; readonly code: FaultCode; readonly detail: string; readonly path: readonly Action[] }
  | { readonly kind: 'swallowed-signal'; readonly detail: string; readonly path: readonly Action[] }
  | { readonly kind: 'duplicate-key'; readonly detail: string; readonly path: readonly Action[] }
  /** Any other fault in the procedure's code: a name its policy does not know, or something thrown. */
  | { readonly kind: 'fault'; readonly code: FaultCode; readonly detail: string; readonly path: readonly Action[] }
  /** An action that the case offered and then refused. The last of `path` is it. A return counts only when it was refused from everywhere. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly path: readonly Action[] };

export interface Exploration {
  /** Each wrong thing once, with the shortest way there that was found. */
  readonly findings: readonly Finding[];
  /** Every outcome the case can end with, and a way there. */
  readonly ends: readonly { readonly outcome: Json; readonly path: readonly Action[] }[];
  readonly states: number;
  readonly actions: number;
  /** How often each bound cut something off. */
  readonly cut: { readonly states: number; readonly depth: number; readonly disturbances: number; readonly rounds: number };
}

/**
 * Takes a case of a procedure through every action that people, systems and time may make, breadth-first and the least disturbed paths
 * first, up to `bounds`. Pure; a few thousand states take seconds.
 */
export function explore(context: ProcedureContext, sample: Sample, bounds: Partial<Bounds> = {}): Exploration {
  return new Search(context, sample, { ...usual, ...bounds }).run();
}

interface Node extends Moment {
  readonly last: Step | undefined;
  readonly depth: number;
  readonly disturbed: number;
}
interface Step {
  readonly action: Action;
  readonly before: Step | undefined;
}

const pathOf = (last: Step | undefined): readonly Action[] => (last === undefined ? [] : [...pathOf(last.before), last.action]);

class Search {
  private readonly setting: ProcedureContext;
  private readonly sample: Sample;
  private readonly bounds: Bounds;
  /** What is still to be looked into, by how disturbed the path was. */
  private readonly queues: Node[][] = [];
  private readonly known = new Set<string>();
  private readonly findings = new Map<string, Finding>();
  private readonly ends = new Map<string, Exploration['ends'][number]>();
  private readonly steps = new Set<string>();
  private readonly returned = new Set<string>();
  private readonly refusedReturns = new Map<string, Finding>();
  private readonly cut = { states: 0, depth: 0, disturbances: 0, rounds: 0 };
  private states = 0;
  private actions = 0;

  constructor(context: ProcedureContext, sample: Sample, bounds: Bounds) {
    this.setting = context;
    this.sample = sample;
    this.bounds = bounds;
  }

  run(): Exploration {
    const caseId = 'explored:case:1';
    const start = { caseId, company: 'explored', procedure: this.setting.policy.procedure, number: '1', edition: 'explored' };
    const { state } = begin(this.setting, { ...start, subject: this.sample.subject, by: 'explorer' }, 0);
    this.found({ state, now: 0, last: undefined, depth: 0, disturbed: 0 });
    for (let node = this.next(); node !== undefined; node = this.next()) this.lookInto(node);
    for (const [way, finding] of this.refusedReturns) if (!this.returned.has(way)) this.report(way, finding);
    const certain = Object.values(this.cut).every((count) => count === 0);
    for (const step of Object.keys(this.setting.policy.steps)) {
      if (!this.steps.has(step)) this.report(`step ${step}`, { kind: 'unreachable-step', step, certain });
    }
    return {
      findings: [...this.findings.values()],
      ends: [...this.ends.values()],
      states: this.states,
      actions: this.actions,
      cut: this.cut,
    };
  }

  private next(): Node | undefined {
    return this.queues.find((queue) => queue.length > 0)?.shift();
  }

  private lookInto(node: Node): void {
    const { work, disturbances } = actionsOf(this.setting, node, this.sample);
    const { state } = node;
    const clockRuns = Object.values(state.clocks).some((clock) => clock.state === 'running');
    if (work.length === 0 && !clockRuns && state.status !== 'closed')
      this.report('dead end', { kind: 'dead-end', path: pathOf(node.last) });
    for (const action of work) this.go(node, action, 0);
    if (node.disturbed < this.bounds.disturbances) for (const action of disturbances) this.go(node, action, 1);
    else this.cut.disturbances += disturbances.length;
  }

  private go(node: Node, action: Action, disturbance: number): void {
    const last: Step = { action, before: node.last };
    this.actions++;
    try {
      const { state, now } = perform(this.setting, node, action, this.sample);
      if (action.kind === 'return') this.returned.add(wayOf(node.state, action));
      this.found({ state, now, last, depth: node.depth + 1, disturbed: node.disturbed + disturbance });
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      this.refused(node.state, last, thrown);
    }
  }

  private refused(state: CaseState, last: Step, { code, values }: Refusal): void {
    if (code === 'PROCEDURE_FAULT') return this.fault(values['code'] as FaultCode, textOf(values['detail']), last);
    // What stands at a step beside the main line may be asked again without the end falling.
    if (code === 'REOPEN_IN_VAIN') return;
    const { action } = last;
    const finding: Finding = { kind: 'refused', code, path: pathOf(last) };
    if (action.kind !== 'return' || code !== 'RETURN_TARGET_UNKNOWN') return this.report(`${action.kind} ${code}`, finding);
    const way = wayOf(state, action);
    if (!this.refusedReturns.has(way)) this.refusedReturns.set(way, finding);
  }

  private found(node: Node): void {
    const { state, last, depth, disturbed } = node;
    if (state.status === 'faulted') {
      const { code, detail } = state.unacknowledged.findLast((row) => row.type === 'faulted')?.body ?? {};
      return this.fault(code as FaultCode, textOf(detail), last);
    }
    for (const task of Object.values(state.tasks)) this.steps.add(task.step);
    const signature = signatureOf(state, node.now);
    if (this.known.has(signature)) return;
    this.known.add(signature);
    if (state.outcome !== undefined) {
      const text = canon(state.outcome.value);
      if (!this.ends.has(text)) this.ends.set(text, { outcome: state.outcome.value, path: pathOf(last) });
    }
    if (roundOf(state) > this.bounds.rounds) this.cut.rounds++;
    else if (depth > this.bounds.depth) this.cut.depth++;
    else if (this.states >= this.bounds.states) this.cut.states++;
    else {
      this.states++;
      (this.queues[disturbed] ??= []).push({ ...node, state: { ...state, unacknowledged: [] } });
    }
  }

  private fault(code: FaultCode, detail: string, last: Step | undefined): void {
    const path = pathOf(last);
    switch (code) {
      case 'SIGNAL_SWALLOWED':
        return this.report(code, { kind: 'swallowed-signal', detail, path });
      case 'DUPLICATE_KEY':
        return this.report(`${code} ${detail}`, { kind: 'duplicate-key', detail, path });
      case 'ENDLESS_LOOP':
      case 'UNSETTLED':
        return this.report(`${code} ${detail}`, { kind: 'endless-loop', code, detail, path });
      default:
        return this.report(`${code} ${detail}`, { kind: 'fault', code, detail, path });
    }
  }

  private report(what: string, finding: Finding): void {
    if (!this.findings.has(what)) this.findings.set(what, finding);
  }
}

/** From which step to which a return goes. */
function wayOf(state: CaseState, action: Action & { readonly kind: 'return' }): string {
  return `return ${state.tasks[action.key]?.step ?? repairStepName} to ${action.to}`;
}

/** The latest round of any loop that something is open in. */
function roundOf({ tasks, effects, waits }: CaseState): number {
  const keys = [...Object.keys(tasks), ...Object.keys(effects), ...Object.keys(waits)];
  const rounds = keys.flatMap((key) => key.split('/').slice(0, -1)).filter((segment) => /^\d+$/.test(segment));
  return rounds.length === 0 ? 0 : Math.max(...rounds.map(Number));
}
