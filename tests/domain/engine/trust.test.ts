import { describe, expect, it } from 'vitest';
import type { Command } from '../../../domain/engine/command.js';

import { type Desk, type ProcedureContext } from '../../../domain/engine/procedure.js';
import { continueRun, migrate, sizeOf, snapshotLimit, snapshotOf, turnOf } from '../../../domain/engine/snapshot.js';
import type { JsonObject } from '../../../domain/json.js';
import { hour, Play, type Sketch, settingOf } from '../../support/play.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type AnyDesk = Desk<{ readonly price: number; readonly note: string; readonly lines: readonly { readonly id: string }[] }, Any>;
const subject = { price: 10, note: 'n' };
const play = (procedure: (desk: AnyDesk) => unknown, sketch: Sketch): Play => new Play(settingOf(procedure, sketch), subject);
const two = (desk: AnyDesk): unknown => [desk.ask('check', { shows: desk.subject.price }), desk.ask('plan', { shows: 1 })];
const steps = { check: {}, plan: {} };

describe('a digest', () => {
  const sketch: Sketch = {
    steps: { check: { due: { within: '4h' } }, other: { due: { within: '4h' } } },
    effects: { post: {} },
    clocks: { reply: '48h' },
    values: { limit: 5 },
  };
  const base = (desk: AnyDesk): unknown => {
    desk.clock('reply', { from: desk.begunAt, until: 'check' });
    return desk.all({
      ask: () => desk.ask('check', { shows: desk.subject.price }).outcome,
      call: () => desk.call('post', { price: desk.subject.price }),
    });
  };
  const digest = (procedure: (desk: AnyDesk) => unknown, changed: Sketch, by: (one: Play) => Play = (one) => one): string => {
    const { state } = by(play(procedure, changed));
    return state.digests[state.turn] ?? '';
  };
  const with_ = (check: object): Sketch => ({ ...sketch, steps: { ...sketch.steps, check: { due: { within: '4h' }, ...check } } });

  it('is the same for the same case', () => {
    expect(digest(base, sketch)).toBe(digest(base, sketch));
  });

  it.each<[string, (desk: AnyDesk) => unknown, Sketch]>([
    [
      'another step',
      (desk) => {
        desk.clock('reply', { from: desk.begunAt, until: 'check' });
        return desk.all({
          ask: () => desk.ask('other', { shows: desk.subject.price }).outcome,
          call: () => desk.call('post', { price: desk.subject.price }),
        });
      },
      sketch,
    ],
    [
      'another thing shown',
      (desk) => {
        desk.clock('reply', { from: desk.begunAt, until: 'check' });
        return desk.all({
          ask: () => desk.ask('check', { shows: desk.subject.note }).outcome,
          call: () => desk.call('post', { price: desk.subject.price }),
        });
      },
      sketch,
    ],
    [
      'another input of an effect',
      (desk) => {
        desk.clock('reply', { from: desk.begunAt, until: 'check' });
        return desk.all({
          ask: () => desk.ask('check', { shows: desk.subject.price }).outcome,
          call: () => desk.call('post', { price: 11 }),
        });
      },
      sketch,
    ],
    [
      'another moment that a clock counts from',
      (desk) => {
        desk.clock('reply', { from: desk.begunAt + 1, until: 'check' });
        return desk.all({
          ask: () => desk.ask('check', { shows: desk.subject.price }).outcome,
          call: () => desk.call('post', { price: desk.subject.price }),
        });
      },
      sketch,
    ],
    ['another role', base, with_({ roles: ['other'] })],
    ['another due', base, with_({ due: { within: '5h' } })],
    ['another wording', base, with_({ clauses: ['TT-A2'] })],
    ['another policy value', base, { ...sketch, values: { limit: 6 } }],
    ['another time of a clock', base, { ...sketch, clocks: { reply: '47h' } }],
  ])('is another with %s', (_what, procedure, changed) => {
    expect(digest(procedure, changed)).not.toBe(digest(base, sketch));
  });

  it('is another with another outcome', () => {
    const ends =
      (value: string) =>
      (desk: AnyDesk): unknown => [desk.ask('check', { shows: 1 }).outcome, value];
    const done = (one: Play): Play => one.complete('check');
    expect(digest(ends('a'), sketch, done)).not.toBe(digest(ends('b'), sketch, done));
    expect(digest(ends('a'), sketch)).toBe(digest(ends('b'), sketch));
  });

  it('is another where a task is suspended, or a flight called off', () => {
    const one = play(base, sketch);
    const before = one.state.digests[one.state.turn];
    one.amend({ price: 11 });
    expect(one.state.digests[one.state.turn]).not.toBe(before);
  });
});

describe('a command is refused', () => {
  const act = (one: Play, command: Partial<Command> & { readonly verb: string }) => one.refusal(() => one.act(command as Command));

  it.each<[string, (one: Play) => { readonly code: string; readonly values: JsonObject } | undefined, string]>([
    ['for a task that never was', (one) => act(one, { verb: 'complete', task: 'tests:tried:1/none#1', rev: 1, data: {} }), 'TASK_UNKNOWN'],
    [
      'for a suspended task',
      (one) => (one.complete('check').amend({ price: 11 }), one.refusal(() => one.complete('plan'))),
      'TASK_SUSPENDED',
    ],
    [
      'with an outcome that the step does not have',
      (one) => one.refusal(() => one.complete('check', { outcome: 'maybe' })),
      'OUTCOME_UNKNOWN',
    ],
    [
      'with an outcome that every object has',
      (one) => one.refusal(() => one.complete('check', { outcome: 'constructor' })),
      'OUTCOME_UNKNOWN',
    ],
    ['from a case that ended', (one) => (one.cancel(), act(one, { verb: 'cancel', reason: 'again' })), 'CASE_CLOSED'],
    [
      'when SQL shows a turn that the case has not had',
      (one) => act(one, { verb: 'cancel', reason: 'r', seen: { turn: 9, digest: 'x', seq: 1 } }),
      'SQL_AHEAD',
    ],
    [
      'when SQL shows rows that the case has not written',
      (one) => act(one, { verb: 'cancel', reason: 'r', seen: { turn: 1, digest: one.state.digests['1'] ?? '', seq: 99 } }),
      'SQL_AHEAD',
    ],
    [
      'when SQL shows another digest of the turn',
      (one) => act(one, { verb: 'cancel', reason: 'r', seen: { turn: 1, digest: 'x', seq: 1 } }),
      'EDITION_MISMATCH',
    ],
    [
      'when an amendment is made from a turn that has not been',
      (one) => act(one, { verb: 'amend', patch: { price: 12 }, from: Number.MAX_SAFE_INTEGER }),
      'CASE_CHANGED',
    ],
    [
      'when the order changed since the amendment was made',
      (one) => (one.amend({ price: 11 }), act(one, { verb: 'amend', patch: { price: 12 }, from: 1 })),
      'CASE_CHANGED',
    ],
    ['while the case moves', (one) => (act(one, { verb: 'move', to: 'e2' }), one.refusal(() => one.cancel())), 'CASE_MOVING'],
    ['when it moves to where it is', (one) => act(one, { verb: 'move', to: 'e1' }), 'EDITION_NOT_CURRENT'],
    [
      'when it would make the case too large',
      (one) => one.refusal(() => one.amend({ note: 'x'.repeat(snapshotLimit / 2) })),
      'SNAPSHOT_TOO_LARGE',
    ],
  ])('%s', (_what, refused, code) => {
    const one = play(two, { steps });
    const before = JSON.stringify(one.state);
    expect(refused(one)?.code).toBe(code);
    expect(JSON.stringify(play(two, { steps }).state)).toBe(before);
  });

  it('with who closed the task, when and how', () => {
    const one = play(two, { steps });
    const { id } = one.task('check');
    one.pass(hour).complete('check', { outcome: 'problem' }, 'lin');
    expect(act(one, { verb: 'complete', task: id, rev: 1, data: { outcome: 'done' } })).toEqual({
      code: 'TASK_CLOSED',
      values: { task: id, by: 'lin', at: one.now, verb: 'complete', outcome: 'problem' },
    });
  });

  it('and leaves the case as it was', () => {
    const one = play(two, { steps });
    const { state } = one;
    one.refusal(() => one.amend({ note: 'x'.repeat(snapshotLimit) }));
    expect(one.state).toBe(state);
  });
});

describe('rows', () => {
  it('say who acted and for whom, and carry nothing else of the command', () => {
    const one = play(two, { steps });
    const { id, rev } = one.task('check');
    const seen = { turn: 1, digest: one.state.digests['1'] ?? '', seq: one.state.seq };
    const grant = { rule: 'role:check', directory: 3 };
    one.act({ verb: 'complete', task: id, rev, data: { outcome: 'done' }, actingFor: 'wang', grant, seen } as unknown as Command, 'lin');
    const row = one.rows.find(({ type }) => type === 'completed');
    expect(Object.keys(row ?? {}).sort()).toEqual(['actingFor', 'at', 'body', 'by', 'seq', 'task', 'turn', 'type']);
    expect(row).toMatchObject({ by: 'lin', actingFor: 'wang', body: { data: { outcome: 'done' }, grant } });
    expect(Object.keys(one.ledger[0] ?? {}).sort()).toEqual(['at', 'body', 'by', 'seq', 'turn', 'type']);
  });
});

describe('a fault in the procedure', () => {
  const fragile = (desk: AnyDesk): unknown => {
    if (desk.subject.price > 10) throw new Error('too dear');
    const answer = desk.ask('check', { shows: 1 });
    if (answer.overdue) throw new Error('nobody thought of that');
    return desk.ask('plan', { shows: 1 });
  };
  const sound = (desk: AnyDesk): unknown => [desk.ask('check', { shows: 1 }).overdue, desk.ask('plan', { shows: 1 })];
  const hasty: Sketch = { steps: { check: { due: { within: '1h' }, overdue: 'outcome' }, plan: {} } };

  it('refuses the command that runs into it; nothing happened', () => {
    const one = play(fragile, hasty);
    expect(one.refusal(() => one.amend({ price: 11 }))).toEqual({
      code: 'PROCEDURE_FAULT',
      values: { code: 'THREW', detail: 'Error: too dear' },
    });
    expect(one.open).toEqual(['check']);
  });

  it('in any other turn parks its facts: only a move is taken, and a sound edition frees it', () => {
    const one = play(fragile, hasty).pass(hour);
    expect(one.state.status).toBe('faulted');
    expect(one.rows.at(-1)).toMatchObject({ type: 'faulted', body: { code: 'THREW', detail: 'Error: nobody thought of that' } });
    expect(one.refusal(() => one.cancel())?.code).toBe('CASE_FAULTED');
    one.report('call', 'r1').report('call', 'r1').pass(hour);
    expect(one.state.parked.map(({ kind }) => kind)).toEqual(['lapsed', 'reported']);
    expect(one.ledger.at(-1)?.head).toMatchObject({ status: 'faulted', unboundReports: 1 });
    one.act({ verb: 'move', to: 'e2' });
    const setting: ProcedureContext = settingOf(sound, hasty);
    one.setting = setting;
    one.took(migrate(setting, JSON.parse(JSON.stringify(snapshotOf(one.state))), 'e2', one.now));
    expect(one.state).toMatchObject({ status: 'open', edition: 'e2', parked: [] });
    expect(one.open).toEqual(['plan']);
    expect(one.complete('plan').outcome).toMatchObject([true, {}]);
  });

  it('from its first turn on leaves a case that can be moved', () => {
    const one = new Play(settingOf(fragile, hasty), { price: 11 });
    expect(one.state.status).toBe('faulted');
    one.setting = settingOf(sound, hasty);
    one.took(migrate(one.setting, snapshotOf(one.state), 'e2', one.now));
    expect(one.open).toEqual(['check']);
  });

  it('stays parked where the next edition has it too', () => {
    const one = play(fragile, hasty).pass(hour);
    one.took(migrate(one.setting, snapshotOf(one.state), 'e2', one.now));
    expect(one.state).toMatchObject({ status: 'faulted', edition: 'e2' });
    one.setting = settingOf(sound, hasty);
    one.took(migrate(one.setting, snapshotOf(one.state), 'e3', one.now));
    expect(one.open).toEqual(['plan']);
  });

  it.each<[string, (desk: AnyDesk) => unknown, string]>([
    [
      'catching the end of the pass',
      (desk) => {
        try {
          return desk.ask('check', { shows: 1 });
        } catch {
          return 'x';
        }
      },
      'SIGNAL_SWALLOWED',
    ],
    [
      'catching it in a branch',
      (desk) =>
        desk.all({
          a: () => {
            try {
              return desk.ask('check', { shows: 1 });
            } catch {
              return 'x';
            }
          },
        }),
      'SIGNAL_SWALLOWED',
    ],
    [
      'going on after it',
      (desk) => {
        try {
          desk.ask('check', { shows: 1 });
        } catch {
          desk.ask('plan', { shows: 1 });
        }
        return 1;
      },
      'SIGNAL_SWALLOWED',
    ],
    [
      'throwing something else instead',
      (desk) => {
        try {
          return desk.ask('check', { shows: 1 });
        } catch {
          throw new Error('x');
        }
      },
      'SIGNAL_SWALLOWED',
    ],
    [
      'catching it in a loop',
      (desk) =>
        desk.loop('l', () => {
          try {
            return desk.ask('check', { shows: 1 });
          } catch {
            return undefined;
          }
        }),
      'SIGNAL_SWALLOWED',
    ],
    [
      'catching the engine finding that out',
      (desk) => {
        try {
          desk.ask('check', { shows: 1 });
        } catch {
          try {
            desk.ask('plan', { shows: 1 });
          } catch {
            return 1;
          }
        }
        return 1;
      },
      'SIGNAL_SWALLOWED',
    ],
    [
      'the same step twice',
      (desk) => desk.all({ a: () => desk.ask('check', { shows: 1 }), b: () => desk.ask('check', { shows: 2 }) }),
      'DUPLICATE_KEY',
    ],
    ['an unknown step', (desk) => desk.ask('none', { shows: 1 }), 'NAME_UNKNOWN'],
    ['an unknown effect', (desk) => desk.call('none', 1), 'NAME_UNKNOWN'],
    ['an unknown value', (desk) => desk.policy('none'), 'NAME_UNKNOWN'],
    ['an unknown clock', (desk) => desk.clock('none', { from: 1, until: 'check' }), 'NAME_UNKNOWN'],
    ['an unknown notice', (desk) => desk.inform('none', { to: 'x', shows: 1 }), 'NAME_UNKNOWN'],
    ['a step that is not answered by lines', (desk) => desk.each('check', [], String, { shows: () => 1 }), 'NAME_UNKNOWN'],
    ['an endless loop', (desk) => desk.loop('l', () => undefined), 'ENDLESS_LOOP'],
    ['a changed subject', (desk) => Object.assign(desk.subject, { price: 1 }), 'THREW'],
  ])('is found: %s', (_what, procedure, code) => {
    const one = play(procedure, { steps });
    expect(one.state.status).toBe('faulted');
    expect(one.rows.at(-1)?.body?.['code']).toBe(code);
  });
});

describe('a snapshot', () => {
  it('folds what was superseded, but for the last answer on each key', () => {
    const one = play(two, { steps });
    for (const price of [11, 12, 13]) one.complete('check', { note: `at ${price - 1}` }).amend({ price });
    const snapshot = snapshotOf(one.state);
    expect(snapshot.facts.map(({ kind }) => kind)).toEqual(['answered', 'voided']);
    expect(snapshot.factCount).toBe(one.state.factCount);
    const carried = continueRun(one.setting, JSON.parse(JSON.stringify(snapshot)));
    expect(Object.values(carried.tasks)).toEqual(JSON.parse(JSON.stringify(Object.values(one.state.tasks))));
  });

  it('is not carried on by code or policy that makes another case of it', () => {
    const one = play(two, { steps });
    expect(() => continueRun(settingOf(two, { steps: { check: { roles: ['plan'] }, plan: {} } }), one.state)).toThrow('EDITION_MISMATCH');
    expect(() => continueRun(settingOf(two, { steps: { check: {}, plan: { roles: ['check'] } } }), one.state)).toThrow('EDITION_MISMATCH');
    expect(() =>
      continueRun(
        settingOf((desk: AnyDesk) => desk.ask('plan', { shows: 1 }), { steps }),
        one.state,
      ),
    ).toThrow('EDITION_MISMATCH');
    expect(continueRun(one.setting, one.state).tasks).toEqual(one.state.tasks);
  });

  it('is never larger than it was weighed', () => {
    const one = play((desk) => [desk.wait('call'), desk.ask('check', { shows: 1 })], { steps });
    for (let n = 1; n <= 20; n++) one.report('other', `r${n}`, { text: 'x'.repeat(50) }).amend({ price: n });
    expect(sizeOf(one.state)).toBeGreaterThanOrEqual(JSON.stringify(snapshotOf(one.state)).length);
    const faulted = new Play(
      settingOf(() => desk(), { steps }),
      subject,
    );
    for (let n = 1; n <= 20; n++) faulted.report('other', `r${n}`, { text: 'x'.repeat(5_000) });
    expect(sizeOf(faulted.state)).toBeGreaterThanOrEqual(JSON.stringify(snapshotOf(faulted.state)).length);
  });

  it('of a move opens only what the new edition asks more, and brings back what that suspends', () => {
    const one = play(two, { steps }).complete('check');
    const { id } = one.task('plan');
    const more = (desk: AnyDesk): unknown => [
      desk.ask('check', { shows: desk.subject.price }),
      desk.ask('audit', { shows: 1 }),
      desk.ask('plan', { shows: 1 }),
    ];
    one.setting = settingOf(more, { steps: { ...steps, audit: {} } });
    one.took(migrate(one.setting, snapshotOf(one.state), 'e2', one.now));
    expect([one.open, one.suspended]).toEqual([['audit'], ['plan']]);
    expect(one.complete('audit').task('plan')).toMatchObject({ id, rev: 1, state: 'open' });
  });

  it('of a move turns a single answer into lines and back', () => {
    const lines = (desk: AnyDesk): unknown => desk.each('check', [{ id: 'l1' }], ({ id }) => id, { shows: () => 1 });
    const one = play((desk) => desk.ask('check', { shows: 1 }), { steps });
    one.setting = settingOf(lines, { steps: { check: { perLine: true } } });
    one.took(migrate(one.setting, snapshotOf(one.state), 'e2', one.now));
    expect(one.task('check')).toMatchObject({ rev: 2, lines: ['l1'] });
    one.setting = settingOf((desk: AnyDesk) => desk.ask('check', { shows: 1 }), { steps });
    one.took(migrate(one.setting, snapshotOf(one.state), 'e3', one.now));
    expect(one.task('check').lines).toBeUndefined();
    expect(one.complete('check').state.status).toBe('closed');
  });

  it('leaves an answer that is too long to be read on', () => {
    const one = play(two, { steps });
    for (let n = 0; n < 5; n++) one.amend({ note: 'x'.repeat(40_000) + n });
    const turn = turnOf(one.state);
    expect(turn.more).toBe(true);
    expect(turnOf(one.state, turn.rows.at(-1)?.seq).rows[0]?.seq).toBe((turn.rows.at(-1)?.seq ?? 0) + 1);
  });
});

/** A procedure that stumbles at once. */
function desk(): never {
  throw new Error('no desk');
}
