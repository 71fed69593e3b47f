import { assertNever } from '../assert-never.js';
import type { CommandBody } from '../engine/command.js';
import { act } from '../engine/commands/dispatch.js';
import { reopenings } from '../engine/commands/return.js';
import { isSure } from '../engine/commands/signers.js';
import { bounceReported } from '../engine/effects.js';
import { type ProcedureContext } from '../engine/procedure.js';
import { type CaseState, nextWake, type OpenTask } from '../engine/state.js';
import { stepPolicy } from '../engine/system-tasks.js';
import { attemptEnded, reported, type TurnResult, timersFired } from '../engine/turn.js';
import type { Json, JsonObject } from '../json.js';
import { sampleData } from '../policy/form.js';
import type { StepPolicy } from '../policy/policy.js';

/** One thing that people, systems or time may do to a case. `key` is a task's or an effect's. */
export type Action =
  | {
      readonly kind: 'complete';
      readonly key: string;
      readonly outcome: string;
      readonly lines?: readonly string[];
      readonly seat?: string;
    }
  | { readonly kind: 'seat'; readonly key: string; readonly seat: string; readonly verb: SeatAction }
  | { readonly kind: 'return'; readonly key: string; readonly to: string }
  | { readonly kind: 'amend'; readonly patch: JsonObject }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'reopen'; readonly to?: string }
  | { readonly kind: 'effect'; readonly key: string; readonly end: 'done' | 'failed' | 'unknown' }
  | { readonly kind: 'report'; readonly event: string }
  /** The mail that the effect sent comes back. */
  | { readonly kind: 'bounce'; readonly key: string }
  /** Of a task, or without a key of the whole case. */
  | { readonly kind: 'hold' | 'resume'; readonly key?: string }
  | { readonly kind: 'clock' };

/** What may happen to one seat of several. */
type SeatAction = 'withdraw' | 'transfer' | 'delegate' | 'add-signer' | 'remove-signer' | 'skip';

/** What people and systems may bring into an explored case. */
export interface Sample {
  readonly subject: JsonObject;
  /** Amendments that may come at any time; more than one lets a value change and come back. */
  readonly amendments?: readonly JsonObject[];
  /** Data of an answer by step and outcome, where the form's own sample will not do. */
  readonly answers?: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  /** The result of an effect or reading by its name; `{}` when not given. */
  readonly results?: Readonly<Record<string, Json>>;
  /** Tasks and cases are held and resumed as well. */
  readonly holds?: true;
  /** The data of a report by its event; `{}` when not given. */
  readonly reports?: Readonly<Record<string, JsonObject>>;
  /** Who acts; `explorer` when not given. */
  readonly by?: string;
}

/** A case at some moment, epoch milliseconds. */
export interface Moment {
  readonly state: CaseState;
  readonly now: number;
}

/** Every action that may be taken now: what the work itself asks for, and what disturbs it. */
export function actionsOf(
  context: ProcedureContext,
  { state }: Moment,
  sample: Sample,
): { readonly work: readonly Action[]; readonly disturbances: readonly Action[] } {
  const open = Object.values(state.tasks).filter((task) => task.state === 'open');
  const attempts = Object.values(state.effects).filter((effect) => effect.flight !== undefined);
  const running = state.outcome === undefined;
  return {
    work: [
      ...open.flatMap((task) => completions(task, stepPolicy(context.policy, task.step))),
      ...attempts.map(({ key }): Action => ({ kind: 'effect', key, end: 'done' })),
      ...[...new Set(Object.values(state.waits).map((wait) => wait.event))].map((event): Action => ({ kind: 'report', event })),
    ],
    disturbances: [
      ...open.flatMap(({ key, step }) =>
        (stepPolicy(context.policy, step)?.returnTo ?? []).map((to): Action => ({ kind: 'return', key, to })),
      ),
      ...open.flatMap((task) => seatActions(task, stepPolicy(context.policy, task.step))),
      ...(running ? (sample.amendments ?? []).map((patch): Action => ({ kind: 'amend', patch })) : []),
      ...attempts.map(({ key }): Action => ({ kind: 'effect', key, end: 'failed' })),
      ...attempts.filter(({ flight }) => flight?.cancelled).map(({ key }): Action => ({ kind: 'effect', key, end: 'unknown' })),
      ...bouncesOf(context, state),
      ...(nextWake(state) === undefined ? [] : [{ kind: 'clock' } as const]),
      ...(sample.holds === true ? holdsOf(state, running) : []),
      ...(running ? [{ kind: 'cancel' } as const] : reopenings(context, state).map((to): Action => ({ kind: 'reopen', ...to }))),
    ],
  };
}

function completions({ key, parts, covered, seats }: OpenTask, step: StepPolicy | undefined): readonly Action[] {
  const outcomes = Object.keys(step?.outcomes ?? {});
  if (covered !== undefined)
    return seats
      .filter(({ state }) => state === undefined)
      .flatMap(({ id }) => outcomes.map((outcome): Action => ({ kind: 'complete', key, outcome, seat: id })));
  if (parts === undefined) return outcomes.map((outcome) => ({ kind: 'complete', key, outcome }));
  const lines = Object.keys(parts);
  const some = lines.length > 1 ? [lines, lines.slice(0, 1)] : [lines];
  return outcomes.flatMap((outcome) => some.map((chosen): Action => ({ kind: 'complete', key, outcome, lines: chosen })));
}

/** What cannot be taken back may come back, each attempt once. */
function bouncesOf({ policy }: ProcedureContext, state: CaseState): readonly Action[] {
  if (state.status === 'closed') return [];
  return Object.values(state.effects).flatMap(({ key, name, done, flight }): readonly Action[] => {
    const sent = policy.effects[name]?.irreversible === true && flight === undefined ? done?.attempt : undefined;
    return sent === undefined || bounceReported(state, sent) ? [] : [{ kind: 'bounce', key }];
  });
}

/** What is held may be resumed, and what is not may be held. */
function holdsOf({ tasks, held }: CaseState, running: boolean): readonly Action[] {
  const open = Object.values(tasks).filter(({ state }) => state === 'open');
  const own = open.map(({ key, rests = [] }): Action => ({ kind: rests.some(({ of }) => of === 'task') ? 'resume' : 'hold', key }));
  return running ? [...own, { kind: held === undefined ? 'hold' : 'resume' }] : own;
}

/** What people do to the seats of a step that has several, as far as it is not refused. */
function seatActions({ key, covered, seats }: OpenTask, step: StepPolicy | undefined): readonly Action[] {
  if (covered === undefined || step?.seats === undefined) return [];
  const { mode, needs } = step.seats;
  const sure = seats.filter((seat) => seat.state !== 'removed' && seat.state !== 'left' && isSure(step, seat));
  const latest = seats.findLast(({ state }) => state === 'done');
  return seats.flatMap((seat): readonly Action[] => {
    const action = (verb: SeatAction): Action => ({ kind: 'seat', key, seat: seat.id, verb });
    if (seat.state === 'done') return mode !== 'sequence' || seat === latest ? [action('withdraw')] : [];
    if (seat.state !== undefined || seat.id.includes('.')) return [];
    const changed = seat.transferred !== undefined || seats.some(({ id }) => id.startsWith(`${seat.id}.`));
    const removable = (needs === undefined || 'percent' in needs) && sure.some((other) => other !== seat);
    return [
      ...(changed ? [] : changes.map(action)),
      ...(removable ? [action('remove-signer')] : []),
      ...(step.skip ? [action('skip')] : []),
    ];
  });
}
const changes = ['transfer', 'delegate', 'add-signer'] as const;

/** Takes an action. Throws the Refusal that a person would get; a fault in the procedure in any other turn leaves the case `faulted`. */
export function perform(
  context: ProcedureContext,
  { state, now }: Moment,
  action: Action,
  sample: Sample,
): TurnResult & { readonly now: number } {
  const command = (body: CommandBody, by = 'explorer'): TurnResult => act(context, state, { ...body, by: sample.by ?? by }, now);
  const turned = (): TurnResult => {
    switch (action.kind) {
      case 'complete':
        return command(
          { verb: 'complete', ...named(state, action.key, action.seat), data: dataOf(context, state, action, sample) },
          actorFor(state, action.key, action.seat),
        );
      case 'seat':
        return changeSeat(command, state, action);
      case 'return':
        return sendBack(command, state, action);
      case 'amend':
        return command({ verb: 'amend', patch: action.patch, from: state.turn });
      case 'cancel':
        return command({ verb: 'cancel', reason: 'explored' });
      case 'reopen':
        return command({ verb: 'reopen', reason: 'explored', ...(action.to === undefined ? {} : { to: action.to }) });
      case 'effect':
        return attemptEnded(context, state, now, action.key, endOf(state, action, sample));
      case 'report':
        return reported(context, state, now, {
          kind: 'event',
          event: action.event,
          report: `report-${state.turn}`,
          data: sample.reports?.[action.event] ?? {},
        });
      case 'bounce':
        return command({ verb: 'bounced', attempt: state.effects[action.key]?.done?.attempt ?? '', to: 'explored', reason: 'explored' });
      case 'hold':
        return command({ verb: 'hold', cause: 'explored', ...(action.key === undefined ? {} : named(state, action.key)) });
      case 'resume':
        return command({ verb: 'resume', ...(action.key === undefined ? {} : named(state, action.key)) });
      case 'clock':
        return timersFired(context, state, Math.max(now, nextWake(state) ?? now));
      default:
        return assertNever(action);
    }
  };
  return { ...turned(), now: action.kind === 'clock' ? Math.max(now, nextWake(state) ?? now) : now };
}

const named = (state: CaseState, key: string, seat?: string): { readonly task: string; readonly rev: number; readonly seat?: string } => ({
  task: state.tasks[key]?.id ?? key,
  rev: state.tasks[key]?.rev ?? 0,
  ...(seat === undefined ? {} : { seat }),
});

/** Who fills a seat: the person it is for, or somebody whom nothing else in the case keeps from it. */
function actorFor(state: CaseState, key: string, id = '1'): string {
  const task = state.tasks[key];
  const seat = task?.seats.find((one) => one.id === id);
  const person = seat?.by ?? seat?.candidates.flatMap((candidate) => ('person' in candidate ? [candidate.person] : []))[0];
  return person ?? `${task?.step ?? key} ${id}`;
}

type Commanding = (body: CommandBody, by?: string) => TurnResult;

/** Of a step of several seats, one whose turn it is sends it back. */
function sendBack(command: Commanding, state: CaseState, { key, to }: Action & { readonly kind: 'return' }): TurnResult {
  const task = state.tasks[key];
  const seat = task?.covered === undefined ? undefined : task.seats.find(({ state: stands }) => stands === undefined)?.id;
  return command({ verb: 'return', ...named(state, key, seat), to, reason: 'explored' }, actorFor(state, key, seat));
}

function changeSeat(command: Commanding, state: CaseState, { key, seat, verb }: Action & { readonly kind: 'seat' }): TurnResult {
  const on = named(state, key, seat);
  const holder = actorFor(state, key, seat);
  switch (verb) {
    case 'withdraw':
      return command({ verb, ...on }, holder);
    case 'transfer':
    case 'delegate':
      return command({ verb, ...on, to: `${verb} ${seat}` }, holder);
    case 'add-signer':
      return command({ verb, ...on, to: `added ${seat}`, where: 'after' }, holder);
    case 'remove-signer':
      return command({ verb, ...on, reason: 'explored' });
    case 'skip': {
      const proposed = state.tasks[key]?.seats.find((one) => one.id === seat)?.skip !== undefined;
      return command({ verb, ...on, reason: 'explored' }, proposed ? 'second' : 'first');
    }
    default:
      return assertNever(verb);
  }
}

function dataOf(
  context: ProcedureContext,
  state: CaseState,
  { key, outcome, lines }: Action & { readonly kind: 'complete' },
  sample: Sample,
): JsonObject {
  const name = state.tasks[key]?.step ?? '';
  const step = stepPolicy(context.policy, name);
  return sample.answers?.[name]?.[outcome] ?? (step === undefined ? undefined : sampleData(step, lines)[outcome]) ?? { outcome };
}

function endOf(state: CaseState, { key, end }: Action & { readonly kind: 'effect' }, sample: Sample): Parameters<typeof attemptEnded>[4] {
  switch (end) {
    case 'done':
      return { ok: true, result: sample.results?.[state.effects[key]?.name ?? ''] ?? {} };
    case 'failed':
      return { ok: false, code: 'EXPLORED', detail: '' };
    case 'unknown':
      return { ok: 'unknown' };
    default:
      return assertNever(end);
  }
}
