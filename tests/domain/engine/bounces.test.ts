import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { continueRun, snapshotOf } from '../../../domain/engine/snapshot.js';
import { Play, settingOf } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type AnyDesk = Desk<{ readonly price: number }, Any>;

/** Mails the price, and plans with what came of it. */
const mails = (desk: AnyDesk): string => {
  const sent = desk.call('mail', { price: desk.subject.price });
  return desk.ask('plan', { shows: { sent } }).outcome;
};
const play = (): Play => new Play(settingOf(mails, { steps: { plan: {} }, effects: { mail: { irreversible: true } } }), { price: 10 });
const flight = (one: Play) => one.state.effects['mail']?.flight;
const attempt = (one: Play): string => flight(one)?.idempotencyKey ?? '';
const back = (one: Play, of: string, reason = 'no such mailbox') =>
  one.act({ verb: 'bounced', attempt: of, to: 'old@example.com', reason }, 'gateway');
/** A case whose mail was sent under the key that is returned. */
function sent(): readonly [Play, string] {
  const one = play();
  const key = attempt(one);
  return [one.done('mail', { no: 1 }), key];
}

describe('a mail that comes back', () => {
  it('is a task for those who repair, beside what is open; the result of the call stays', () => {
    const [one, key] = sent();
    back(one, key);
    expect(one.open).toEqual(['mail!bounced', 'plan']);
    expect(one.task('plan')).toMatchObject({ rev: 1, id: 'tests:tried:1/plan#1' });
    expect(one.task('mail!bounced')).toMatchObject({ step: 'bounced', seats: [{ candidates: [{ role: 'repairer' }] }] });
    expect(one.rows.map(({ type, by, effect }) => [type, by, effect?.state])).toEqual([
      ['bounced', 'gateway', 'bounced'],
      ['opened', 'engine', undefined],
    ]);
    expect(one.state.facts.at(-1)).toMatchObject({ kind: 'bounced', key: 'mail', attempt: key, to: 'old@example.com', by: 'gateway' });
  });

  it('is told twice and taken once, also after the snapshot', () => {
    const [one, key] = sent();
    back(one, key).complete('mail!bounced', { outcome: 'settled', note: 'told by telephone' });
    expect(back(one, key).rows).toEqual([]);
    one.state = continueRun(one.setting, JSON.parse(JSON.stringify(snapshotOf(one.state))));
    expect(back(one, key, 'in other words').rows).toEqual([]);
    expect(one.open).toEqual(['plan']);
  });

  it('is sent again under a key of its own, to the address given; plan, which shows the result, is not asked again', () => {
    const [one, key] = sent();
    back(one, key).complete('mail!bounced', { outcome: 'send-again', email: ' new@example.com ' });
    expect(one.open).toEqual(['plan']);
    expect(flight(one)).toMatchObject({ action: 'again', input: { price: 10 } });
    expect(attempt(one)).not.toBe(key);
    const second = attempt(one);
    one.done('mail', { no: 2 });
    expect(one.open).toEqual(['plan']);
    expect(one.task('plan').rev).toBe(1);
    expect(one.state.effects['mail']).toMatchObject({
      done: { result: { no: 1 }, again: { no: 2 }, attempt: second },
      readdressed: { 'old@example.com': 'new@example.com' },
    });
    back(one, second).complete('mail!bounced', { outcome: 'send-again' });
    expect(one.state.effects['mail']?.readdressed).toEqual({ 'old@example.com': 'new@example.com' });
  });

  it('from the address given as well, goes to a third one; to the first again when that is given', () => {
    const [one, key] = sent();
    back(one, key).complete('mail!bounced', { outcome: 'send-again', email: 'new@example.com' });
    const second = attempt(one);
    one.done('mail', { no: 2 }).act({ verb: 'bounced', attempt: second, to: 'new@example.com', reason: 'full' });
    one.complete('mail!bounced', { outcome: 'send-again', email: 'third@example.com' });
    expect(one.state.effects['mail']?.readdressed).toEqual({
      'old@example.com': 'third@example.com',
      'new@example.com': 'third@example.com',
    });
    const third = attempt(one);
    one.done('mail', { no: 3 }).act({ verb: 'bounced', attempt: third, to: 'third@example.com', reason: 'full' });
    one.complete('mail!bounced', { outcome: 'send-again', email: 'old@example.com' });
    expect(one.state.effects['mail']?.readdressed).toEqual({
      'new@example.com': 'old@example.com',
      'third@example.com': 'old@example.com',
    });
  });

  it('and cannot be sent again, asks once more and says why', () => {
    const [one, key] = sent();
    back(one, key).complete('mail!bounced', { outcome: 'send-again', email: 'new@example.com' }).failed('mail');
    expect(one.open).toEqual(['mail!bounced', 'plan']);
    expect(one.task('mail!bounced').id).toBe('tests:tried:1/mail!bounced#2');
    expect(one.state.effects['mail']).toMatchObject({ bounced: { to: 'new@example.com', reason: 'by the system' } });
  });

  it('and of which nobody knows whether it was sent again, asks that first', () => {
    const [one, key] = sent();
    back(one, key).complete('mail!bounced', { outcome: 'send-again' }).lost('mail');
    expect(one.open).toEqual(['mail!repair', 'plan']);
    one.complete('mail!repair', { outcome: 'done-by-hand', note: 'it arrived' });
    expect(one.open).toEqual(['plan']);
    expect(one.state.effects['mail']?.done).toMatchObject({ result: { no: 1 } });
  });

  it('that another one has followed is written down under its own input, and opens nothing', () => {
    const [one, key] = sent();
    one.amend({ price: 11 }).done('mail', { no: 2 });
    const rows = back(one, key).rows;
    expect(one.open).toEqual(['plan']);
    expect(rows).toMatchObject([{ type: 'bounced', body: { key: 'mail', address: 'old@example.com' } }]);
    expect(rows[0]).not.toHaveProperty('effect');
    expect(rows[0]?.body?.['input']).not.toBe(one.state.effects['mail']?.done?.hash);
  });

  it('is of no more interest when the input changes: its task is withdrawn, and the new mail is the answer', () => {
    const [one, key] = sent();
    back(one, key).amend({ price: 11 });
    expect(one.open).not.toContain('mail!bounced');
    expect(flight(one)).toMatchObject({ action: 'revise', input: { price: 11 } });
  });

  it('while it is not known whether it was sent, answers that: the task about it says so', () => {
    const one = play();
    const key = attempt(one);
    one.lost('mail');
    const before = one.task('mail!repair');
    back(one, key);
    expect(one.task('mail!repair')).toMatchObject({ id: before.id, rev: 2 });
    expect(one.state.effects['mail']?.failed).toMatchObject({ code: 'MAIL_BOUNCED', detail: 'no such mailbox' });
  });

  it('keeps a case that is coming to its end open until somebody has seen to it', () => {
    const [one, key] = sent();
    back(one, key).complete('plan');
    expect([one.state.status, ...one.open]).toEqual(['closing', 'mail!bounced']);
    one.complete('mail!bounced', { outcome: 'send-again' });
    expect([one.state.status, flight(one)?.action]).toEqual(['closing', 'again']);
    expect(one.done('mail').state.status).toBe('closed');
  });

  it('of a case that knows nothing of it is written down', () => {
    const [one] = sent();
    back(one, 'tests:tried:1/gone/mail/0/do/abc');
    expect(one.state.facts.at(-1)).toMatchObject({ kind: 'bounced', key: 'gone/mail', input: 'abc' });
    expect(one.open).toEqual(['plan']);
  });
});
