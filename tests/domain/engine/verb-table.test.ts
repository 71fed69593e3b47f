import { describe, expect, it } from 'vitest';
import type { CommandBody } from '../../../domain/engine/command.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import {
  rulingOn,
  type SeatVerb,
  type StepMode,
  seatVerbs,
  stepModes,
  type TargetState,
  targetStates,
} from '../../../domain/engine/verbs.js';
import type { Json } from '../../../domain/json.js';
import { Play, settingOf } from '../../support/play.js';

type Subject = { readonly x: number; readonly lines: readonly { readonly id: string }[] };
type AnyDesk = Desk<Subject, { readonly [step: string]: { readonly [field: string]: Json } }>;
const words = (text: string) => ({ en: text, zh: text, id: text });
const yes = { agree: { name: words('agree') } };
const outcomes = { ...yes, refuse: { name: words('refuse'), rejects: true } };

/** A case in which `enter` was answered, the step is asked, and `next` would follow. */
function caseOf(mode: StepMode): Play {
  const seats = { mode, of: (mode === 'one' ? ['a'] : ['a', 'b', 'c']).map((id) => ({ id, roles: [id] })) };
  const more = mode === 'one' ? {} : mode === 'quorum' ? { needs: { count: 2 } } : { onReject: 'counts' };
  const ways = { returnTo: ['enter'], skip: { by: ['boss'], outcome: 'agree' }, outcomes };
  const steps = {
    single: ways,
    lines: { ...ways, outcomes: yes, perLine: true },
    repair: {},
  }[mode as 'single'] ?? { ...ways, seats: { ...seats, ...more } };
  const play = new Play(
    settingOf(
      (desk: AnyDesk) => {
        desk.ask('enter', { shows: desk.subject.x });
        if (mode === 'repair') desk.call('post', 1);
        else if (mode === 'lines') desk.each('sign', desk.subject.lines, ({ id }) => id, { shows: ({ id }) => id });
        else desk.ask('sign', { shows: 'all' });
        return desk.ask('next', { shows: 1 }).by;
      },
      { steps: { enter: {}, sign: steps, next: {} }, effects: { post: {} } },
    ),
    { x: 1, lines: [{ id: 'l1' }, { id: 'l2' }] },
  );
  play.complete('enter');
  return mode === 'repair' ? play.failed('post') : play;
}

const keyIn = (mode: StepMode): string => (mode === 'repair' ? 'post!repair' : 'sign');
const several = (mode: StepMode): boolean => !['single', 'lines', 'repair', 'one'].includes(mode);

interface Scene {
  readonly play: Play;
  readonly task: { readonly task: string; readonly rev: number };
  readonly seat: string;
  /** Who holds or held the seat. */
  readonly by: string;
}

/** Answers the whole step; the seat is one whose answer nobody has acted on. */
function answerAll(play: Play, mode: StepMode): string {
  const key = keyIn(mode);
  if (mode === 'lines') play.complete(key, { outcome: 'agree', lines: { l1: {}, l2: {} } }, 'of-a');
  else if (mode === 'repair') play.complete(key, { outcome: 'done-by-hand', note: 'x' }, 'of-a');
  else if (mode === 'single') play.complete(key, { outcome: 'agree' }, 'of-a');
  else {
    const order = { one: ['a'], any: ['a'], all: ['b', 'c', 'a'], quorum: ['b', 'a'], sequence: ['a', 'b', 'c'] }[mode];
    for (const seat of order) play.vote(key, seat, 'agree');
    return order.at(-1) ?? 'a';
  }
  return '1';
}

/** Brings a case of a mode to where its step, and one seat of it, stand so. */
function scene(mode: StepMode, standing: TargetState): Scene {
  const play = caseOf(mode);
  const key = keyIn(mode);
  const task = play.named(key);
  const seat = ['single', 'lines', 'repair'].includes(mode) ? '1' : 'a';
  const add = (where: 'before' | 'after' | 'beside'): Play => play.act({ verb: 'add-signer', ...task, seat, to: 'zhao', where }, 'of-a');
  const at = (found = seat): Scene => ({ play, task, seat: found, by: found === '1' ? 'of-a' : `of-${found}` });
  switch (standing) {
    case 'open':
      if (mode === 'lines') play.complete(key, { outcome: 'agree', lines: { l1: {} } }, 'of-a');
      return at();
    case 'held':
      if (mode === 'lines') play.complete(key, { outcome: 'agree', lines: { l1: {} } }, 'of-a');
      play.act({ verb: 'hold', ...task, cause: 'waiting' });
      return at();
    case 'waiting':
      add('before');
      return at();
    case 'voted':
      if (mode === 'one') add('after');
      play.vote(key, seat, mode === 'any' ? 'refuse' : 'agree');
      return at();
    case 'left':
      add('beside');
      play.vote(key, 'a.1', 'refuse', 'zhao');
      return at();
    case 'removed':
      if (!several(mode)) add('beside');
      play.act({ verb: 'remove-signer', ...task, seat, reason: 'not needed' }, 'boss');
      return at();
    case 'suspended':
      play.amend({ x: 2 });
      return at();
    case 'answered':
      return at(answerAll(play, mode));
    case 'ended': {
      const found = answerAll(play, mode);
      play.complete('next');
      return at(found);
    }
  }
}

function commandFor(verb: SeatVerb, { task, seat }: Scene, mode: StepMode): CommandBody {
  const on = { ...task, seat };
  switch (verb) {
    case 'complete':
      if (mode === 'lines') return { verb, ...on, data: { outcome: 'agree', lines: { l2: {} } } };
      return { verb, ...on, data: mode === 'repair' ? { outcome: 'retry' } : { outcome: 'agree' } };
    case 'reject':
    case 'skip':
    case 'remove-signer':
      return { verb, ...on, reason: 'because' };
    case 'return':
      return { verb, ...on, to: 'enter', reason: 'because' };
    case 'withdraw':
      return { verb, ...on };
    case 'transfer':
    case 'delegate':
      return { verb, ...on, to: 'qian' };
    case 'add-signer':
      return { verb, ...on, to: 'qian', where: 'beside' };
  }
}

const rowOf: Readonly<Record<SeatVerb, readonly string[]>> = {
  complete: ['completed', 'voted', 'answered-part'],
  reject: ['completed', 'voted'],
  return: ['returned'],
  withdraw: ['taken-back'],
  transfer: ['seated'],
  delegate: ['seated'],
  'add-signer': ['seated'],
  'remove-signer': ['seated'],
  skip: ['seated'],
};

const cells = stepModes.flatMap((mode) => targetStates.flatMap((standing) => seatVerbs.map((verb) => [verb, mode, standing] as const)));

describe('the table of verbs', () => {
  it.each(cells.filter(([verb, mode, standing]) => rulingOn(verb, mode, standing) !== 'none'))(
    '%s on a step of mode %s whose seat is %s comes to what it says',
    (verb, mode, standing) => {
      const set = scene(mode, standing);
      const { play, by } = set;
      // The only signer is never removed: there must be another for it.
      if (verb === 'remove-signer' && mode === 'one' && (standing === 'open' || standing === 'held'))
        play.act({ verb: 'add-signer', ...set.task, seat: 'a', to: 'zhao', where: 'beside' }, 'of-a');
      const before = play.state;
      const refusal = play.refusal(() => play.act(commandFor(verb, set, mode), by));
      const expected = rulingOn(verb, mode, standing);
      expect(refusal?.code ?? 'done').toBe(expected);
      if (expected !== 'done') return expect(play.state).toBe(before);
      const [row] = play.rows.filter(({ by: who }) => who === by);
      expect(rowOf[verb]).toContain(row?.type);
      expect(play.state.facts.length).toBeGreaterThan(before.facts.length);
    },
  );

  it('leaves out only what cannot come about', () => {
    const none = cells.filter(([verb, mode, standing]) => rulingOn(verb, mode, standing) === 'none');
    const kinds = [...new Set(none.map(([, mode, standing]) => `${mode} ${standing}`))];
    expect(kinds.sort()).toEqual(
      [
        ...['single', 'lines', 'repair'].flatMap((mode) =>
          ['waiting', 'voted', 'left', 'removed'].map((standing) => `${mode} ${standing}`),
        ),
        'one left',
        'repair suspended',
      ].sort(),
    );
  });
});
