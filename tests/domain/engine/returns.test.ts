import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import type { JsonObject } from '../../../domain/json.js';
import { hour, Play, settingOf } from '../../support/play.js';
import { testPolicy } from '../../support/procedures/policy.js';
import { everything } from '../../support/procedures/procedures.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type AnyDesk = Desk<{ readonly lines: readonly { readonly id: string; readonly q: number }[]; readonly price: number }, Any>;
const subject = {
  price: 10,
  note: 'n',
  lines: [
    { id: 'l1', quantity: 1 },
    { id: 'l2', quantity: 2 },
  ],
};

/** The case of every shape, taken to its race. */
function atRace(): Play {
  const play = new Play(settingOf(everything, testPolicy('everything', 'everything')), subject);
  return play
    .complete('review/1/desk')
    .complete('technical')
    .complete('price')
    .lines('dates', { l1: { date: '1' }, l2: { date: '2' } });
}

describe('a return', () => {
  it('out of a race into a branch of `all`: what else was answered stands, the race is suspended and comes back', () => {
    const play = atRace();
    const race = play.task('end/reply/pmc');
    play.back('end/reply/pmc', 'technical');
    expect(play.open).toEqual(['follow/follow-up', 'technical']);
    expect(play.suspended).toEqual(['end/cancel/customer-cancels', 'end/reply/pmc']);
    expect(play.task('technical')).toMatchObject({ id: 'tests:tried:1/technical#2', rev: 1, prefill: expect.any(String) });
    play.complete('technical', { note: 'again' });
    expect(play.task('end/reply/pmc')).toMatchObject({ id: race.id, rev: race.rev, state: 'open' });
    expect(play.types).toContain('resumed');
  });

  it('out of a race into a loop that had ended: only that answer is asked again, and what does not show it stands', () => {
    const play = atRace().back('end/reply/pmc', 'desk');
    expect(play.open).toEqual(['follow/follow-up', 'review/1/desk']);
    play.complete('review/1/desk');
    expect(play.open).toEqual(['end/cancel/customer-cancels', 'end/reply/pmc', 'follow/follow-up']);
  });

  it('out of a race into lines: all of them are asked again, from what was answered', () => {
    const play = atRace().back('end/reply/pmc', 'dates');
    expect(play.task('dates')).toMatchObject({ id: 'tests:tried:1/dates#2', lines: ['l1', 'l2'] });
    const { contents } = play.rows.find((row) => row.task?.key === 'dates') ?? {};
    expect(contents ?? {}).toMatchObject({ [String(play.task('dates').prefill)]: { lines: { l1: { date: '1' }, l2: { date: '2' } } } });
  });

  it('out of one branch of `all`, while the other is open', () => {
    const play = new Play(settingOf(everything, testPolicy('everything', 'everything')), subject).complete('review/1/desk');
    play.back('technical', 'desk');
    expect(play.open).toEqual(['follow/follow-up', 'review/1/desk']);
    expect(play.suspended).toEqual(['price', 'technical']);
  });

  it('into the winner of a race opens the race again; out of the winner it goes on alone', () => {
    const race = (desk: AnyDesk): string => {
      desk.first('race', { a: () => desk.ask('fast', { shows: 1 }), b: () => desk.ask('slow', { shows: 1 }) });
      return desk.ask('after', { shows: 1 }).outcome;
    };
    const play = new Play(settingOf(race, { steps: { fast: {}, slow: {}, after: { returnTo: ['fast', 'slow'] } } }));
    play.complete('race/a/fast');
    expect(play.open).toEqual(['after']);
    expect(play.refusal(() => play.back('after', 'slow'))).toEqual({
      code: 'RETURN_TARGET_UNKNOWN',
      values: { to: 'slow', allowed: ['fast', 'slow'] },
    });
    play.back('after', 'fast');
    expect(play.open).toEqual(['race/a/fast', 'race/b/slow']);
    expect(play.task('race/b/slow').id).toBe('tests:tried:1/race/b/slow#2');
    play.complete('race/b/slow');
    expect(play.open).toEqual(['after']);
    expect(play.types).toContain('withdrawn');
  });

  it('into an earlier round of a loop voids the rounds after it, also where nothing else was shown', () => {
    const loop = (desk: AnyDesk): string =>
      desk.loop('round', () => {
        desk.ask('enter', { shows: 'same' });
        return desk.ask('review', { shows: 'same' }).outcome === 'done' ? 'reviewed' : undefined;
      });
    const play = new Play(
      settingOf((desk: AnyDesk) => [loop(desk), desk.ask('last', { shows: 'x' })], {
        steps: { enter: {}, review: { returnTo: ['enter'] }, last: { returnTo: ['review', 'enter'] } },
      }),
    );
    play.complete('round/1/enter').complete('round/1/review', { outcome: 'problem' }).complete('round/2/enter').complete('round/2/review');
    play.back('last', 'enter');
    expect(play.open).toEqual(['round/2/enter']);
    play.complete('round/2/enter');
    expect(play.open).toEqual(['round/2/review']);
  });

  it('takes up what was left of the time', () => {
    const play = new Play(
      settingOf((desk: AnyDesk) => [desk.ask('first', { shows: 1 }), desk.ask('timed', { shows: 1 })], {
        steps: { first: {}, timed: { due: { within: '4h' }, returnTo: ['first'] } },
      }),
    );
    play.complete('first').pass(hour).back('timed', 'first');
    expect(play.task('timed')).toMatchObject({ state: 'suspended', suspendedAt: play.now });
    play.pass(10 * hour);
    expect(play.task('timed').overdue).toBe(false);
    play.complete('first');
    expect(play.task('timed')).toMatchObject({ state: 'open', rev: 1, dueAt: play.now + 3 * hour, id: 'tests:tried:1/timed#1' });
    expect(play.task('timed')).toMatchObject({ pauses: [{ from: play.now - 10 * hour, to: play.now, cause: 'suspended' }] });
    expect(play.task('timed').suspendedAt).toBeUndefined();
  });

  it('to a step of lines that has no line is refused', () => {
    const steps = { dates: { perLine: true }, after: { returnTo: ['dates'] } };
    const play = new Play(
      settingOf(
        (desk: AnyDesk) => [desk.each('dates', desk.subject.lines, ({ id }) => id, { shows: () => 1 }), desk.ask('after', { shows: 1 })],
        { steps },
      ),
      { lines: [] },
    );
    expect(play.refusal(() => play.back('after', 'dates'))?.code).toBe('RETURN_TARGET_UNKNOWN');
  });

  it('from a step that has no return, or to one that is not named, is refused', () => {
    const play = new Play(
      settingOf((desk: AnyDesk) => [desk.ask('a', { shows: 1 }), desk.ask('b', { shows: 1 }), desk.ask('c', { shows: 1 })], {
        steps: { a: {}, b: { returnTo: ['a'] }, c: {} },
      }),
    );
    play.complete('a');
    expect(play.refusal(() => play.back('b', 'c'))?.code).toBe('RETURN_TARGET_UNKNOWN');
    play.complete('b');
    expect(play.refusal(() => play.back('c', 'a'))).toMatchObject({ code: 'VERB_UNKNOWN', values: { verb: 'return' } });
  });

  it('leaves rows that say who and what, and nothing else of the command', () => {
    const play = atRace();
    const { id, rev } = play.task('end/reply/pmc');
    play.act({ verb: 'return', task: id, rev, to: 'technical', reason: 'too thin' }, 'lin');
    const row = play.rows.find(({ type }) => type === 'returned');
    expect(Object.keys(row ?? {}).sort()).toEqual(['at', 'body', 'by', 'seq', 'turn', 'type']);
    expect(row).toMatchObject({ by: 'lin', body: { task: id, to: 'technical', reason: 'too thin' } });
  });
});

describe('lines', () => {
  const steps = { dates: { perLine: true }, after: { returnTo: ['dates'] } };
  const dated = (desk: AnyDesk): unknown => {
    const dates = desk.each('dates', desk.subject.lines, ({ id }) => id, { shows: ({ q }) => q });
    return desk.ask('after', { shows: dates.map(({ id, data }) => [id, data]) });
  };
  const two = {
    lines: [
      { id: 'l1', q: 1 },
      { id: 'l2', q: 2 },
    ],
  };
  const play = (): Play => new Play(settingOf(dated, { steps }), two);
  const day = (date: string): JsonObject => ({ date });

  it('are answered in parts; the task stays until the last', () => {
    const case1 = play().lines('dates', { l2: day('b') });
    expect(case1.types).toEqual(['answered-part']);
    expect(case1.task('dates')).toMatchObject({ rev: 1, lines: ['l1'] });
    expect(case1.refusal(() => case1.lines('dates', { l2: day('c') }))).toEqual({
      code: 'LINE_CLOSED',
      values: { task: 'tests:tried:1/dates#1', step: 'dates', line: 'l2', by: 'someone', at: expect.any(Number), verb: 'complete' },
    });
    expect(case1.refusal(() => case1.lines('dates', { l9: day('c') }))).toEqual({ code: 'LINE_UNKNOWN', values: { line: 'l9' } });
    expect(case1.lines('dates', { l1: day('a') }).open).toEqual(['after']);
  });

  it.each<[string, JsonObject]>([
    ['no lines', {}],
    ['an empty table', { lines: {} }],
    ['a list', { lines: [] }],
    ['a line that is no form', { lines: { l1: null } }],
    ['a line that is a text', { lines: { l1: 'tomorrow' } }],
  ])('are refused as %s', (_what, data) => {
    const case1 = play();
    expect(case1.refusal(() => case1.complete('dates', data))?.code).toBe('DATA_INVALID');
  });

  it('are known by their own names only', () => {
    const case1 = play();
    expect(case1.refusal(() => case1.lines('dates', { constructor: day('c') }))).toEqual({
      code: 'LINE_UNKNOWN',
      values: { line: 'constructor' },
    });
    const odd = new Play(settingOf(dated, { steps }), {
      lines: [
        { id: 'constructor', q: 1 },
        { id: 'toString', q: 2 },
      ],
    });
    odd.lines('dates', { constructor: day('a') });
    expect(odd.task('dates').lines).toEqual(['toString']);
    expect(odd.lines('dates', { toString: day('b') }).open).toEqual(['after']);
  });

  it('when one is amended, that one alone is asked again, from its own answer', () => {
    const case1 = play()
      .lines('dates', { l1: day('a'), l2: day('b') })
      .amend({ lines: { l2: { q: 3 } } });
    expect(case1.open).toEqual(['dates']);
    expect(case1.task('dates')).toMatchObject({ id: 'tests:tried:1/dates#2', lines: ['l2'] });
    expect(case1.suspended).toEqual(['after']);
    expect(case1.refusal(() => case1.lines('dates', { l1: day('c') }))?.code).toBe('LINE_CLOSED');
    case1.lines('dates', { l2: day('c') });
    expect(case1.task('after')).toMatchObject({ id: 'tests:tried:1/after#1', rev: 2 });
  });

  it('when one that nobody showed is amended, nothing is asked again', () => {
    const case1 = play()
      .lines('dates', { l1: day('a'), l2: day('b') })
      .amend({ lines: { l2: { note: 'x' } } });
    expect(case1.open).toEqual(['after']);
    expect(case1.types).toEqual(['amended']);
  });

  it('when one is removed, its part goes with it and does not come back with it', () => {
    const case1 = play()
      .lines('dates', { l1: day('a'), l2: day('b') })
      .amend({ lines: { l2: null } });
    expect(case1.open).toEqual(['after']);
    expect(case1.types).toContain('voided');
    case1.amend({ lines: { l2: { q: 2 } } });
    expect(case1.open).toEqual(['dates']);
    expect(case1.task('dates').lines).toEqual(['l2']);
  });

  it('when the last open one is removed, the step is done', () => {
    const case1 = play()
      .lines('dates', { l1: day('a') })
      .amend({ lines: { l2: null } });
    expect(case1.open).toEqual(['after']);
    expect(case1.suspended).toEqual([]);
  });

  it('when there are none, an answer before them still holds those after them together', () => {
    const round = (desk: AnyDesk): unknown =>
      desk.loop('round', () => {
        desk.ask('before', { shows: desk.subject.price });
        desk.each('dates', desk.subject.lines, ({ id }) => id, { shows: ({ q }) => q });
        return desk.ask('after', { shows: 'same' }).outcome === 'done' ? desk.ask('last', { shows: 1 }) : undefined;
      });
    const case1 = new Play(settingOf(round, { steps: { before: {}, dates: { perLine: true }, after: {}, last: {} } }), {
      price: 10,
      lines: [],
    });
    case1.complete('round/1/before').complete('round/1/after').amend({ price: 11 });
    expect(case1.complete('round/1/before').open).toEqual(['round/1/after']);
  });
});
