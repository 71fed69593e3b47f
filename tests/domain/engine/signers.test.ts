import { describe, expect, it } from 'vitest';
import type { CommandBody } from '../../../domain/engine/command.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import type { Json } from '../../../domain/json.js';
import { Play, settingOf } from '../../support/play.js';

type Subject = { readonly price: number; readonly note: string };
type AnyDesk = Desk<Subject, { readonly [step: string]: { readonly outcome: string; readonly [field: string]: Json } }>;
const words = (text: string) => ({ en: text, zh: text, id: text });
const outcomes = { agree: { name: words('agree') }, refuse: { name: words('refuse'), rejects: true } };
const seatsOf = (...ids: readonly string[]) => ids.map((id) => ({ id, roles: [id], ...(id === 'a' ? { covers: ['price'] } : {}) }));
const ways = { returnTo: ['enter', 'previous', 'starter'], redo: 'choose', skip: { by: ['boss'], outcome: 'agree' }, outcomes };

/** Entered, checked, signed by seats, shipped. */
function signed(seats: object | null = { mode: 'all', of: seatsOf('a', 'b', 'c') }): Play {
  return new Play(
    settingOf(
      (desk: AnyDesk) => {
        const entered = desk.ask('enter', { shows: 1 });
        desk.ask('check', { shows: entered.data });
        const answer = desk.ask('sign', { shows: desk.subject });
        desk.ask('ship', { shows: answer.outcome });
        return answer;
      },
      { steps: { enter: {}, check: {}, sign: seats === null ? ways : { ...ways, seats }, ship: ways } },
    ),
    { price: 10, note: 'urgent' },
  )
    .complete('enter', {}, 'enterer')
    .complete('check', {}, 'checker');
}

const does = (play: Play, verb: string, seat: string | undefined, more: object, by: string): Play =>
  play.act({ verb, ...play.named('sign'), ...(seat === undefined ? {} : { seat }), ...more } as unknown as CommandBody, by);
const codeOf = (play: Play, verb: string, seat: string | undefined, more: object, by: string): string | undefined =>
  play.refusal(() => does(play, verb, seat, more, by))?.code;

describe('a seat that is given on', () => {
  it('belongs to the one it was given to, and shows who gave it', () => {
    const play = does(signed(), 'transfer', 'a', { to: 'zhao' }, 'of-a');
    expect(play.task('sign')).toMatchObject({
      rev: 1,
      seats: [{ candidates: [{ person: 'zhao' }], transferred: [{ by: 'of-a', to: 'zhao' }] }, {}, {}],
    });
    expect(play.refusal(() => play.vote('sign', 'a', 'agree', 'of-a'))).toMatchObject({
      code: 'SEAT_OF_OTHER',
      values: { people: ['zhao'] },
    });
    expect(play.vote('sign', 'a', 'agree', 'zhao').seats('sign')).toBe('a done, b open, c open');
  });

  it('stays with them when the step is asked again, unless all is to be done anew', () => {
    const play = does(signed(), 'transfer', 'a', { to: 'zhao' }, 'of-a');
    does(play, 'return', 'b', { to: 'enter', reason: 'wrong' }, 'of-b');
    play.complete('enter');
    expect(play.task('sign').seats[0]).toMatchObject({ candidates: [{ person: 'zhao' }] });
    does(play, 'return', 'b', { to: 'enter', reason: 'wrong', redo: 'all' }, 'of-b');
    play.complete('enter').complete('check');
    expect(play.task('sign').seats[0]).toEqual({ id: 'a', candidates: [{ role: 'a' }] });
  });

  it('of a step of one seat goes on without votes', () => {
    const play = does(signed(null), 'transfer', undefined, { to: 'zhao' }, 'of-a');
    play.complete('sign', { outcome: 'agree' }, 'zhao');
    expect(play.open).toEqual(['ship']);
  });

  it('is refused to whom it is with already', () => {
    const play = does(signed(), 'transfer', 'a', { to: 'zhao' }, 'of-a');
    expect(codeOf(play, 'transfer', 'a', { to: 'zhao' }, 'boss')).toBe('TRANSFER_TO_SELF');
  });
});

describe('seats that nobody fills twice', () => {
  const twins = { mode: 'all', of: ['a', 'b'].map((id) => ({ id, roles: ['s'] })) };

  it('are given to nobody who signs beside them already: one of the two could never be filled', () => {
    const delegated = does(signed(), 'delegate', 'a', { to: 'zhao' }, 'li');
    expect(play(delegated, 'a.1', 'li', 'zhao')).toEqual({ code: 'ALREADY_SIGNER', values: { person: 'li' } });
    const added = does(signed(), 'add-signer', 'a', { to: 'zhao', where: 'beside' }, 'li');
    expect(play(added, 'a', 'zhao', 'li')?.code).toBe('ALREADY_SIGNER');
    added.vote('sign', 'a.1', 'agree', 'zhao');
    expect(play(added, 'a', 'zhao', 'li')?.code).toBe('ALREADY_SIGNER');
    const given = does(signed(twins), 'transfer', 'a', { to: 'zhao' }, 'li');
    expect(play(given, 'b', 'zhao', 'li')?.code).toBe('ALREADY_SIGNER');
    expect(codeOf(given, 'delegate', 'b', { to: 'zhao' }, 'li')).toBe('ALREADY_SIGNER');
    expect(codeOf(given, 'delegate', 'b', { to: 'qian' }, 'zhao')).toBe('ALREADY_SIGNER');
    expect(codeOf(given, 'add-signer', 'b', { to: 'zhao', where: 'after' }, 'li')).toBe('ALREADY_SIGNER');
  });

  it('ask different people also once one of them was given on', () => {
    const given = does(signed(twins), 'transfer', 'a', { to: 'zhao' }, 'li').vote('sign', 'a', 'agree', 'zhao');
    expect(given.task('sign').seats[1]).toMatchObject({ excluded: ['zhao'] });
    expect(given.refusal(() => given.vote('sign', 'b', 'agree', 'zhao'))?.code).toBe('EXCLUDED');
  });

  it('are not those for different people: one person may be given both', () => {
    const given = does(does(signed(), 'transfer', 'a', { to: 'zhao' }, 'li'), 'transfer', 'b', { to: 'zhao' }, 'li');
    expect(given.vote('sign', 'a', 'agree', 'zhao').vote('sign', 'b', 'agree', 'zhao').seats('sign')).toBe('a done, b done, c open');
  });

  const play = (of: Play, seat: string, to: string, by: string) => of.refusal(() => does(of, 'transfer', seat, { to }, by));
});

describe('a delegation', () => {
  it('asks the other first, then the one who delegated; both have signed', () => {
    const play = does(signed(null), 'delegate', undefined, { to: 'zhao' }, 'li');
    expect(play.seats('sign')).toBe('1.1 open, 1 waiting');
    play.vote('sign', '1.1', 'agree', 'zhao');
    expect(play.seats('sign')).toBe('1.1 done, 1 open');
    play.vote('sign', '1', 'agree', 'li').complete('ship', { outcome: 'agree' });
    expect(play.outcome).toMatchObject({ votes: [{ by: 'zhao' }, { by: 'li' }], by: 'li' });
  });

  it('leaves the last word to the one who delegated', () => {
    const play = does(signed(null), 'delegate', undefined, { to: 'zhao' }, 'li');
    play.vote('sign', '1.1', 'refuse', 'zhao').vote('sign', '1', 'agree', 'li').complete('ship', { outcome: 'agree' });
    expect(play.outcome).toMatchObject({ outcome: 'agree' });
  });

  it('never goes round in a circle, nor to oneself', () => {
    const play = does(signed(), 'delegate', 'a', { to: 'zhao' }, 'li');
    expect(codeOf(play, 'delegate', 'a.1', { to: 'li' }, 'zhao')).toBe('DELEGATION_CYCLE');
    expect(codeOf(play, 'delegate', 'a.1', { to: 'zhao' }, 'zhao')).toBe('TRANSFER_TO_SELF');
    does(play, 'delegate', 'a.1', { to: 'qian' }, 'zhao');
    expect(codeOf(play, 'delegate', 'a.2', { to: 'li' }, 'qian')).toBe('DELEGATION_CYCLE');
    expect(play.seats('sign')).toBe('a.2 open, a.1 waiting, a waiting, b open, c open');
  });
});

describe('an added signer', () => {
  it.each([
    ['before', 'a.1 open, a waiting'],
    ['after', 'a open, a.1 waiting'],
    ['beside', 'a open, a.1 open'],
  ])('%s a seat signs in that order, and counts as part of it', (where, seats) => {
    const play = does(signed({ mode: 'any', of: seatsOf('a') }), 'add-signer', 'a', { to: 'zhao', where }, 'of-a');
    expect(play.seats('sign')).toBe(seats);
    const order = where === 'before' ? ['a.1', 'a'] : ['a', 'a.1'];
    for (const seat of order) {
      expect(play.open).toEqual(['sign']);
      play.vote('sign', seat, 'agree', seat === 'a' ? 'of-a' : 'zhao');
    }
    expect(play.open).toEqual(['ship']);
  });

  it('in a sequence makes the next seat wait for them too', () => {
    const play = does(signed({ mode: 'sequence', of: seatsOf('a', 'b') }), 'add-signer', 'a', { to: 'zhao', where: 'after' }, 'of-a');
    play.vote('sign', 'a', 'agree');
    expect(play.seats('sign')).toBe('a done, a.1 open, b waiting');
    expect(play.vote('sign', 'a.1', 'agree', 'zhao').seats('sign')).toBe('a done, a.1 done, b open');
  });

  it('after one who was removed signs after whom that one would have', () => {
    const play = does(signed(), 'add-signer', 'a', { to: 'zhao', where: 'after' }, 'li');
    does(play, 'add-signer', 'a.1', { to: 'qian', where: 'after' }, 'zhao');
    expect(does(play, 'remove-signer', 'a.1', { reason: 'away' }, 'li').seats('sign')).toBe(
      'a open, a.1 removed, a.2 waiting, b open, c open',
    );
    expect(play.vote('sign', 'a', 'agree').seats('sign')).toBe('a done, a.1 removed, a.2 open, b open, c open');
  });

  it('covers what the seat covers', () => {
    const play = does(signed(), 'add-signer', 'a', { to: 'zhao', where: 'beside' }, 'of-a').vote('sign', 'a.1', 'agree', 'zhao');
    play.amend({ note: 'changed' });
    expect(play.seats('sign')).toBe('a open, a.1 done, b open, c open');
    expect(play.amend({ price: 11 }).seats('sign')).toBe('a open, a.1 open, b open, c open');
  });

  it('is nobody who signs there already', () => {
    const play = does(signed(), 'transfer', 'a', { to: 'zhao' }, 'of-a');
    expect(codeOf(play, 'add-signer', 'a', { to: 'zhao', where: 'after' }, 'zhao')).toBe('ALREADY_SIGNER');
  });

  it('and then removed: the step goes on without them; the last signer and who has signed stay', () => {
    const play = does(signed(null), 'add-signer', undefined, { to: 'zhao', where: 'after' }, 'li');
    play.vote('sign', '1', 'agree', 'li');
    expect(codeOf(play, 'remove-signer', '1', { reason: 'x' }, 'boss')).toBe('SEAT_CLOSED');
    does(play, 'remove-signer', '1.1', { reason: 'away' }, 'boss');
    expect(play.open).toEqual(['ship']);
    expect(play.rows.find(({ type }) => type === 'completed')).toMatchObject({ by: 'boss', body: { change: 'removed', reason: 'away' } });
    const alone = signed({ mode: 'all', of: seatsOf('a', 'b') });
    does(alone, 'remove-signer', 'a', { reason: 'away' }, 'boss');
    expect(codeOf(alone, 'remove-signer', 'b', { reason: 'away' }, 'boss')).toBe('LAST_SIGNER');
  });

  it('is not removed where the quorum could then never be reached', () => {
    const play = signed({ mode: 'quorum', of: seatsOf('a', 'b', 'c'), needs: { count: 2 } });
    does(play, 'remove-signer', 'a', { reason: 'away' }, 'boss');
    expect(play.refusal(() => does(play, 'remove-signer', 'b', { reason: 'away' }, 'boss'))).toEqual({
      code: 'QUORUM_UNREACHABLE',
      values: { needed: 2, there: 1 },
    });
  });
});

describe('the removal of a seat', () => {
  it('is refused where the others are only there on a condition: a change would leave a step that nobody can sign', () => {
    const play = signed({ mode: 'all', of: [...seatsOf('a'), { id: 'b', roles: ['b'], when: 'price > 5' }] });
    expect(codeOf(play, 'remove-signer', 'a', { reason: 'away' }, 'boss')).toBe('LAST_SIGNER');
    does(play, 'add-signer', 'a', { to: 'zhao', where: 'beside' }, 'boss');
    does(play, 'remove-signer', 'a', { reason: 'away' }, 'boss').amend({ price: 1 });
    expect(play.seats('sign')).toBe('a removed, a.1 open');
  });
});

describe('an answer that is taken back', () => {
  it('is asked again, as long as nobody has acted on it', () => {
    const play = signed(null);
    const task = play.task('sign').id;
    play.complete('sign', { outcome: 'agree' }, 'li');
    play.act({ verb: 'withdraw', task, rev: 1 }, 'li');
    expect([play.open, play.suspended]).toEqual([['sign'], ['ship']]);
    play.complete('sign', { outcome: 'agree' }, 'li');
    const again = 'tests:tried:1/sign#2';
    expect(play.refusal(() => play.act({ verb: 'withdraw', task: again, rev: 1 }, 'wang'))?.code).toBe('TASK_CLOSED');
    play.complete('ship', { outcome: 'refuse' }, 'wang');
    expect(play.outcome).toBeDefined();
  });

  it('is refused when the next has acted, with who that was', () => {
    const play = signed();
    const at = play.now;
    expect(play.refusal(() => play.act({ verb: 'withdraw', task: 'tests:tried:1/enter#1', rev: 1 }, 'enterer'))).toEqual({
      code: 'WITHDRAW_TOO_LATE',
      values: { by: 'checker', at, verb: 'complete' },
    });
  });

  it('of one seat leaves the others alone; in a sequence not when the next has signed', () => {
    const play = signed().vote('sign', 'a', 'agree').vote('sign', 'b', 'agree');
    expect(does(play, 'withdraw', 'a', {}, 'of-a').seats('sign')).toBe('a open, b done, c open');
    const row = signed({ mode: 'sequence', of: seatsOf('a', 'b', 'c') })
      .vote('sign', 'a', 'agree')
      .vote('sign', 'b', 'agree');
    expect(codeOf(row, 'withdraw', 'a', {}, 'of-a')).toBe('WITHDRAW_TOO_LATE');
    expect(does(row, 'withdraw', 'b', {}, 'of-b').seats('sign')).toBe('a done, b open, c waiting');
  });
});

describe('a return out of a countersign', () => {
  it('keeps the votes whose part is as it was', () => {
    const play = signed().vote('sign', 'a', 'agree').vote('sign', 'b', 'agree');
    does(play, 'return', 'c', { to: 'enter', reason: 'wrong' }, 'of-c');
    expect([play.open, play.suspended]).toEqual([['enter'], ['sign']]);
    play.amend({ note: 'other' }).complete('enter');
    expect(play.seats('sign')).toBe('a done, b open, c open');
  });

  it('asks everything after the step anew where the policy or the command says so', () => {
    const play = signed().vote('sign', 'a', 'agree');
    does(play, 'return', 'c', { to: 'enter', reason: 'wrong', redo: 'all' }, 'of-c');
    play.complete('enter');
    expect(play.open).toEqual(['check']);
    expect(play.complete('check').seats('sign')).toBe('a open, b open, c open');
  });

  it('goes to the step before, wherever that is', () => {
    const play = does(signed(), 'return', 'a', { to: 'previous', reason: 'wrong' }, 'of-a');
    expect(play.open).toEqual(['check']);
  });

  it('goes to who started the case: nothing else is asked until they send it in again', () => {
    const play = signed().vote('sign', 'a', 'agree').vote('sign', 'b', 'agree');
    does(play, 'return', 'c', { to: 'starter', reason: 'wrong note' }, 'of-c');
    expect([play.open, play.suspended]).toEqual([['!starter'], ['sign']]);
    expect(play.task('!starter').seats).toEqual([{ id: '1', candidates: [{ person: 'starter' }] }]);
    expect(play.refusal(() => play.complete('!starter', { outcome: 'resubmitted' }, 'somebody'))?.code).toBe('SEAT_OF_OTHER');
    play.amend({ note: 'other' });
    expect(play.open).toEqual(['!starter']);
    play.complete('!starter', { outcome: 'resubmitted' }, 'starter');
    expect(play.seats('sign')).toBe('a done, b open, c open');
    does(play, 'return', 'c', { to: 'starter', reason: 'all wrong', redo: 'all' }, 'of-c');
    play.complete('!starter', { outcome: 'resubmitted' }, 'starter');
    expect(play.open).toEqual(['enter']);
  });

  it('is refused to a step that was never passed, and out of a policy that fixes what is kept', () => {
    expect(codeOf(signed(), 'return', 'a', { to: 'ship', reason: 'wrong' }, 'of-a')).toBe('RETURN_TARGET_UNKNOWN');
    const fixed = new Play(
      settingOf((desk: AnyDesk) => [desk.ask('enter', { shows: 1 }), desk.ask('sign', { shows: 1 })], {
        steps: { enter: {}, sign: { returnTo: ['enter'], redo: 'all' } },
      }),
    ).complete('enter');
    expect(codeOf(fixed, 'return', undefined, { to: 'enter', reason: 'wrong', redo: 'keep' }, 'x')).toBe('REDO_FIXED');
  });
});

describe('a skip', () => {
  it('needs a second person, and is then what the policy names', () => {
    const play = does(signed(), 'skip', 'a', { reason: 'ill' }, 'boss');
    expect(play.task('sign').seats[0]).toMatchObject({ skip: { by: 'boss', reason: 'ill' } });
    expect(codeOf(play, 'skip', 'a', { reason: 'ill' }, 'boss')).toBe('SECOND_PERSON_NEEDED');
    does(play, 'skip', 'a', { reason: 'agreed' }, 'chief');
    expect(play.task('sign').seats[0]).toMatchObject({ state: 'done', by: 'chief', verb: 'skip', outcome: 'agree' });
    expect(play.rows.at(-1)).toMatchObject({ type: 'voted', body: { skipped: { by: 'boss', reason: 'ill' } } });
  });

  it('that was proposed before a return is of no account after it', () => {
    const play = does(signed(null), 'skip', undefined, { reason: 'ill' }, 'boss');
    does(play, 'return', undefined, { to: 'enter', reason: 'wrong' }, 'li');
    play.complete('enter');
    expect(does(play, 'skip', undefined, { reason: 'ill' }, 'chief').open).toEqual(['sign']);
  });
});
