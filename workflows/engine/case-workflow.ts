import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  currentUpdateInfo,
  makeContinueAsNewFunc,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { books, edition } from 'gendan-edition';
import { previewOf } from '../../domain/analysis/preview.js';
import { hashOf } from '../../domain/canonical-json.js';
import { bodyOf, type CaseStart, type Command, type Report } from '../../domain/engine/command.js';
import { act as actOn } from '../../domain/engine/commands/dispatch.js';

import type { Turn } from '../../domain/engine/ledger.js';
import { type Procedure, type ProcedureContext, procedureContext } from '../../domain/engine/procedure.js';
import { Refusal } from '../../domain/engine/refusal.js';
import { acknowledge, closedRun, continueRun, migrate, snapshotOf, turnOf, viewOf } from '../../domain/engine/snapshot.js';
import { type Attempt, type CaseState, kept, nextWake } from '../../domain/engine/state.js';
import { attemptEnded, begin as beginCase, reported, type TurnResult, timersFired } from '../../domain/engine/turn.js';
import type { ProcessedCommand } from '../../domain/engine/view.js';
import type { Json } from '../../domain/json.js';
import { type AttemptRequest, gendan, record, runAttempt } from './activities.js';
import { act, begin, report, view } from './contract.js';

/** What a run of a case starts from: its start, or the snapshot of the run before; `reopening`: that one has ended, and a command to reopen the case comes with the start. */
export type CaseInput =
  | { readonly start: CaseStart }
  | { readonly snapshot: CaseState; readonly taken: readonly ProcessedCommand[]; readonly reopening?: true };

/** A procedure as a Temporal workflow. */
export function caseWorkflow(procedure: Procedure<never, never>): (input: CaseInput) => Promise<Json> {
  return async (input) => new Case(procedure, input).run();
}

class Case {
  private readonly context: ProcedureContext;
  private state: CaseState;
  private readonly processed: ProcessedCommands;
  /** Attempts this run is making, by effect key. */
  private readonly attempts = new Map<string, { readonly flight: Attempt; readonly scope: CancellationScope }>();
  /** When timers of this run go off. */
  private readonly timers = new Set<number>();
  private recording = false;
  /** The turn that closed the case was answered to a caller. */
  private handedOver = false;
  /** The turn of the closed case that this run is there to reopen. */
  private closedTurn: number | undefined;
  /** The turn at which this code proved to render another case than the one in the history. */
  private mismatchAt: number | undefined;
  private readonly progress = new Progress();

  constructor(procedure: Procedure<never, never>, input: CaseInput) {
    const { company, procedure: name } = 'start' in input ? input.start : input.snapshot.start;
    this.context = contextOf(procedure, company, name);
    this.processed = new ProcessedCommands('start' in input ? [] : input.taken);
    if ('start' in input) {
      this.state = this.noted(beginCase(this.context, { ...input.start, edition: editionId }, Date.now()));
    } else if (input.reopening === true) {
      this.closedTurn = input.snapshot.turn;
      this.state = closedRun(this.context, input.snapshot, editionId);
    } else if (input.snapshot.moving === undefined) {
      this.state = continueRun(this.context, input.snapshot);
    } else {
      this.state = this.noted(migrate(this.context, input.snapshot, editionId, Date.now()));
      void this.store();
    }
  }

  async run(): Promise<Json> {
    setHandler(view, ({ since, whole, next }) =>
      asApplicationFailure(() => ({
        ...viewOf(this.own(), since, whole),
        ...(whole === true ? { taken: this.processed.list } : {}),
        ...(next === undefined ? {} : { next: previewOf(this.context, { state: this.own(), now: Date.now() }, next.task, next.by) }),
      })),
    );
    setHandler(begin, (sent) => this.answer(hashOf(sent), () => this.began(sent)), {
      validator: (sent) => asApplicationFailure(() => this.began(sent)),
    });
    setHandler(act, (command) => this.answer(hashOf(bodyOf(command)), () => this.acted(command), command), {
      validator: (command) => this.validate(command),
    });
    setHandler(report, (sent) => this.heard(sent));
    this.applyState();
    // One that ended at once ends by itself when its start is answered to nobody, because whoever sent it died; so does one that nobody reopens.
    if (this.state.status === 'closed' && !(await condition(() => this.atEnd() || this.state.status !== 'closed', '10 s'))) {
      this.closedTurn = undefined;
      void this.store();
    }
    await condition(() => {
      this.progress.note();
      return this.atEnd() || this.mustRenew();
    });
    await condition(allHandlersFinished);
    if (this.atEnd()) return this.state.outcome?.value ?? null;
    const moving = this.state.moving !== undefined;
    const renew = makeContinueAsNewFunc<(input: CaseInput) => Promise<Json>>(moving ? { initialVersioningBehavior: 'AUTO_UPGRADE' } : {});
    return renew({ snapshot: snapshotOf(this.state), taken: this.processed.list });
  }

  /**
   * A case ends when its last rows are safe: SQL has them, or the update that closed it holds them. That update's outcome stays with the
   * ended run, so whoever sends the command again, or asks for the view, still gets them.
   */
  private atEnd(): boolean {
    const { status, turn, unacknowledged } = this.state;
    return status === 'closed' && turn !== this.closedTurn && (this.handedOver || unacknowledged.length === 0);
  }

  private mustRenew(): boolean {
    if (this.state.moving !== undefined) return true;
    return workflowInfo().continueAsNewSuggested && this.attempts.size === 0 && !this.recording && this.mismatchAt === undefined;
  }

  private validate(command: Command): void {
    asApplicationFailure(() => {
      this.own();
      if (this.processed.known(hashOf(bodyOf(command)))) return;
      actOn(this.context, this.acknowledged(command), command, Date.now());
    });
  }

  /** The case, if it is that of the history; refuses with EDITION_MISMATCH. */
  private own(): CaseState {
    if (this.mismatchAt !== undefined) throw new Refusal('EDITION_MISMATCH', { turn: this.mismatchAt });
    return this.state;
  }

  /** Fails the workflow task where this code is not that of the history: nothing it makes of a live event may come into it. Commands are refused before. */
  private refuseMismatch(): void {
    this.progress.follow();
    if (this.mismatchAt !== undefined && !workflowInfo().unsafe.isReplaying) throw new Error(`EDITION_MISMATCH at turn ${this.mismatchAt}`);
  }

  /** Takes a message once: the same id again is answered with where the case stands and the rows SQL may lack. */
  private answer(body: string, take: () => TurnResult | undefined, command?: Command): Turn {
    return asApplicationFailure(() => {
      if (command !== undefined) this.state = this.acknowledged(command);
      if (!this.processed.known(body)) {
        const turned = take();
        this.processed.add(body);
        if (turned !== undefined) this.state = this.noted(turned);
        this.applyState();
      }
      this.handedOver = this.state.status === 'closed';
      return turnOf(this.state);
    });
  }

  private began(sent: { readonly subject: string }): undefined {
    const own = this.state.amendedTurn === 0 ? hashOf(this.state.subject) : undefined;
    if (this.processed.others(hashOf(sent))) throw new Refusal('DUPLICATE_NUMBER', { caseId: this.state.start.caseId });
    if (own !== undefined && sent.subject !== own) throw new Refusal('DUPLICATE_NUMBER', { caseId: this.state.start.caseId });
    return undefined;
  }

  /** A mismatch is met here only in a replay: live, the validator has refused the command. The rest of the history is replayed all the same, so that the next command is refused in words. */
  private acted(command: Command): TurnResult {
    const id = currentUpdateInfo()?.id;
    try {
      return actOn(this.context, this.state, command, Date.now(), id);
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.code !== 'EDITION_MISMATCH') throw thrown;
      this.mismatchAt ??= Number(thrown.values['turn']);
      const { seen: _seen, ...unseen } = command;
      return actOn(this.context, this.state, unseen, Date.now(), id);
    }
  }

  private acknowledged({ seen }: Command): CaseState {
    return seen === undefined || seen.seq > this.state.seq ? this.state : acknowledge(this.state, seen.seq);
  }

  private heard(sent: Report): void {
    this.refuseMismatch();
    this.advance(reported(this.context, this.state, Date.now(), sent));
  }

  /** A turn that no caller waits for. */
  private advance(turned: TurnResult): void {
    this.refuseMismatch();
    if (turned.rows.length === 0) return;
    this.state = this.noted(turned);
    this.applyState();
    void this.store();
  }

  private noted(turned: TurnResult): CaseState {
    const { start, turn, digests } = turned.state;
    gendan.turned(start.caseId, turn, digests[turn] ?? '');
    return turned.state;
  }

  /** After a turn: the next alarm is set, attempts start and stop as the case says. */
  private applyState(): void {
    this.setTimer();
    for (const [key, { flight: attempt, scope }] of this.attempts) {
      const wanted = this.state.effects[key]?.flight;
      if (wanted === undefined || wanted.cancelled || wanted.idempotencyKey !== attempt.idempotencyKey || this.state.moving !== undefined)
        scope.cancel();
    }
    if (this.state.moving !== undefined) return;
    for (const [key, { flight: attempt }] of Object.entries(this.state.effects))
      if (attempt !== undefined && !this.attempts.has(key)) void this.startAttempt(key, attempt);
  }

  private async startAttempt(key: string, flight: Attempt): Promise<void> {
    const effect = this.state.effects[key];
    if (effect === undefined) return;
    const scope = new CancellationScope({ cancellable: true });
    this.attempts.set(key, { flight, scope });
    const attempt: AttemptRequest = { caseId: this.state.start.caseId, effect, flight };
    // One that an earlier run called off is not made again.
    const end = flight.cancelled ? await Promise.resolve({ ok: 'unknown' } as const) : await scope.run(() => runAttempt(attempt));
    this.attempts.delete(key);
    if (this.state.moving === undefined) this.advance(attemptEnded(this.context, this.state, Date.now(), key, end));
  }

  /** One timer for the earliest alarm; an earlier one that is no longer needed just finds nothing to do. */
  private setTimer(): void {
    const next = nextWake(this.state);
    if (next === undefined || [...this.timers].some((at) => at <= next)) return;
    this.timers.add(next);
    void sleep(Math.max(1, next - Date.now())).then(() => {
      this.timers.delete(next);
      if (this.state.moving !== undefined) return;
      this.advance(timersFired(this.context, this.state, Date.now()));
      this.setTimer();
    });
  }

  /** Brings rows into SQL when no caller does. */
  private async store(): Promise<void> {
    if (this.recording) return;
    this.recording = true;
    while (this.state.unacknowledged.length > 0 && this.state.moving === undefined) {
      const stored = await record(this.state.start.caseId, turnOf(this.state).rows);
      this.refuseMismatch();
      // One that was ended by a stranger is made again.
      if (typeof stored === 'number') this.state = acknowledge(this.state, stored);
    }
    this.recording = false;
  }
}

/** The commands that a case has taken, for as long as somebody may send one again. */
export class ProcessedCommands {
  list: readonly ProcessedCommand[];

  constructor(list: readonly ProcessedCommand[]) {
    this.list = list;
  }

  /** Whether the message at hand has been taken before. `body`: the hash of what it says; another one under the same id is refused. */
  known(body: string): boolean {
    const id = currentUpdateInfo()?.id;
    const before = this.list.find((taken) => taken.id === id);
    if (before !== undefined && before.body !== body) throw new Refusal('COMMAND_REUSED');
    return before !== undefined;
  }

  /** Whether messages have been taken, and the one at hand was none of them. */
  others(body: string): boolean {
    return this.list.length > 0 && !this.known(body);
  }

  /** Notes the message at hand as taken. */
  add(body: string): void {
    this.list = [...this.list, { id: currentUpdateInfo()?.id ?? '', body }].slice(-kept.commands);
  }
}

/** How far a run has come in its history. */
export class Progress {
  private seen = { at: 0, events: 0, bytes: 0 };

  /**
   * Notes the workflow task that the run is in; false where events are shown before the workflow task that takes them. A query that waited for
   * a worker may bring such events: the SDK shows them at the time of the task before, at which no replay will see them again, and with the
   * size that the history had then. Never throws: what the jobs of the run have set going must still run, and in this run.
   */
  note(): boolean {
    const { historyLength: events, historySize: bytes } = workflowInfo();
    const at = Date.now();
    if (events > this.seen.events && at === this.seen.at && bytes === this.seen.bytes) return false;
    this.seen = { at, events, bytes };
    return true;
  }

  /** Called before an event is taken. Throws where that would be early, which ends the run in the worker's memory and nothing else. */
  follow(): void {
    if (!this.note()) throw new Error('EVENT_EARLY');
  }
}

/** The edition this bundle is. */
export const editionId: string = edition;

/** A procedure with the policy its edition pins. Fails the run when the edition does not know the procedure: a start with a wrong name. */
export function contextOf(procedure: Procedure<never, never>, company: string, name: string): ProcedureContext {
  const context = procedureContext(books[company], name, () => procedure);
  if (context === undefined) throw ApplicationFailure.nonRetryable(`${company}:${name} is not in edition ${edition}`, 'PROCEDURE_UNKNOWN');
  return context;
}

/** Does what a message asks for, with its refusals as Temporal carries them. */
export function asApplicationFailure<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    throw ApplicationFailure.create({ message: thrown.code, type: thrown.code, nonRetryable: true, details: [thrown.values] });
  }
}
