import { describe, expect, it } from 'vitest';
import type { Row } from '../../../domain/engine/ledger.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import { continueRun, migrate, snapshotOf } from '../../../domain/engine/snapshot.js';
import { nextWake } from '../../../domain/engine/state.js';
import { textOf } from '../../../domain/json.js';
import { hour, Play, settingOf, start } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string } };
type Subject = { readonly price: number };
const ladder = [
  { remind: { before: '1h' } },
  { remind: { at: 'due' } },
  { remind: { after: { within: '2h' }, times: 2 } },
  { escalate: { after: { within: '3h' }, to: 'leader' } },
  { escalate: { after: { within: '6h' }, to: 'general-manager' } },
];
const steps = {
  desk: { due: { within: '4h' }, ladder },
  planner: { due: { within: '4h' }, ladder, returnTo: ['desk'] },
  hasty: { due: { within: '2h' }, overdue: 'outcome', ladder: [{ remind: { before: '30m' } }] },
};
const two = (desk: Desk<Subject, Any>) => {
  desk.ask('desk', { shows: desk.subject.price });
  return desk.ask('planner', { shows: 'plan' }).outcome;
};
const begun = () => new Play(settingOf(two, { steps }), { price: 1 });
/** What was struck, in order, as `hours since the begin: rung`. */
const struck = ({ ledger }: { readonly ledger: readonly Row[] }): string[] =>
  ledger.flatMap(({ type, body, at }) =>
    type === 'rung' || type === 'overdue' ? [`${(at - start) / hour} ${type === 'rung' ? textOf(body?.['rung']) : 'overdue'}`] : [],
  );
const told = ({ ledger }: Play): string[] =>
  ledger.flatMap(({ notice, at }) => (notice === undefined ? [] : [`${(at - start) / hour} ${notice.notice} ${notice.to}`]));
/** Lets time pass as the case's own timer would: it strikes at each of its alarms. */
function letPass(play: Play, ms: number): void {
  const end = play.now + ms;
  for (let wake = nextWake(play.state); wake !== undefined && wake <= end; wake = nextWake(play.state)) play.pass(wake - play.now);
  play.pass(end - play.now);
}

describe('a ladder', () => {
  it('reminds before, at and after the due time, as often as it says, and adds one superior after the other', () => {
    const play = begun();
    letPass(play, 24 * hour);
    expect(struck(play)).toEqual([
      '3 remind-before-1h',
      '4 overdue',
      '4 remind-at-due',
      '6 remind-after-within-2h',
      '7 escalate-after-within-3h',
      '8 remind-after-within-2h.2',
      '10 escalate-after-within-6h',
    ]);
    expect(play.task('desk').seats).toEqual([{ id: '1', candidates: [{ role: 'desk' }, { role: 'leader' }, { role: 'general-manager' }] }]);
    expect(nextWake(play.state)).toBeUndefined();
  });

  it('tells those who are asked, and the superior who joins, each once', () => {
    const play = begun();
    letPass(play, 7 * hour);
    expect(told(play)).toEqual(['3 reminder desk', '4 reminder desk', '6 reminder desk', '7 escalation leader']);
    expect(play.ledger.filter(({ type }) => type === 'rung').map(({ body }) => [body?.['kind'], body?.['nth']])).toEqual([
      ['remind', 1],
      ['remind', 2],
      ['remind', 3],
      ['escalate', 1],
    ]);
    expect(play.state.facts.filter(({ kind }) => kind === 'rung')).toHaveLength(5);
  });

  it('lets the superior answer, without the holder losing what was on the screen', () => {
    const play = begun();
    letPass(play, 7 * hour);
    expect(play.task('desk').rev).toBe(1);
    play.complete('desk', {}, 'leader');
    expect(play.open).toEqual(['planner']);
  });

  it('strikes nothing twice, also when it is looked at late, and tells of several reminders at once only the last', () => {
    const play = begun();
    play.pass(9 * hour);
    play.pass(0);
    play.pass(5 * hour);
    expect(struck(play).map((text) => text.split(' ')[1])).toEqual([
      'remind-before-1h',
      'overdue',
      'remind-at-due',
      'remind-after-within-2h',
      'escalate-after-within-3h',
      'remind-after-within-2h.2',
      'escalate-after-within-6h',
    ]);
    expect(told(play)).toEqual(['9 escalation leader', '9 reminder desk', '9 reminder leader', '14 escalation general-manager']);
  });

  it('complaint 5: a reminder is not gone after a return: the reopened task has its whole ladder anew', () => {
    const play = begun();
    letPass(play, 7 * hour);
    play.complete('desk').back('planner', 'desk');
    expect(play.task('desk')).toMatchObject({ id: 'tests:tried:1/desk#2', overdue: false });
    expect(play.task('desk').seats).toEqual([{ id: '1', candidates: [{ role: 'desk' }] }]);
    const from = play.ledger.length;
    letPass(play, 24 * hour);
    expect(struck({ ledger: play.ledger.slice(from) })).toEqual(
      ['10 remind-before-1h', '11 overdue', '11 remind-at-due', '13 remind-after-within-2h', '14 escalate-after-within-3h'].concat([
        '15 remind-after-within-2h.2',
        '17 escalate-after-within-6h',
      ]),
    );
  });

  it('rests while the task is suspended, and goes on from where it was', () => {
    const play = begun().complete('desk');
    letPass(play, 3.5 * hour);
    play.amend({ price: 2 });
    expect(play.suspended).toEqual(['planner']);
    letPass(play, 2 * hour);
    play.complete('desk');
    letPass(play, 24 * hour);
    expect(struck(play).filter((text) => text.includes('remind'))).toEqual([
      '3 remind-before-1h',
      '6 remind-at-due',
      '8 remind-after-within-2h',
      '10 remind-after-within-2h.2',
    ]);
  });

  it('survives a snapshot and a move with what was struck', () => {
    const play = begun();
    letPass(play, 6.5 * hour);
    play.state = continueRun(play.setting, JSON.parse(JSON.stringify(snapshotOf(play.state))) as typeof play.state);
    play.took(migrate(play.setting, JSON.parse(JSON.stringify(snapshotOf(play.state))) as typeof play.state, 'e2', play.now));
    letPass(play, 24 * hour);
    expect(struck(play)).toHaveLength(7);
  });
});

describe('silence', () => {
  it('is never an approval: a step that lapses brings no answer, and no rung answers for anybody', () => {
    const play = new Play(
      settingOf((desk: Desk<Subject, Any>) => desk.ask('hasty', { shows: 1 }), { steps }),
      { price: 1 },
    );
    letPass(play, 5 * hour);
    expect(struck(play)).toEqual(['1.5 remind-before-30m']);
    expect(play.outcome).toMatchObject({ outcome: 'overdue', overdue: true, data: {}, by: 'engine' });
    expect(play.state.facts.filter(({ kind }) => kind === 'answered')).toEqual([]);
  });
});

describe('a deadline of the case', () => {
  const timed = (desk: Desk<Subject, Any>) => {
    desk.clock('reply', { from: desk.begunAt, until: 'desk' });
    return desk.ask('desk', { shows: 1 }).outcome;
  };
  it('has a ladder of its own, which tells those it names, or those who manage the procedure', () => {
    const policy = settingOf(timed, { steps: { desk: {} }, clocks: { reply: '2h' } }).policy;
    const reply = {
      ...policy.clocks['reply']!,
      ladder: [{ remind: { before: '30m', clock: 'wall' } }, { escalate: { after: { within: '1h', clock: 'wall' }, to: 'leader' } }],
    };
    const play = new Play(settingOf(timed, { ...policy, clocks: { reply: reply as never } }));
    letPass(play, 1.5 * hour);
    expect(told(play)).toEqual(['1.5 reminder manager']);
    letPass(play, 5 * hour);
    expect(told(play)).toEqual(['1.5 reminder manager', '3 escalation leader']);
    expect(play.state.clocks['reply!clock']).toMatchObject({ state: 'overdue' });
    play.complete('desk');
    expect(play.state.clocks['reply!clock']).toMatchObject({ state: 'met', late: true });
  });
  it('says of one that was met whether that was in time, and takes the word back when it runs again', () => {
    const play = new Play(settingOf(timed, { steps: { desk: {} }, clocks: { reply: '2h' } }));
    play.complete('desk');
    expect(play.state.clocks['reply!clock']).toMatchObject({ state: 'met' });
    expect(play.state.clocks['reply!clock']?.late).toBeUndefined();
  });
});
