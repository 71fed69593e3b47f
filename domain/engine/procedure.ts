import type { Json, JsonObject } from '../json.js';
import { type CompanyBook, type CompanyPolicy, type ProcedurePolicy } from '../policy/policy.js';
import type { Ref } from './facts.js';

/** The data of each step's answer, by step id: what a procedure declares about its own forms. */
export type Steps = { readonly [step: string]: object };

/** What else the policy of a procedure names, so that what is mistyped does not compile: generated with its `Steps`. */
export interface Names {
  readonly roles: string;
  readonly reviews: string;
  readonly clocks: string;
  readonly notices: string;
  readonly effects: string;
  readonly readings: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
}

/** An answer on record. `outcome` is the branch of the book that was taken; `at` epoch milliseconds. */
export interface Answer<Data> {
  readonly ref: Ref;
  readonly outcome: Data extends { readonly outcome: infer O } ? O : string;
  readonly data: Data;
  readonly by: string;
  readonly at: number;
  /** Nobody answered in time, on a step whose policy lets the procedure go on (`overdue: outcome`). */
  readonly overdue: boolean;
  /** Of a step of several seats: the vote of each, in the order they came. Its data is that of the vote that decided. */
  readonly votes?: readonly SeatAnswer<Data>[];
}

/** What one seat of a step answered; `reason` where it was a "no". */
export interface SeatAnswer<Data> {
  readonly seat: string;
  readonly outcome: Answer<Data>['outcome'];
  readonly data: Data;
  readonly by: string;
  readonly at: number;
  readonly reason?: string;
}

/** How a review ended: every stage agreed, or `step` said no with `answer`. Stages that were passed over have no answer. */
export type Reviewed =
  | { readonly outcome: 'approved'; readonly answers: readonly StageAnswer[] }
  | { readonly outcome: 'rejected'; readonly step: string; readonly answer: StageAnswer; readonly answers: readonly StageAnswer[] };
export type StageAnswer = Answer<{ readonly outcome: string; readonly [field: string]: Json }>;

/** The answer to one line of an `each`. */
export interface LineAnswer<Item, Data> {
  readonly id: string;
  readonly item: Item;
  readonly data: Data;
  readonly by: string;
  readonly at: number;
}

export interface Shown {
  /** What the person sees, and thereby what the answer covers: values only. It is frozen. */
  readonly shows: unknown;
}

/** Since when the time for an answer counts. */
export interface Counted {
  /** A recorded moment, epoch milliseconds; when the task opens, if absent. The daily batch a task goes with is the first one after it. */
  readonly from?: number;
}

type Branches = { readonly [name: string]: () => unknown };
export type Winner<B extends Branches> = { [K in keyof B]: { readonly branch: K; readonly value: ReturnType<B[K]> } }[keyof B];

/**
 * All that a procedure may touch. Each call returns what is on record, or ends this pass: then what it asked for is now open,
 * and the procedure runs again from its top after the next fact. Names are unique within their scope (`loop`, `first`, `meanwhile` make scopes).
 */
export interface Desk<Subject, S extends Steps = Steps, N extends Names = Names> {
  /** What the case is about, with all amendments; frozen. */
  readonly subject: Subject;
  /** When the case began, epoch milliseconds. */
  readonly begunAt: number;
  /** A value the policy gives to this procedure by name. */
  policy<Name extends keyof N['values'] & string>(name: Name): N['values'][Name];
  /** One answer from people. It stands while what was shown is the same and, inside a loop, while the answers before it stand. */
  ask<Step extends keyof S & string>(step: Step, options: Shown & Counted): Answer<S[Step]>;
  /**
   * One task over a table of lines; partial answers are taken, a line whose shown values change is asked again alone. `partly` is called with the lines
   * answered so far while others are open, for what must not wait for the last one.
   */
  each<Step extends keyof S & string, Item>(
    step: Step,
    items: readonly Item[],
    id: (item: Item) => string,
    options: {
      readonly shows: (item: Item) => unknown;
      readonly partly?: (answered: readonly LineAnswer<Item, S[Step]>[]) => void;
    } & Counted,
  ): readonly LineAnswer<Item, S[Step]>[];
  /**
   * A line table that stays open beside the main line until the procedure ends: any line may be answered at any time, and again. Ends no
   * pass; returns the latest answers there are, of lines whose shown values are the same.
   */
  standing<Step extends keyof S & string, Item>(
    step: Step,
    items: readonly Item[],
    id: (item: Item) => string,
    options: { readonly shows: (item: Item) => unknown },
  ): readonly LineAnswer<Item, S[Step]>[];
  /** A chain of steps that must all agree, from the policy (`reviews`): each stage sees its part of `shows`. Goes on when all agreed or one said no. */
  review(name: N['reviews'], options: Shown & Counted): Reviewed;
  /** Changes the outside world once per input; a changed input revises what was done. Returns the recorded result. */
  call(effect: N['effects'], input: unknown): Json;
  /** A recorded reading of the outside; read again when older than `freshForMs`, and after a return. */
  look(reading: N['readings'], input: unknown, options?: { readonly freshForMs?: number }): Json;
  /** A report from outside, bound to the oldest wait for its event. */
  wait(event: string): JsonObject;
  /** Tells someone, once per content; a changed content sends a correction. */
  inform(notice: N['notices'], options: { readonly to: N['roles'] } & Shown): void;
  /** All branches are on at once; goes on when all have ended. */
  all<B extends Branches>(branches: B): { readonly [K in keyof B]: ReturnType<B[K]> };
  /** All branches are on at once; the first to end is the recorded winner and the others are withdrawn. */
  first<B extends Branches>(name: string, branches: B): Winner<B>;
  /** Rounds of the same steps, until a round returns something. */
  loop<T>(name: string, round: (n: number) => T | undefined): T;
  /** A deadline of the case, apart from any task, counted from a recorded moment; met when the step `until` is answered. */
  clock(name: N['clocks'], options: { readonly from: number; readonly until: keyof S & string }): void;
  /** A standing duty beside the main line, withdrawn when the procedure ends. Returns what it came to, or undefined while it is under way. */
  meanwhile<T>(name: string, duty: () => T): T | undefined;
}

/** A documented procedure: a synchronous function of recorded facts. Returns the case's outcome. */
export type Procedure<Subject, S extends Steps = Steps, N extends Names = never> = (desk: Desk<Subject, S, N>) => unknown;

/** The sites of a company, and the one of cases that name none. */
export interface Sites {
  readonly default?: string;
}

/** The part of a setting that a company's sites are; nothing where it has none. */
export function sitesOf({ sites, defaultSite }: CompanyPolicy): { readonly sites?: Sites } {
  return sites === undefined ? {} : { sites: defaultSite === undefined ? {} : { default: defaultSite } };
}

/** The site of a case: what its subject names, or the company's own for cases that name none. Nothing where the company has no sites. */
export function siteOf(sites: Sites | undefined, { site }: JsonObject): { readonly site?: string } {
  if (sites === undefined) return {};
  const at = typeof site === 'string' ? site : sites.default;
  return at === undefined ? {} : { site: at };
}

/**
 * What a case of a company's book runs in: its procedure with the policy, the offset and the sites that the book pins. `procedureOf` finds the
 * procedure by the implementation that the policy names. Undefined: there is no such book, policy or implementation.
 */
export function procedureContext(
  book: CompanyBook | undefined,
  name: string,
  procedureOf: (implementation: string) => Procedure<never, never> | undefined,
): ProcedureContext | undefined {
  const policy = book?.procedures[name];
  const procedure = policy === undefined ? undefined : procedureOf(policy.implementation);
  if (book === undefined || policy === undefined || procedure === undefined) return undefined;
  return { procedure, policy, utcOffsetMinutes: book.company.utcOffsetMinutes, ...sitesOf(book.company) };
}

export type FaultCode = 'SIGNAL_SWALLOWED' | 'DUPLICATE_KEY' | 'ENDLESS_LOOP' | 'NAME_UNKNOWN' | 'UNSETTLED' | 'THREW';

/** A fault in a procedure's own code (never in what people or systems did). */
export class ProcedureFault extends Error {
  override readonly name = 'ProcedureFault';
  readonly code: FaultCode;
  constructor(code: FaultCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A procedure with what its edition pins for it. */
export interface ProcedureContext {
  /** Any procedure: its subject and steps are its own business, checked at the edge. */
  readonly procedure: Procedure<never, never>;
  readonly policy: ProcedurePolicy;
  readonly utcOffsetMinutes: number;
  /** The company's sites; missing: it has none, and a site in a subject says nothing about who may act. */
  readonly sites?: Sites;
}
