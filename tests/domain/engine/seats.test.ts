import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import type { Json } from '../../../domain/json.js';
import { Play, settingOf } from '../../support/play.js';

type Subject = { readonly price: number; readonly note: string };
type AnyDesk = Desk<Subject, { readonly [step: string]: { readonly outcome: string; readonly [field: string]: Json } }>;

const outcomes = {
  agree: { name: words('agree') },
  amend: { name: words('amend') },
  refuse: { name: words('refuse'), rejects: true },
};
function words(text: string) {
  return { en: text, zh: text, id: text };
}
const seatsOf = (...ids: readonly string[]) => ids.map((id) => ({ id, roles: [id] }));

/** A case whose only step is signed by seats. */
function signing(seats: object, more: object = {}): Play {
  return new Play(
    settingOf((desk: AnyDesk) => desk.ask('sign', { shows: desk.subject }), { steps: { sign: { seats, outcomes, ...more } } }),
    { price: 10, note: 'urgent' },
  );
}
const ended = (play: Play): unknown => (play.outcome as { readonly outcome: string } | undefined)?.outcome;
const three = seatsOf('a', 'b', 'c');

describe('a step of several seats', () => {
  it('any: the first answer decides, and the others are no longer needed', () => {
    const play = signing({ mode: 'any', of: three });
    expect(play.seats('sign')).toBe('a open, b open, c open');
    play.vote('sign', 'b', 'agree');
    expect(ended(play)).toBe('agree');
    expect(play.rows.find(({ type }) => type === 'completed')).toMatchObject({
      by: 'of-b',
      task: { outcome: 'agree', seats: [{ state: 'left' }, { id: 'b', state: 'done', by: 'of-b' }, { state: 'left' }] },
    });
  });

  it('all: goes on when everyone has agreed; the first "no" ends it', () => {
    const play = signing({ mode: 'all', of: three });
    play.vote('sign', 'c', 'agree').vote('sign', 'a', 'agree');
    expect(play.seats('sign')).toBe('a done, b open, c done');
    expect(play.task('sign').rev).toBe(1);
    play.vote('sign', 'b', 'agree');
    expect(play.outcome).toMatchObject({ outcome: 'agree', by: 'of-b', votes: [{ seat: 'c' }, { seat: 'a' }, { seat: 'b' }] });
    expect(ended(signing({ mode: 'all', of: three }).vote('sign', 'c', 'refuse'))).toBe('refuse');
  });

  it('all, where a "no" counts: everyone is heard before it ends', () => {
    const play = signing({ mode: 'all', of: three, onReject: 'counts' });
    play.vote('sign', 'a', 'refuse').vote('sign', 'b', 'agree');
    expect(ended(play)).toBeUndefined();
    expect(ended(play.vote('sign', 'c', 'agree'))).toBe('refuse');
  });

  it('sequence: each seat opens when the one before it is filled', () => {
    const play = signing({ mode: 'sequence', of: three });
    expect(play.seats('sign')).toBe('a open, b waiting, c waiting');
    expect(play.refusal(() => play.vote('sign', 'b', 'agree'))?.code).toBe('SEAT_WAITING');
    play.vote('sign', 'a', 'agree').vote('sign', 'b', 'agree');
    expect(play.seats('sign')).toBe('a done, b done, c open');
    expect(ended(play.vote('sign', 'c', 'agree'))).toBe('agree');
  });

  it('quorum: is decided as soon as enough agree, or enough can no longer agree', () => {
    const play = signing({ mode: 'quorum', of: three, needs: { count: 2 } });
    expect(ended(play.vote('sign', 'a', 'refuse'))).toBeUndefined();
    expect(ended(play.vote('sign', 'b', 'agree').vote('sign', 'c', 'agree'))).toBe('agree');
    expect(
      ended(
        signing({ mode: 'quorum', of: three, needs: { percent: 60 } })
          .vote('sign', 'a', 'refuse')
          .vote('sign', 'c', 'refuse'),
      ),
    ).toBe('refuse');
  });

  it('quorum by weight, with a veto', () => {
    const of = [{ id: 'boss', roles: ['boss'], weight: 3, veto: true }, ...seatsOf('a', 'b')];
    expect(
      ended(
        signing({ mode: 'quorum', of, needs: { weight: 4 } })
          .vote('sign', 'boss', 'agree')
          .vote('sign', 'b', 'agree'),
      ),
    ).toBe('agree');
    expect(ended(signing({ mode: 'quorum', of, needs: { weight: 2 } }).vote('sign', 'boss', 'refuse'))).toBe('refuse');
  });

  it('has the outcome that most named, in the order of the policy when they are even', () => {
    expect(
      ended(signing({ mode: 'all', of: three }).vote('sign', 'a', 'agree').vote('sign', 'b', 'amend').vote('sign', 'c', 'amend')),
    ).toBe('amend');
    expect(
      ended(
        signing({ mode: 'all', of: seatsOf('a', 'b') })
          .vote('sign', 'a', 'amend')
          .vote('sign', 'b', 'agree'),
      ),
    ).toBe('agree');
  });

  it('asks different people for seats of the same roles', () => {
    const of = [
      { id: 'first', roles: ['inspector'] },
      { id: 'second', roles: ['inspector'] },
    ];
    const play = signing({ mode: 'all', of }).vote('sign', 'first', 'agree', 'wang');
    expect(play.task('sign').seats[1]).toMatchObject({ excluded: ['wang'] });
    expect(play.refusal(() => play.vote('sign', 'second', 'agree', 'wang'))?.code).toBe('EXCLUDED');
    expect(ended(play.vote('sign', 'second', 'agree', 'zhao'))).toBe('agree');
  });

  it('tells who comes second who was first', () => {
    const play = signing({ mode: 'all', of: three }).vote('sign', 'a', 'agree', 'wang');
    const at = play.now;
    expect(play.refusal(() => play.vote('sign', 'a', 'agree', 'li'))).toEqual({
      code: 'SEAT_CLOSED',
      values: { task: 'tests:tried:1/sign#1', step: 'sign', seat: 'a', state: 'done', by: 'wang', at, verb: 'complete', outcome: 'agree' },
    });
  });

  it('leaves out a seat whose condition does not hold, and its vote when it holds no longer', () => {
    const of = [...seatsOf('a'), { id: 'gm', roles: ['gm'], when: 'price > 100' }];
    const play = signing({ mode: 'all', of });
    expect(play.seats('sign')).toBe('a open');
    play.amend({ price: 200 });
    expect(play.seats('sign')).toBe('a open, gm open');
    play.vote('sign', 'gm', 'agree').amend({ price: 20 });
    expect(play.seats('sign')).toBe('a open');
    play.amend({ price: 200 });
    expect(play.seats('sign')).toBe('a open, gm open');
  });

  it('asks only those again whose part of what is shown has changed', () => {
    const of = [
      { id: 'finance', roles: ['finance'], covers: ['price'] },
      { id: 'sales', roles: ['sales'], covers: ['note'] },
      { id: 'gm', roles: ['gm'] },
    ];
    const play = signing({ mode: 'all', of }).vote('sign', 'finance', 'agree').vote('sign', 'sales', 'agree');
    play.amend({ note: 'not urgent' });
    expect(play.seats('sign')).toBe('finance done, sales open, gm open');
    play.amend({ note: 'urgent' });
    expect(play.seats('sign')).toBe('finance done, sales open, gm open');
    play.vote('sign', 'gm', 'agree').vote('sign', 'sales', 'agree');
    expect(ended(play)).toBe('agree');
  });

  it('a decided step whose votes fall in part is asked again with the others standing', () => {
    const of = [
      { id: 'finance', roles: ['finance'], covers: ['price'] },
      { id: 'sales', roles: ['sales'], covers: ['note'] },
    ];
    const play = new Play(
      settingOf((desk: AnyDesk) => [desk.ask('sign', { shows: desk.subject }), desk.ask('ship', { shows: 1 })], {
        steps: { sign: { seats: { mode: 'all', of }, outcomes }, ship: {} },
      }),
      { price: 10, note: 'urgent' },
    );
    play.vote('sign', 'finance', 'agree').vote('sign', 'sales', 'agree');
    expect(play.open).toEqual(['ship']);
    play.amend({ price: 11 });
    expect([play.open, play.suspended, play.seats('sign')]).toEqual([['sign'], ['ship'], 'finance open, sales done']);
    expect(play.rows.map(({ type }) => type)).toContain('reopened');
    play.vote('sign', 'finance', 'agree');
    expect(play.open).toEqual(['ship']);
  });
});

describe('a review', () => {
  const stages = [{ step: 'lead' }, { step: 'finance', covers: ['price'] }, { step: 'gm', when: 'price > 100' }];
  const steps = { lead: { outcomes }, finance: { outcomes }, gm: { outcomes } };
  const reviewing = (review: object = {}, price = 10, more: object = {}): Play =>
    new Play(
      settingOf((desk: AnyDesk) => desk.review('sign-off', { shows: desk.subject }), {
        steps: { ...steps, ...more },
        reviews: { 'sign-off': { stages, ...review } },
      }),
      { price, note: 'urgent' },
    );
  /** Approves the first stage as somebody who could fill the second too. */
  const approved = (play: Play, by: string): Play => {
    const grant = { rule: 'role:lead', directory: 1, roles: ['lead', 'finance'] };
    return play.act({ verb: 'complete', ...play.named('sign-off/lead'), data: { outcome: 'agree' }, grant }, by);
  };
  const agree = (play: Play, step: string, by = step): Play => play.complete(`sign-off/${step}`, { outcome: 'agree' }, by);

  it('goes through its stages in order, but for those whose condition does not hold', () => {
    const play = reviewing();
    expect(play.open).toEqual(['sign-off/lead']);
    agree(play, 'lead');
    agree(play, 'finance');
    expect(play.outcome).toMatchObject({ outcome: 'approved', answers: [{ by: 'lead' }, { by: 'finance' }] });
    expect(agree(agree(reviewing({}, 200), 'lead'), 'finance').open).toEqual(['sign-off/gm']);
  });

  it('ends with the first "no", and says whose', () => {
    const play = agree(reviewing(), 'lead');
    play.act({ verb: 'reject', ...play.named('sign-off/finance'), reason: 'too dear' }, 'wang');
    expect(play.outcome).toMatchObject({ outcome: 'rejected', step: 'finance', answer: { by: 'wang' } });
  });

  it('a stage that applied and no longer does lets its answer fall, for good', () => {
    const play = agree(agree(reviewing({}, 200), 'lead'), 'finance');
    play.amend({ note: 'changed' });
    expect([play.open, play.suspended]).toEqual([['sign-off/lead'], ['sign-off/gm']]);
    agree(play, 'lead');
    expect(play.open).toEqual(['sign-off/gm']);
  });

  it('skips the same approver where the policy says so, and the ledger tells it', () => {
    const play = approved(reviewing({ sameApprover: 'skip' }), 'wang');
    expect(play.outcome).toMatchObject({ outcome: 'approved', answers: [{ by: 'wang' }] });
    expect(play.rows.find(({ type }) => type === 'passed')).toMatchObject({ body: { step: 'finance', approver: 'wang' } });
  });

  it('asks the same approver again at what they were not shown', () => {
    const apart = {
      sameApprover: 'skip',
      stages: [
        { step: 'lead', covers: ['note'] },
        { step: 'finance', covers: ['price'] },
      ],
    };
    expect(approved(reviewing(apart), 'wang').open).toEqual(['sign-off/finance']);
    const part = {
      sameApprover: 'skip',
      stages: [
        { step: 'lead', covers: ['note', 'price'] },
        { step: 'finance', covers: ['price'] },
      ],
    };
    expect(approved(reviewing(part), 'wang').outcome).toMatchObject({ outcome: 'approved' });
  });

  it('passes over no stage that is kept from who started the case', () => {
    const kept = { finance: { outcomes, notStarter: true } };
    expect(approved(reviewing({ sameApprover: 'skip' }, 10, kept), 'starter').open).toEqual(['sign-off/finance']);
    expect(approved(reviewing({ sameApprover: 'skip' }, 10, kept), 'wang').open).toEqual([]);
    expect(approved(reviewing({ sameApprover: 'skip' }), 'starter').open).toEqual([]);
  });
});
