import type { CommandBody, Grant } from '../../domain/engine/command.js';
import { act } from '../../domain/engine/commands/dispatch.js';

import type { Row, RowType } from '../../domain/engine/ledger.js';
import { type Procedure, type ProcedureContext } from '../../domain/engine/procedure.js';
import { Refusal } from '../../domain/engine/refusal.js';
import { type CaseState, nextWake, type OpenTask } from '../../domain/engine/state.js';
import { attemptEnded, begin, reported, type TurnResult, timersFired } from '../../domain/engine/turn.js';
import type { Json, JsonObject } from '../../domain/json.js';
import { type ProcedurePolicy, procedurePolicy } from '../../domain/policy/policy.js';

const words = (text: string) => ({ en: text, zh: text, id: text });
export const hour = 3_600_000;
/** When all test cases begin: 2026-11-02 09:00 in Shanghai. */
export const start = Date.UTC(2026, 10, 2, 1);

/** What a test says of a policy; the rest is filled in. Steps are named by role, with the outcomes `done` and `problem`. */
export interface Sketch {
  readonly steps?: Readonly<Record<string, object>>;
  readonly effects?: Readonly<Record<string, object>>;
  readonly clocks?: Readonly<Record<string, string>>;
  readonly notices?: readonly string[];
  readonly values?: Readonly<Record<string, string | number | boolean>>;
  readonly reviews?: Readonly<Record<string, object>>;
  readonly reopen?: object;
}

export function sketched({ steps = {}, effects = {}, clocks = {}, notices = [], values = {}, reviews, reopen }: Sketch): ProcedurePolicy {
  const named = (entries: Readonly<Record<string, object>>, fill: (id: string) => object): Record<string, object> =>
    Object.fromEntries(Object.entries(entries).map(([id, more]) => [id, { ...fill(id), ...more }]));
  const outcomes = { done: { name: words('done') }, problem: { name: words('problem') } };
  return procedurePolicy.parse({
    procedure: 'tried',
    implementation: 'tried',
    name: words('tried'),
    clauses: ['TT-A1'],
    startedBy: ['starter'],
    managedBy: ['manager'],
    repairedBy: ['repairer'],
    ...(reopen === undefined ? {} : { reopen }),
    steps: named(steps, (id) => ({
      name: words(id),
      clauses: ['TT-A1'],
      ...('seats' in (steps[id] ?? {}) ? {} : { roles: [id] }),
      outcomes,
    })),
    ...(reviews === undefined ? {} : { reviews: named(reviews, (id) => ({ name: words(id) })) }),
    effects: named(effects, (id) => ({ name: words(id) })),
    clocks: Object.fromEntries(
      Object.entries(clocks).map(([id, within]) => [id, { name: words(id), clauses: ['TT-A1'], due: { within } }]),
    ),
    notices: Object.fromEntries(notices.map((id) => [id, { name: words(id), clauses: ['TT-A1'] }])),
    values,
  });
}

/** A procedure with a sketched policy. */
export function settingOf(procedure: unknown, sketch: Sketch | ProcedurePolicy): ProcedureContext {
  const policy = 'procedure' in sketch ? sketch : sketched(sketch);
  return { procedure: procedure as Procedure<never, never>, policy, utcOffsetMinutes: 480 };
}

/** A case that a test takes through its procedure; each verb is a turn, refusals are thrown. */
export class Play {
  setting: ProcedureContext;
  state: CaseState;
  now = start;
  /** Rows of the last turn. */
  rows: readonly Row[] = [];
  /** Rows of all turns. */
  readonly ledger: Row[] = [];

  constructor(setting: ProcedureContext, subject: JsonObject = {}) {
    this.setting = setting;
    const caseId = 'tests:tried:1';
    const turned = begin(
      setting,
      { caseId, company: 'tests', procedure: 'tried', number: '1', edition: 'e1', subject, by: 'starter' },
      this.now,
    );
    this.state = turned.state;
    this.took(turned);
  }

  /** Keys of the open tasks, sorted. */
  get open(): string[] {
    return this.inState('open');
  }
  get suspended(): string[] {
    return this.inState('suspended');
  }
  get outcome(): Json | undefined {
    return this.state.outcome?.value;
  }

  task(key: string): OpenTask {
    const task = this.state.tasks[key];
    if (task === undefined) throw new Error(`no task ${key} among ${Object.keys(this.state.tasks).join(', ')}`);
    return task;
  }

  complete(key: string, data: JsonObject = {}, by = 'someone'): this {
    const { id, rev } = this.task(key);
    return this.act({ verb: 'complete', task: id, rev, data: { outcome: 'done', ...data } }, by);
  }

  /** Answers lines of an `each`. */
  lines(key: string, lines: JsonObject, by = 'someone'): this {
    return this.complete(key, { lines }, by);
  }

  /** A seat's vote. */
  vote(key: string, seat: string, outcome = 'done', by = `of-${seat}`): this {
    return this.act({ verb: 'complete', ...this.named(key), seat, data: { outcome } }, by);
  }

  /** A task as commands name it. */
  named(key: string): { readonly task: string; readonly rev: number } {
    const { id, rev } = this.task(key);
    return { task: id, rev };
  }

  /** How the seats of a task stand, in short. */
  seats(key: string): string {
    return this.task(key)
      .seats.map(({ id, state = 'open' }) => `${id} ${state}`)
      .join(', ');
  }

  back(key: string, to: string): this {
    const { id, rev } = this.task(key);
    return this.act({ verb: 'return', task: id, rev, to, reason: 'wrong' });
  }

  amend(patch: JsonObject): this {
    return this.act({ verb: 'amend', patch, from: this.state.turn });
  }

  cancel(): this {
    return this.act({ verb: 'cancel', reason: 'customer' });
  }

  act(body: CommandBody & { readonly grant?: Grant; readonly actingFor?: string }, by = 'someone'): this {
    return this.took(act(this.setting, this.state, { ...body, by }, this.now));
  }

  /** An effect or reading under way ends. */
  done(key: string, result: Json = { ok: true }): this {
    return this.took(attemptEnded(this.setting, this.state, this.now, key, { ok: true, result }));
  }
  failed(key: string): this {
    return this.took(attemptEnded(this.setting, this.state, this.now, key, { ok: false, code: 'REFUSED', detail: 'by the system' }));
  }
  /** Fails for good, and nobody knows whether it was carried out. */
  lost(key: string): this {
    return this.took(attemptEnded(this.setting, this.state, this.now, key, { ok: false, code: 'LOST', detail: '', unknown: true }));
  }
  unknown(key: string): this {
    return this.took(attemptEnded(this.setting, this.state, this.now, key, { ok: 'unknown' }));
  }

  /** Time passes, and the case's clock strikes when it must. */
  pass(ms: number): this {
    this.now += ms;
    for (let wake = nextWake(this.state); wake !== undefined && wake <= this.now; wake = nextWake(this.state)) {
      this.took(timersFired(this.setting, this.state, this.now));
    }
    return this;
  }

  report(event: string, report: string, data: JsonObject = {}): this {
    return this.took(reported(this.setting, this.state, this.now, { kind: 'event', event, report, data }));
  }

  /** The code of the refusal that a move meets, or undefined. */
  refusal(move: () => unknown): { readonly code: string; readonly values: JsonObject } | undefined {
    try {
      move();
    } catch (thrown) {
      if (thrown instanceof Refusal) return { code: thrown.code, values: thrown.values };
      throw thrown;
    }
    return undefined;
  }

  /** Types of the last turn's rows. */
  get types(): RowType[] {
    return this.rows.map((row) => row.type);
  }

  took(turned: TurnResult): this {
    this.state = turned.state;
    this.rows = turned.rows;
    this.ledger.push(...turned.rows);
    return this;
  }

  private inState(state: string): string[] {
    return Object.values(this.state.tasks)
      .filter((task) => task.state === state)
      .map((task) => task.key)
      .sort();
  }
}
