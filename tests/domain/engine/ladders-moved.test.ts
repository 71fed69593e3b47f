import { describe, expect, it } from 'vitest';
import { act } from '../../../domain/engine/commands/dispatch.js';
import type { Row } from '../../../domain/engine/ledger.js';
import type { Desk } from '../../../domain/engine/procedure.js';
import { nextWake } from '../../../domain/engine/state.js';
import { begin, type TurnResult, timersFired } from '../../../domain/engine/turn.js';
import { textOf } from '../../../domain/json.js';
import type { WorkingCalendar } from '../../../domain/time/calendar.js';
import { hour, Play, settingOf } from '../../support/play.js';
import { calendarFrom, cn, inCn, smallCalendar, words } from '../time/support.js';

type Any = { readonly [step: string]: { readonly outcome: string } };
const ladder = [
  { remind: { before: '2h', clock: 'working' } },
  { remind: { after: { within: '1h', clock: 'working' } } },
  { escalate: { after: { nextWorkingDay: '09:00' }, to: 'leader' } },
];
const setting = settingOf((desk: Desk<object, Any>) => desk.ask('pmc', { shows: 1 }).outcome, {
  steps: { pmc: { due: { nextWorkingDay: '17:00' }, ladder } },
});
/** The site's calendar, with a holiday on some days of November 2026. */
function site(edition: number, ...free: readonly string[]): WorkingCalendar {
  const data = smallCalendar();
  const [year] = data.editions;
  Object.assign(year!, { edition });
  for (const date of free) year!.holidays.push({ date, kind: 'public-holiday', words: words('storm') });
  return calendarFrom(data);
}

/** A case by the calendar, struck whenever its own timer would. */
class Case {
  turned: TurnResult;
  now: number;
  readonly rows: Row[] = [];
  constructor(calendar: WorkingCalendar, at: string) {
    this.now = cn(at);
    const start = { caseId: 'tests:tried:1', company: 'tests', procedure: 'tried', number: '1', edition: 'e1', subject: {}, by: 'starter' };
    this.turned = begin(setting, { ...start, calendar }, this.now);
  }
  until(at: string): this {
    for (let wake = nextWake(this.turned.state); wake !== undefined && wake <= cn(at); wake = nextWake(this.turned.state)) {
      this.now = wake;
      this.take(timersFired(setting, this.turned.state, wake));
    }
    this.now = cn(at);
    return this;
  }
  calendar(calendar: WorkingCalendar): this {
    return this.take(act(setting, this.turned.state, { verb: 'calendar', calendar, by: 'engine' }, this.now));
  }
  get struck(): string[] {
    return this.rows.flatMap(({ type, at, body }) =>
      type === 'rung' || type === 'overdue' ? [`${inCn(at)} ${type === 'rung' ? textOf(body?.['rung']) : 'overdue'}`] : [],
    );
  }
  private take(turned: TurnResult): this {
    this.turned = turned;
    this.rows.push(...turned.rows);
    return this;
  }
}

describe('a ladder under another calendar', () => {
  it('is struck by working time', () => {
    expect(new Case(site(1), '2026-11-12 10:00').until('2026-11-18 12:00').struck).toEqual([
      '2026-11-13 15:00 remind-before-2h-working',
      '2026-11-13 17:00 overdue',
      '2026-11-16 08:30 remind-after-within-1h-clock-working',
      '2026-11-16 09:00 escalate-after-nextWorkingDay-09:00-days-1',
    ]);
  });

  it('is reckoned anew where a holiday notice puts a rung off that had been struck, and is struck again at its new time', () => {
    const storm = new Case(site(1), '2026-11-12 10:00').until('2026-11-13 15:30').calendar(site(2, '2026-11-13', '2026-11-16'));
    expect(storm.rows.at(-1)).toMatchObject({ type: 'rebased', body: { from: cn('2026-11-13 17:00'), to: cn('2026-11-17 17:00') } });
    expect(storm.until('2026-11-20 12:00').struck).toEqual([
      '2026-11-13 15:00 remind-before-2h-working',
      '2026-11-17 15:00 remind-before-2h-working',
      '2026-11-17 17:00 overdue',
      '2026-11-18 08:30 remind-after-within-1h-clock-working',
      '2026-11-18 09:00 escalate-after-nextWorkingDay-09:00-days-1',
    ]);
  });

  it('is struck only once for the same due time, whatever calendar comes', () => {
    const same = new Case(site(1), '2026-11-12 10:00').until('2026-11-13 15:30').calendar(site(2, '2026-11-25')).calendar(site(3));
    expect(same.until('2026-11-13 16:59').struck).toHaveLength(1);
  });

  it('of what is overdue goes on with the rungs to come, by the new calendar', () => {
    const late = new Case(site(1), '2026-11-12 10:00').until('2026-11-13 17:30').calendar(site(2, '2026-11-16'));
    expect(late.until('2026-11-20 12:00').struck.slice(2)).toEqual([
      '2026-11-17 08:30 remind-after-within-1h-clock-working',
      '2026-11-17 09:00 escalate-after-nextWorkingDay-09:00-days-1',
    ]);
  });
});

describe('a ladder over several seats', () => {
  it('reminds those who have not voted, and the superior joins their seats only', () => {
    const of = [
      { id: 'finance', roles: ['finance'] },
      { id: 'sales', roles: ['sales'] },
    ];
    const outcomes = {
      agree: { name: words('agree') },
      refuse: { name: words('refuse'), rejects: true },
    };
    const rungs = [{ remind: { before: '1h' } }, { escalate: { at: 'due', to: 'leader' } }];
    const play = new Play(
      settingOf((desk: Desk<object, Any>) => desk.ask('sign', { shows: 1 }).outcome, {
        steps: { sign: { seats: { mode: 'all', of }, outcomes, due: { within: '4h' }, ladder: rungs } },
      }),
    );
    play
      .vote('sign', 'finance', 'agree')
      .pass(3 * hour)
      .pass(hour);
    expect(play.ledger.flatMap(({ notice }) => (notice === undefined ? [] : [`${notice.notice} ${notice.to}`]))).toEqual([
      'reminder sales',
      'escalation leader',
    ]);
    expect(play.task('sign').seats.map(({ id, candidates }) => [id, candidates.length])).toEqual([
      ['finance', 1],
      ['sales', 2],
    ]);
  });
});
