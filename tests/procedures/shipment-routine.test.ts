import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/analysis/explore.js';
import type { CreditPosition } from '../../domain/books/book.js';
import type { JsonObject } from '../../domain/json.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { judgeCredit } from '../../domain/shipments/credit.js';
import { procedures } from '../../workflows/procedures.js';
import { carriedOut } from '../support/carried-out.js';
import { settingOf } from '../support/play.js';
import {
  type Answers,
  granted,
  order,
  overdue,
  overLimit,
  policyOf,
  refused,
  ShipmentPlay,
  shipment,
  shipped,
  standing,
} from '../support/shipments.js';

let policy: ProcedurePolicy;
beforeAll(async () => {
  policy = await policyOf('shipment-routine');
});

/** A customer who stands so, at the check and at the second look. */
const stands = (more: Partial<CreditPosition>): Answers => ({ credit: standing(more), 'account-watch': standing(more) });
const begun = (answers: Answers = {}, subject: JsonObject = shipment) => new ShipmentPlay(policy, answers, subject);
/** Up to the finance check. */
const noticed = (answers: Answers = {}) => begun(answers).step('type').step('notice', { carrier: 'Shunfeng', vehicle: 'G-1' });
const released = (answers: Answers = {}) => noticed(answers).step('finance-check').step('manager-review').step('distribute');
const loaded = (answers: Answers = {}) =>
  released(answers).step('prepare').step('quality-check', { report: 'Q-1' }).step('load', { vehicle: 'G-1' });

describe('JH-L1: the kind of shipment', () => {
  it.each(['payment-first', 'cash-on-delivery', 'new-customer', 'emergency'])('%s goes by another procedure', (outcome) => {
    const play = begun().step('type', { outcome });
    expect(play.outcome).toEqual({ result: 'other-procedure', procedure: `shipment-${outcome}` });
    carriedOut(policy, play.ledger, 'JH-L1');
  });

  it('a customer without an approved limit is a new one, whatever was said (reading 8)', () => {
    const play = noticed({ credit: standing({ limitMinor: undefined, grade: undefined } as never) });
    expect(play.outcome).toEqual({ result: 'other-procedure', procedure: 'shipment-new-customer' });
  });
});

describe('JH-L2: the notice', () => {
  it.each([
    ['2026-11-05', 3, false],
    ['2026-11-04', 2, true],
    ['2026-11-01', -1, true],
  ])('for %s is %i calendar days ahead; too few is said and stops nothing (reading 25)', (shipDate, daysAhead, shortNotice) => {
    const play = begun({}, { ...shipment, shipDate }).step('type');
    expect(play.shown('notice')).toMatchObject({ daysAhead, shortNotice });
    expect(play.step('notice', { carrier: 'S', vehicle: 'G' }).asks).toEqual(['finance-check']);
    carriedOut(policy, play.ledger, 'JH-L2');
  });

  it.each([
    ['the order', { order: { found: false } }, 'ORDER_UNKNOWN'],
    ['the customer of the order', { order: { ...order, customer: 'C-2' } }, 'ORDER_OF_ANOTHER'],
    ['a line', { order: { ...order, lines: [] } }, 'LINE_UNKNOWN'],
  ] as const)('that names %s wrongly is amended or dropped', (_what, answers, code) => {
    const play = begun(answers).step('type');
    expect(play.shown('correct-notice')).toMatchObject({ refusal: { code } });
    expect(play.step('correct-notice').outcome).toEqual({ result: 'not-released' });
  });

  it('that is amended is read again and goes on', () => {
    const play = begun({ order: { found: false } }).step('type');
    play.outside({ order });
    play.amend({ order: 'SO-1A' }).outside();
    expect(play.step('type').asks).toEqual(['notice']);
  });
});

describe('JH-L3: the finance check', () => {
  it('shows the exposure in its three parts, without and with this shipment, and what is overdue (reading 6)', () => {
    expect(noticed(stands(overdue)).shown('finance-check')['verdict']).toEqual({
      verdict: 'overdue',
      currency: 'CNY',
      grade: 'B',
      limitMinor: 300_000,
      receivableMinor: 60_000,
      shippedNotInvoicedMinor: 30_000,
      releasedNotShippedMinor: 10_000,
      exposureMinor: 100_000,
      shipmentMinor: 100_000,
      exposureWithShipmentMinor: 200_000,
      overdueMinor: 20_000,
      overdueDays: 12,
    });
  });

  const cases: readonly [string, Partial<CreditPosition>, string][] = [
    ['one minor unit below the limit', { limitMinor: 200_001 }, 'within'],
    ['exactly at the limit', { limitMinor: 200_000 }, 'within'],
    ['one minor unit above the limit', { limitMinor: 199_999 }, 'over-limit'],
    ['within, one minor unit overdue', { overdueMinor: 1 }, 'overdue'],
    ['over the limit and overdue (reading 5)', { ...overLimit, ...overdue }, 'over-limit-overdue'],
    ['grade A far above a written limit (reading 7)', { grade: 'A', limitMinor: 1 }, 'within'],
    ['grade A overdue (reading 7)', { grade: 'A', ...overdue }, 'overdue'],
    ['grade C with a written limit', { grade: 'C' }, 'over-limit'],
    ['grade D with a written limit', { grade: 'D' }, 'over-limit'],
    ['no limit approved', { grade: undefined, limitMinor: undefined } as never, 'no-limit'],
  ];
  it.each(cases)('%s', (_what, more, verdict) => {
    expect(judgeCredit(standing(more) as unknown as CreditPosition, 100_000).verdict).toBe(verdict);
  });

  it('is sent back to the notice when the notice is wrong', () => {
    const play = noticed().backTo('finance-check', 'notice');
    expect(play.asks).toEqual(['notice']);
    expect(play.step('notice', { carrier: 'S', vehicle: 'G-2' }).asks).toEqual(['finance-check']);
  });
});

describe('JH-L4 to JH-L6: who decides', () => {
  it('JH-L4: within the limit and nothing overdue, the manager', () => {
    const play = noticed().step('finance-check').step('manager-review');
    expect(play.asks).toEqual(['distribute']);
    carriedOut(policy, play.ledger, 'JH-L3', 'JH-L4');
  });

  it('JH-L5: overdue, the manager, who sees why', () => {
    const play = noticed(stands(overdue)).step('finance-check');
    expect(play.asks).toEqual(['overdue-reason']);
    play.step('overdue-reason', { reason: 'paid on Friday' });
    expect(play.shown('manager-review')).toMatchObject({ reason: 'paid on Friday' });
    expect(play.step('manager-review').asks).toEqual(['distribute']);
    carriedOut(policy, play.ledger, 'JH-L5');
  });

  it('JH-L6: over the limit, the general manager after the manager', () => {
    const play = noticed(stands(overLimit)).step('finance-check').step('manager-review');
    expect(play.asks).toEqual(['general-manager-review']);
    expect(play.step('general-manager-review').asks).toEqual(['distribute']);
    carriedOut(policy, play.ledger, 'JH-L6');
  });

  it('over the limit and overdue, the reason is mandatory and the general manager decides (reading 5)', () => {
    const play = noticed(stands({ ...overLimit, ...overdue })).step('finance-check');
    play.step('overdue-reason', { reason: 'harvest loan' }).step('manager-review');
    expect(play.shown('general-manager-review')).toMatchObject({ reason: 'harvest loan' });
  });

  it.each([
    ['the manager', {}, ['manager-review']],
    ['the general manager', overLimit, ['manager-review', 'general-manager-review']],
  ] as const)('a no of %s holds the shipment; money is collected, and all is checked again or dropped', (_who, more, steps) => {
    const held = (last: string) => {
      const play = noticed(stands(more)).step('finance-check');
      for (const [index, step] of steps.entries())
        play.step(step, index === steps.length - 1 ? { outcome: 'hold', reason: 'collect first' } : {});
      return play.step('collect', { outcome: last });
    };
    expect(held('dropped').outcome).toEqual({ result: 'not-released' });
    const again = held('check-again');
    expect(again.asks).toEqual(['finance-check']);
    expect(again.outside(stands({})).doings('release-goods')).toEqual([]);
  });
});

describe('JH-L7 and JH-L13: the release', () => {
  it('looks at the account again right before it, sets goods and credit aside, and tells warehouse and gate', () => {
    const play = released();
    expect(play.doings('release-goods')).toEqual(['do']);
    expect(play.told).toEqual(['notice-to-warehouse', 'notice-to-gate']);
    expect(play.asks).toEqual(['prepare', 'quality-check']);
    expect(play.shown('prepare')).toMatchObject({ shippingNotice: 'JH-SN-1', vehicle: 'G-1' });
    carriedOut(policy, play.ledger, 'JH-L7', 'JH-L13');
  });

  it('JH-L13: when the customer has become overdue since, nothing is released and finance checks again', () => {
    const play = released({ 'account-watch': standing(overdue) });
    expect(play.doings('release-goods')).toEqual([]);
    expect(play.asks).toEqual(['finance-check']);
  });

  it('when others have used the credit in the meantime, it is refused as data and finance checks again', () => {
    const play = released({ 'release-goods': refused('OVER_LIMIT') });
    expect(play.asks).toEqual(['finance-check']);
    play.outside({ credit: standing(overLimit), 'account-watch': standing(overLimit), 'release-goods': granted });
    expect(play.told).toEqual([]);
  });

  it('after a refusal the general manager may approve the exposure as it is then, and no more than that', () => {
    const play = noticed().step('finance-check').step('manager-review');
    play.outside({
      'release-goods': refused('OVER_LIMIT'),
      'credit/2/credit': standing(overLimit),
      'credit/2/account-watch': standing(overLimit),
    });
    play.step('distribute').step('finance-check').step('manager-review').step('general-manager-review');
    play.outside({ 'release-goods': granted }).step('distribute');
    expect(play.asks).toEqual(['prepare', 'quality-check']);
    const effect = play.state.effects['credit/2/release-goods'];
    expect(effect?.done?.input).toMatchObject({ approvedMinor: 200_000 });
    expect(play.state.effects['credit/1/release-goods']?.done?.input).not.toHaveProperty('approvedMinor');
  });

  it.each(['ORDERED_EXCEEDED', 'STOCK_EXCEEDED'])('%s: the shipment is tried again, or dropped', (code) => {
    const short = () => released({ 'release-goods': refused(code) });
    expect(short().shown('short-goods')).toMatchObject({ refusal: { code, values: {} } });
    expect(short().step('short-goods').asks).toEqual(['finance-check']);
    expect(short().step('short-goods', { outcome: 'dropped' }).outcome).toEqual({ result: 'not-released' });
  });

  it('is given back when the case is cancelled, and revised when the shipment is amended', () => {
    expect(released().cancel().outside().doings('release-goods')).toEqual(['do', 'undo']);
    const play = released()
      .amend({ lines: { '1': { quantity: 50 } } })
      .outside();
    play.step('type').step('notice', { carrier: 'S', vehicle: 'G' }).step('finance-check').step('manager-review').step('distribute');
    expect(play.doings('release-goods')).toEqual(['do', 'revise']);
  });
});

describe('JH-L8 to JH-L12: goods leave', () => {
  it('JH-L12: what fails is held, and checked again; nothing is loaded before it passes', () => {
    const play = released().step('prepare').step('quality-check', { outcome: 'failed', problems: 'colour' });
    expect(play.asks).toEqual(['quality-hold']);
    expect(play.step('quality-hold').step('quality-check', { report: 'Q-2' }).asks).toEqual(['load']);
    carriedOut(policy, play.ledger, 'JH-L12');
  });

  it('JH-L8: another carrier than that of the notice is not loaded; the transport is arranged first', () => {
    const play = released().step('prepare').step('quality-check', { report: 'Q-1' });
    play.step('load', { outcome: 'carrier-differs', seen: 'G-9' });
    expect(play.doings('issue-gate-pass')).toEqual([]);
    play.step('arrange-carrier', { carrier: 'Debang', vehicle: 'G-9' });
    expect(play.shown('load')).toMatchObject({ carrier: 'Debang', vehicle: 'G-9' });
    expect(play.step('load', { vehicle: 'G-9' }).shown('sign-with-carrier')).toMatchObject({ carrier: 'Debang', deliveryNote: 'JH-DN-1' });
  });

  it('JH-L8 and JH-L9: delivery note and gate pass are issued after loading, and signed with the carrier', () => {
    const play = loaded();
    expect(['issue-shipping-notice', 'issue-delivery-note', 'issue-gate-pass'].flatMap((effect) => play.doings(effect))).toEqual([
      'do',
      'do',
      'do',
    ]);
    expect(play.step('sign-with-carrier', { freightVoucher: 'F-1' }).shown('gate')).toMatchObject({
      gatePass: 'JH-GP-1',
      shippingNotice: 'JH-SN-1',
    });
  });

  it('JH-L10: what does not match is stopped until it is settled', () => {
    const play = loaded().step('sign-with-carrier', { freightVoucher: 'F-1' }).step('gate', { outcome: 'stopped', reason: 'no pass' });
    expect(play.asks).toEqual(['gate-stop']);
    expect(play.step('gate-stop', { settlement: 'pass found' }).step('gate', { gatePass: 'JH-GP-1' }).asks).toEqual(['shipped-data']);
  });

  const atEnd = (answers: Answers = {}) =>
    loaded(answers).step('sign-with-carrier', { freightVoucher: 'F-1' }).step('gate', { gatePass: 'JH-GP-1' });
  it('JH-L11: what left is told line by line, booked, and told to finance and sales', () => {
    const play = atEnd().line('shipped-data', 90);
    expect(play.state.effects['report/1/ship-goods']?.done?.input).toEqual({ release: 'R-1', lines: [{ line: '1', quantity: 90 }] });
    expect(play.told.slice(2)).toEqual(['shipped-to-finance', 'shipped-to-sales']);
    expect(play.outcome).toEqual({
      result: 'shipped',
      amountMinor: 100_000,
      shippingNotice: 'JH-SN-1',
      deliveryNote: 'JH-DN-1',
      gatePass: 'JH-GP-1',
    });
    expect(play.doings('release-goods')).toEqual(['do']);
    carriedOut(policy, play.ledger, 'JH-L8', 'JH-L9', 'JH-L10', 'JH-L11');
  });

  it('JH-L11: data that the books refuse are entered again', () => {
    const play = atEnd({ 'ship-goods': { shipped: false, code: 'RELEASED_EXCEEDED', values: {} } }).line('shipped-data', 100);
    expect(play.shown('data-refused')).toMatchObject({ refusal: { code: 'RELEASED_EXCEEDED' } });
    play.outside({ 'ship-goods': shipped }).step('data-refused').line('shipped-data', 100);
    expect(play.outcome).toMatchObject({ result: 'shipped' });
  });
});

describe('exploring a routine shipment', () => {
  it('finds no dead end, and every step', () => {
    const setting = settingOf(procedures.jinhuiShipmentRoutine, policy);
    const results = { order, credit: standing(), 'account-watch': standing(), 'release-goods': granted, 'ship-goods': shipped };
    const worlds: readonly Answers[] = [
      {},
      stands({ ...overdue, ...overLimit }),
      { 'release-goods': refused('STOCK_EXCEEDED') },
      { 'ship-goods': { shipped: false } },
      { order: { found: false } },
    ];
    const reached = new Set<string>();
    const ends = new Set<unknown>();
    for (const world of worlds) {
      const found = explore(
        setting,
        { subject: shipment, amendments: [{ lines: { '1': { quantity: 50 } } }], results: { ...results, ...world } },
        { disturbances: 1, states: 300 },
      );
      expect(found.findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      const missing = found.findings.flatMap((one) => (one.kind === 'unreachable-step' ? [one.step] : []));
      for (const step of Object.keys(policy.steps)) if (!missing.includes(step)) reached.add(step);
      for (const { outcome } of found.ends) ends.add((outcome as JsonObject)['result'] ?? 'cancelled');
    }
    expect(Object.keys(policy.steps).filter((step) => !reached.has(step))).toEqual([]);
    expect(ends).toEqual(new Set(['shipped', 'not-released', 'other-procedure', 'cancelled']));
  });
});
