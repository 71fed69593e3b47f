import { assertNever } from '../assert-never.js';
import type { StepPolicy } from '../policy/policy.js';
import { sampleData } from '../policy/sample.js';
import { act } from './act.js';
import type { CommandBody } from './command.js';
import type { Json, JsonObject } from './json.js';
import type { Setting } from './render.js';
import { stepPolicy } from './repair.js';
import { type CaseState, nextWake, type OpenTask } from './state.js';
import { clockStruck, flightEnded, reported, type Turned } from './turn.js';

/** One thing that people, systems or time may do to a case. `key` is a task's or an effect's. */
export type Move =
  | { readonly move: 'complete'; readonly key: string; readonly outcome: string; readonly lines?: readonly string[] }
  | { readonly move: 'return'; readonly key: string; readonly to: string }
  | { readonly move: 'amend'; readonly patch: JsonObject }
  | { readonly move: 'cancel' }
  | { readonly move: 'effect'; readonly key: string; readonly end: 'done' | 'failed' | 'unknown' }
  | { readonly move: 'report'; readonly event: string }
  /** Of a task, or without a key of the whole case. */
  | { readonly move: 'hold' | 'resume'; readonly key?: string }
  | { readonly move: 'clock' };

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
  const events = [...new Set(Object.values(state.waits).map((wait) => wait.event))];
  const running = state.outcome === undefined;
  const late = flights.filter((effect) => effect.flight?.cancelled === true);
  return {
    work: [
      ...open.flatMap((task) => completions(task, stepPolicy(setting.policy, task.step))),
      ...flights.map(({ key }): Move => ({ move: 'effect', key, end: 'done' })),
      ...events.map((event): Move => ({ move: 'report', event })),
    ],
    disturbances: [
      ...open.flatMap(({ key, step }) =>
        (stepPolicy(setting.policy, step)?.returnTo ?? []).map((to): Move => ({ move: 'return', key, to })),
      ),
      ...(running ? (sample.amendments ?? []).map((patch): Move => ({ move: 'amend', patch })) : []),
      ...flights.map(({ key }): Move => ({ move: 'effect', key, end: 'failed' })),
      ...late.map(({ key }): Move => ({ move: 'effect', key, end: 'unknown' })),
      ...(nextWake(state) === undefined ? [] : [{ move: 'clock' } as const]),
      ...(sample.holds === true ? holdsOf(state, running) : []),
      ...(running ? [{ move: 'cancel' } as const] : []),
    ],
  };
}

function completions({ key, parts }: OpenTask, step: StepPolicy | undefined): readonly Move[] {
  const outcomes = Object.keys(step?.outcomes ?? {});
  if (parts === undefined) return outcomes.map((outcome) => ({ move: 'complete', key, outcome }));
  const lines = Object.keys(parts);
  const some = lines.length > 1 ? [lines, lines.slice(0, 1)] : [lines];
  return outcomes.flatMap((outcome) => some.map((chosen): Move => ({ move: 'complete', key, outcome, lines: chosen })));
}

/** What is held may be resumed, and what is not may be held. */
function holdsOf({ tasks, held }: CaseState, running: boolean): readonly Move[] {
  const open = Object.values(tasks).filter(({ state }) => state === 'open');
  const own = open.map(({ key, rests = [] }): Move => ({ move: rests.some(({ of }) => of === 'task') ? 'resume' : 'hold', key }));
  return running ? [...own, { move: held === undefined ? 'hold' : 'resume' }] : own;
}

/** Makes a move. Throws the Refusal that a person would get; a fault in the procedure in any other turn leaves the case `faulted`. */
export function make(setting: Setting, { state, now }: Moment, move: Move, sample: Sample): Turned & { readonly now: number } {
  const command = (body: CommandBody): Turned => act(setting, state, { ...body, by: sample.by ?? 'explorer' }, now);
  const turned = (): Turned => {
    switch (move.move) {
      case 'complete':
        return command({ verb: 'complete', ...named(state, move.key), data: dataOf(setting, state, move, sample) });
      case 'return':
        return command({ verb: 'return', ...named(state, move.key), to: move.to, reason: 'explored' });
      case 'amend':
        return command({ verb: 'amend', patch: move.patch, from: state.turn });
      case 'cancel':
        return command({ verb: 'cancel', reason: 'explored' });
      case 'effect':
        return flightEnded(setting, state, now, move.key, endOf(state, move, sample));
      case 'report':
        return reported(setting, state, now, {
          kind: 'event',
          event: move.event,
          report: `report-${state.turn}`,
          data: sample.reports?.[move.event] ?? {},
        });
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

const named = (state: CaseState, key: string): { readonly task: string; readonly rev: number } => ({
  task: state.tasks[key]?.id ?? key,
  rev: state.tasks[key]?.rev ?? 0,
});

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
