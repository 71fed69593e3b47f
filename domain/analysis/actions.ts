import { assertNever } from '../assert-never.js';
import type { CommandBody } from '../engine/command.js';
import { act } from '../engine/commands/dispatch.js';
import { reopenings } from '../engine/commands/return.js';
import { isSure } from '../engine/commands/signers.js';
import { wasReported } from '../engine/effects.js';
import { type Setting } from '../engine/procedure.js';
import { type CaseState, nextWake, type OpenTask } from '../engine/state.js';
import { stepPolicy } from '../engine/system-tasks.js';
import { clockStruck, flightEnded, reported, type Turned } from '../engine/turn.js';
import type { Json, JsonObject } from '../json.js';
import type { StepPolicy } from '../policy/policy.js';
import { sampleData } from '../policy/sample.js';

/** One thing that people, systems or time may do to a case. `key` is a task's or an effect's. */
export type Move =
  | {
      readonly move: 'complete';
      readonly key: string;
      readonly outcome: string;
      readonly lines?: readonly string[];
      readonly seat?: string;
    }
  | { readonly move: 'seat'; readonly key: string; readonly seat: string; readonly verb: SeatMove }
  | { readonly move: 'return'; readonly key: string; readonly to: string }
  | { readonly move: 'amend'; readonly patch: JsonObject }
  | { readonly move: 'cancel' }
  | { readonly move: 'reopen'; readonly to?: string }
  | { readonly move: 'effect'; readonly key: string; readonly end: 'done' | 'failed' | 'unknown' }
  | { readonly move: 'report'; readonly event: string }
  /** The mail that the effect sent comes back. */
  | { readonly move: 'bounce'; readonly key: string }
  /** Of a task, or without a key of the whole case. */
  | { readonly move: 'hold' | 'resume'; readonly key?: string }
  | { readonly move: 'clock' };

/** What may happen to one seat of several. */
type SeatMove = 'withdraw' | 'transfer' | 'delegate' | 'add-signer' | 'remove-signer' | 'skip';

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

/** Every move that may be made now: what the work itself asks for, and what disturbs it. */
export function movesOf(
  setting: Setting,
  { state }: Moment,
  sample: Sample,
): { readonly work: readonly Move[]; readonly disturbances: readonly Move[] } {
  const open = Object.values(state.tasks).filter((task) => task.state === 'open');
  const flights = Object.values(state.effects).filter((effect) => effect.flight !== undefined);
  const running = state.outcome === undefined;
  return {
    work: [
      ...open.flatMap((task) => completions(task, stepPolicy(setting.policy, task.step))),
      ...flights.map(({ key }): Move => ({ move: 'effect', key, end: 'done' })),
      ...[...new Set(Object.values(state.waits).map((wait) => wait.event))].map((event): Move => ({ move: 'report', event })),
    ],
    disturbances: [
      ...open.flatMap(({ key, step }) =>
        (stepPolicy(setting.policy, step)?.returnTo ?? []).map((to): Move => ({ move: 'return', key, to })),
      ),
      ...open.flatMap((task) => seatMoves(task, stepPolicy(setting.policy, task.step))),
      ...(running ? (sample.amendments ?? []).map((patch): Move => ({ move: 'amend', patch })) : []),
      ...flights.map(({ key }): Move => ({ move: 'effect', key, end: 'failed' })),
      ...flights.filter(({ flight }) => flight?.cancelled).map(({ key }): Move => ({ move: 'effect', key, end: 'unknown' })),
      ...bouncesOf(setting, state),
      ...(nextWake(state) === undefined ? [] : [{ move: 'clock' } as const]),
      ...(sample.holds === true ? holdsOf(state, running) : []),
      ...(running ? [{ move: 'cancel' } as const] : reopenings(setting, state).map((to): Move => ({ move: 'reopen', ...to }))),
    ],
  };
}

function completions({ key, parts, covered, seats }: OpenTask, step: StepPolicy | undefined): readonly Move[] {
  const outcomes = Object.keys(step?.outcomes ?? {});
  if (covered !== undefined)
    return seats
      .filter(({ state }) => state === undefined)
      .flatMap(({ id }) => outcomes.map((outcome): Move => ({ move: 'complete', key, outcome, seat: id })));
  if (parts === undefined) return outcomes.map((outcome) => ({ move: 'complete', key, outcome }));
  const lines = Object.keys(parts);
  const some = lines.length > 1 ? [lines, lines.slice(0, 1)] : [lines];
  return outcomes.flatMap((outcome) => some.map((chosen): Move => ({ move: 'complete', key, outcome, lines: chosen })));
}

/** What cannot be taken back may come back, each attempt once. */
function bouncesOf({ policy }: Setting, state: CaseState): readonly Move[] {
  if (state.status === 'closed') return [];
  return Object.values(state.effects).flatMap(({ key, name, done, flight }): readonly Move[] => {
    const sent = policy.effects[name]?.irreversible === true && flight === undefined ? done?.attempt : undefined;
    return sent === undefined || wasReported(state, sent) ? [] : [{ move: 'bounce', key }];
  });
}

/** What is held may be resumed, and what is not may be held. */
function holdsOf({ tasks, held }: CaseState, running: boolean): readonly Move[] {
  const open = Object.values(tasks).filter(({ state }) => state === 'open');
  const own = open.map(({ key, rests = [] }): Move => ({ move: rests.some(({ of }) => of === 'task') ? 'resume' : 'hold', key }));
  return running ? [...own, { move: held === undefined ? 'hold' : 'resume' }] : own;
}

/** What people do to the seats of a step that has several, as far as it is not refused. */
function seatMoves({ key, covered, seats }: OpenTask, step: StepPolicy | undefined): readonly Move[] {
  if (covered === undefined || step?.seats === undefined) return [];
  const { mode, needs } = step.seats;
  const sure = seats.filter((seat) => seat.state !== 'removed' && seat.state !== 'left' && isSure(step, seat));
  const latest = seats.findLast(({ state }) => state === 'done');
  return seats.flatMap((seat): readonly Move[] => {
    const move = (verb: SeatMove): Move => ({ move: 'seat', key, seat: seat.id, verb });
    if (seat.state === 'done') return mode !== 'sequence' || seat === latest ? [move('withdraw')] : [];
    if (seat.state !== undefined || seat.id.includes('.')) return [];
    const changed = seat.transferred !== undefined || seats.some(({ id }) => id.startsWith(`${seat.id}.`));
    const removable = (needs === undefined || 'percent' in needs) && sure.some((other) => other !== seat);
    return [...(changed ? [] : changes.map(move)), ...(removable ? [move('remove-signer')] : []), ...(step.skip ? [move('skip')] : [])];
  });
}
const changes = ['transfer', 'delegate', 'add-signer'] as const;

/** Makes a move. Throws the Refusal that a person would get; a fault in the procedure in any other turn leaves the case `faulted`. */
export function make(setting: Setting, { state, now }: Moment, move: Move, sample: Sample): Turned & { readonly now: number } {
  const command = (body: CommandBody, by = 'explorer'): Turned => act(setting, state, { ...body, by: sample.by ?? by }, now);
  const turned = (): Turned => {
    switch (move.move) {
      case 'complete':
        return command(
          { verb: 'complete', ...named(state, move.key, move.seat), data: dataOf(setting, state, move, sample) },
          actorFor(state, move.key, move.seat),
        );
      case 'seat':
        return changeSeat(command, state, move);
      case 'return':
        return sendBack(command, state, move);
      case 'amend':
        return command({ verb: 'amend', patch: move.patch, from: state.turn });
      case 'cancel':
        return command({ verb: 'cancel', reason: 'explored' });
      case 'reopen':
        return command({ verb: 'reopen', reason: 'explored', ...(move.to === undefined ? {} : { to: move.to }) });
      case 'effect':
        return flightEnded(setting, state, now, move.key, endOf(state, move, sample));
      case 'report':
        return reported(setting, state, now, {
          kind: 'event',
          event: move.event,
          report: `report-${state.turn}`,
          data: sample.reports?.[move.event] ?? {},
        });
      case 'bounce':
        return command({ verb: 'bounced', attempt: state.effects[move.key]?.done?.attempt ?? '', to: 'explored', reason: 'explored' });
      case 'hold':
        return command({ verb: 'hold', cause: 'explored', ...(move.key === undefined ? {} : named(state, move.key)) });
      case 'resume':
        return command({ verb: 'resume', ...(move.key === undefined ? {} : named(state, move.key)) });
      case 'clock':
        return clockStruck(setting, state, Math.max(now, nextWake(state) ?? now));
      default:
        return assertNever(move);
    }
  };
  return { ...turned(), now: move.move === 'clock' ? Math.max(now, nextWake(state) ?? now) : now };
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

type Commanding = (body: CommandBody, by?: string) => Turned;

/** Of a step of several seats, one whose turn it is sends it back. */
function sendBack(command: Commanding, state: CaseState, { key, to }: Move & { readonly move: 'return' }): Turned {
  const task = state.tasks[key];
  const seat = task?.covered === undefined ? undefined : task.seats.find(({ state: stands }) => stands === undefined)?.id;
  return command({ verb: 'return', ...named(state, key, seat), to, reason: 'explored' }, actorFor(state, key, seat));
}

function changeSeat(command: Commanding, state: CaseState, { key, seat, verb }: Move & { readonly move: 'seat' }): Turned {
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
  setting: Setting,
  state: CaseState,
  { key, outcome, lines }: Move & { readonly move: 'complete' },
  sample: Sample,
): JsonObject {
  const name = state.tasks[key]?.step ?? '';
  const step = stepPolicy(setting.policy, name);
  return sample.answers?.[name]?.[outcome] ?? (step === undefined ? undefined : sampleData(step, lines)[outcome]) ?? { outcome };
}

function endOf(state: CaseState, { key, end }: Move & { readonly move: 'effect' }, sample: Sample): Parameters<typeof flightEnded>[4] {
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
