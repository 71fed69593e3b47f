import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/analysis/explore.js';
import { type ProcedureContext } from '../../domain/engine/procedure.js';
import type { JsonObject } from '../../domain/json.js';
import { goodsReturn } from '../../workflows/hehe/return.js';
import { carriedOut } from '../support/carried-out.js';
import { hehe } from '../support/hehe-orders.js';
import { hour, Play, settingOf } from '../support/play.js';

let setting: ProcedureContext;
beforeAll(async () => {
  const policy = (await hehe()).books['hehe']?.procedures['return'];
  if (policy === undefined) throw new Error('no policy');
  setting = settingOf(goodsReturn, policy);
});

const name = { zh: '连接杆', en: 'Connecting rod', id: 'Batang penghubung' };
const order: JsonObject = {
  found: true,
  number: 'HH-1001',
  lines: [
    { id: '1', product: 'LJG-600', name, unit: '支', shipped: 100 },
    { id: '2', product: 'LJG-800', name, unit: '支', shipped: 50 },
  ],
};
const application: JsonObject = {
  application: 'made',
  orderNumber: 'HH-1001',
  requestedBy: { name: '邓工' },
  reason: '表面划伤',
  lines: [
    { line: '1', quantity: 10 },
    { line: '2', quantity: 5 },
  ],
};
const { reason: _reason, ...nothingSaid } = application;
const unannounced: JsonObject = { ...nothingSaid, application: 'missing' };

const begun = (subject: JsonObject = application) => new Play(setting, subject).done('order', order);
const analysed = (outcome: string) => begun().complete('analyse-reason', { outcome, findings: '涂层不良' });
const signed = (treatment = 'rework') =>
  analysed('company-fault').complete('treatment/1/sign-company-cause', { outcome: 'signed', treatment }, 'feng-gang');
const answered = () => signed().complete('answer-application', { outcome: 'answered' });
const here = () =>
  answered()
    .complete('take-announcement', { outcome: 'announced', freightBill: 'HY-1' })
    .complete('start-formalities', { outcome: 'started' });
const counted = (lines: JsonObject = { 1: { quantity: 10, model: 'as-named' }, 2: { quantity: 5, model: 'as-named' } }) =>
  here().complete('receipt/1/receive', { outcome: 'counted', lines });
const five = ['warehouse-keeper', 'warehouse-supervisor', 'sales-admin', 'sales-leader', 'finance-dept'];
const signedOff = () => five.reduce((play, seat) => play.vote('sign-off', seat, 'approved'), counted());
const told = (play: Play) => play.ledger.flatMap(({ notice }) => (notice === undefined ? [] : [`${notice.notice} → ${notice.to}`]));
const seatsOpen = (play: Play) => play.task('sign-off').seats.flatMap(({ id, state = 'open' }) => (state === 'open' ? [id] : []));
const wanted = (play: Play, effect: string) => play.state.effects[effect]?.flight?.input;

describe('a return, up to the decision', () => {
  it('HH-F1, HH-F2, HH-Q1: the application is analysed by the merchandiser, or by the salesperson', () => {
    const play = begun();
    expect(play.open).toEqual(['analyse-reason']);
    expect(play.task('analyse-reason').seats[0]?.candidates).toEqual([{ role: 'merchandiser' }, { role: 'salesperson' }]);
  });

  it('HH-F3, HH-F4: a production problem needs the complaint report, then the leader’s signature', () => {
    const play = analysed('production-problem');
    expect(play.open).toEqual(['attach-complaint-report']);
    play.complete('attach-complaint-report', { outcome: 'attached', complaintReport: 'TS-88' });
    carriedOut(setting.policy, play.ledger, 'HH-F3');
    expect(play.open).toEqual(['treatment/1/sign-company-cause']);
  });

  it('HH-F4: the company’s own fault leaves the leader nothing to refuse', () => {
    expect(analysed('company-fault').open).toEqual(['treatment/1/sign-company-cause']);
    expect(Object.keys(setting.policy.steps['sign-company-cause']?.outcomes ?? {})).toEqual(['signed']);
  });

  it('HH-F5, HH-F8: the customer’s own cause is refused as a rule, and the decided form goes back', () => {
    const play = analysed('customer-reason').complete('treatment/1/decide-exception', { outcome: 'refused', reason: '订错型号' });
    play.complete('answer-application', { outcome: 'answered', message: '不予退货' });
    expect(told(play)).toEqual(['return-answer → customer']);
    expect(play.outcome).toEqual({ result: 'refused', reason: '订错型号' });
    carriedOut(setting.policy, play.ledger, 'HH-F5');
  });

  it('HH-F5, HH-F6: a leader may make an exception, and then states the treatment', () => {
    const play = analysed('customer-reason').complete('treatment/1/decide-exception', {
      outcome: 'excepted',
      circumstances: '长期客户',
      treatment: 'restock',
    });
    expect(play.open).toEqual(['answer-application']);
  });

  it('HH-F7: only goods for the furnace go to the general manager, and a no leads back to the treatment', () => {
    const play = signed('back-to-furnace');
    expect(play.task('treatment/1/approve-furnace').seats[0]?.candidates).toEqual([{ role: 'general-manager' }]);
    play.complete('treatment/1/approve-furnace', { outcome: 'rejected', objections: '可返工' });
    carriedOut(setting.policy, play.ledger, 'HH-F7');
    expect(play.open).toEqual(['treatment/2/sign-company-cause']);
    play.complete('treatment/2/sign-company-cause', { outcome: 'signed', treatment: 'rework' });
    expect(play.open).toEqual(['answer-application']);
    expect(signed('back-to-furnace').complete('treatment/1/approve-furnace', { outcome: 'approved' }).open).toEqual(['answer-application']);
  });
});

describe('goods that come back', () => {
  it('HH-F9, HH-F11: are announced with a freight bill before the papers begin', () => {
    const play = answered();
    expect(play.open).toEqual(['take-announcement']);
    play.complete('take-announcement', { outcome: 'announced', freightBill: 'HY-1' });
    expect(told(play).at(-1)).toBe('return-announced → warehouse-keeper');
    expect(play.open).toEqual(['start-formalities']);
    expect(answered().complete('take-announcement', { outcome: 'not-sent', reason: '自行处理' }).outcome).toMatchObject({
      result: 'not-sent',
    });
  });

  it('HH-F10: nobody applied for need both keeper and merchandiser; one no refuses them', () => {
    const play = begun(unannounced);
    play.vote('unannounced-goods', 'keeper', 'admitted');
    expect(play.open).toEqual(['unannounced-goods']);
    play.vote('unannounced-goods', 'merchandiser', 'admitted');
    expect(play.open).toEqual(['apply-afterwards']);
    play.complete('apply-afterwards', { outcome: 'applied', reason: '表面划伤' });
    expect(play.open).toEqual(['analyse-reason']);

    const door = begun(unannounced);
    const { id, rev } = door.task('unannounced-goods');
    door.act({ verb: 'complete', task: id, rev, seat: 'keeper', data: { outcome: 'refused', reason: '无申请表' } }, 'he-jun');
    expect(told(door)).toEqual(['goods-turned-away → customer']);
    expect(door.outcome).toEqual({ result: 'turned-away' });
    carriedOut(setting.policy, door.ledger, 'HH-F10');
  });

  it('HH-F10: nobody applied for are refused when nobody answers in time', () => {
    const { due: _due, ...step } = setting.policy.steps['unannounced-goods']!;
    const wall = {
      ...setting.policy,
      steps: { ...setting.policy.steps, 'unannounced-goods': { ...step, due: { within: '4h', clock: 'wall' as const } } },
    };
    const play = new Play({ ...setting, policy: wall }, unannounced).done('order', order).pass(5 * hour);
    expect(play.outcome).toEqual({ result: 'turned-away' });
  });

  it('HH-F12: are counted line by line against the application; what differs is settled, or counted again', () => {
    const play = counted({ 1: { quantity: 9, model: 'as-named' }, 2: { quantity: 5, model: 'another' } });
    expect(play.open).toEqual(['receipt/1/settle-difference']);
    play.complete('receipt/1/settle-difference', { outcome: 'count-again', agreement: '复核' });
    expect(play.open).toEqual(['receipt/2/receive']);
    play.complete('receipt/2/receive', {
      outcome: 'counted',
      lines: { 1: { quantity: 9, model: 'as-named' }, 2: { quantity: 5, model: 'another' } },
    });
    play.complete('receipt/2/settle-difference', { outcome: 'taken-as-received', agreement: '按实收' });
    expect(play.open).toEqual(['sign-off']);
  });
});

describe('a return that is booked', () => {
  it('HH-F13: five sign one after the other in the order of the list', () => {
    const play = counted();
    for (const seat of five) {
      expect(seatsOpen(play)).toEqual([seat]);
      play.vote('sign-off', seat, 'approved');
    }
    expect(play.open).toEqual(['post-return']);
  });

  it('HH-F13: sent back to the count, what was signed before stands when the count is the same', () => {
    const play = counted();
    for (const seat of five.slice(0, 3)) play.vote('sign-off', seat, 'approved');
    play.back('sign-off', 'receive').done('order', order);
    expect(play.open).toEqual(['receipt/1/receive']);
    play.complete('receipt/1/receive', {
      outcome: 'counted',
      lines: { 1: { quantity: 10, model: 'as-named' }, 2: { quantity: 5, model: 'as-named' } },
    });
    expect(seatsOpen(play)).toEqual(['sales-leader']);
  });

  it('HH-F14, HH-F15, HH-F16: it is posted, noted, signed twice and sent', () => {
    const play = signedOff().complete('post-return', { outcome: 'posted' });
    expect(wanted(play, 'take-goods-back')).toEqual({
      order: 'HH-1001',
      lines: [
        { line: '1', quantity: 10 },
        { line: '2', quantity: 5 },
      ],
    });
    play.done('take-goods-back', { posted: true });
    expect(wanted(play, 'issue-return-note')).toMatchObject({
      language: 'zh',
      lines: [{ code: 'LJG-600', quantity: 10 }, { quantity: 5 }],
    });
    play.done('issue-return-note', { number: 'HH-RN-2026-00001' });
    play.vote('sign-note', 'sales-admin', 'signed');
    expect(play.open).toEqual(['sign-note']);
    play.vote('sign-note', 'warehouse-keeper', 'signed').complete('send-note', { outcome: 'sent' });
    expect(told(play).at(-1)).toBe('return-note → customer');
    expect(play.outcome).toEqual({ result: 'returned', treatment: 'rework', lines: { 1: 10, 2: 5 } });
    carriedOut(
      setting.policy,
      play.ledger,
      'HH-F1',
      'HH-F2',
      'HH-F4',
      'HH-F6',
      'HH-F8',
      'HH-F9',
      'HH-F11',
      'HH-F12',
      'HH-F13',
      'HH-F14',
      'HH-F15',
      'HH-F16',
      'HH-Q1',
    );
  });

  it('HH-F14: what the books do not take is settled by the billing desk', () => {
    const play = signedOff().complete('post-return', { outcome: 'posted' });
    play.done('take-goods-back', { posted: false, code: 'RETURN_ABOVE_SHIPPED', values: { line: '1', most: 3 } });
    expect(play.open).toEqual(['settle-posting']);
    const row = play.ledger.findLast(({ task }) => task?.step === 'settle-posting');
    expect(row?.contents?.[row.task?.shown ?? '']).toMatchObject({
      refusal: { code: 'RETURN_ABOVE_SHIPPED', values: { line: '1', most: 3 } },
    });
  });
});

describe('exploring it', () => {
  const results = { order, 'take-goods-back': { posted: false, code: 'ORDER_UNKNOWN', values: {} }, 'issue-return-note': { number: 'N' } };
  const line1 = [{ line: '1', quantity: 10 }];
  const asApplied = { receive: { counted: { outcome: 'counted', lines: { 1: { quantity: 10, model: 'as-named' } } } } };
  it.each([
    ['with an application, as applied for', application, asApplied, ['unannounced-goods', 'apply-afterwards', 'settle-difference']],
    ['with an application, other goods', application, {}, ['unannounced-goods', 'apply-afterwards']],
    ['without one', unannounced, {}, ['take-announcement']],
  ])(
    'finds no dead end and reaches every step there is: %s',
    (_, subject, answers, beside) => {
      const sample = { subject: { ...subject, lines: line1 }, results, answers };
      const { findings, ends } = explore(setting, sample, { disturbances: 0, rounds: 1, states: 3_000 });
      const unreached = findings.flatMap((finding) => (finding.kind === 'unreachable-step' ? [finding.step] : []));
      expect(findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      expect(unreached.filter((step) => !beside.includes(step))).toEqual([]);
      expect(ends.length).toBeGreaterThan(1);
    },
    60_000,
  );
});
