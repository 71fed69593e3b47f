import { freeze } from './canon.js';
import type { Desk } from './desk.js';
import { PENDING } from './desktop.js';
import type { Ref } from './facts.js';
import { ProcedureFault } from './fault.js';
import type { Json, JsonObject } from './json.js';
import { LineTables } from './line-tables.js';
import { refOf } from './live.js';
import { copy, type Registers } from './registers.js';

/** One run of a procedure over what stands: the desk it sees, and what it left open. */
export class Pass extends LineTables implements Desk<JsonObject> {
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
