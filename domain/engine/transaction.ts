import { canon, freeze, hashOf, hashText } from '../canonical-json.js';
import type { Json, JsonObject } from '../json.js';
import { type Rendering, render } from './execution.js';
import type { Actor, Fact, FactBody, Ref } from './facts.js';
import type { ClockRow, Row, RowType, Timed, TurnHead } from './ledger.js';
import { type ProcedureContext, ProcedureFault } from './procedure.js';
import { attemptCount, type CaseState, type EffectState, kept, type OpenTask } from './state.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export const engine: Actor = { by: 'engine' };

/** A person's action on a task of which the task's next row tells. */
interface PendingAction {
  readonly type: RowType;
  readonly verb: string;
  readonly actor: Actor;
  readonly body: JsonObject;
}

/** A turn in the making: a copy of the case that facts and rows are added to. Dropping it undoes all. */
export class Transaction {
  readonly context: ProcedureContext;
  readonly now: number;
  readonly state: Mutable<CaseState>;
  /** The command that the turn carries out; its last row names it. */
  command: string | undefined;
  /** Another calendar or edition came in this turn: the case's deadlines are computed anew. */
  rebasing = false;
  /** Keys of tasks that a reopening brings back: a row says what becomes of each that is asked for, or rests. */
  broughtBack: ReadonlySet<string> = new Set();
  /** What was done to the seats of a task, by key: its row follows when the seats are known. */
  readonly pendingActions = new Map<string, PendingAction>();
  private readonly rows: Mutable<Row>[] = [];
  private readonly facts: Fact[];

  constructor(context: ProcedureContext, state: CaseState, now: number) {
    this.context = context;
    this.now = now;
    this.state = { ...state, turn: state.turn + 1 };
    this.facts = [...state.facts];
  }

  record(body: FactBody, actor: Actor = engine): Fact {
    const fact = freeze({
      ...body,
      by: actor.by,
      ...(actor.actingFor === undefined ? {} : { actingFor: actor.actingFor }),
      n: ++this.state.factCount,
      at: this.now,
    }) as Fact;
    if (fact.kind === 'answered') freeze(fact.data);
    this.facts.push(fact);
    this.state.facts = this.facts;
    return fact;
  }

  setPendingAction(key: string, pending: PendingAction): void {
    this.pendingActions.set(key, pending);
  }

  emit(
    type: RowType,
    content: Omit<Row, 'seq' | 'turn' | 'at' | 'type' | 'head' | 'command' | 'by' | 'actingFor'> = {},
    actor: Actor = engine,
  ): void {
    const who: Actor = { by: actor.by, ...(actor.actingFor === undefined ? {} : { actingFor: actor.actingFor }) };
    this.rows.push({ seq: ++this.state.seq, turn: this.state.turn, at: this.now, type, ...who, ...content });
  }

  /** The contents a row must carry for these values: those that SQL has not been sent. */
  contents(values: Readonly<Record<string, Json>>): { readonly contents?: Record<string, Json> } {
    const news = Object.entries(values).filter(([hash]) => this.state.sent[hash] !== true);
    if (news.length === 0) return {};
    this.state.sent = { ...this.state.sent, ...Object.fromEntries(news.map(([hash]) => [hash, true as const])) };
    return { contents: Object.fromEntries(news) };
  }

  putTask(task: OpenTask): void {
    this.state.tasks = { ...this.state.tasks, [task.key]: task };
  }

  dropTask(key: string): void {
    const { [key]: _gone, ...tasks } = this.state.tasks;
    this.state.tasks = tasks;
  }

  putEffect(effect: EffectState): void {
    this.state.effects = { ...this.state.effects, [effect.key]: effect };
  }

  putClock(clock: ClockRow): void {
    this.state.clocks = { ...this.state.clocks, [clock.key]: clock };
  }

  /** Records that answers, bindings or readings are superseded: they never come back. */
  void(refs: readonly Ref[]): void {
    if (refs.length === 0) return;
    this.record({ kind: 'voided', refs });
    this.emit('voided', { body: { refs } });
  }

  /** Renders until nothing is superseded, no `first` has a new winner and no report waits for an open wait. */
  evaluate(): Rendering {
    for (let round = 0; round < 200; round++) {
      const rendering = render(this.context, this.state.subject, this.state.begunAt, this.facts);
      const voids = [...new Set(rendering.voids)].filter((ref) => rendering.history.has(ref));
      this.void(voids);
      if (rendering.choose !== undefined) {
        this.record({ kind: 'chosen', ...rendering.choose });
        this.emit('chosen', { body: { ...rendering.choose } });
      }
      if (voids.length === 0 && rendering.choose === undefined && !this.bind(rendering)) return rendering;
    }
    throw new ProcedureFault('UNSETTLED', 'the procedure does not come to rest');
  }

  /** Ends the turn: its last row says where the case stands. Returns the case before the turn when nothing happened in it. */
  finish(): { readonly state: CaseState; readonly rows: readonly Row[] } | undefined {
    const last = this.rows.at(-1);
    if (last === undefined) return undefined;
    const digest = digestOf(this.context, this.state);
    const head: TurnHead = {
      digest,
      status: this.state.status,
      edition: this.state.edition,
      flying: attemptCount(this.state),
      unboundReports: unboundOf([...this.state.facts, ...this.state.parked]),
      ...(this.state.outcome === undefined ? {} : { outcome: this.state.outcome.value }),
    };
    last.head = head;
    if (this.command !== undefined) last.command = this.command;
    this.state.digests = recent({ ...this.state.digests, [this.state.turn]: digest }, kept.digests);
    this.state.unacknowledged = [...this.state.unacknowledged, ...this.rows];
    return { state: this.state, rows: this.rows };
  }

  /** Binds the oldest unbound report to the oldest wait for its event. */
  private bind(rendering: Rendering): boolean {
    const since = (key: string): number => this.state.waits[key]?.since ?? Number.MAX_SAFE_INTEGER;
    for (const fact of rendering.history.unbound) {
      const [found] = [...rendering.waits].filter(([, wait]) => wait.event === fact.event).sort(([a], [b]) => since(a) - since(b));
      if (found === undefined) continue;
      const [key, wait] = found;
      this.record({ kind: 'bound', key, fact: fact.n, after: wait.after });
      this.emit('bound', { body: { key, report: fact.report } });
      return true;
    }
    return false;
  }
}

/** How many reports no wait has taken yet. */
function unboundOf(facts: readonly Fact[]): number {
  const bound = new Set(facts.flatMap((fact) => (fact.kind === 'bound' ? [fact.fact] : [])));
  return facts.filter((fact) => fact.kind === 'reported' && !bound.has(fact.n)).length;
}

/** The fingerprint of where a case stands: what two runs of one edition over the same facts must agree on. */
export function digestOf(context: ProcedureContext, state: CaseState): string {
  const tasks = Object.values(state.tasks).map((task) => [
    task.id,
    task.rev,
    task.shown,
    task.seats,
    task.dueAt ?? null,
    task.state,
    task.parts ?? null,
    ...timed(task),
  ]);
  const effects = Object.values(state.effects).map((effect) => [
    effect.key,
    effect.done?.hash ?? null,
    effect.flight?.hash ?? null,
    effect.flight?.action ?? null,
    effect.failed?.hash ?? null,
  ]);
  const clocks = Object.values(state.clocks).map((clock) => [clock.key, clock.from, clock.dueAt, clock.state, ...timed(clock)]);
  const body = {
    policy: policyHash(context),
    tasks,
    effects,
    clocks,
    waits: Object.keys(state.waits),
    held: state.held,
    status: state.status,
    outcome: state.outcome?.value ?? null,
  };
  return hashText(canon(body as unknown as JsonObject));
}

/** What only those have that rest or have a ladder. */
const timed = ({ ladder, rests }: Timed): readonly object[] => (ladder === undefined && rests === undefined ? [] : [{ ladder, rests }]);

const policyHashes = new WeakMap<object, string>();
function policyHash(context: ProcedureContext): string {
  const known = policyHashes.get(context.policy);
  if (known !== undefined) return known;
  const hash = hashOf({ policy: context.policy as unknown as Json, offset: context.utcOffsetMinutes });
  policyHashes.set(context.policy, hash);
  return hash;
}

function recent(digests: Readonly<Record<string, string>>, limit: number): Record<string, string> {
  const turns = Object.keys(digests);
  return turns.length <= limit ? digests : Object.fromEntries(turns.slice(-limit).map((turn) => [turn, digests[turn] as string]));
}
