import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { hour, Play, type Sketch, settingOf, start } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type AnyDesk = Desk<{ readonly price: number; readonly received: number }, Any>;
const sketch: Sketch = { steps: { check: {}, plan: { returnTo: ['check'] } }, clocks: { reply: '48h' }, notices: ['reply'] };
const play = (procedure: (desk: AnyDesk) => unknown, more: Sketch = sketch): Play =>
  new Play(settingOf(procedure, more), { price: 10, received: start - hour });

describe('a wait', () => {
  const two = (desk: AnyDesk): unknown =>
    desk.all({
      late: () => desk.loop('late', () => [desk.ask('check', { shows: 1 }), desk.wait('arrived')]),
      early: () => desk.loop('early', () => desk.wait('arrived')),
    });

  it('takes the report of its event; of several waits the oldest', () => {
    const one = play(two).complete('late/1/check').report('arrived', 'r1', { box: 1 });
    expect(Object.keys(one.state.waits)).toEqual(['late/1/arrived']);
    expect(one.rows.find(({ type }) => type === 'bound')?.body).toEqual({ key: 'early/1/arrived', report: 'r1' });
    expect(one.report('arrived', 'r2').state.status).toBe('closed');
  });

  it('takes the oldest report that came before anybody waited', () => {
    const one = play((desk) => [desk.ask('check', { shows: 1 }), desk.wait('arrived')]);
    one.report('arrived', 'r1', { box: 1 }).report('other', 'r2').report('arrived', 'r3', { box: 3 });
    expect(one.rows.at(-1)?.head?.unboundReports).toBe(3);
    one.complete('check');
    expect(one.outcome).toMatchObject([{}, { box: 1 }]);
    expect(one.rows.at(-1)?.head?.unboundReports).toBe(2);
  });

  it('hears the same report once', () => {
    const one = play((desk) => desk.ask('check', { shows: 1 }))
      .report('arrived', 'r1')
      .report('arrived', 'r1');
    expect(one.rows).toEqual([]);
    expect(one.ledger.filter(({ type }) => type === 'reported')).toHaveLength(1);
  });

  it('in a loop whose earlier answer fell waits for a new report; the old one is spent', () => {
    const round = (desk: AnyDesk): unknown =>
      desk.loop('round', () => {
        desk.ask('check', { shows: desk.subject.price });
        desk.wait('arrived');
        return desk.ask('plan', { shows: 1 }).outcome;
      });
    const one = play(round).complete('round/1/check').report('arrived', 'r1').amend({ price: 11 }).complete('round/1/check');
    expect(Object.keys(one.state.waits)).toEqual(['round/1/arrived']);
    expect(one.report('arrived', 'r2').open).toEqual(['round/1/plan']);
  });
});

describe('a notice', () => {
  const tells = (desk: AnyDesk): unknown => {
    desk.inform('reply', { to: 'customer', shows: { price: desk.subject.price } });
    return desk.ask('check', { shows: 1 });
  };
  const told = (one: Play) => one.rows.flatMap(({ notice }) => (notice === undefined ? [] : [notice.correction]));

  it('is told once per content; a changed content is a correction, also one that comes back', () => {
    const one = play(tells);
    expect(told(one)).toEqual([false]);
    expect(told(one.amend({ note: 'x' }))).toEqual([]);
    expect(told(one.amend({ price: 11 }))).toEqual([true]);
    expect(told(one.amend({ price: 10 }))).toEqual([true]);
    expect(told(one.complete('check'))).toEqual([]);
  });

  it('with nothing to show has a content all the same', () => {
    const one = play((desk) => {
      desk.inform('reply', { to: 'customer', shows: undefined });
      return desk.ask('check', { shows: undefined });
    });
    const contents = one.ledger.flatMap((row) => Object.entries(row.contents ?? {}));
    expect(contents).toEqual([[one.task('check').shown, null]]);
  });
});

describe('a clock', () => {
  const clocked = (desk: AnyDesk): unknown => {
    desk.clock('reply', { from: desk.subject.received, until: 'plan' });
    desk.ask('check', { shows: 1 });
    desk.ask('plan', { shows: 1 });
    return desk.ask('more', { shows: 1 });
  };
  const more: Sketch = { ...sketch, steps: { ...sketch.steps, more: { returnTo: ['plan'] } } };
  const clock = (one: Play) => one.state.clocks['reply!clock'];

  it('runs from its moment and is met by its step', () => {
    const one = play(clocked, more);
    expect(clock(one)).toMatchObject({ state: 'running', dueAt: start - hour + 48 * hour });
    one.complete('check').complete('plan');
    expect(clock(one)).toMatchObject({ state: 'met' });
    expect(one.complete('more').types).not.toContain('clock');
  });

  it('is overdue once, and met late', () => {
    const one = play(clocked, more).pass(47 * hour);
    expect(clock(one)?.state).toBe('overdue');
    expect(one.ledger.filter(({ type }) => type === 'clock')).toHaveLength(2);
    one.complete('check').complete('plan');
    expect(clock(one)?.state).toBe('met');
  });

  it('runs again when what met it is returned', () => {
    const one = play(clocked, more).complete('check').complete('plan').back('more', 'plan');
    expect(clock(one)?.state).toBe('running');
  });

  it('is re-based when its moment changes, also one that was overdue', () => {
    const one = play(clocked, more)
      .pass(47 * hour)
      .amend({ received: start });
    expect(clock(one)).toMatchObject({ state: 'running', from: start, dueAt: start + 48 * hour });
  });

  it('ends with the case when nobody met it', () => {
    expect(clock(play(clocked, more).cancel())?.state).toBe('ended');
    const unmet = (desk: AnyDesk): unknown => {
      desk.clock('reply', { from: desk.begunAt, until: 'plan' });
      return desk.ask('check', { shows: 1 });
    };
    expect(clock(play(unmet).complete('check'))?.state).toBe('ended');
  });
});

describe('a task', () => {
  it('whose policy says so lapses: the procedure goes on, and a later answer is refused with who closed it', () => {
    const hasty = { steps: { hasty: { due: { within: '1h' }, overdue: 'outcome' }, plan: {} } };
    const one = play((desk) => [desk.ask('hasty', { shows: 1 }).overdue, desk.ask('plan', { shows: 1 })], hasty);
    const { id } = one.task('hasty');
    one.pass(hour);
    expect(one.open).toEqual(['plan']);
    expect(one.refusal(() => one.act({ verb: 'complete', task: id, rev: 1, data: { outcome: 'done' } }))).toMatchObject({
      code: 'TASK_CLOSED',
      values: { by: 'engine', verb: 'lapsed' },
    });
    expect(one.complete('plan').outcome).toMatchObject([true, {}]);
  });

  it('that is overdue by the ladder stays open and is told so once', () => {
    const one = play((desk) => desk.ask('check', { shows: 1 }), { steps: { check: { due: { within: '1h' } } } })
      .pass(5 * hour)
      .pass(5 * hour);
    expect(one.task('check')).toMatchObject({ overdue: true, rev: 1 });
    expect(one.ledger.filter(({ type }) => type === 'overdue')).toHaveLength(1);
  });

  it('revised while open keeps its id and gets a rev, so that nobody approves what they did not see', () => {
    const one = play((desk) => desk.ask('check', { shows: desk.subject.price }));
    const { id } = one.task('check');
    one.amend({ price: 11 });
    expect(one.task('check')).toMatchObject({ id, rev: 2 });
    expect(one.refusal(() => one.act({ verb: 'complete', task: id, rev: 1, data: { outcome: 'done' } }))).toEqual({
      code: 'TASK_CHANGED',
      values: { task: id, rev: 2 },
    });
  });

  it('answered for a price that then changed and came back is asked again', () => {
    const one = play((desk) => [desk.ask('check', { shows: desk.subject.price }), desk.ask('plan', { shows: 1 })]).complete('check');
    one.amend({ price: 11 }).amend({ price: 10 });
    expect(one.open).toEqual(['check']);
    expect(one.task('check').id).toBe('tests:tried:1/check#2');
  });
});
