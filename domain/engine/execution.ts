import { freeze, hashesFor } from '../canonical-json.js';
import { type Json, type JsonObject, textOf } from '../json.js';
import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import { starterKey } from '../policy/reserved-steps.js';
import type { Fact, Ref } from './facts.js';
import { type EffectiveHistory, effectiveHistory, refOf, sameRefs } from './history.js';
import {
  type Answer,
  type Counted,
  type Desk,
  type FaultCode,
  type LineAnswer,
  type Names,
  type Procedure,
  type ProcedureContext,
  ProcedureFault,
  type Reviewed,
  type Shown,
  type StageAnswer,
  type Steps,
} from './procedure.js';
import { copyRequests, noRequests, type Requests, type TaskRequest } from './requests.js';
import { starterAsk } from './system-tasks.js';
import { applies, type Ballot, ballotOf, changesOf, type Decision, isVoted, partOf, seatPlanOf, seatRow, seatsAfter } from './voting.js';

/** Thrown to end a run; private to the engine. A procedure that catches it is found out by `ended`. */
const PENDING = Object.freeze({ pending: true });

/** Where the procedure is: the scope that names are unique in, and how many loops are around it. */
interface Scope {
  readonly prefix: string;
  readonly depth: number;
}

/** What was passed on the way to where the procedure is. Branches begin with that of their fork. */
interface Trail {
  /** Inside a loop: the answers that the next ones stand on. */
  readonly head: readonly Ref[];
  /** The key that was passed last on this way. */
  readonly last: string | undefined;
  /** The keys that were passed right before, on all branches that came together. */
  readonly way: readonly string[];
}

/**
 * One run of a procedure over what stands: the desk it sees, and what it left open. What it asks for that is not on record ends the run, by a
 * throw that passes through the procedure up to the next part that may end by itself.
 */
class Execution implements Desk<JsonObject> {
  requests: Requests = noRequests();
  readonly voids: Ref[] = [];
  choose: { readonly key: string; readonly branch: string; readonly on: readonly Ref[] } | undefined;
  readonly subject: JsonObject;
  readonly begunAt: number;
  private readonly history: EffectiveHistory;
  private readonly rules: ProcedurePolicy;
  private readonly hashOf: (key: string, value: Json) => string;
  private scope: Scope = { prefix: '', depth: 0 };
  private trail: Trail = { head: [], last: undefined, way: [] };
  /** How much was taken from the record: a loop's round that takes nothing would go on for ever. */
  private consumedCount = 0;
  private ended = false;
  private over = false;
  private swallowed = false;

  constructor(subject: JsonObject, begunAt: number, history: EffectiveHistory, rules: ProcedurePolicy) {
    this.subject = subject;
    this.hashOf = hashesFor(subject);
    this.begunAt = begunAt;
    this.history = history;
    this.rules = rules;
  }

  /** The outcome of a case that was cancelled: whatever stood open, whoever the policy names is told. */
  calledOff(reason: string): { readonly value: Json } {
    const { cancelled } = this.rules;
    if (cancelled !== undefined) this.inform(cancelled.notice, { to: cancelled.to, shows: { ...this.subject, calledOff: reason } });
    return { value: { cancelled: true, reason } };
  }

  /** Runs the procedure once. Returns its outcome, or undefined when the run ended before it. */
  run(procedure: (desk: Desk<JsonObject>) => unknown): { readonly value: Json } | undefined {
    try {
      const value = procedure(this);
      if (this.ended || this.swallowed) this.swallow();
      return { value: (value ?? null) as Json };
    } catch (thrown) {
      if (thrown === PENDING && !this.swallowed) return undefined;
      if (this.ended || this.swallowed) throw new ProcedureFault('SIGNAL_SWALLOWED', 'the procedure caught the end of its pass');
      if (thrown instanceof ProcedureFault) throw thrown;
      throw new ProcedureFault('THREW', thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));
    } finally {
      this.over = true;
    }
  }

  policy(name: string): string | number | boolean {
    this.check();
    const value = this.rules.values[name];
    return value ?? this.fault('NAME_UNKNOWN', `policy value ${name}`);
  }

  ask(step: string, { shows, from }: Shown & Counted): Answer<never> {
    const key = this.key(step);
    if (this.rules.steps[step] === undefined) this.fault('NAME_UNKNOWN', `step ${step}`);
    const request = this.request(key, step, { shows, from });
    return this.takesVotes(key, step) ? this.votedAnswer(request) : this.singleAnswer(request);
  }

  each<Item>(
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    options: {
      readonly shows: (item: Item) => unknown;
      readonly partly?: (answered: readonly LineAnswer<Item, never>[]) => void;
    } & Counted,
  ): readonly LineAnswer<Item, never>[] {
    const key = this.key(step);
    const { answers, refs, table, open } = this.lines(key, step, items, id, options);
    const complete = answers.length === items.length;
    if (refs.length > 0 || complete) this.consume(key, refs, complete);
    if (complete) return answers;
    if (answers.length > 0) options.partly?.(answers);
    const shows = { lines: table };
    this.requests.tasks.set(key, { ...this.request(key, step, { shows, from: options.from }), ...this.seatsOf(key, step), parts: open });
    return this.end();
  }

  standing<Item>(
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    options: { readonly shows: (item: Item) => unknown },
  ): readonly LineAnswer<Item, never>[] {
    const key = this.key(step);
    const { answers, refs, table, hashes } = this.lines(key, step, items, id, options);
    if (refs.length > 0) this.consume(key, refs, false);
    if (items.length === 0) return answers;
    const shows = { lines: table };
    this.requests.tasks.set(key, { ...this.request(key, step, { shows }), ...this.seatsOf(key, step), parts: hashes });
    return answers;
  }

  /** A chain of steps that must all agree, as the policy has it. */
  review(name: string, { shows, from }: Shown & Counted): Reviewed {
    const key = this.key(name);
    const plan = this.rules.reviews?.[name] ?? this.fault('NAME_UNKNOWN', `review ${name}`);
    const outer = this.scope;
    this.scope = { ...outer, prefix: `${key}/` };
    const content = (shows ?? null) as Json;
    const answers: StageAnswer[] = [];
    let before: Approved | undefined;
    for (const { step, when, covers } of plan.stages) {
      const at = this.scope.prefix + step;
      if (!applies(when, content)) this.leaveOut(at);
      else if (plan.sameApprover !== 'skip' || !saw(before, covers) || !this.hasSameApprover(at, step, before?.key)) {
        const answer: StageAnswer = this.ask(step, { shows: partOf(content, covers), ...(from === undefined ? {} : { from }) });
        answers.push(answer);
        if (this.rules.steps[step]?.outcomes[answer.outcome]?.rejects === true) {
          this.scope = outer;
          this.requests.left.push({ prefix: `${key}/` });
          return { outcome: 'rejected', step, answer, answers };
        }
        before = { key: at, covers };
      }
    }
    this.scope = outer;
    this.requests.left.push({ prefix: `${key}/` });
    return { outcome: 'approved', answers };
  }

  call(effect: string, input: unknown): Json {
    if (this.rules.effects[effect] === undefined) this.fault('NAME_UNKNOWN', `effect ${effect}`);
    return this.outside(this.key(effect), effect, (input ?? null) as Json, false);
  }

  look(reading: string, input: unknown, options: { readonly freshForMs?: number } = {}): Json {
    return this.outside(this.key(reading), reading, (input ?? null) as Json, true, options.freshForMs);
  }

  wait(event: string): JsonObject {
    const key = this.key(event);
    const found = this.history.bound.get(key);
    if (found !== undefined) {
      const ref = refOf(found.fact);
      if (sameRefs(found.fact.after, this.trail.head)) {
        this.consume(key, [ref]);
        return found.data;
      }
      this.voids.push(ref);
    }
    this.requests.waits.set(key, { event, after: this.trail.head });
    return this.end();
  }

  inform(notice: string, { to, shows }: { readonly to: string } & Shown): void {
    const key = this.key(notice);
    if (this.rules.notices[notice] === undefined) this.fault('NAME_UNKNOWN', `notice ${notice}`);
    const content = (shows ?? null) as Json;
    this.requests.notices.set(key, { key, notice, to, shows: content, shown: this.hashOf(key, content) });
  }

  clock(name: string, { from, until }: { readonly from: number; readonly until: string }): void {
    const key = this.key(`${name}!clock`);
    if (this.rules.clocks[name] === undefined) this.fault('NAME_UNKNOWN', `clock ${name}`);
    this.requests.clocks.set(key, { clock: name, from, until: this.scope.prefix + until });
  }

  all<B extends { readonly [name: string]: () => unknown }>(branches: B): never {
    this.check();
    const results: Record<string, unknown> = {};
    const fork = this.trail;
    const heads: Ref[] = [];
    const ways: string[] = [];
    let pending = false;
    for (const [name, branch] of Object.entries(branches)) {
      this.trail = fork;
      const end = this.tryPart(branch);
      if (end === undefined) pending = true;
      else results[name] = end.value;
      heads.push(...this.trail.head);
      ways.push(...this.trail.way);
    }
    this.trail = { head: [...new Set(heads)], last: this.trail.last, way: [...new Set(ways)] };
    return pending ? this.end() : (freeze(results) as never);
  }

  first<B extends { readonly [name: string]: () => unknown }>(name: string, branches: B): never {
    const key = this.key(name);
    const fork = this.trail;
    const recorded = this.history.choices.get(key);
    if (recorded !== undefined) {
      const mark = copyRequests(this.requests);
      const voided = this.voids.length;
      const end = this.branch(key, recorded.branch, branches);
      if (this.decides(recorded.on, mark, voided, end !== undefined)) {
        this.requests.left.push({ prefix: `${key}/`, ...(end === undefined ? { kept: recorded.branch } : {}) });
        this.consume(key, [refOf(recorded)], false);
        return end === undefined ? this.end() : (freeze({ branch: recorded.branch, value: end.value }) as never);
      }
      this.requests = mark;
      this.trail = fork;
      this.voids.push(refOf(recorded));
    }
    for (const branch of Object.keys(branches)) {
      const mark = this.refs();
      const end = this.branch(key, branch, branches);
      this.trail = fork;
      if (end === undefined) continue;
      this.choose ??= { key, branch, on: [...this.refs()].filter((ref) => !mark.has(ref)) };
      break;
    }
    return this.end();
  }

  loop<T>(name: string, round: (n: number) => T | undefined): T {
    const key = this.key(name);
    const outer = this.scope;
    for (let n = 1; ; n++) {
      const before = this.consumedCount;
      this.scope = { prefix: `${key}/${n}/`, depth: outer.depth + 1 };
      const result = round(n);
      if (this.ended) this.swallow();
      if (result !== undefined) {
        this.scope = outer;
        if (outer.depth === 0) this.trail = { ...this.trail, head: [] };
        this.requests.left.push({ prefix: `${key}/` });
        return result;
      }
      if (this.consumedCount === before) this.fault('ENDLESS_LOOP', `${key}: round ${n} asked for nothing and did not end`);
    }
  }

  meanwhile<T>(name: string, duty: () => T): T | undefined {
    const key = this.key(name);
    const { trail, scope } = this;
    this.scope = { ...scope, prefix: `${key}/` };
    const end = this.tryPart(duty);
    this.scope = scope;
    this.trail = trail;
    return end?.value as T | undefined;
  }

  /** One answer to what is asked of one seat. */
  private singleAnswer(request: TaskRequest): Answer<never> {
    const { key, shown } = request;
    const fact = this.history.answers.get(key);
    this.voidVotes(key);
    if (fact !== undefined) {
      const ref = refOf(fact);
      if (fact.shown === shown && sameRefs(fact.after, this.trail.head)) {
        this.consume(key, [ref]);
        return answerOf(fact);
      }
      this.voids.push(ref);
    }
    this.requests.tasks.set(key, { ...request, ...this.seatsOf(key, request.step) });
    return this.end();
  }

  /** The answer that the votes of several seats come to. */
  private votedAnswer(request: TaskRequest): Answer<never> {
    const { key, shown } = request;
    const ballot = ballotOf(this.rules.steps[request.step] as StepPolicy, request, this.history);
    this.voids.push(...ballot.voids);
    const refs = ballot.votes.map((vote) => refOf(vote));
    const alone = this.history.answers.get(key);
    if (alone?.kind === 'lapsed' && alone.shown === shown && sameRefs(alone.after, this.trail.head)) {
      this.consume(key, [refOf(alone), ...refs]);
      return answerOf(alone);
    }
    if (alone !== undefined) this.voids.push(refOf(alone));
    if (ballot.decision !== undefined) {
      this.requests.decided.set(key, ballot);
      this.consume(key, refs);
      return answerOfVotes(ballot, ballot.decision);
    }
    this.requests.tasks.set(key, { ...request, ballot, ...this.exclusions(request.step) });
    return this.end();
  }

  private takesVotes(key: string, step: string): boolean {
    const policy = this.rules.steps[step];
    return policy !== undefined && isVoted(policy, changesOf(this.history, key));
  }

  /** Votes from when the step had several seats. */
  private voidVotes(key: string): void {
    for (const vote of this.history.votes.get(key)?.values() ?? []) this.voids.push(refOf(vote));
  }

  /** The seat of a step that has one, where people have changed it. */
  private seatsOf(key: string, step: string): Pick<TaskRequest, 'seats' | 'excluded'> {
    const changes = changesOf(this.history, key);
    const policy = this.rules.steps[step];
    const seats =
      changes.length === 0 || policy === undefined ? {} : { seats: seatsAfter(seatPlanOf(policy, null), changes, []).map(seatRow) };
    return { ...seats, ...this.exclusions(step) };
  }

  /** Who has answered a step that this one may not share its people with. */
  private exclusions(step: string): Pick<TaskRequest, 'excluded'> {
    const others = this.rules.steps[step]?.differentFrom ?? [];
    if (others.length === 0) return {};
    const keys = [...this.requests.consumed.keys()].filter((key) => others.includes(key.slice(key.lastIndexOf('/') + 1)));
    const facts = keys.flatMap((key) => [
      this.history.answers.get(key),
      ...(this.history.votes.get(key)?.values() ?? []),
      ...[...(this.history.parts.get(key)?.values() ?? [])].map((part) => part.fact),
    ]);
    const people = facts.flatMap((fact) => (fact?.kind === 'answered' ? [fact.by, fact.actingFor] : []));
    const excluded = [...new Set(people.filter((person) => person !== undefined))].sort();
    return excluded.length === 0 ? {} : { excluded };
  }

  private request(
    key: string,
    step: string,
    { shows, from }: { readonly shows: unknown; readonly from?: number | undefined },
  ): TaskRequest {
    const content = (shows ?? null) as Json;
    const since = from === undefined ? {} : { from };
    const previous = this.trail.last === undefined ? {} : { previous: this.trail.last };
    return { key, step, shows: content, shown: this.hashOf(key, content), after: this.trail.head, ...since, ...previous };
  }

  /** What stands of a line table, and what is open, with the hashes of what is shown; lines that are gone, or shown otherwise, are voided. */
  private lines<Item>(
    key: string,
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    { shows: showsOf }: { readonly shows: (item: Item) => unknown },
  ) {
    if (this.rules.steps[step]?.perLine !== true) this.fault('NAME_UNKNOWN', `per-line step ${step}`);
    const recorded = this.history.parts.get(key) ?? new Map<string, never>();
    const answers: LineAnswer<Item, never>[] = [];
    const table: Record<string, Json> = {};
    const hashes: Record<string, string> = {};
    const open: Record<string, string> = {};
    const refs: Ref[] = [];
    for (const item of items) {
      const line = id(item);
      if (Object.hasOwn(table, line)) this.fault('DUPLICATE_KEY', `${key}: line ${line}`);
      const shows = (showsOf(item) ?? null) as Json;
      table[line] = shows;
      const part = recorded.get(line);
      const shown = this.hashOf(`${key} ${line}`, shows);
      hashes[line] = shown;
      if (part !== undefined && part.shown === shown && sameRefs(part.fact.after, this.trail.head)) {
        refs.push(refOf(part.fact, line));
        answers.push({ id: line, item, data: part.data as never, by: part.fact.by, at: part.fact.at });
        continue;
      }
      if (part !== undefined) this.voids.push(refOf(part.fact, line));
      open[line] = shown;
    }
    for (const [line, part] of recorded) if (!Object.hasOwn(table, line)) this.voids.push(refOf(part.fact, line));
    return { answers, refs, table, hashes, open };
  }

  /** A stage that does not apply to what is shown: what was answered there before does not come back. */
  private leaveOut(key: string): void {
    const answer = this.history.answers.get(key);
    if (answer !== undefined) this.voids.push(refOf(answer));
    this.voidVotes(key);
    this.consume(key, [], false);
  }

  /** Whether who approved the stage before could fill the only seat of this one, and so is not asked again. */
  private hasSameApprover(key: string, step: string, before: string | undefined): boolean {
    const approval = before === undefined ? undefined : this.history.answers.get(before);
    const policy = this.rules.steps[step];
    if (approval?.kind !== 'answered' || approval.actingFor !== undefined || policy === undefined) return false;
    if (this.history.answers.has(key) || this.takesVotes(key, step) || changesOf(this.history, key).length > 0) return false;
    if (!(policy.roles ?? []).some((role) => approval.roles?.includes(role))) return false;
    if (this.exclusions(step).excluded?.includes(approval.by)) return false;
    this.requests.passed.set(key, { step, on: refOf(approval), by: approval.by });
    this.consume(key, [], false);
    return true;
  }

  /** Runs one branch of a `first` in its own scope. */
  private branch(key: string, name: string, branches: { readonly [name: string]: () => unknown }): { value: unknown } | undefined {
    const run = branches[name];
    if (run === undefined) return undefined;
    const outer = this.scope;
    this.scope = { ...outer, prefix: `${key}/${name}/` };
    const end = this.tryPart(run);
    this.scope = outer;
    return end;
  }

  /** Whether a recorded choice still stands: all that decided it does, and the branch has not asked anew before coming to it. */
  private decides(on: readonly Ref[], mark: Requests, voided: number, complete: boolean): boolean {
    const revoked = new Set(this.voids.slice(voided));
    if (!on.every((ref) => this.history.has(ref) && !revoked.has(ref))) return false;
    const used = this.refs();
    if (on.every((ref) => used.has(ref))) return true;
    return !complete && this.requests.tasks.size === mark.tasks.size && this.requests.waits.size === mark.waits.size;
  }

  private refs(): Set<Ref> {
    return new Set([...this.requests.consumed.values()].flat());
  }

  private outside(key: string, name: string, input: Json, reading: boolean, freshForMs?: number): Json {
    const found = reading ? this.history.reads.get(key) : this.history.done.get(key);
    const hash = this.hashOf(key, input);
    if (found !== undefined && found.input === hash) {
      this.consumedCount++;
      this.requests.used.set(key, hash);
      return 'value' in found ? found.value : found.result;
    }
    this.requests.calls.set(key, { key, name, input, hash, reading, ...(freshForMs === undefined ? {} : { freshForMs }) });
    return this.end();
  }

  /** Takes recorded answers into this run. `advances`: what is asked next comes after them, and inside a loop stands on them. */
  private consume(key: string, refs: readonly Ref[], advances = true): void {
    this.consumedCount += refs.length;
    this.requests.consumed.set(key, [...(this.requests.consumed.get(key) ?? []), ...refs]);
    if (!advances) return;
    const stands = this.scope.depth > 0 && refs.length > 0;
    this.trail = { head: stands ? [...new Set(refs)] : this.trail.head, last: key, way: [key] };
  }

  private key(name: string): string {
    this.check();
    const key = this.scope.prefix + name;
    if (this.requests.keys.has(key)) this.fault('DUPLICATE_KEY', key);
    this.requests.keys.set(key, this.trail.way);
    return key;
  }

  private check(): void {
    if (this.ended || this.over) this.swallow();
  }

  /** Runs a part whose end does not end the whole run. */
  private tryPart(part: () => unknown): { readonly value: unknown } | undefined {
    const { scope } = this;
    try {
      const value = part();
      if (this.ended) this.swallow();
      return { value };
    } catch (thrown) {
      if (thrown !== PENDING) throw thrown;
      this.ended = false;
      this.scope = scope;
      return undefined;
    }
  }

  private end(): never {
    this.ended = true;
    throw PENDING;
  }

  private swallow(): never {
    this.swallowed = true;
    throw new ProcedureFault('SIGNAL_SWALLOWED', 'the procedure went on after the end of its pass');
  }

  private fault(code: FaultCode, detail: string): never {
    throw new ProcedureFault(code, detail);
  }
}

/** A stage that was approved, and what was shown there: all where nothing is named. */
interface Approved {
  readonly key: string;
  readonly covers: readonly string[] | undefined;
}

/** Whether an approver was shown all that a later stage covers: nobody has approved what they did not see. */
const saw = (before: Approved | undefined, covers: readonly string[] | undefined): boolean =>
  before?.covers === undefined || covers?.every((name) => before.covers?.includes(name)) === true;

type Alone = Extract<Fact, { kind: 'answered' | 'lapsed' }>;

function answerOf(fact: Alone): Answer<never> {
  const data = fact.kind === 'answered' ? fact.data : {};
  const outcome = fact.kind === 'answered' ? (data['outcome'] ?? 'done') : 'overdue';
  return { ref: refOf(fact), outcome, data, by: fact.by, at: fact.at, overdue: fact.kind === 'lapsed' } as unknown as Answer<never>;
}

/** The answer of a step of several seats: outcome by the rule of its mode, data of the vote that decided it. */
function answerOfVotes({ votes }: Ballot, { outcome, by }: Decision): Answer<never> {
  const deciding = votes.find(({ n }) => n === by.n);
  return freeze({
    ref: String(by.n),
    outcome,
    data: { ...deciding?.data, outcome },
    by: by.by,
    at: by.at,
    overdue: false,
    votes: votes.map(({ seat = '', data, by: person, at, reason }) => ({
      seat,
      outcome: textOf(data['outcome']),
      data,
      by: person,
      at,
      ...(reason === undefined ? {} : { reason }),
    })),
  }) as unknown as Answer<never>;
}

/** What a procedure asks for over the facts so far. */
export interface Rendering extends Requests {
  readonly history: EffectiveHistory;
  /** Answers and choices that this run found superseded. */
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
export function render(context: ProcedureContext, subject: JsonObject, begunAt: number, facts: readonly Fact[]): Rendering {
  const history = effectiveHistory(facts);
  const execution = new Execution(subject, begunAt, history, context.policy);
  const outcome =
    history.cancelled !== undefined
      ? execution.calledOff(history.cancelled)
      : execution.run(context.procedure as Procedure<JsonObject, Steps, Names>);
  const back = outcome === undefined ? history.sentBack : undefined;
  const tasks = back === undefined ? execution.requests.tasks : new Map([[starterKey, starterAsk(back)]]);
  const resting = new Set(back === undefined ? [] : execution.requests.tasks.keys());
  return { ...execution.requests, tasks, resting, history: history, voids: execution.voids, choose: execution.choose, outcome };
}
