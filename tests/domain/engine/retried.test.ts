import { describe, expect, it } from 'vitest';
import type { CaseState } from '../../../domain/engine/state.js';
import { attemptEnded } from '../../../domain/engine/turn.js';
import type { Json } from '../../../domain/json.js';
import { Play, type Sketch, settingOf } from '../../support/play.js';

const sketch: Sketch = { steps: { check: {} }, effects: { mail: { irreversible: true } } };
interface Desk {
  readonly subject: { readonly price: number };
  ask(step: string, options: { readonly shows: unknown }): unknown;
  call(effect: string, input: unknown): Json;
}
const mailing = (desk: Desk): unknown => {
  desk.ask('check', { shows: null });
  return desk.call('mail', { price: desk.subject.price });
};
const mail = ({ effects }: CaseState) => effects['mail'];
/** A case whose mail was sent, or not: nobody knows. */
const doubtful = (): Play => lost(new Play(settingOf(mailing, sketch), { price: 1 }).complete('check'));
const lost = (play: Play): Play =>
  play.took(attemptEnded(play.setting, play.state, play.now, 'mail', { ok: false, code: 'OUTCOME_UNKNOWN', detail: '', unknown: true }));

describe('an effect that failed with its outcome unknown', () => {
  it('keeps the attempt, and asks a person', () => {
    const play = doubtful();
    expect(play.open).toEqual(['mail!repair']);
    expect(mail(play.state)?.uncertain).toEqual([
      { idempotencyKey: expect.stringContaining('/mail/0/do/'), action: 'do', input: { price: 1 } },
    ]);
  });

  it('tried again: the attempt counts as not carried out, and the next has a key of its own', () => {
    const play = doubtful().complete('mail!repair', { outcome: 'retry' });
    expect(mail(play.state)?.uncertain).toMatchObject([{ confirmedUndone: true }]);
    expect(mail(play.state)?.flight?.idempotencyKey).toContain('/mail/1/do/');
    expect(mail(play.done('mail').state)?.uncertain).toEqual([]);
  });

  it('tried again and lost again: nobody has said anything about the second attempt yet', () => {
    const play = lost(doubtful().complete('mail!repair', { outcome: 'retry' }));
    expect(mail(play.state)?.uncertain.map(({ confirmedUndone }) => confirmedUndone)).toEqual([true, undefined]);
    play.complete('mail!repair', { outcome: 'retry' });
    expect(mail(play.state)?.uncertain.map(({ confirmedUndone }) => confirmedUndone)).toEqual([true, true]);
  });

  it('done by hand: it stands, and nothing is sent', () => {
    const play = doubtful().complete('mail!repair', { outcome: 'done-by-hand', note: 'by dispatcher' });
    expect(mail(play.state)).toMatchObject({ done: { input: { price: 1 } }, uncertain: [] });
    expect(mail(play.state)?.flight).toBeUndefined();
    expect(play.state.status).toBe('closed');
  });

  it('wanted otherwise since: the next attempt asks about it, and no one has said that it was not carried out', () => {
    const play = doubtful().amend({ price: 2 });
    expect(play.open).toEqual([]);
    expect(mail(play.state)).toMatchObject({ flight: { input: { price: 2 } }, uncertain: [{ input: { price: 1 } }] });
    expect(mail(play.state)?.uncertain[0]?.confirmedUndone).toBeUndefined();
  });

  it('given up with the case: it is asked first whether there is anything that cannot be taken back', () => {
    const play = doubtful().cancel();
    expect(play.open).toEqual([]);
    expect(mail(play.state)?.flight).toMatchObject({ action: 'undo', irreversible: true });
    expect(play.done('mail').state.status).toBe('closed');
  });

  it('given up with the case, and it had been carried out: a person is told that it cannot be taken back', () => {
    const play = doubtful().cancel().failed('mail');
    expect(play.open).toEqual(['mail!repair']);
    expect(mail(play.state)?.failed).toMatchObject({ action: 'undo' });
    play.complete('mail!repair', { outcome: 'done-by-hand', note: 'called them' });
    expect(play.state.status).toBe('closed');
  });
});

it('a plain refusal says nothing about attempts before it', () => {
  const play = new Play(settingOf(mailing, sketch), { price: 1 }).complete('check').amend({ price: 2 }).unknown('mail').failed('mail');
  play.complete('mail!repair', { outcome: 'retry' });
  expect(mail(play.state)?.uncertain).toEqual([{ idempotencyKey: expect.stringContaining('/mail/0/'), action: 'do', input: { price: 1 } }]);
});
