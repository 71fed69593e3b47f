import { beforeAll, describe, expect, it } from 'vitest';
import { actionsOf, type Moment, perform, type Sample } from '../../domain/analysis/actions.js';
import { rehearse } from '../../domain/analysis/rehearse.js';
import type { ProcedureContext } from '../../domain/engine/procedure.js';
import { migrate, snapshotOf } from '../../domain/engine/snapshot.js';
import { begin } from '../../domain/engine/turn.js';
import type { JsonObject } from '../../domain/json.js';
import { procedures } from '../../workflows/procedures.js';
import { hehe } from '../support/hehe-orders.js';
import { agreeing, example } from '../support/hehe-play.js';
import { settingOf } from '../support/play.js';
import { orderChange } from '../support/procedures/before/order-change.js';
import { orderIntake } from '../support/procedures/before/order-intake.js';
import { goodsReturn } from '../support/procedures/before/return.js';
import { readBooks } from '../support/replay.js';

/** The last edition before Hehe's procedures took the shape they have: its books are kept with the histories, its procedures beside the tests. */
const earlier = readBooks('e78294d549000')['hehe']!.procedures;

const name = { zh: '连接杆', en: 'Connecting rod', id: 'Batang penghubung' };
const goods: JsonObject = { found: true, lines: [{ id: '1', product: 'LJG-600', name, unit: '支', shipped: 100 }] };
const applied: JsonObject = { orderNumber: 'HH-1001', requestedBy: { name: '邓工' }, lines: [{ line: '1', quantity: 10 }] };
const { contact: _contact, ...rods } = example('connecting-rods');
const order = { ...rods, lines: rods.lines.slice(0, 2) };
const standing: JsonObject = {
  customer: '宏泰',
  customerPo: 'HT-1',
  currency: 'CNY',
  orderedAt: 1,
  lines: { 1: order.lines[0], 2: order.lines[1] } as never,
};
const printed = {
  'issue-return-note': { number: 'RN-1' },
  'issue-change-refusal': { number: 'CR-1' },
  'issue-contract-amendment': { number: 'CA-1' },
  'issue-production-change-notice': { number: 'PN-1' },
};

const cases = {
  'a return with an application': [
    'return',
    goodsReturn,
    { subject: { ...applied, application: 'made', reason: '划伤' }, results: { order: goods, ...printed } },
  ],
  'a return without one': [
    'return',
    goodsReturn,
    { subject: { ...applied, application: 'missing' }, results: { order: goods, ...printed } },
  ],
  'an order change': [
    'order-change',
    orderChange,
    {
      subject: {
        orderNumber: 'HH-1001',
        requestedBy: { name: '邓工' },
        changes: { lines: { 1: { quantity: 900 }, 2: { quantity: 500 } } },
      },
      results: {
        'placed-order': standing,
        'amend-order': { cases: [{ caseId: 'a', number: 'a', amended: false, code: 'CASE_CLOSED', values: {} }] },
        ...printed,
      },
    },
  ],
  'an order': [
    'order-intake',
    orderIntake,
    {
      subject: order as unknown as JsonObject,
      results: { 'order-books': agreeing(order) as unknown as JsonObject },
      answers: {
        'enter-order': { 'entered-in-part': { outcome: 'entered-in-part', notPlaced: ['2'] } },
        'follow-unplaced': { placed: { outcome: 'placed', placed: ['2'], answer: 'now' } },
      },
    },
  ],
} satisfies Readonly<Record<string, readonly [string, unknown, Sample]>>;
type Kind = keyof typeof cases;

const now: Record<string, ProcedureContext> = {};
beforeAll(async () => {
  const { books } = await hehe();
  for (const [id, policy] of Object.entries(books['hehe']!.procedures))
    now[id] = settingOf(procedures[policy.implementation as keyof typeof procedures], policy);
});

function begun(kind: Kind): { readonly before: ProcedureContext; readonly sample: Sample; readonly first: Moment } {
  const [id, procedure, sample] = cases[kind];
  const before = settingOf(procedure, earlier[id]!);
  const start = {
    caseId: `hehe:${id}:1`,
    company: 'hehe',
    procedure: id,
    number: '1',
    edition: 'e1',
    subject: sample.subject,
    by: 'chen-li',
  };
  return { before, sample, first: { state: begin(before, start, 0).state, now: 0 } };
}

/** Moments of a case of before, by the work that is open in each: every way its people and systems may take, up to so many. */
function moments(kind: Kind, most: number): readonly Moment[] {
  const { before, sample, first } = begun(kind);
  const found: Moment[] = [first];
  const known = new Set<string>();
  for (let at = 0; at < found.length && found.length < most; at++) {
    const moment = found[at]!;
    for (const move of actionsOf(before, moment, sample).work) {
      const next = perform(before, moment, move, sample);
      const mark = JSON.stringify([
        Object.values(next.state.tasks).map(({ key, state, seats }) => [key, state, seats.map((seat) => seat.state)]),
        Object.keys(next.state.effects),
        next.state.outcome,
      ]);
      if (next.state.outcome !== undefined || known.has(mark)) continue;
      known.add(mark);
      found.push(next);
    }
  }
  return found;
}

describe('running cases of before', () => {
  it.each(Object.keys(cases) as Kind[])('move to this edition from every moment, and go on: %s', (kind) => {
    const setting = now[cases[kind][0]]!;
    const all = moments(kind, 150);
    expect(all.length).toBeGreaterThan(4);
    for (const { state, now: at } of all) {
      const rehearsal = rehearse(setting, snapshotOf(state), 'e2', at);
      expect(rehearsal.fault, JSON.stringify(Object.keys(state.tasks))).toBeUndefined();
      const { state: moved } = migrate(setting, snapshotOf(state), 'e2', at);
      const goesOn =
        Object.values(moved.tasks).some((task) => task.state === 'open') ||
        Object.values(moved.effects).some(({ flight }) => flight !== undefined);
      expect(goesOn || moved.status === 'closed', JSON.stringify(Object.keys(state.tasks))).toBe(true);
    }
  });

  /** The rehearsal of a case that stands at these open tasks. */
  const at = (kind: Kind, ...keys: string[]) => {
    const open = ({ state }: Moment) => Object.values(state.tasks).flatMap((task) => (task.state === 'open' ? [task.key] : []));
    const moment = moments(kind, 400).find((one) => open(one).toSorted().join() === keys.toSorted().join());
    if (moment === undefined) throw new Error(`no case of before stands at ${keys.join()}`);
    return rehearse(now[cases[kind][0]]!, snapshotOf(moment.state), 'e2', moment.now);
  };

  it('the leader who has the customer’s cause before him goes on under its new name (HH-F5)', () => {
    expect(at('a return with an application', 'treatment/1/decide-exception')).toMatchObject({
      renames: [{ from: 'treatment/1/decide-exception', to: 'treatment/1/sign-customer-cause' }],
      opens: [],
      drops: [],
    });
  });

  it('goods at the door wait for the merchandiser alone (HH-F10)', () => {
    expect(at('a return without one', 'unannounced-goods')).toMatchObject({ revises: ['unannounced-goods'], opens: [], withdraws: [] });
  });

  it('a wish that waits for the planner stays where it is (HH-C6)', () => {
    expect(at('an order change', 'amendment/1/approve-amendment')).toMatchObject({ opens: [], revises: [], drops: [] });
  });

  it('an order that waits for PMC’s commands has its dates asked for at the same time (HH-B10)', () => {
    expect(at('an order', 'command-production')).toMatchObject({ opens: ['delivery-date'], drops: [] });
  });
});
