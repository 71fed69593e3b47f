import { freeze, hashesFor } from '../canonical-json.js';
import { type Json, type JsonObject, textOf } from '../json.js';
import type { ProcedurePolicy, StepPolicy } from '../policy/policy.js';
import { starterKey } from '../policy/reserved-steps.js';
import type { Fact, Ref } from './facts.js';
import { type Live, refOf, sameRefs, standing } from './history.js';
import {
  type Answer,
  type Counted,
  type Desk,
  type FaultCode,
  type LineAnswer,
  type Names,
  type Procedure,
  ProcedureFault,
  type Reviewed,
  type Setting,
  type Shown,
  type StageAnswer,
  type Steps,
} from './procedure.js';
import { type Ask, copy, type Registers, registers } from './requests.js';
import { starterAsk } from './system-tasks.js';
import { applies, type Ballot, ballotOf, changesOf, type Decision, isVoted, partOf, planOf, seatRow, seatsAfter } from './voting.js';

/** Thrown to end a pass; private to the engine. A procedure that catches it is found out by `ended`. */
export const PENDING = Object.freeze({ pending: true });

/** What a desk says of single things: effects, reports, notices, clocks. Answers are in `Asking`, the scopes in `Pass`. */
export abstract class Desktop {
  at: Registers = registers();
  readonly voids: Ref[] = [];
  choose: { readonly key: string; readonly branch: string; readonly on: readonly Ref[] } | undefined;
  protected ended = false;
  protected over = false;
  protected swallowed = false;
  protected prefix = '';
  protected depth = 0;
  protected head: readonly Ref[] = [];
  /** The key that was passed last on this way. */
  protected last: string | undefined;
  /** The keys that were passed right before, on all branches that came together. */
  protected way: readonly string[] = [];
  /** How much this pass has taken from the record: a loop's round that takes nothing would go on for ever. */
  protected taken = 0;

  readonly subject: JsonObject;
  protected readonly hashOf: (key: string, value: Json) => string;
  readonly begunAt: number;
  protected readonly live: Live;
  protected readonly rules: ProcedurePolicy;

  constructor(subject: JsonObject, begunAt: number, live: Live, rules: ProcedurePolicy) {
    this.subject = subject;
    this.hashOf = hashesFor(subject);
    this.begunAt = begunAt;
    this.live = live;
    this.rules = rules;
  }

  policy(name: string): string | number | boolean {
    this.check();
    const value = this.rules.values[name];
    return value ?? this.fault('NAME_UNKNOWN', `policy value ${name}`);
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
    const found = this.live.bound.get(key);
    if (found !== undefined) {
      const ref = refOf(found.fact);
      if (sameRefs(found.fact.after, this.head)) {
        this.carry(key, [ref]);
        return found.data;
      }
      this.voids.push(ref);
    }
    this.at.waits.set(key, { event, after: this.head });
    return this.end();
  }

  inform(notice: string, { to, shows }: { readonly to: string } & Shown): void {
    const key = this.key(notice);
    if (this.rules.notices[notice] === undefined) this.fault('NAME_UNKNOWN', `notice ${notice}`);
    const content = (shows ?? null) as Json;
    this.at.tells.set(key, { key, notice, to, shows: content, shown: this.hashOf(key, content) });
  }

  clock(name: string, { from, until }: { readonly from: number; readonly until: string }): void {
    const key = this.key(`${name}!clock`);
    if (this.rules.clocks[name] === undefined) this.fault('NAME_UNKNOWN', `clock ${name}`);
    this.at.clocks.set(key, { clock: name, from, until: this.prefix + until });
  }

  protected refs(): Set<Ref> {
    return new Set([...this.at.carried.values()].flat());
  }

  protected outside(key: string, name: string, input: Json, reading: boolean, freshForMs?: number): Json {
    const found = reading ? this.live.reads.get(key) : this.live.done.get(key);
    const hash = this.hashOf(key, input);
    if (found !== undefined && found.input === hash) {
      this.taken++;
      this.at.used.set(key, hash);
      return 'value' in found ? found.value : found.result;
    }
    this.at.wants.set(key, { key, name, input, hash, reading, ...(freshForMs === undefined ? {} : { freshForMs }) });
    return this.end();
  }

  /** Takes a recorded answer into this pass; inside a loop the next answers stand on it. */
  protected carry(key: string, refs: readonly Ref[], whole = true, chained = true): void {
    this.taken += refs.length;
    this.at.carried.set(key, [...(this.at.carried.get(key) ?? []), ...refs]);
    if (whole && chained && this.depth > 0 && refs.length > 0) this.head = [...new Set(refs)];
    if (!whole || !chained) return;
    this.last = key;
    this.way = [key];
  }

  protected key(name: string): string {
    this.check();
    const key = this.prefix + name;
    if (this.at.keys.has(key)) this.fault('DUPLICATE_KEY', key);
    this.at.keys.set(key, this.way);
    return key;
  }

  protected check(): void {
    if (this.ended || this.over) this.swallow();
  }

  /** Runs a part whose end does not end the whole pass. */
  protected attempt(part: () => unknown): { readonly value: unknown } | undefined {
    const { prefix, depth } = this;
    try {
      const value = part();
      if (this.ended) this.swallow();
      return { value };
    } catch (thrown) {
      if (thrown !== PENDING) throw thrown;
      this.ended = false;
      this.prefix = prefix;
      this.depth = depth;
      return undefined;
    }
  }

  protected end(): never {
    this.ended = true;
    throw PENDING;
  }

  protected swallow(): never {
    this.swallowed = true;
    throw new ProcedureFault('SIGNAL_SWALLOWED', 'the procedure went on after the end of its pass');
  }

  protected fault(code: FaultCode, detail: string): never {
    throw new ProcedureFault(code, detail);
  }
}

/** What a desk says of people's answers: of one, of lines, of several seats, of a chain of steps. */
export abstract class Asking extends Desktop {
  ask(step: string, { shows, from }: Shown & Counted): Answer<never> {
    const key = this.key(step);
    if (this.rules.steps[step] === undefined) this.fault('NAME_UNKNOWN', `step ${step}`);
    const ask = this.asked(key, step, { shows, from });
    return this.voted(key, step) ? this.vote(ask) : this.single(ask);
  }

  /** One answer to what is asked of one seat. */
  private single(ask: Ask): Answer<never> {
    const { key, shown } = ask;
    const fact = this.live.answers.get(key);
    this.dropVotes(key);
    if (fact !== undefined) {
      const ref = refOf(fact);
      if (fact.shown === shown && sameRefs(fact.after, this.head)) {
        this.carry(key, [ref]);
        return answerOf(fact);
      }
      this.voids.push(ref);
    }
    this.at.asks.set(key, { ...ask, ...this.seatsAsked(key, ask.step) });
    return this.end();
  }

  /** The answer that the votes of several seats come to. */
  private vote(ask: Ask): Answer<never> {
    const { key, shown } = ask;
    const ballot = ballotOf(this.rules.steps[ask.step] as StepPolicy, ask, this.live);
    this.voids.push(...ballot.voids);
    const refs = ballot.votes.map((vote) => refOf(vote));
    const alone = this.live.answers.get(key);
    if (alone?.kind === 'lapsed' && alone.shown === shown && sameRefs(alone.after, this.head)) {
      this.carry(key, [refOf(alone), ...refs]);
      return answerOf(alone);
    }
    if (alone !== undefined) this.voids.push(refOf(alone));
    if (ballot.decision !== undefined) {
      this.at.decided.set(key, ballot);
      this.carry(key, refs);
      return answerOfVotes(ballot, ballot.decision);
    }
    this.at.asks.set(key, { ...ask, ballot, ...this.exclusions(ask.step) });
    return this.end();
  }

  private voted(key: string, step: string): boolean {
    const policy = this.rules.steps[step];
    return policy !== undefined && isVoted(policy, changesOf(this.live, key));
  }

  /** Votes from when the step had several seats. */
  private dropVotes(key: string): void {
    for (const vote of this.live.votes.get(key)?.values() ?? []) this.voids.push(refOf(vote));
  }

  /** The seat of a step that has one, where people have changed it. */
  protected seatsAsked(key: string, step: string): Pick<Ask, 'seats' | 'excluded'> {
    const changes = changesOf(this.live, key);
    const policy = this.rules.steps[step];
    const seats = changes.length === 0 || policy === undefined ? {} : { seats: seatsAfter(planOf(policy, null), changes, []).map(seatRow) };
    return { ...seats, ...this.exclusions(step) };
  }

  /** Who has answered a step that this one may not share its people with. */
  private exclusions(step: string): Pick<Ask, 'excluded'> {
    const others = this.rules.steps[step]?.differentFrom ?? [];
    if (others.length === 0) return {};
    const keys = [...this.at.carried.keys()].filter((key) => others.includes(key.slice(key.lastIndexOf('/') + 1)));
    const facts = keys.flatMap((key) => [
      this.live.answers.get(key),
      ...(this.live.votes.get(key)?.values() ?? []),
      ...[...(this.live.parts.get(key)?.values() ?? [])].map((part) => part.fact),
    ]);
    const people = facts.flatMap((fact) => (fact?.kind === 'answered' ? [fact.by, fact.actingFor] : []));
    const excluded = [...new Set(people.filter((person) => person !== undefined))].sort();
    return excluded.length === 0 ? {} : { excluded };
  }

  protected asked(key: string, step: string, { shows, from }: { readonly shows: unknown; readonly from?: number | undefined }): Ask {
    const content = (shows ?? null) as Json;
    const since = from === undefined ? {} : { from };
    const previous = this.last === undefined ? {} : { previous: this.last };
    return { key, step, shows: content, shown: this.hashOf(key, content), after: this.head, ...since, ...previous };
  }

  /** A chain of steps that must all agree, as the policy has it. */
  review(name: string, { shows, from }: Shown & Counted): Reviewed {
    const key = this.key(name);
    const plan = this.rules.reviews?.[name] ?? this.fault('NAME_UNKNOWN', `review ${name}`);
    const { prefix } = this;
    this.prefix = `${key}/`;
    const content = (shows ?? null) as Json;
    const answers: StageAnswer[] = [];
    let before: Approved | undefined;
    for (const { step, when, covers } of plan.stages) {
      const at = this.prefix + step;
      if (!applies(when, content)) this.passBy(at);
      else if (plan.sameApprover !== 'skip' || !saw(before, covers) || !this.passOver(at, step, before?.key)) {
        const answer: StageAnswer = this.ask(step, { shows: partOf(content, covers), ...(from === undefined ? {} : { from }) });
        answers.push(answer);
        if (this.rules.steps[step]?.outcomes[answer.outcome]?.rejects === true) {
          this.prefix = prefix;
          this.at.left.push({ prefix: `${key}/` });
          return { outcome: 'rejected', step, answer, answers };
        }
        before = { key: at, covers };
      }
    }
    this.prefix = prefix;
    this.at.left.push({ prefix: `${key}/` });
    return { outcome: 'approved', answers };
  }

  /** A stage that does not apply to what is shown: what was answered there before does not come back. */
  private passBy(key: string): void {
    const answer = this.live.answers.get(key);
    if (answer !== undefined) this.voids.push(refOf(answer));
    this.dropVotes(key);
    this.carry(key, [], false);
  }

  /** Whether who approved the stage before could fill the only seat of this one, and so is not asked again. */
  private passOver(key: string, step: string, before: string | undefined): boolean {
    const approval = before === undefined ? undefined : this.live.answers.get(before);
    const policy = this.rules.steps[step];
    if (approval?.kind !== 'answered' || approval.actingFor !== undefined || policy === undefined) return false;
    if (this.live.answers.has(key) || this.voted(key, step) || changesOf(this.live, key).length > 0) return false;
    if (!(policy.roles ?? []).some((role) => approval.roles?.includes(role))) return false;
    if (this.exclusions(step).excluded?.includes(approval.by)) return false;
    this.at.passed.set(key, { step, on: refOf(approval), by: approval.by });
    this.carry(key, [], false);
    return true;
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

/** What a desk says of answers that are given line by line. */
export abstract class LineTables extends Asking {
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
    if (refs.length > 0 || complete) this.carry(key, refs, complete);
    if (complete) return answers;
    if (answers.length > 0) options.partly?.(answers);
    const shows = { lines: table };
    this.at.asks.set(key, { ...this.asked(key, step, { shows, from: options.from }), ...this.seatsAsked(key, step), parts: open });
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
    if (refs.length > 0) this.carry(key, refs, false);
    if (items.length === 0) return answers;
    const shows = { lines: table };
    this.at.asks.set(key, { ...this.asked(key, step, { shows }), ...this.seatsAsked(key, step), parts: hashes });
    return answers;
  }

  /** What stands of a line table, and what is open, with the hashes of what is shown; lines that are gone, or shown otherwise, fall. */
  private lines<Item>(
    key: string,
    step: string,
    items: readonly Item[],
    id: (item: Item) => string,
    { shows: showsOf }: { readonly shows: (item: Item) => unknown },
  ) {
    if (this.rules.steps[step]?.perLine !== true) this.fault('NAME_UNKNOWN', `per-line step ${step}`);
    const recorded = this.live.parts.get(key) ?? new Map<string, never>();
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
      if (part !== undefined && part.shown === shown && sameRefs(part.fact.after, this.head)) {
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
}

/** One run of a procedure over what stands: the desk it sees, and what it left open. */
export class Pass extends LineTables implements Desk<JsonObject> {
  /** The outcome of a case that was cancelled: whatever stood open, whoever the policy names is told. */
  calledOff(reason: string): { readonly value: Json } {
    const { cancelled } = this.rules;
    if (cancelled !== undefined) this.inform(cancelled.notice, { to: cancelled.to, shows: { ...this.subject, calledOff: reason } });
    return { value: { cancelled: true, reason } };
  }

  /** Runs the procedure once. Returns its outcome, or undefined when the pass ended before it. */
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

  all<B extends { readonly [name: string]: () => unknown }>(branches: B): never {
    this.check();
    const results: Record<string, unknown> = {};
    const from = this.head;
    const { last, way } = this;
    const heads: Ref[] = [];
    const ways: string[] = [];
    let pending = false;
    for (const [name, branch] of Object.entries(branches)) {
      this.head = from;
      this.last = last;
      this.way = way;
      const end = this.attempt(branch);
      if (end === undefined) pending = true;
      else results[name] = end.value;
      heads.push(...this.head);
      ways.push(...this.way);
    }
    this.head = [...new Set(heads)];
    this.way = [...new Set(ways)];
    return pending ? this.end() : (freeze(results) as never);
  }

  first<B extends { readonly [name: string]: () => unknown }>(name: string, branches: B): never {
    const key = this.key(name);
    const { last, way } = this;
    const recorded = this.live.choices.get(key);
    if (recorded !== undefined) {
      const mark = copy(this.at);
      const from = this.head;
      const voided = this.voids.length;
      const end = this.branch(key, recorded.branch, branches);
      if (this.decides(recorded.on, mark, voided, end !== undefined)) {
        this.at.left.push({ prefix: `${key}/`, ...(end === undefined ? { kept: recorded.branch } : {}) });
        this.carry(key, [refOf(recorded)], true, false);
        return end === undefined ? this.end() : (freeze({ branch: recorded.branch, value: end.value }) as never);
      }
      this.at = mark;
      this.head = from;
      this.last = last;
      this.way = way;
      this.voids.push(refOf(recorded));
    }
    for (const branch of Object.keys(branches)) {
      const mark = this.refs();
      const from = this.head;
      const end = this.branch(key, branch, branches);
      this.head = from;
      this.last = last;
      this.way = way;
      if (end === undefined) continue;
      this.choose ??= { key, branch, on: [...this.refs()].filter((ref) => !mark.has(ref)) };
      break;
    }
    return this.end();
  }

  loop<T>(name: string, round: (n: number) => T | undefined): T {
    const key = this.key(name);
    const outer = { prefix: this.prefix, depth: this.depth };
    this.depth++;
    for (let n = 1; ; n++) {
      const before = this.taken;
      this.prefix = `${key}/${n}/`;
      const result = round(n);
      if (this.ended) this.swallow();
      this.prefix = outer.prefix;
      if (result !== undefined) {
        this.depth = outer.depth;
        if (this.depth === 0) this.head = [];
        this.at.left.push({ prefix: `${key}/` });
        return result;
      }
      if (this.taken === before) this.fault('ENDLESS_LOOP', `${key}: round ${n} asked for nothing and did not end`);
    }
  }

  meanwhile<T>(name: string, duty: () => T): T | undefined {
    const key = this.key(name);
    const from = this.head;
    const { last, way, prefix } = this;
    this.prefix = `${key}/`;
    const end = this.attempt(duty);
    this.prefix = prefix;
    this.last = last;
    this.way = way;
    this.head = from;
    return end?.value as T | undefined;
  }

  /** Runs one branch of a `first` in its own scope. */
  private branch(key: string, name: string, branches: { readonly [name: string]: () => unknown }): { value: unknown } | undefined {
    const run = branches[name];
    if (run === undefined) return undefined;
    const prefix = this.prefix;
    this.prefix = `${key}/${name}/`;
    const end = this.attempt(run);
    this.prefix = prefix;
    return end;
  }

  /** Whether a recorded choice still stands: all that decided it does, and the branch has not asked anew before coming to it. */
  private decides(on: readonly Ref[], mark: Registers, voided: number, complete: boolean): boolean {
    const fallen = new Set(this.voids.slice(voided));
    if (!on.every((ref) => this.live.has(ref) && !fallen.has(ref))) return false;
    const used = this.refs();
    if (on.every((ref) => used.has(ref))) return true;
    return !complete && this.at.asks.size === mark.asks.size && this.at.waits.size === mark.waits.size;
  }
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
    live.cancelled !== undefined ? pass.calledOff(live.cancelled) : pass.run(setting.procedure as Procedure<JsonObject, Steps, Names>);
  const back = outcome === undefined ? live.sentBack : undefined;
  const asks = back === undefined ? pass.at.asks : new Map([[starterKey, starterAsk(back)]]);
  const resting = new Set(back === undefined ? [] : pass.at.asks.keys());
  return { ...pass.at, asks, resting, live, voids: pass.voids, choose: pass.choose, outcome };
}
