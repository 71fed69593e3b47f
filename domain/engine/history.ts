import type { Json, JsonObject } from '../json.js';
import { starterKey } from '../policy/reserved-steps.js';
import type { Fact, Ref } from './facts.js';

type Of<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;

/** One line's recorded answer. */
export interface EffectivePart {
  readonly fact: Of<'answered'>;
  readonly shown: string;
  readonly data: JsonObject;
}
export interface BoundReport {
  readonly fact: Of<'bound'>;
  readonly data: JsonObject;
}
export interface Done {
  readonly n: number;
  readonly input: string;
  readonly result: Json;
}

/** What the facts leave standing: answers not revoked or voided, the last result of each effect, bindings, choices. */
export interface EffectiveHistory {
  readonly answers: ReadonlyMap<string, Of<'answered'> | Of<'lapsed'>>;
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, EffectivePart>>;
  /** Votes by key and seat, each in the order they came. */
  readonly votes: ReadonlyMap<string, ReadonlyMap<string, Of<'answered'>>>;
  /** What was changed about the seats of a key, oldest first. */
  readonly seatings: ReadonlyMap<string, readonly Of<'seated'>[]>;
  /** Stages of reviews that the ledger says were passed over for the same approver, by key. */
  readonly passed: ReadonlyMap<string, Of<'passed'>>;
  readonly done: ReadonlyMap<string, Done>;
  readonly reads: ReadonlyMap<string, Of<'read'>>;
  readonly bound: ReadonlyMap<string, BoundReport>;
  readonly choices: ReadonlyMap<string, Of<'chosen'>>;
  readonly told: ReadonlyMap<string, Of<'told'>>;
  /** Reports never bound to a wait, oldest first. */
  readonly unbound: readonly Of<'reported'>[];
  /** The return to the starter that they have not answered yet. */
  readonly sentBack: (Of<'struck'> & { readonly starter: string }) | undefined;
  readonly cancelled: string | undefined;
  /** Whether the answer, binding or choice of this name stands. */
  has(ref: Ref): boolean;
}

export const refOf = (fact: { readonly n: number }, part?: string): Ref => (part === undefined ? String(fact.n) : `${fact.n}:${part}`);

/** Whether two chains are one. */
export const sameRefs = (a: readonly Ref[], b: readonly Ref[]): boolean => a.length === b.length && a.every((ref, i) => ref === b[i]);

/** Folds the facts, in order, into what stands. */
export function effectiveHistory(facts: readonly Fact[]): EffectiveHistory {
  const fold = new HistoryFold();
  for (const fact of facts) fold.take(fact);
  return fold;
}

class HistoryFold implements EffectiveHistory {
  readonly answers = new Map<string, Of<'answered'> | Of<'lapsed'>>();
  readonly parts = new Map<string, Map<string, EffectivePart>>();
  readonly votes = new Map<string, Map<string, Of<'answered'>>>();
  readonly seatings = new Map<string, Of<'seated'>[]>();
  readonly passed = new Map<string, Of<'passed'>>();
  readonly done = new Map<string, Done>();
  readonly reads = new Map<string, Of<'read'>>();
  readonly bound = new Map<string, BoundReport>();
  readonly choices = new Map<string, Of<'chosen'>>();
  readonly told = new Map<string, Of<'told'>>();
  sentBack: (Of<'struck'> & { readonly starter: string }) | undefined;
  cancelled: string | undefined;
  private readonly reports = new Map<number, Of<'reported'>>();
  /** How to let each standing answer, binding, choice or reading be revoked. */
  private readonly revocations = new Map<Ref, () => void>();

  get unbound(): readonly Of<'reported'>[] {
    return [...this.reports.values()].filter((fact) => !this.used.has(fact.n));
  }
  private readonly used = new Set<number>();

  has(ref: Ref): boolean {
    return this.revocations.has(ref);
  }

  take(fact: Fact): void {
    switch (fact.kind) {
      case 'answered':
        return this.answered(fact);
      case 'lapsed':
        return this.establish(this.answers, fact.key, fact, refOf(fact));
      case 'struck':
        if (fact.starter !== undefined) this.sentBack = { ...fact, starter: fact.starter };
        return this.revokeAnswers(fact);
      case 'reopened':
        this.cancelled = undefined;
        return this.revokeAnswers(fact);
      case 'voided':
        return this.revoke(fact.refs);
      case 'seated':
        this.seatings.set(fact.key, [...(this.seatings.get(fact.key) ?? []), fact]);
        return;
      case 'passed':
        this.passed.set(fact.key, fact);
        return;
      case 'chosen':
        return this.establish(this.choices, fact.key, fact, refOf(fact));
      case 'read':
        return this.establish(this.reads, fact.key, fact, refOf(fact));
      case 'done':
        this.done.set(fact.key, { n: fact.n, input: fact.input, result: fact.result });
        return;
      case 'undone':
        this.done.delete(fact.key);
        return;
      case 'reported':
        this.reports.set(fact.n, fact);
        return;
      case 'bound':
        this.used.add(fact.fact);
        return this.establish(this.bound, fact.key, { fact, data: this.reports.get(fact.fact)?.data ?? {} }, refOf(fact));
      case 'told':
        this.told.set(fact.key, fact);
        return;
      case 'cancelled':
        this.cancelled = fact.reason;
        return;
      case 'amended':
      case 'bounced':
      case 'calendar':
      case 'failed':
      case 'held':
      case 'resent':
      case 'resumed':
      case 'retried':
      case 'settled':
      case 'rung':
        return;
    }
  }

  private revokeAnswers({ refs, redo = [] }: Of<'struck'> | Of<'reopened'>): void {
    for (const key of this.seatings.keys()) this.forgetSkips(key);
    for (const key of redo) this.seatings.delete(key);
    this.revoke(refs);
  }

  private revoke(refs: readonly Ref[]): void {
    for (const ref of refs) this.revocations.get(ref)?.();
  }

  /** What was proposed before an answer or a return is of no more account. */
  private forgetSkips(key: string, seat?: string): void {
    const changes = this.seatings.get(key);
    if (changes?.some(({ change }) => change.change === 'skip-proposed') !== true) return;
    this.seatings.set(
      key,
      changes.filter(({ change }) => change.change !== 'skip-proposed' || (seat !== undefined && change.seat !== seat)),
    );
  }

  private answered(fact: Of<'answered'>): void {
    this.forgetSkips(fact.key, fact.seat);
    if (fact.key === starterKey) this.sentBack = undefined;
    if (fact.seat !== undefined) {
      const votes = this.votes.get(fact.key) ?? new Map<string, Of<'answered'>>();
      this.votes.set(fact.key, votes);
      votes.delete(fact.seat);
      return this.establish(votes, fact.seat, fact, refOf(fact));
    }
    if (fact.parts === undefined) return this.establish(this.answers, fact.key, fact, refOf(fact));
    const lines = this.parts.get(fact.key) ?? new Map<string, EffectivePart>();
    this.parts.set(fact.key, lines);
    for (const [id, part] of Object.entries(fact.parts))
      this.establish(lines, id, { fact, shown: part.shown, data: part.data }, refOf(fact, id));
  }

  private establish<V>(map: Map<string, V>, key: string, value: V, ref: Ref): void {
    map.set(key, value);
    this.revocations.set(ref, () => {
      if (map.get(key) === value) map.delete(key);
      this.revocations.delete(ref);
    });
  }
}
