import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { continueRun, migrate, snapshotOf } from '../../../domain/engine/snapshot.js';
import { nextWake } from '../../../domain/engine/state.js';
import { hour, Play, settingOf, sketched, start } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string } };
type Subject = { readonly price: number };
const ladder = [{ remind: { before: '1h' } }, { remind: { after: { within: '2h' } } }];
const base = sketched({
  steps: {
    desk: { due: { within: '4h' }, ladder, returnTo: ['clarify'] },
    clarify: { due: { within: '6h' }, pauses: { clocks: ['reply'], cause: 'waiting-for-customer' } },
    always: { due: { within: '4h' }, onHold: 'runs' },
  },
  clocks: { reply: '48h', law: '48h' },
});
const policy = { ...base, clocks: { ...base.clocks, law: { ...base.clocks['law']!, onHold: 'runs' as const } } };
const procedure = (desk: Desk<Subject, Any>) => {
  desk.clock('reply', { from: desk.begunAt, until: 'desk' });
  desk.clock('law', { from: desk.begunAt, until: 'desk' });
  desk.loop('round', () => {
    const asked = desk.ask('desk', { shows: desk.subject.price });
    return asked.outcome === 'done' ? 'ended' : (desk.ask('clarify', { shows: 1 }), undefined);
  });
  return desk.ask('always', { shows: 1 }).outcome;
};
const begun = () => new Play(settingOf(procedure, policy), { price: 1 });
const desk = 'round/1/desk';
const at = (time: number | undefined): number | undefined => (time === undefined ? undefined : (time - start) / hour);
const holdTask = (play: Play, key: string, until?: number): Play =>
  play.act(
    {
      verb: 'hold',
      task: play.task(key).id,
      rev: play.task(key).rev,
      cause: 'waiting-for-customer',
      ...(until === undefined ? {} : { until }),
    },
    'holder',
  );
const holdCase = (play: Play, until?: number): Play =>
  play.act({ verb: 'hold', cause: 'waiting-for-customer', ...(until === undefined ? {} : { until }) }, 'manager');
const clockDue = (play: Play, clock = 'reply'): number | undefined => at(play.state.clocks[`${clock}!clock`]?.dueAt);
const rows = (play: Play, type: string) => play.ledger.filter((row) => row.type === type);

describe('a hold of a task', () => {
  it('stops its clock and ladder, says why, and is over when it is resumed', () => {
    const play = begun().pass(2 * hour);
    holdTask(play, desk);
    expect(play.task(desk)).toMatchObject({ rests: [{ of: 'task', cause: 'waiting-for-customer', from: start + 2 * hour }], rev: 1 });
    expect(play.task(desk).dueAt).toBeUndefined();
    expect(play.task(desk)).not.toHaveProperty('ladder');
    expect(rows(play, 'held')).toMatchObject([{ by: 'holder', body: { cause: 'waiting-for-customer', from: start + 4 * hour, to: null } }]);
    play.pass(30 * hour);
    expect(play.task(desk).overdue).toBe(false);
    play.act({ verb: 'resume', task: play.task(desk).id, rev: 1 });
    expect(at(play.task(desk).dueAt)).toBe(34);
    expect(play.task(desk)).not.toHaveProperty('rests');
    expect(play.task(desk).pauses).toEqual([{ from: start + 2 * hour, to: start + 32 * hour, cause: 'waiting-for-customer' }]);
    expect(play.task(desk).ladder?.map((rung) => [rung.rung, at(rung.at)])).toEqual([
      ['remind-before-1h', 33],
      ['remind-after-within-2h', 36],
    ]);
    expect(rows(play, 'hold-ended')).toMatchObject([{ by: 'someone', body: { from: null, to: start + 34 * hour } }]);
    expect(play.state.facts.map(({ kind }) => kind).filter((kind) => kind === 'held' || kind === 'resumed')).toEqual(['held', 'resumed']);
  });

  it('with an end of its own goes on by itself at that very moment, also when it is looked at later', () => {
    const play = begun().pass(hour);
    holdTask(play, desk, start + 3 * hour);
    expect(at(play.task(desk).dueAt)).toBe(6);
    expect(at(nextWake(play.state))).toBe(3);
    play.now = start + 3.25 * hour;
    play.pass(0);
    expect(rows(play, 'hold-ended')).toMatchObject([{ by: 'engine', body: { from: start + 6 * hour, to: start + 6 * hour } }]);
    expect(play.task(desk).pauses).toEqual([{ from: start + hour, to: start + 3 * hour, cause: 'waiting-for-customer' }]);
    expect(at(play.task(desk).dueAt)).toBe(6);
  });

  it('ended before its own end counts only what it was', () => {
    const play = begun().pass(hour);
    holdTask(play, desk, start + 30 * hour).pass(hour);
    play.act({ verb: 'resume', task: play.task(desk).id, rev: 1 });
    expect(at(play.task(desk).dueAt)).toBe(5);
    play.pass(60 * hour);
    expect(rows(play, 'hold-ended')).toHaveLength(1);
  });

  it('leaves overdue what is overdue, and puts off the reminders that follow', () => {
    const play = begun().pass(5 * hour);
    holdTask(play, desk).pass(10 * hour);
    expect(rows(play, 'rung').map(({ body }) => body?.['rung'])).toEqual(['remind-before-1h']);
    play.act({ verb: 'resume', task: play.task(desk).id, rev: 1 });
    expect(play.task(desk)).toMatchObject({ overdue: true, dueAt: start + 4 * hour });
    expect(at(nextWake(play.state))).toBe(16);
  });

  it('begun at the very moment of a reminder does not bring it again', () => {
    const play = begun().pass(3 * hour);
    holdTask(play, desk, start + 5 * hour).pass(30 * hour);
    expect(rows(play, 'rung').map(({ body }) => body?.['rung'])).toEqual(['remind-before-1h', 'remind-after-within-2h']);
  });

  it('does not keep anybody from answering, and goes with the task', () => {
    const play = holdTask(begun(), desk).complete(desk);
    expect(play.open).toEqual(['always']);
    expect(play.task('always')).not.toHaveProperty('rests');
  });

  it('is refused a second time, with an end in the past, and where there is none to end', () => {
    const play = begun();
    const task = { task: play.task(desk).id, rev: 1 };
    expect(play.refusal(() => play.act({ verb: 'resume', ...task }))?.code).toBe('NOT_HELD');
    expect(play.refusal(() => play.act({ verb: 'resume' }))?.code).toBe('NOT_HELD');
    expect(play.refusal(() => holdTask(play, desk, start))?.code).toBe('HOLD_END_PAST');
    holdTask(play, desk);
    expect(play.refusal(() => holdTask(play, desk))).toMatchObject({ code: 'HELD_ALREADY', values: { cause: 'waiting-for-customer' } });
    expect(play.refusal(() => play.act({ verb: 'hold', cause: 'x', task: play.task(desk).id, rev: 7 }))?.code).toBe('TASK_CHANGED');
  });

  it('outlives a suspension', () => {
    const play = begun().complete(desk, { outcome: 'problem' });
    holdTask(play, 'round/1/clarify').pass(hour).amend({ price: 2 });
    expect(play.suspended).toEqual(['round/1/clarify']);
    play.pass(hour).complete(desk, { outcome: 'problem' }).pass(hour);
    expect(play.task('round/1/clarify').rests).toMatchObject([{ of: 'task', from: start }]);
    play.act({ verb: 'resume', task: play.task('round/1/clarify').id, rev: 1 });
    expect(at(play.task('round/1/clarify').dueAt)).toBe(9);
  });
});

describe('a hold of the case', () => {
  it('stops what policy lets rest: tasks, deadlines and their ladders, also those that come while it lasts', () => {
    const play = holdCase(begun().pass(hour)).pass(hour);
    expect(play.task(desk).rests).toMatchObject([{ of: 'case' }]);
    expect(play.state.clocks['reply!clock']?.rests).toMatchObject([{ of: 'case' }]);
    expect(play.state.clocks['law!clock']).not.toHaveProperty('rests');
    play.complete(desk, { outcome: 'problem' }).pass(hour);
    expect(play.task('round/1/clarify').rests).toMatchObject([{ of: 'case', from: start + 2 * hour }]);
    play.pass(100 * hour).act({ verb: 'resume' });
    expect(play.state.clocks['law!clock']?.state).toBe('overdue');
    expect(at(play.task('round/1/clarify').dueAt)).toBe(2 + 6 + 101);
    expect(play.state.clocks['reply!clock']?.rests).toMatchObject([{ of: 'step:round/1/clarify' }]);
    play.complete('round/1/clarify');
    expect(clockDue(play)).toBe(48 + 102);
    expect(rows(play, 'rebased').map(({ task, clock }) => task?.step ?? clock?.clock)).toContain('clarify');
  });

  it('ends by itself at its own end', () => {
    const play = holdCase(begun(), start + 10 * hour);
    expect(clockDue(play)).toBe(58);
    play.pass(10 * hour);
    expect(play.state).not.toHaveProperty('held');
    expect(clockDue(play)).toBe(58);
    expect(rows(play, 'hold-ended')).toMatchObject([{ by: 'engine', body: { of: 'case' } }]);
  });

  it('and one of a task count once where they overlap', () => {
    const play = holdCase(begun()).pass(hour);
    holdTask(play, desk).pass(hour).act({ verb: 'resume' }).pass(hour);
    play.act({ verb: 'resume', task: play.task(desk).id, rev: 1 });
    expect(at(play.task(desk).dueAt)).toBe(7);
  });

  it('goes along in a snapshot and to another edition, and is refused in a case that is over', () => {
    const play = holdCase(begun().pass(hour), start + 20 * hour);
    const copied = () => JSON.parse(JSON.stringify(snapshotOf(play.state))) as typeof play.state;
    play.state = continueRun(play.setting, copied());
    play.took(migrate(play.setting, copied(), 'e2', play.now));
    play.pass(19 * hour);
    expect(at(play.task(desk).dueAt)).toBe(23);
    play.cancel();
    expect(play.refusal(() => holdCase(play))?.code).toBe('CASE_CLOSED');
  });
});

describe('an open step that stops a deadline', () => {
  it('lets the 48 hours rest while the customer thinks, each time, and not its own clock', () => {
    const play = begun()
      .pass(hour)
      .complete(desk, { outcome: 'problem' })
      .pass(5 * hour);
    expect(play.state.clocks['reply!clock']?.rests).toEqual([
      { of: 'step:round/1/clarify', cause: 'waiting-for-customer', from: start + hour },
    ]);
    expect(at(play.task('round/1/clarify').dueAt)).toBe(7);
    play.complete('round/1/clarify');
    expect(clockDue(play)).toBe(53);
    play
      .pass(hour)
      .complete('round/2/desk', { outcome: 'problem' })
      .pass(10 * hour)
      .complete('round/2/clarify');
    expect(clockDue(play)).toBe(63);
    expect(clockDue(play, 'law')).toBe(48);
    expect(play.state.clocks['reply!clock']?.pauses).toHaveLength(2);
    play.pass(63 * hour - (play.now - start) - 1);
    expect(play.state.clocks['reply!clock']?.state).toBe('running');
    play.pass(1);
    expect(play.state.clocks['reply!clock']?.state).toBe('overdue');
  });
});
