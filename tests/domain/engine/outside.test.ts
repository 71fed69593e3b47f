import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { migrate, snapshotOf } from '../../../domain/engine/snapshot.js';
import type { JsonObject } from '../../../domain/json.js';
import { hour, Play, type Sketch, settingOf } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type AnyDesk = Desk<{ readonly price: number; readonly note: string }, Any>;
const sketch: Sketch = {
  steps: { check: {}, plan: { returnTo: ['check'] } },
  effects: { post: {}, mail: { irreversible: true }, reserve: { undoOnReturn: true } },
};

/** Checks, posts the price, plans; a problem found in planning ends without the posting. */
const posts = (desk: AnyDesk): string => {
  const checked = desk.ask('check', { shows: desk.subject.price });
  if (checked.outcome === 'problem') return 'refused';
  desk.call('post', { price: desk.subject.price });
  return desk.ask('plan', { shows: desk.subject.note }).outcome;
};
const play = (procedure: unknown = posts, more: Sketch = sketch): Play => new Play(settingOf(procedure, more), { price: 10, note: 'n' });
const flight = (one: Play, key = 'post') => one.state.effects[key]?.flight;

describe('an effect', () => {
  it('is done once, and the procedure goes on with its result', () => {
    const one = play().complete('check');
    expect(flight(one)).toMatchObject({ action: 'do', input: { price: 10 }, cancelled: false });
    one.done('post', { no: 7 });
    expect(one.open).toEqual(['plan']);
    expect(one.state.effects['post']?.done).toMatchObject({ result: { no: 7 } });
    expect(one.complete('plan').state.status).toBe('closed');
  });

  it('whose input changes is called off, and its late result is one of its old input', () => {
    const one = play().complete('check').amend({ price: 11 });
    expect(flight(one)).toMatchObject({ input: { price: 10 }, cancelled: true });
    expect(one.complete('check').open).toEqual([]);
    one.done('post', { no: 7 });
    expect(one.open).toEqual([]);
    expect(flight(one)).toMatchObject({ action: 'revise', input: { price: 11 }, cancelled: false });
    one.done('post', { no: 8 });
    expect(one.open).toEqual(['plan']);
  });

  it('whose old input comes back is revised a second time; no two attempts are taken for one', () => {
    const keys = new Set<string | undefined>();
    const two = play((desk: AnyDesk) => [desk.call('post', { price: desk.subject.price }), desk.ask('plan', { shows: 1 })]);
    for (const price of [11, 10, 11]) {
      keys.add(flight(two)?.idempotencyKey);
      two.done('post').amend({ price });
      expect(flight(two)).toMatchObject({ action: 'revise', input: { price } });
    }
    keys.add(flight(two)?.idempotencyKey);
    expect(keys.size).toBe(4);
  });

  it('that ends unknown is asked for before the next attempt, and that one has a key of its own', () => {
    const one = play().complete('check').amend({ price: 11 }).complete('check');
    const first = flight(one)?.idempotencyKey;
    one.unknown('post');
    expect(one.types).toContain('effect');
    expect(one.state.effects['post']?.uncertain).toEqual([{ idempotencyKey: first, action: 'do', input: { price: 10 } }]);
    one.amend({ price: 10 }).complete('check').unknown('post');
    expect(flight(one)).toMatchObject({ action: 'do', input: { price: 10 } });
    expect(flight(one)?.idempotencyKey).not.toBe(first);
    expect(one.state.effects['post']?.uncertain).toHaveLength(2);
    expect(one.done('post').state.effects['post']?.uncertain).toEqual([]);
  });

  it('that was done and may since have been revised is made sure of when its input comes back', () => {
    const two = play((desk: AnyDesk) => [desk.call('post', { price: desk.subject.price }), desk.ask('plan', { shows: 1 })]);
    two.done('post').amend({ price: 11 }).amend({ price: 10 });
    expect(flight(two)).toMatchObject({ input: { price: 11 }, cancelled: true });
    two.unknown('post');
    expect(two.open).toEqual(['plan']);
    expect(flight(two)).toMatchObject({ action: 'revise', input: { price: 10 } });
    expect(flight(two.done('post'))).toBeUndefined();
  });

  it('under way when the case moves is still the same attempt; one called off is of unknown outcome', () => {
    const one = play().complete('check');
    const before = flight(one)?.idempotencyKey;
    one.took(migrate(one.setting, snapshotOf(one.state), 'e2', one.now));
    expect(flight(one)?.idempotencyKey).toBe(before);
    expect(one.state.effects['post']?.uncertain).toMatchObject([{ idempotencyKey: before }]);
    const two = play().complete('check').amend({ price: 11 }).complete('check');
    two.took(migrate(two.setting, snapshotOf(two.state), 'e2', two.now));
    expect(flight(two)).toMatchObject({ action: 'do', input: { price: 11 }, cancelled: false });
    expect(two.state.effects['post']?.uncertain).toMatchObject([{ input: { price: 10 } }]);
  });
});

describe('an effect that failed for good', () => {
  const failed = (): Play => play().complete('check').failed('post');

  it('is a repair task for those who repair, that says what failed', () => {
    const one = failed();
    expect(one.open).toEqual(['post!repair']);
    const task = one.task('post!repair');
    expect(task).toMatchObject({ step: 'repair', seats: [{ id: '1', candidates: [{ role: 'repairer' }] }] });
    const row = one.rows.find((each) => each.task?.id === task.id);
    expect(Object.values(row?.contents ?? {})).toMatchObject([{ effect: 'post', action: 'do', code: 'REFUSED', input: { price: 10 } }]);
  });

  it('is tried again', () => {
    const one = failed().complete('post!repair', { outcome: 'retry' });
    expect(one.open).toEqual([]);
    expect(flight(one)).toMatchObject({ action: 'do', input: { price: 10 } });
    one.failed('post');
    expect(one.task('post!repair').id).toBe('tests:tried:1/post!repair#2');
  });

  it('is done by hand: what the person wrote is its result', () => {
    const one = failed().complete('post!repair', { outcome: 'done-by-hand', note: 'typed in' });
    expect(one.open).toEqual(['plan']);
    expect(one.state.effects['post']?.done?.result).toEqual({ outcome: 'done-by-hand', note: 'typed in' });
  });

  it('is of no interest when its input changes: the repair task is withdrawn, not left lying', () => {
    const two = play((desk: AnyDesk) => [desk.call('post', { price: desk.subject.price }), desk.ask('plan', { shows: 1 })]);
    two.failed('post').amend({ price: 11 });
    expect(flight(two)).toMatchObject({ input: { price: 11 } });
    expect([two.open, two.suspended]).toEqual([[], []]);
    expect(two.types).toContain('withdrawn');
  });

  it('has only the outcomes that a repair has', () => {
    const one = failed();
    expect(one.refusal(() => one.complete('post!repair', { outcome: 'done' }))?.code).toBe('OUTCOME_UNKNOWN');
    expect(one.refusal(() => one.back('post!repair', 'check'))?.code).toBe('VERB_UNKNOWN');
  });
});

describe('at the end', () => {
  it('what was done and is no longer wanted is undone before the case closes', () => {
    const one = play().complete('check').done('post').back('plan', 'check').complete('check', { outcome: 'problem' });
    expect(one.outcome).toBe('refused');
    expect(one.state.status).toBe('closing');
    expect(flight(one)).toMatchObject({ action: 'undo', input: { price: 10 } });
    expect(one.refusal(() => one.amend({ price: 12 }))?.code).toBe('CASE_CLOSED');
    expect(one.done('post').state.status).toBe('closed');
  });

  it('what the outcome relies on stays done, however long another takes to be undone', () => {
    const two = play((desk: AnyDesk) => {
      const { outcome } = desk.ask('check', { shows: desk.subject.price });
      if (outcome === 'done') desk.call('reserve', 'all');
      desk.call('post', 'kept');
      return desk.ask('plan', { shows: 1 }).outcome;
    });
    two.complete('check').done('reserve').done('post').amend({ price: 11 }).complete('check', { outcome: 'problem' }).complete('plan');
    expect(
      Object.values(two.state.effects)
        .filter((effect) => effect.flight?.action === 'undo')
        .map(({ key }) => key),
    ).toEqual(['reserve']);
    two.done('reserve');
    expect(two.state.status).toBe('closed');
    expect(flight(two)).toBeUndefined();
    expect(two.state.effects['post']?.done).toBeDefined();
  });

  it('what only a standing duty wants is wanted no more', () => {
    const two = play((desk: AnyDesk) => {
      desk.meanwhile('duty', () => desk.call('post', 1));
      return desk.ask('check', { shows: 1 }).outcome;
    });
    two.failed('duty/post').complete('check');
    expect(two.state.status).toBe('closed');
  });

  it('a cancel while an effect flies calls it off; done late, it is undone', () => {
    const one = play().complete('check').cancel();
    expect(flight(one)).toMatchObject({ cancelled: true });
    expect(one.state.status).toBe('closing');
    one.done('post');
    expect(flight(one)).toMatchObject({ action: 'undo', cancelled: false });
    expect(one.done('post').state.status).toBe('closed');
    expect(one.outcome).toEqual({ cancelled: true, reason: 'customer' });
  });

  it('a cancel while an effect flies calls it off; of unknown outcome, it is undone too', () => {
    const one = play().complete('check').cancel().unknown('post');
    expect(flight(one)).toMatchObject({ action: 'undo' });
    expect(one.state.effects['post']?.uncertain).toHaveLength(1);
    expect(one.done('post').state.status).toBe('closed');
  });

  it('what cannot be undone is a person’s task, and so is an undo that failed', () => {
    const sent = play((desk: AnyDesk) => [desk.call('mail', 'dear customer'), desk.ask('plan', { shows: 1 })])
      .done('mail')
      .cancel();
    expect(sent.open).toEqual(['mail!repair']);
    expect(sent.complete('mail!repair', { outcome: 'retry' }).open).toEqual(['mail!repair']);
    expect(sent.complete('mail!repair', { outcome: 'done-by-hand', note: 'called them' }).state.status).toBe('closed');
    const stuck = play().complete('check').done('post').cancel().failed('post');
    expect(stuck.open).toEqual(['post!repair']);
    expect(stuck.complete('post!repair', { outcome: 'retry' }).done('post').state.status).toBe('closed');
  });

  it('closes once: a report or a clock that comes later closes it no second time', () => {
    const two = play((desk: AnyDesk) => desk.ask('check', { shows: 1 }).outcome).complete('check');
    const closed = two.state;
    two.pass(1000 * hour).report('call', 'r1');
    expect(two.ledger.filter(({ type }) => type === 'closed')).toHaveLength(1);
    expect(two.state.status).toBe('closed');
    expect(closed.turn).toBeLessThan(two.state.turn);
    expect(two.rows.at(-1)?.head).toMatchObject({ unboundReports: 1, status: 'closed' });
  });
});

describe('an effect that a return undoes', () => {
  const reserves = (desk: AnyDesk): unknown => {
    desk.ask('check', { shows: 1 });
    desk.call('reserve', { price: desk.subject.price });
    return desk.all({ plan: () => desk.ask('plan', { shows: 1 }) });
  };

  it('is undone at once, and done again as a new attempt', () => {
    const one = play(reserves).complete('check');
    const first = flight(one, 'reserve')?.idempotencyKey;
    one.done('reserve').back('plan', 'check');
    expect(flight(one, 'reserve')).toMatchObject({ action: 'undo' });
    one.done('reserve').complete('check');
    expect(flight(one, 'reserve')).toMatchObject({ action: 'do' });
    expect(flight(one, 'reserve')?.idempotencyKey).not.toBe(first);
  });

  it('while it was flying is undone as well, done late or unknown', () => {
    const both = (desk: AnyDesk): unknown => {
      desk.ask('check', { shows: 1 });
      return desk.all({ reserve: () => desk.call('reserve', 1), plan: () => desk.ask('plan', { shows: 1 }) });
    };
    expect(flight(play(both).complete('check').back('plan', 'check').done('reserve'), 'reserve')).toMatchObject({ action: 'undo' });
    expect(flight(play(both).complete('check').back('plan', 'check').unknown('reserve'), 'reserve')).toMatchObject({ action: 'undo' });
  });

  it('is left alone where the policy does not say so', () => {
    expect(flight(play().complete('check').done('post').back('plan', 'check'))).toBeUndefined();
  });
});

describe('a reading', () => {
  const reads = (desk: AnyDesk): unknown => {
    desk.ask('check', { shows: 1 });
    const credit = desk.look('credit', { price: desk.subject.price }, { freshForMs: hour });
    return desk.ask('plan', { shows: credit });
  };
  const read = (): Play => play(reads).complete('check').done('credit', { limit: 5 });

  it('is used while it is fresh, and taken again by the next turn after that', () => {
    const one = read();
    expect(one.open).toEqual(['plan']);
    one.pass(hour - 1).amend({ note: 'x' });
    expect(flight(one, 'credit')).toBeUndefined();
    one.pass(1).amend({ note: 'y' });
    expect(flight(one, 'credit')).toMatchObject({ action: 'do' });
    expect(one.suspended).toEqual(['plan']);
    expect(one.done('credit', { limit: 5 }).task('plan')).toMatchObject({ rev: 1, state: 'open' });
  });

  it('that has changed is shown anew; an answer given on the old one falls', () => {
    const one = read().pass(hour).complete('plan');
    expect(one.open).toEqual([]);
    one.done('credit', { limit: 4 });
    expect(one.task('plan')).toMatchObject({ id: 'tests:tried:1/plan#2' });
  });

  it('is taken again after a return, once', () => {
    const one = read().back('plan', 'check');
    expect(one.rows.filter(({ type }) => type === 'voided')).toHaveLength(1);
    one.complete('check');
    expect(flight(one, 'credit')).toBeDefined();
    one.done('credit', { limit: 5 }).back('plan', 'check');
    const refs = one.rows.flatMap(({ type, body }) => (type === 'voided' ? ((body as JsonObject)['refs'] as string[]) : []));
    expect(refs).toHaveLength(1);
  });

  it('that failed is a repair task too, and is never undone', () => {
    const one = play(reads).complete('check').failed('credit');
    expect(one.open).toEqual(['credit!repair']);
    one.complete('credit!repair', { outcome: 'done-by-hand', note: 'asked by phone' });
    expect(one.open).toEqual(['plan']);
    expect(one.cancel().state.status).toBe('closed');
  });
});
