import type { JsonObject } from '../json.js';
import type { StepPolicy } from '../policy/policy.js';
import { seatModes } from '../policy/seat-modes.js';
import type { Command } from './command.js';
import type { Actor } from './facts.js';
import type { Seat } from './ledger.js';
import { Refusal, type RefusalCode, refusal, seatUnknown, taskChanged, taskSuspended } from './refusal.js';
import type { CaseState, OpenTask } from './state.js';
import { isRepair, stepPolicy } from './system-tasks.js';
import type { Transaction } from './transaction.js';

/** What people do to a task and its seats. */
export const seatVerbs = [
  'complete',
  'reject',
  'return',
  'withdraw',
  'transfer',
  'delegate',
  'add-signer',
  'remove-signer',
  'skip',
] as const;
export type SeatVerb = (typeof seatVerbs)[number];

/** How a step is answered: by the one seat of its roles, line by line, as a repair, or by the seats of a mode. */
export const stepModes = ['single', 'lines', 'repair', ...seatModes] as const;
export type StepMode = (typeof stepModes)[number];

/**
 * How a task and the seat that is spoken of stand. `held`: clocks rest, which stops no decision. `left`: the others of its unit have said no.
 * `answered` and `ended`: the task, the whole case, is closed.
 */
export const targetStates = ['open', 'held', 'waiting', 'voted', 'left', 'removed', 'suspended', 'answered', 'ended'] as const;
export type TargetState = (typeof targetStates)[number];

/** `done`: it is done, if what it names is right. `none`: that cannot come about. Else the code of the refusal. */
export type Ruling = 'done' | 'none' | RefusalCode;

const closed = { suspended: 'TASK_SUSPENDED', answered: 'TASK_CLOSED', ended: 'CASE_CLOSED' } as const;
const now = { open: 'done', held: 'done' } as const;
const filled = { voted: 'SEAT_CLOSED', left: 'SEAT_LEFT', removed: 'SEAT_CLOSED' } as const;
/** By whoever's turn it is. */
const inTurn = { ...now, ...filled, ...closed, waiting: 'SEAT_WAITING' } as const;
/** Also before its turn. */
const ahead = { ...inTurn, waiting: 'done' } as const;
const nothing = 'NOTHING_TO_WITHDRAW' as const;

const rulings: Record<SeatVerb, Record<TargetState, Ruling>> = {
  complete: inTurn,
  reject: inTurn,
  return: inTurn,
  withdraw: { ...closed, open: nothing, held: nothing, waiting: nothing, left: nothing, removed: nothing, voted: 'done', answered: 'done' },
  transfer: ahead,
  delegate: inTurn,
  'add-signer': ahead,
  'remove-signer': ahead,
  skip: inTurn,
};

type Row = Partial<Record<TargetState, Ruling>>;
const everywhere = (ruling: Ruling): Row => ({ open: ruling, held: ruling });
/** A step of one seat has no other standings until somebody adds a signer: then it is of mode `one`. */
const oneSeat: Row = { waiting: 'none', voted: 'none', left: 'none', removed: 'none' };
/** Where a mode differs, for all its verbs. The first "no" ends a step of mode `one`; a repair is withdrawn, never suspended. */
const modes: Partial<Record<StepMode, Row>> = {
  single: oneSeat,
  lines: oneSeat,
  repair: { ...oneSeat, suspended: 'none' },
  one: { left: 'none' },
};
const exceptions: Partial<Record<StepMode, Partial<Record<SeatVerb, Row>>>> = {
  single: { 'remove-signer': everywhere('LAST_SIGNER') },
  lines: {
    reject: everywhere('VERB_UNKNOWN'),
    skip: everywhere('VERB_UNKNOWN'),
    withdraw: everywhere('done'),
    delegate: everywhere('SEATS_FIXED'),
    'add-signer': everywhere('SEATS_FIXED'),
    'remove-signer': everywhere('LAST_SIGNER'),
  },
  repair: {
    ...Object.fromEntries(seatVerbs.filter((verb) => verb !== 'complete').map((verb) => [verb, everywhere('VERB_UNKNOWN')])),
    withdraw: { ...everywhere('VERB_UNKNOWN'), answered: 'TASK_CLOSED' },
  },
};

/** What comes of a verb on a seat, by the mode of its step and how both stand. */
export function rulingOn(verb: SeatVerb, mode: StepMode, standing: TargetState): Ruling {
  return modes[mode]?.[standing] ?? exceptions[mode]?.[verb]?.[standing] ?? rulings[verb][standing];
}

/** Where a command on a task takes place. */
export interface TaskTarget {
  readonly task: OpenTask;
  readonly step: StepPolicy;
  readonly seat: Seat;
}
type OnSeat = Command & { readonly verb: SeatVerb };

/** The open task a command speaks of, or why not: unknown, closed (by whom, when, how), suspended, or changed since. */
export function openTask(state: CaseState, command: { readonly task: string; readonly rev: number }): OpenTask {
  const task = Object.values(state.tasks).find((candidate) => candidate.id === command.task);
  if (task === undefined) {
    const closing = state.closings.findLast((candidate) => candidate.task === command.task);
    if (closing === undefined) throw new Refusal('TASK_UNKNOWN', { task: command.task });
    throw new Refusal('TASK_CLOSED', { ...closing });
  }
  if (task.state === 'suspended') throw refusal(taskSuspended(task));
  if (task.rev !== command.rev) throw refusal(taskChanged(task));
  return task;
}

/** The seat a command is about, if the table of verbs lets it be done there now; else its refusal. */
export function targetOf(transaction: Transaction, command: OnSeat): TaskTarget {
  const task = openTask(transaction.state, command);
  const step = stepPolicy(transaction.context.policy, task.step);
  if (step === undefined) throw new Refusal('TASK_UNKNOWN', { task: task.id });
  const { verb } = command;
  const mode = modeOf(task, step);
  if (!offers(step, verb)) throw new Refusal('VERB_UNKNOWN', { verb, allowed: verbsOffered(step, mode) });
  const seat = seatIn(task, command);
  const ruling = rulingOn(verb, mode, targetStateOf(seat));
  if (ruling === 'done') return { task, step, seat };
  if (ruling === 'none') throw refusal(seatUnknown(seat.id, task.seats));
  throw new Refusal(ruling, ruling === 'VERB_UNKNOWN' ? { verb, allowed: verbsOffered(step, mode) } : valuesOf(task, seat));
}

/** How a task is answered. */
export function modeOf(task: Pick<OpenTask, 'step' | 'covered'>, step: StepPolicy): StepMode {
  if (isRepair(step)) return 'repair';
  if (step.perLine) return 'lines';
  return step.seats?.mode ?? (task.covered === undefined ? 'single' : 'one');
}

/** Whether the policy of a step has a verb at all. */
function offers(step: StepPolicy, verb: SeatVerb): boolean {
  switch (verb) {
    case 'reject':
      return Object.values(step.outcomes).some(({ rejects }) => rejects === true);
    case 'return':
      return step.returnTo.length > 0;
    case 'skip':
      return step.skip !== undefined;
    default:
      return true;
  }
}

/** The verbs that a task of a step can ever take. */
export function verbsOffered(step: StepPolicy, mode: StepMode): readonly SeatVerb[] {
  return seatVerbs.filter((verb) => offers(step, verb) && rulingOn(verb, mode, 'open') !== 'VERB_UNKNOWN');
}

export function targetStateOf(seat: Seat): TargetState {
  return seat.state === undefined ? 'open' : seat.state === 'done' ? 'voted' : seat.state;
}

/** The seat a command names; the one that is open, or that the actor filled, when it names none. */
function seatIn(task: OpenTask, { seat: named, verb, by }: OnSeat): Seat {
  const own = verb === 'withdraw' ? task.seats.filter((seat) => seat.state === 'done' && seat.by === by) : [];
  const found =
    named === undefined
      ? own.length > 0
        ? own
        : task.seats.filter((seat) => seat.state === undefined)
      : task.seats.filter(({ id }) => id === named);
  const [seat] = found;
  const alone = named !== undefined || verb === 'withdraw' || found.length === 1;
  if (seat === undefined || !alone)
    throw refusal(
      seatUnknown(
        named ?? '',
        task.seats.filter(({ state }) => state === undefined),
      ),
    );
  return seat;
}

function valuesOf(task: OpenTask, seat: Seat): JsonObject {
  const { id, state, by, at, verb, outcome, actingFor } = seat;
  const who = by === undefined ? {} : { by, at: at ?? 0, verb: verb ?? '', ...(actingFor === undefined ? {} : { actingFor }) };
  return {
    task: task.id,
    step: task.step,
    seat: id,
    ...(state === undefined ? {} : { state }),
    ...who,
    ...(outcome === undefined ? {} : { outcome }),
  };
}

/** Refuses who the facts say may not fill a seat: by segregation of duties, or because it is somebody else's by now. */
export function mayFill(seat: Seat, { by, actingFor }: Actor): void {
  const people = [by, ...(actingFor === undefined ? [] : [actingFor])];
  const excluded = people.find((person) => seat.excluded?.includes(person));
  if (excluded !== undefined) throw new Refusal('EXCLUDED', { person: excluded, seat: seat.id });
  const named = namedIn(seat);
  if (named.length < seat.candidates.length || named.some((person) => people.includes(person))) return;
  throw belongsTo(seat);
}

const namedIn = ({ candidates }: Seat): readonly string[] =>
  candidates.flatMap((candidate) => ('person' in candidate ? [candidate.person] : []));

/** Whose a seat is by now, and who gave it to them. */
export function belongsTo(seat: Seat): Refusal {
  const last = seat.transferred?.at(-1);
  const given = last === undefined ? {} : { by: last.by, at: last.at, verb: 'transfer' };
  return new Refusal('SEAT_OF_OTHER', { seat: seat.id, people: namedIn(seat), ...given });
}
