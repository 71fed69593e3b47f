import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { Play, settingOf } from '../../support/play.js';

type AnyDesk = Desk<object, { readonly [step: string]: { readonly outcome: string } }>;
const steps = (...names: readonly string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, { returnTo: names, redo: 'choose' }]));
const ask = (desk: AnyDesk, ...names: readonly string[]): string => names.map((name) => desk.ask(name, { shows: name }).outcome).join();

/** Two branches of two steps each beside a duty, and a step after them. */
const beside = (desk: AnyDesk): string => {
  ask(desk, 'enter');
  desk.meanwhile('duty', () => ask(desk, 'watch', 'log'));
  desk.all({ left: () => ask(desk, 'draw', 'check'), right: () => ask(desk, 'price', 'credit') });
  return ask(desk, 'join', 'end');
};
const names = ['enter', 'watch', 'log', 'draw', 'check', 'price', 'credit', 'join', 'end'];

function atEnd(): Play {
  const play = new Play(settingOf(beside, { steps: steps(...names) }));
  return ['enter', 'duty/watch', 'draw', 'check', 'price', 'credit', 'join'].reduce((now, key) => now.complete(key), play);
}
const anew = (play: Play, to: string, from = 'end'): Play =>
  play.act({ verb: 'return', ...play.named(from), to, reason: 'wrong', redo: 'all' });

describe('a return that asks everything anew', () => {
  it('asks what follows the step, and nothing of the branch beside it, whichever is listed first', () => {
    const left = anew(atEnd(), 'draw');
    expect(left.open).toEqual(['draw', 'duty/log']);
    expect(left.complete('draw').open).toEqual(['check', 'duty/log']);
    expect(left.complete('check').open).toEqual(['duty/log', 'join']);
    const right = anew(atEnd(), 'price');
    expect(right.open).toEqual(['duty/log', 'price']);
    expect(right.complete('price').complete('credit').open).toEqual(['duty/log', 'join']);
  });

  it('asks all branches when it goes to a step before them, and the duty that began after it', () => {
    const play = anew(atEnd(), 'enter').complete('enter');
    expect(play.open).toEqual(['draw', 'duty/watch', 'price']);
  });

  it('leaves the main line alone when it goes to a step of a duty beside it', () => {
    const play = anew(atEnd(), 'watch', 'duty/log');
    expect(play.open).toEqual(['duty/watch', 'end']);
  });

  it('asks what the case has not come to again yet too: nobody can tell what it stands on', () => {
    const play = atEnd().back('end', 'price');
    expect(anew(play, 'draw', 'duty/log').open).toEqual(['draw', 'duty/log', 'price']);
    play.complete('price');
    expect(play.open).toEqual(['credit', 'draw', 'duty/log']);
  });

  it('follows the winner of a race, and rounds of a loop', () => {
    const racing = (desk: AnyDesk): string => {
      desk.first('race', { a: () => ask(desk, 'fast'), b: () => ask(desk, 'slow') });
      desk.loop('round', () => (ask(desk, 'try', 'judge').endsWith('done') ? 'settled' : undefined));
      return ask(desk, 'end');
    };
    const play = new Play(settingOf(racing, { steps: steps('fast', 'slow', 'try', 'judge', 'end') }));
    play.complete('race/a/fast').complete('round/1/try').complete('round/1/judge', { outcome: 'problem' });
    play.complete('round/2/try').complete('round/2/judge');
    expect(anew(play, 'fast').open).toEqual(['race/a/fast', 'race/b/slow']);
    expect(play.complete('race/a/fast').open).toEqual(['round/1/try']);
  });
});
