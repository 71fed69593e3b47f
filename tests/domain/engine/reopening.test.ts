import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { closedRun, snapshotOf } from '../../../domain/engine/snapshot.js';
import type { CaseState } from '../../../domain/engine/state.js';
import { hour, Play, type Sketch, settingOf } from '../../support/play.js';

type AnyDesk = Desk<{ readonly price: number }, { readonly [step: string]: { readonly outcome: string } }>;
const reopen = { by: ['manager'], redo: 'choose' };

/** Asked, posted outside, asked again within two days, while somebody watches. */
const order = (desk: AnyDesk): string => {
  desk.clock('reply', { from: desk.begunAt, until: 'date' });
  desk.ask('enter', { shows: desk.subject.price });
  desk.meanwhile('duty', () => desk.ask('watch', { shows: 1 }));
  desk.call('post', 'order');
  desk.ask('plan', { shows: 1 });
  return desk.ask('date', { shows: 1 }).outcome;
};
const steps = { enter: {}, watch: {}, plan: { due: { within: '4h' } }, date: { returnTo: ['enter'] } };
const sketch: Sketch = { steps, effects: { post: {} }, clocks: { reply: '48h' }, reopen };
const atPlan = (more: Sketch = {}): Play =>
  new Play(settingOf(order, { ...sketch, ...more }), { price: 10 }).complete('enter').done('post', { posted: true });
const finished = (more: Sketch = {}): Play => atPlan(more).complete('plan').complete('date');

/** Another run finds the closed case, later. */
function later(play: Play, ms: number, edition = 'e1'): Play {
  play.now += ms;
  play.state = closedRun(play.setting, JSON.parse(JSON.stringify(snapshotOf(play.state))) as CaseState, edition);
  return play;
}
const again = (play: Play, more: object = {}): Play => play.act({ verb: 'reopen', reason: 'the customer called', ...more }, 'boss');
const codeOf = (play: Play, more: object = {}): string | undefined => play.refusal(() => again(play, more))?.code;

describe('a case that had come to its end, reopened', () => {
  it('asks the step again, from its answer; what does not stand on it stays, and what the end withdrew is back with its id', () => {
    const play = finished();
    expect([play.state.status, play.ledger.at(-1)?.type]).toEqual(['closed', 'closed']);
    again(later(play, 5 * hour), { to: 'plan' });
    expect(play.open).toEqual(['duty/watch', 'plan']);
    expect(play.task('plan')).toMatchObject({ id: 'tests:tried:1/plan#2', prefill: expect.any(String) });
    expect(play.task('duty/watch')).toMatchObject({ id: 'tests:tried:1/duty/watch#1', rev: 1 });
    expect(play.types).toEqual(['case-reopened', 'clock', 'resumed', 'reopened']);
    expect(play.rows[0]).toMatchObject({
      by: 'boss',
      body: { reason: 'the customer called', to: 'plan', refs: [expect.any(String)], cancelled: false },
    });
    expect(play.complete('plan').state.status).toBe('closed');
    expect(play.outcome).toBe('done');
  });

  it('asks all that follows anew where that is wanted', () => {
    const play = again(finished(), { to: 'enter', redo: 'all' }).complete('enter');
    expect([play.open, play.suspended]).toEqual([['duty/watch', 'plan'], []]);
    expect(play.complete('plan').open).toEqual(['date', 'duty/watch']);
  });

  it('goes on with what another edition asks besides, without a step, and under its names', () => {
    const play = later(finished(), hour, 'e2');
    const more = (desk: AnyDesk): string => [order(desk), desk.ask('seal', { shows: 1 }).outcome].join();
    play.setting = settingOf(more, { ...sketch, steps: { ...steps, seal: {} } });
    expect(again(play).open).toEqual(['duty/watch', 'seal']);
    expect(play.rows.slice(0, 2)).toMatchObject([{ type: 'case-reopened' }, { type: 'moved', body: { from: 'e1', to: 'e2' } }]);
    expect(play.state.movedFrom).toBeUndefined();
  });
});

describe('a case that was cancelled, reopened', () => {
  it('goes on where it stood: tasks with their ids and what was left of their time, deadlines likewise', () => {
    const play = atPlan().pass(hour);
    const [plan, clock] = [play.task('plan'), play.state.clocks['reply!clock']];
    play.cancel().done('post');
    expect(Object.values(play.state.tasks)).toEqual([]);
    again(later(play, 30 * hour));
    expect(play.task('plan')).toMatchObject({ id: plan.id, rev: plan.rev, state: 'suspended' });
    expect(play.state.clocks['reply!clock']).toMatchObject({ state: 'running', dueAt: (clock?.dueAt ?? 0) + 30 * hour });
    expect(play.done('post').task('plan')).toMatchObject({ id: plan.id, state: 'open', dueAt: play.now + 3 * hour });
  });

  it('wants again what the cancellation undid, as a new attempt under a key of its own', () => {
    const play = atPlan().cancel();
    const undo = play.state.effects['post']?.flight;
    again(later(play.done('post'), hour));
    const flight = play.state.effects['post']?.flight;
    expect([undo?.action, flight?.action]).toEqual(['undo', 'do']);
    expect(flight?.idempotencyKey).toBe('tests:tried:1/post/2/do/' + String(flight?.hash));
    expect(play.done('post').open).toEqual(['duty/watch', 'plan']);
  });

  it('calls an undoing off that is still under way, and leaves what cannot be undone', () => {
    const play = atPlan().cancel();
    expect(play.state.status).toBe('closing');
    expect(again(play).state.effects['post']?.flight).toMatchObject({ action: 'undo', cancelled: true });
    const sent = atPlan({ effects: { post: { irreversible: true } } }).cancel();
    expect(sent.open).toEqual(['post!repair']);
    expect(again(sent).open).toEqual(['duty/watch', 'plan']);
    expect(sent.state.effects['post']?.done).toBeDefined();
  });

  it('brings what rested back as resting, and holds as they were; at a step it asks that one instead', () => {
    const play = atPlan().complete('plan').back('date', 'enter');
    play.act({ verb: 'hold', cause: 'customer' }).cancel();
    if (play.state.status !== 'closed') play.done('post');
    again(later(play, hour));
    expect([play.open, play.suspended]).toEqual([['enter'], ['date', 'duty/watch']]);
    expect(play.state.held).toMatchObject({ cause: 'customer' });
    const other = atPlan().cancel().done('post');
    expect(again(later(other, hour), { to: 'enter' }).open).toEqual(['enter']);
  });

  it('is known for it afterwards: whoever comes second is told who was first', () => {
    const play = again(later(atPlan().cancel().done('post'), hour));
    expect(play.refusal(() => again(play))).toEqual({ code: 'CASE_OPEN', values: { by: 'boss', at: play.now } });
  });
});

describe('a reopening is refused', () => {
  it('of a case that is open, at a step it did not pass or that its end does not stand on, and without one where one is needed', () => {
    expect(codeOf(atPlan(), { to: 'enter' })).toBe('CASE_OPEN');
    expect(finished().refusal(() => undefined)).toBeUndefined();
    const play = finished();
    expect(play.refusal(() => again(play))).toEqual({
      code: 'REOPEN_TARGET_UNKNOWN',
      values: { to: '', allowed: ['enter', 'plan', 'date'] },
    });
    expect(codeOf(play, { to: 'watch' })).toBe('REOPEN_TARGET_UNKNOWN');
    const watched = atPlan().complete('duty/watch').complete('plan').complete('date');
    expect(codeOf(watched, { to: 'watch' })).toBe('REOPEN_IN_VAIN');
    expect(watched.state.status).toBe('closed');
  });

  it('where the policy has none, or not so late, or fixes what becomes of later answers', () => {
    expect(codeOf(new Play(settingOf(() => 'done', {})), { to: 'x' })).toBe('REOPEN_NOT_PROVIDED');
    const late = later(finished({ reopen: { by: ['manager'], within: '2d' } }), 49 * hour);
    expect(late.refusal(() => again(late, { to: 'plan' }))).toEqual({ code: 'REOPEN_TOO_LATE', values: { until: late.now - hour } });
    const fixed = finished({ reopen: { by: ['manager'], redo: 'all' } });
    expect(codeOf(fixed, { to: 'plan', redo: 'keep' })).toBe('REDO_FIXED');
  });

  it('by a fault in the procedure, as any command', () => {
    const play = later(finished(), hour, 'e2');
    const before = play.state;
    play.setting = settingOf(() => {
      throw new TypeError('broken');
    }, sketch);
    expect(codeOf(play, { to: 'plan' })).toBe('PROCEDURE_FAULT');
    expect(play.state).toBe(before);
  });
});
