import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/analysis/explore.js';
import type { CreditPosition } from '../../domain/books/book.js';
import type { JsonObject } from '../../domain/json.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import { procedures } from '../../workflows/procedures.js';
import { carriedOut } from '../support/carried-out.js';
import { settingOf } from '../support/play.js';
import {
  type Answers,
  granted,
  order,
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
  policy = await policyOf('shipment-emergency');
});

const begun = (answers: Answers = {}) => new ShipmentPlay(policy, answers);
const phoned = (answers: Answers = {}) => begun(answers).step('phone-release', { missing: 'manager', reason: 'abroad' });
const left = (answers: Answers = {}) => phoned(answers).step('warehouse-release').step('quality-release').line('goods-left', 100);
const papers = { carrier: 'S', vehicle: 'G-1' };
const stands = (more: Partial<CreditPosition>): Answers => ({ credit: standing(more) });

describe('JH-Q1: the goods leave by telephone', () => {
  it('the manager telephones, warehouse and quality let go, and credit and goods are set aside before anything leaves', () => {
    const play = phoned();
    expect(play.asks).toEqual(['quality-release', 'warehouse-release']);
    play.step('warehouse-release');
    expect(play.doings('release-goods')).toEqual([]);
    play.step('quality-release');
    expect(play.doings('release-goods')).toEqual(['do']);
    expect(play.asks).toEqual(['goods-left']);
    carriedOut(policy, play.ledger, 'JH-Q1');
  });

  it('what is not urgent goes the usual way', () => {
    expect(begun().step('phone-release', { outcome: 'not-urgent' }).outcome).toEqual({ result: 'not-released' });
  });

  it.each([
    ['over the limit', overLimit],
    ['of grade D', { grade: 'D' }],
    ['without an approved limit', { grade: undefined, limitMinor: undefined } as never],
  ] as const)('a customer %s needs the recorded consent of the general manager (reading 27)', (_which, more) => {
    const play = phoned(stands(more));
    expect(play.asks).toEqual(['phone-consent']);
    play.step('phone-consent', { words: '14:05, by telephone: let it go' });
    play.step('warehouse-release').step('quality-release');
    expect(play.state.effects['release/1/release-goods']?.done?.input).toMatchObject({ approvedMinor: 200_000 });
    expect(phoned(stands(more)).step('phone-consent', { outcome: 'refused', reason: 'no' }).outcome).toEqual({ result: 'not-released' });
  });

  it.each(['warehouse-release', 'quality-release'])('a no at %s keeps the goods', (step) => {
    const other = step === 'warehouse-release' ? 'quality-release' : 'warehouse-release';
    const play = phoned().step(step, { outcome: 'refused', reason: 'wet' }).step(other);
    expect(play.outcome).toEqual({ result: 'not-released' });
    expect(play.doings('release-goods')).toEqual([]);
  });

  it('credit used by others in the meantime is asked about again; short goods are tried again or dropped', () => {
    const again = phoned({ 'release-goods': refused('OVER_LIMIT') })
      .step('warehouse-release')
      .step('quality-release');
    expect(again.asks).toEqual(['phone-release']);
    const short = () =>
      phoned({ 'release-goods': refused('STOCK_EXCEEDED') })
        .step('warehouse-release')
        .step('quality-release');
    expect(short().step('short-goods').asks).toEqual(['phone-release']);
    expect(short().step('short-goods', { outcome: 'dropped' }).outcome).toEqual({ result: 'not-released' });
  });
});

describe('JH-Q2: papers afterwards', () => {
  it('are asked for once the goods have left, numbered, and approved by everyone who would have approved before', () => {
    const play = left();
    expect(play.told).toEqual(['emergency-to-finance']);
    expect(play.asks).toEqual(['papers']);
    expect(['issue-shipping-notice', 'issue-gate-pass'].flatMap((effect) => play.doings(effect))).toEqual([]);
    play.step('papers', papers);
    expect(play.shown('finance-check-after')).toMatchObject({ shippingNotice: 'JH-SN-1', deliveryNote: 'JH-DN-1', gatePass: 'JH-GP-1' });
    play.step('finance-check-after').step('manager-review-after');
    expect(play.outcome).toEqual({
      result: 'shipped',
      amountMinor: 100_000,
      shippingNotice: 'JH-SN-1',
      deliveryNote: 'JH-DN-1',
      gatePass: 'JH-GP-1',
    });
    carriedOut(policy, play.ledger, 'JH-Q2');
  });

  it('that are sent back are completed again, however the credit stands by then: what left by telephone is not asked about again', () => {
    const play = left().step('papers', papers);
    play.outside({ credit: standing({ shippedNotInvoicedMinor: 900_000 }) }).backTo('finance-check-after', 'papers');
    expect(play.asks).toEqual(['papers']);
    play
      .step('papers', { ...papers, vehicle: 'G-2' })
      .step('finance-check-after')
      .step('manager-review-after');
    expect(play.outcome).toMatchObject({ result: 'shipped' });
  });

  it('show what really left and what that is worth, not what was asked for', () => {
    const play = phoned().step('warehouse-release').step('quality-release').line('goods-left', 90);
    expect(play.shown('papers')).toMatchObject({ lines: [{ id: '1', quantity: 90, unitPriceMinor: 1_000, amountMinor: 90_000 }] });
  });

  it('over the limit are approved by the general manager too', () => {
    const play = phoned(stands(overLimit)).step('phone-consent', { words: 'yes' }).step('warehouse-release').step('quality-release');
    play.line('goods-left', 100).step('papers', papers).step('finance-check-after').step('manager-review-after');
    expect(play.asks).toEqual(['general-manager-review-after']);
    expect(play.step('general-manager-review-after').outcome).toMatchObject({ result: 'shipped' });
  });

  it.each(['finance-check-after', 'manager-review-after'])(
    'refused at %s are a recorded irregularity: the goods are gone, nothing is undone',
    (step) => {
      const play = left().step('papers', papers);
      if (step === 'manager-review-after') play.step('finance-check-after');
      play.step(step, { outcome: 'refused', reason: 'no contract' });
      expect(play.outcome).toMatchObject({
        result: 'irregularity',
        refusedAt: step,
        reason: 'no contract',
        amountMinor: 100_000,
        gatePass: 'JH-GP-1',
      });
      expect(play.told).toContain('irregularity');
      expect([...play.doings('release-goods'), ...play.doings('ship-goods')]).toEqual(['do', 'do']);
    },
  );

  it('that are incomplete are sent back', () => {
    const play = left().step('papers', papers).backTo('finance-check-after', 'papers');
    expect(play.asks).toEqual(['papers']);
    expect(play.step('papers', { ...papers, vehicle: 'G-2' }).doings('issue-gate-pass')).toEqual(['do', 'revise']);
  });

  it('data that the books refuse are entered again; an order that they do not have is dropped', () => {
    const play = left({ 'ship-goods': { shipped: false, code: 'RELEASED_EXCEEDED', values: {} } });
    expect(play.asks).toEqual(['data-refused']);
    expect(play.outside({ 'ship-goods': shipped }).step('data-refused').line('goods-left', 90).asks).toEqual(['papers']);
    expect(begun({ order: { found: false } }).step('correct-notice').outcome).toEqual({ result: 'not-released' });
  });
});

describe('exploring an emergency shipment', () => {
  it('finds no dead end, and every step', () => {
    const setting = settingOf(procedures.jinhuiShipmentEmergency, policy);
    const results = { order, credit: standing(), 'release-goods': granted, 'ship-goods': shipped };
    const worlds: readonly Answers[] = [
      {},
      stands(overLimit),
      { 'release-goods': refused('STOCK_EXCEEDED') },
      { 'ship-goods': { shipped: false } },
      { order: { found: false } },
    ];
    const reached = new Set<string>();
    const ends = new Set<unknown>();
    for (const world of worlds) {
      const found = explore(setting, { subject: shipment, results: { ...results, ...world } }, { disturbances: 1, states: 300 });
      expect(found.findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      const missing = found.findings.flatMap((one) => (one.kind === 'unreachable-step' ? [one.step] : []));
      for (const step of Object.keys(policy.steps)) if (!missing.includes(step)) reached.add(step);
      for (const { outcome } of found.ends) ends.add((outcome as JsonObject)['result'] ?? 'cancelled');
    }
    expect(Object.keys(policy.steps).filter((step) => !reached.has(step))).toEqual([]);
    expect(ends).toEqual(new Set(['shipped', 'irregularity', 'not-released', 'cancelled']));
  });
});
