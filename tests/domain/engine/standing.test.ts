import { describe, expect, it } from 'vitest';
import type { Desk } from '../../../domain/engine/procedure.js';
import { hour, Play, type Sketch, settingOf, start } from '../../support/play.js';

interface Line {
  readonly id: string;
  readonly date: string;
}
type Steps = { moved: { readonly date: string }; end: { readonly outcome: 'done' }; check: { readonly outcome: 'done' } };
type MovingDesk = Desk<{ readonly lines: readonly Line[] }, Steps>;
const lines = [
  { id: '1', date: '2026-11-10' },
  { id: '2', date: '2026-11-11' },
];
const form = { perLine: true };
const sketch: Sketch = { steps: { moved: form, end: {}, check: {} } };

/** Dates may move until the end is answered; the end shows the latest. */
const moving = (desk: MovingDesk): unknown => {
  const moved = desk.standing('moved', desk.subject.lines, ({ id }) => id, { shows: ({ date }) => date });
  const dates = desk.subject.lines.map(({ id, date }) => moved.find((one) => one.id === id)?.data.date ?? date);
  desk.ask('end', { shows: dates });
  return dates;
};
const play = (): Play => new Play(settingOf(moving, sketch), { lines });

describe('a standing line table', () => {
  it('is open beside the main line, and ends with it', () => {
    const one = play();
    expect(one.open).toEqual(['end', 'moved']);
    expect(one.complete('end').outcome).toEqual(['2026-11-10', '2026-11-11']);
    expect(one.ledger.find(({ task }) => task?.state === 'withdrawn')?.task?.key).toBe('moved');
  });

  it('when a line is answered, then it stays open, and what showed the line is asked again', () => {
    const one = play().lines('moved', { '1': { date: '2026-11-20' } });
    expect(one.task('moved')).toMatchObject({ state: 'open', lines: ['1', '2'] });
    expect(one.task('end').rev).toBe(2);
    expect(one.complete('end').outcome).toEqual(['2026-11-20', '2026-11-11']);
  });

  it('when a line is answered again, then the latest answer counts', () => {
    const one = play()
      .lines('moved', { '1': { date: '2026-11-20' }, '2': { date: '2026-11-21' } })
      .lines('moved', { '1': { date: '2026-11-25' } });
    expect(one.complete('end').outcome).toEqual(['2026-11-25', '2026-11-21']);
  });

  it('when a line is shown otherwise, then its answer falls and never comes back', () => {
    const one = play()
      .lines('moved', { '1': { date: '2026-11-20' } })
      .amend({ lines: { '1': { date: '2026-11-12' } } });
    one.amend({ lines: { '1': { date: '2026-11-10' } } });
    expect(one.complete('end').outcome).toEqual(['2026-11-10', '2026-11-11']);
  });

  it('when there is no line, then nothing is open of it', () => {
    expect(play().amend({ lines: { '1': null, '2': null } }).open).toEqual(['end']);
  });
});

describe('a task counted from a moment', () => {
  type Plain = Desk<object, { check: { readonly outcome: 'done' } }>;
  const daily = (from?: number) => {
    const procedure = (desk: Plain): unknown => desk.ask('check', { shows: 1, ...(from === undefined ? {} : { from }) });
    return new Play(settingOf(procedure, { steps: { check: { due: { within: '4h' } } } }), {});
  };

  it('is due from then, not from when it opened', () => {
    expect(daily().task('check')).toMatchObject({ openedAt: start, dueAt: start + 4 * hour });
    expect(daily(start - hour).task('check')).toMatchObject({ openedAt: start, countsFrom: start - hour, dueAt: start + 3 * hour });
  });

  it('when the moment is another one, then it is due from that', () => {
    const procedure = (desk: Desk<{ readonly from: number }, { check: { readonly outcome: 'done' } }>): unknown =>
      desk.ask('check', { shows: 1, from: desk.subject.from });
    const one = new Play(settingOf(procedure, { steps: { check: { due: { within: '4h' } } } }), { from: start });
    expect(one.amend({ from: start + hour }).task('check')).toMatchObject({ rev: 1, dueAt: start + 5 * hour });
  });
});

describe('a duty beside the main line', () => {
  it('gives what it came to once it has ended', () => {
    type Two = Desk<object, { check: { readonly outcome: 'done' }; end: { readonly outcome: 'done' } }>;
    const procedure = (desk: Two): unknown => {
      const checked = desk.meanwhile('duty', () => desk.ask('check', { shows: 1 }).by);
      desk.ask('end', { shows: checked ?? 'nobody yet' });
      return checked ?? null;
    };
    const open = () => new Play(settingOf(procedure, sketch), {});
    expect(open().complete('end').outcome).toBeNull();
    expect(open().complete('duty/check', {}, 'mei').complete('end').outcome).toBe('mei');
  });
});
