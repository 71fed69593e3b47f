import { describe, expect, it } from 'vitest';
import type { Action, Sample } from '../../domain/analysis/actions.js';
import { type Bounds, type Exploration, explore, type Finding } from '../../domain/analysis/explore.js';

import { type Desk, type ProcedureContext } from '../../domain/engine/procedure.js';
import type { JsonObject } from '../../domain/json.js';
import type { Order } from '../../domain/orders/order.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { procedures } from '../../workflows/procedures.js';
import { agreeing, intakePolicy } from '../support/hehe-play.js';
import { type Sketch, settingOf } from '../support/play.js';
import { testPolicy } from '../support/procedures/policy.js';
import * as tests from '../support/procedures/procedures.js';
import * as faulty from '../support/seeds/faulty.js';

const lines = [
  { id: 'l1', quantity: 10 },
  { id: 'l2', quantity: 20 },
];
const subject = { lines, price: 10, note: 'urgent' };

/** A path in short. */
const inShort = (path: readonly Action[]): string[] =>
  path.map((action) => {
    switch (action.kind) {
      case 'complete':
        return `${action.key}: ${action.outcome}`;
      case 'seat':
        return `${action.key} ${action.seat}: ${action.verb}`;
      case 'return':
        return `${action.key} back to ${action.to}`;
      case 'hold':
      case 'resume':
        return `${action.kind} ${action.key ?? 'the case'}`;
      case 'effect':
        return `${action.key} ${action.end}`;
      case 'report':
        return action.event;
      case 'bounce':
        return `${action.key} comes back`;
      case 'reopen':
        return `reopened at ${action.to ?? 'where it stood'}`;
      case 'amend':
      case 'cancel':
      case 'clock':
        return action.kind;
    }
  });

const said = ({ findings }: Exploration): unknown[] =>
  findings.map((finding: Finding) => ({ ...finding, ...('path' in finding ? { path: inShort(finding.path) } : {}) }));

const dates = { dates: { perLine: true } };

describe('an exploration finds', () => {
  const cases: readonly [string, (desk: never) => unknown, Sketch, Partial<Sample>, unknown[]][] = [
    ['a dead end', faulty.deadEnd, { steps: { check: {} } }, {}, [{ kind: 'dead-end', path: ['check: problem'] }]],
    [
      'a step that is never reached',
      faulty.forgetsStep,
      { steps: { check: {}, forgotten: {} } },
      {},
      [{ kind: 'unreachable-step', step: 'forgotten', certain: true }],
    ],
    [
      'a loop that asks for nothing',
      faulty.endlessLoop,
      { steps: { check: {} } },
      {},
      [
        {
          kind: 'endless-loop',
          code: 'ENDLESS_LOOP',
          detail: 'again: round 1 asked for nothing and did not end',
          path: ['check: problem'],
        },
      ],
    ],
    [
      'a loop over no lines, after an amendment',
      faulty.endlessOverNoLines,
      { steps: dates },
      { amendments: [{ lines: { l1: null, l2: null } }] },
      [{ kind: 'endless-loop', code: 'ENDLESS_LOOP', detail: 'again: round 1 asked for nothing and did not end', path: ['amend'] }],
    ],
    [
      'a turn that does not come to rest',
      faulty.unsettled,
      {},
      {},
      [{ kind: 'endless-loop', code: 'UNSETTLED', detail: 'the procedure does not come to rest', path: [] }],
    ],
    [
      'a signal swallowed by try and catch',
      faulty.catches,
      { steps: { check: {}, more: {} } },
      {},
      [
        { kind: 'swallowed-signal', detail: 'the procedure caught the end of its pass', path: [] },
        { kind: 'unreachable-step', step: 'check', certain: true },
        { kind: 'unreachable-step', step: 'more', certain: true },
      ],
    ],
    [
      'a signal swallowed by a helper',
      faulty.catchesByHelper,
      { steps: { check: {}, more: {}, last: {} } },
      {},
      [
        { kind: 'swallowed-signal', detail: 'the procedure caught the end of its pass', path: ['check: problem'] },
        { kind: 'unreachable-step', step: 'more', certain: true },
        { kind: 'unreachable-step', step: 'last', certain: true },
      ],
    ],
    [
      'a duplicate key',
      faulty.duplicateKey,
      { steps: { check: {} } },
      {},
      [{ kind: 'duplicate-key', detail: 'check', path: ['check: problem'] }],
    ],
    [
      'something thrown, after an amendment',
      faulty.throws,
      { steps: { check: {} } },
      { amendments: [{ lines: null }] },
      [
        {
          kind: 'fault',
          code: 'THREW',
          detail: "TypeError: Cannot read properties of undefined (reading 'map')",
          path: ['amend', 'check: done'],
        },
      ],
    ],
    [
      'a name that the policy does not have',
      faulty.namesUnknown,
      { steps: { check: {} } },
      {},
      [{ kind: 'fault', code: 'NAME_UNKNOWN', detail: 'step nowhere', path: ['check: done'] }],
    ],
    [
      'a return that is never possible',
      (desk: never) => tests.threeTasks(desk),
      { steps: { desk: {}, planner: { returnTo: ['pmc'] }, pmc: {} }, clocks: { reply: '48h' }, notices: ['reply'] },
      {},
      [{ kind: 'refused', code: 'RETURN_TARGET_UNKNOWN', path: ['desk: done', 'planner back to pmc'] }],
    ],
  ];

  it.each(cases)('%s', (_what, procedure, sketch, sample, findings) => {
    expect(said(explore(settingOf(procedure, sketch), { subject, ...sample }))).toEqual(findings);
  });

  it('says what its bounds cut off, and then is not certain of what it did not reach', () => {
    const setting = settingOf(tests.threeTasks, {
      steps: { desk: {}, planner: {}, pmc: {} },
      clocks: { reply: '48h' },
      notices: ['reply'],
    });
    const { findings, cut } = explore(setting, { subject }, { depth: 0 });
    expect(findings).toEqual([{ kind: 'unreachable-step', step: 'pmc', certain: false }]);
    expect(cut.depth).toBeGreaterThan(0);
    expect(explore(setting, { subject }, { states: 2 }).cut.states).toBeGreaterThan(0);
    expect(explore(setting, { subject }, { disturbances: 0 }).cut.disturbances).toBeGreaterThan(0);
  });
});

/** A test procedure with only those steps in its policy that it has. */
function testSetting(procedure: unknown, name: string, steps: readonly string[]): ProcedureContext {
  const policy = testPolicy(name, 'tried');
  const kept = Object.entries(policy.steps).flatMap(([id, step]) =>
    steps.includes(id) ? [[id, { ...step, returnTo: step.returnTo.filter((to) => steps.includes(to)) }] as const] : [],
  );
  return settingOf(procedure, { ...policy, steps: Object.fromEntries(kept) } satisfies ProcedurePolicy);
}

const changes: readonly JsonObject[] = [{ price: 11 }, { price: 10 }, { lines: { l1: { quantity: 11 } } }, { lines: { l2: null } }];

describe('nothing is wrong with', () => {
  const cases: readonly [string, unknown, readonly string[], Partial<Bounds>][] = [
    ['three tasks', tests.threeTasks, ['desk', 'planner', 'pmc'], {}],
    ['a sent reply', tests.sentReply, ['desk', 'planner', 'pmc'], {}],
    ['a posting', tests.posting, ['desk', 'planner'], { disturbances: 3 }],
    [
      'everything',
      tests.everything,
      ['desk', 'clarify', 'technical', 'price', 'dates', 'pmc', 'customer-cancels', 'follow-up'],
      { disturbances: 1, states: 3_000 },
    ],
  ];

  it.each(cases)(
    '%s',
    (name, procedure, steps, bounds) => {
      const { findings, ends, states } = explore(
        testSetting(procedure, name.replaceAll(' ', '-'), steps),
        { subject, amendments: changes },
        bounds,
      );
      expect(findings).toEqual([]);
      expect(ends.length).toBeGreaterThan(1);
      expect(states).toBeGreaterThan(10);
    },
    60_000,
  );

  it('order intake at Hehe: plain, in part, special, with requests, whichever moment its 48 hours are counted from', async () => {
    const policy = await intakePolicy();
    const line = { code: 'LJG-800', name: '连接杆', quantity: 100, unit: '支', unitPriceMinor: 68 };
    const order: Order = { customer: 'Jaya', customerPo: 'PO-1', currency: 'USD', lines: [{ id: '1', ...line }] };
    const two: Order = { ...order, lines: [...order.lines, { id: '2', ...line }] };
    const special: Order = { ...order, lines: [{ id: '1', ...line, special: { reference: 'A-7' } }] };
    const requests = [{ id: 'r1', kind: 'rush', text: 'sooner', lines: ['1'] }];
    const inPart = { 'entered-in-part': { outcome: 'entered-in-part', notPlaced: ['2'] } };
    const placed = { placed: { outcome: 'placed', placed: ['2'], answer: 'now' } };
    const changes: JsonObject[] = [{ lines: { '1': { quantity: 110 } } }, { lines: { '1': { quantity: 100 } } }, { remarks: 'by sea' }];
    const kinds: readonly (readonly [Order, JsonObject[], Sample['answers'], Partial<Bounds>])[] = [
      [order, changes, {}, { disturbances: 1, states: 3_000 }],
      [two, [], { 'enter-order': inPart, 'follow-unplaced': placed }, { disturbances: 0, states: 3_000 }],
      [special, [{ lines: { '1': { quantity: 110 } } }], {}, { disturbances: 0, states: 3_000 }],
      [order, [{ requests }, { requests: [{ id: 'r2', kind: 'other', text: 'photos' }] }], {}, { disturbances: 1, states: 3_000 }],
    ];
    const reached = new Map(Object.keys(policy.steps).map((step) => [step, false]));
    for (const [subject, amendments, answers, bounds] of kinds) {
      for (const starts of ['pmc-reply', 'order-received']) {
        const setting = settingOf(procedures.heheOrderIntake, { ...policy, values: { ...policy.values, 'reply-clock-starts': starts } });
        const results = { 'order-books': agreeing(subject) as unknown as JsonObject };
        const sample: Sample = { subject: subject as unknown as JsonObject, amendments, answers: answers ?? {}, results };
        const explored = explore(setting, sample, bounds);
        const { findings, ends } = explored;
        const unreached = findings.flatMap((finding) => (finding.kind === 'unreachable-step' ? [finding.step] : []));
        for (const step of reached.keys()) if (!unreached.includes(step)) reached.set(step, true);
        expect(said({ ...explored, findings: findings.filter(({ kind }) => kind !== 'unreachable-step') })).toEqual([]);
        expect(ends.length).toBeGreaterThan(1);
      }
    }
    expect([...reached].flatMap(([step, was]) => (was ? [] : [step]))).toEqual([]);
  }, 600_000);

  it('a case that may be reopened once it has ended: it never stands still, and ends as it could before', () => {
    const twice = (desk: Desk<object, { readonly [step: string]: { readonly outcome: string } }>) => {
      const first = desk.ask('first', { shows: 1 });
      desk.meanwhile('duty', () => desk.ask('beside', { shows: 1 }));
      return first.outcome === 'problem' ? 'refused' : desk.ask('second', { shows: first.data }).outcome;
    };
    const steps = { first: {}, beside: {}, second: {} };
    const [plain, reopened] = [{}, { reopen: { by: ['manager'] } }].map((more) =>
      explore(settingOf(twice, { steps, ...more }), { subject: {} }, { disturbances: 3 }),
    ) as [Exploration, Exploration];
    expect([said(reopened), reopened.cut.states]).toEqual([[], 0]);
    expect(reopened.actions).toBeGreaterThan(plain.actions);
    const ends = ({ ends: found }: Exploration): string[] => found.map(({ outcome }) => JSON.stringify(outcome)).toSorted();
    expect(ends(reopened)).toEqual(ends(plain));
  });

  it('a case whose tasks and clocks may be held at any time: holds change when, never what', () => {
    const twice = (desk: Desk<{ readonly price: number }, { readonly [step: string]: { readonly outcome: string } }>) => {
      desk.clock('reply', { from: desk.begunAt, until: 'second' });
      const first = desk.ask('first', { shows: desk.subject.price });
      return first.outcome === 'problem' ? 'refused' : desk.ask('second', { shows: first.data }).outcome;
    };
    const ladder = [{ remind: { before: '1h' } }, { escalate: { after: { within: '1h' }, to: 'leader' } }];
    const setting = settingOf(twice, {
      steps: { first: { due: { within: '4h' }, ladder }, second: { due: { within: '4h' }, ladder, returnTo: ['first'] } },
      clocks: { reply: '48h' },
    });
    const plain = explore(setting, { subject: { price: 1 } }, { disturbances: 2 });
    const held = explore(setting, { subject: { price: 1 }, holds: true }, { disturbances: 3 });
    expect([held.findings, held.cut.states]).toEqual([[], 0]);
    expect(held.states).toBeGreaterThan(2 * plain.states);
    const ends = ({ ends: found }: typeof held): string[] => found.map(({ outcome }) => JSON.stringify(outcome)).toSorted();
    expect(ends(held)).toEqual(ends(plain));
  });
});
