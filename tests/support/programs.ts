import type { Desk } from '../../domain/engine/procedure.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { sketched } from './play.js';

/** A field of the subject that an amendment may change; `none`: a constant. */
export type Field = 'x' | 'y' | 'none';

/**
 * A procedure as data: what the desk procedure of a property test does, and what the oracle expects it to do. Names are unique in a program.
 * A `loop` goes round again when the last thing its body did brought the outcome `problem`.
 */
export type Part =
  | { readonly is: 'ask'; readonly step: string; readonly shows: Field; readonly prior: boolean }
  | { readonly is: 'each'; readonly step: string }
  /** Three seats: `a` covers x, `b` covers y, `c` both. */
  | { readonly is: 'sign'; readonly step: string; readonly mode: Signing }
  | { readonly is: 'call'; readonly effect: string; readonly input: Field; readonly prior: boolean }
  | { readonly is: 'look'; readonly reading: string; readonly input: Field }
  | { readonly is: 'wait'; readonly event: string }
  | { readonly is: 'all'; readonly branches: readonly Program[] }
  | { readonly is: 'first'; readonly name: string; readonly branches: readonly Program[] }
  | { readonly is: 'loop'; readonly name: string; readonly body: Program }
  | { readonly is: 'meanwhile'; readonly name: string; readonly body: Program };
export type Signing = 'any' | 'all' | 'sequence' | 'quorum';
export type Program = readonly Part[];

export type Line = { readonly id: string; readonly q: number };
export type Subject = { readonly x: number; readonly y: number; readonly lines: readonly Line[] };
type Anything = { readonly [step: string]: { readonly [field: string]: Json } };

const isProblem = (last: unknown): boolean => typeof last === 'object' && last !== null && 'outcome' in last && last.outcome === 'problem';

/** The program as a procedure over a desk. */
export function procedureOf(program: Program): (desk: Desk<Subject, Anything>) => unknown {
  return (desk) => {
    const of = (field: Field): number | null => (field === 'none' ? null : desk.subject[field]);
    const play = (parts: Program, given: unknown): unknown => parts.reduce((last: unknown, part) => perform(part, last), given);
    const branch = (body: Program, given: unknown) => () => play(body, given);
    const perform = (part: Part, last: unknown): unknown => {
      switch (part.is) {
        case 'ask': {
          const answer = desk.ask(part.step, { shows: { v: of(part.shows), ...(part.prior ? { last } : {}) } });
          return answer.overdue ? { overdue: true } : answer.data;
        }
        case 'sign':
          return desk.ask(part.step, { shows: { x: desk.subject.x, y: desk.subject.y } }).data;
        case 'each':
          return desk.each(part.step, desk.subject.lines, ({ id }) => id, { shows: ({ q }) => ({ q }) }).map(({ data }) => data);
        case 'call':
          return desk.call(part.effect, { v: of(part.input), ...(part.prior ? { last } : {}) });
        case 'look':
          return desk.look(part.reading, { v: of(part.input) });
        case 'wait':
          return desk.wait(part.event);
        case 'all':
          return desk.all(Object.fromEntries(part.branches.map((body, index) => [`b${index}`, branch(body, last)])));
        case 'first':
          return desk.first(part.name, Object.fromEntries(part.branches.map((body, index) => [`b${index}`, branch(body, last)])));
        case 'loop':
          return desk.loop(part.name, () => {
            const end = play(part.body, last);
            return isProblem(end) ? undefined : end;
          });
        case 'meanwhile':
          desk.meanwhile(part.name, branch(part.body, null));
          return last;
      }
    };
    return play(program, null);
  };
}

/** Everything a program names, from top to bottom. */
export function partsOf(program: Program): readonly Part[] {
  return program.flatMap((part): readonly Part[] => {
    if ('branches' in part) return [part, ...part.branches.flatMap(partsOf)];
    return 'body' in part ? [part, ...partsOf(part.body)] : [part];
  });
}

/** How a name of a step or effect says what its policy is: `hasty-…` lapses after two hours, `due-…` is late after one, `reserve-…` is undone by a return, `mail-…` cannot be undone. */
export const stepHours = (step: string): number | undefined => (step.startsWith('hasty') ? 2 : step.startsWith('due') ? 1 : undefined);
const minute = 60_000;
/** What happens around those due times, as policy and as the time that runs until each: `overdue` is the due time itself. */
export const stepLadder = (step: string): readonly object[] =>
  step.startsWith('hasty')
    ? [{ remind: { before: '1h' } }]
    : [
        { remind: { before: '30m' } },
        { remind: { at: 'due' } },
        { remind: { after: { within: '1h' }, times: 2 } },
        { escalate: { after: { within: '90m' }, to: 'leader' } },
      ];
export const stepAlarms = (step: string): Readonly<Record<string, number>> => {
  if (stepHours(step) === undefined) return {};
  if (step.startsWith('hasty')) return { 'remind-before-1h': 60 * minute, overdue: 120 * minute };
  return {
    'remind-before-30m': 30 * minute,
    overdue: 60 * minute,
    'remind-at-due': 60 * minute,
    'remind-after-within-1h': 120 * minute,
    'escalate-after-within-90m': 150 * minute,
    'remind-after-within-1h.2': 180 * minute,
  };
};
export const lapses = (step: string): boolean => step.startsWith('hasty');
export const undoneOnReturn = (effect: string): boolean => effect.startsWith('reserve');
export const cannotBeUndone = (effect: string): boolean => effect.startsWith('mail');

export const isStep = (part: Part): part is Extract<Part, { is: 'ask' | 'each' | 'sign' }> =>
  part.is === 'ask' || part.is === 'each' || part.is === 'sign';

const word = (text: string) => ({ en: text, zh: text, id: text });
/** Two of three make a quorum. */
const seatsFor = (mode: Signing): object => ({
  seats: {
    mode,
    of: [
      { id: 'a', roles: ['a'], covers: ['x'] },
      { id: 'b', roles: ['b'], covers: ['y'] },
      { id: 'c', roles: ['c'] },
    ],
    ...(mode === 'quorum' ? { needs: { count: 2 } } : {}),
  },
  outcomes: { done: { name: word('done') }, problem: { name: word('problem'), rejects: true } },
});

export function policyOf(program: Program): ProcedurePolicy {
  const parts = partsOf(program);
  const steps = parts.flatMap((part) => (isStep(part) ? [part.step] : []));
  const effects = parts.flatMap((part) => (part.is === 'call' ? [part.effect] : []));
  const due = (step: string): object =>
    stepHours(step) === undefined ? {} : { due: { within: `${stepHours(step)}h` }, ladder: stepLadder(step) };
  const seats = new Map(parts.flatMap((part) => (part.is === 'sign' ? [[part.step, seatsFor(part.mode)] as const] : [])));
  const perLine = new Set(parts.flatMap((part) => (part.is === 'each' ? [part.step] : [])));
  return sketched({
    reopen: { by: ['manager'], redo: 'choose' },
    steps: Object.fromEntries(
      steps.map((step) => [
        step,
        {
          returnTo: steps,
          redo: 'choose',
          ...seats.get(step),
          ...due(step),
          overdue: lapses(step) ? 'outcome' : 'ladder',
          ...(perLine.has(step) ? { perLine: true } : {}),
        },
      ]),
    ),
    effects: Object.fromEntries(
      effects.map((effect) => [effect, { undoOnReturn: undoneOnReturn(effect), irreversible: cannotBeUndone(effect) }]),
    ),
  });
}

export const subjectOf = (x: number, y: number): JsonObject => ({
  x,
  y,
  lines: [
    { id: 'l1', q: 10 },
    { id: 'l2', q: 10 },
  ],
});
