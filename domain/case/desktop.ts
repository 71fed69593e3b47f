import type { ProcedurePolicy } from '../policy/policy.js';
import { hashesFor } from './canon.js';
import type { Shown } from './desk.js';
import type { Ref } from './facts.js';
import { type FaultCode, ProcedureFault } from './fault.js';
import type { Json, JsonObject } from './json.js';
import { type Live, refOf, sameRefs } from './live.js';
import { type Registers, registers } from './registers.js';

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
