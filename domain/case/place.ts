import type { StepPolicy } from '../policy/policy.js';
import type { Command } from './command.js';
import type { Draft } from './draft.js';
import type { Actor } from './facts.js';
import type { JsonObject } from './json.js';
import { Refusal } from './refusal.js';
import { isRepair, stepPolicy } from './repair.js';
import type { Seat } from './rows.js';
import type { CaseState, OpenTask } from './state.js';
import { rulingOn, type SeatVerb, type Standing, type StepMode, seatVerbs } from './verb-table.js';

/** Where a command on a task takes place. */
export interface Place {
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
  if (task.state === 'suspended') throw new Refusal('TASK_SUSPENDED', { task: task.id });
  if (task.rev !== command.rev) throw new Refusal('TASK_CHANGED', { task: task.id, rev: task.rev });
  return task;
}

/** The seat a command is about, if the table of verbs lets it be done there now; else its refusal. */
export function placeOf(draft: Draft, command: OnSeat): Place {
  const task = openTask(draft.state, command);
  const step = stepPolicy(draft.setting.policy, task.step);
  if (step === undefined) throw new Refusal('TASK_UNKNOWN', { task: task.id });
  const { verb } = command;
  const mode = modeOf(task, step);
  if (!offers(step, verb)) throw new Refusal('VERB_UNKNOWN', { verb, allowed: verbsOffered(step, mode) });
  const seat = seatIn(task, command);
  const ruling = rulingOn(verb, mode, standingOf(seat));
  if (ruling === 'done') return { task, step, seat };
  if (ruling === 'none') throw new Refusal('SEAT_UNKNOWN', { seat: seat.id, allowed: task.seats.map(({ id }) => id) });
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

export function standingOf(seat: Seat): Standing {
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
    throw new Refusal('SEAT_UNKNOWN', {
      seat: named ?? '',
      allowed: task.seats.filter(({ state }) => state === undefined).map(({ id }) => id),
    });
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
