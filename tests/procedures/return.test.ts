import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/case/explore.js';
import type { JsonObject } from '../../domain/case/json.js';
import type { Setting } from '../../domain/case/render.js';
import { goodsReturn } from '../../workflows/hehe/return.js';
import { carriedOut } from '../support/carried-out.js';
import { hehe } from '../support/hehe-orders.js';
import { hour, Play, settingOf } from '../support/play.js';

let setting: Setting;
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
const answerSent = (play: Play) =>
  play.done('issue-return-application', { number: 'HH-RA-2026-00001' }).complete('answer-application', { outcome: 'answered' });
const answered = () => answerSent(signed());
const announced = (lines: JsonObject = { 1: { quantity: 10 }, 2: { quantity: 5 } }) =>
  answered()
    .complete('take-announcement', { outcome: 'announced', freightBill: 'HY-1' })
    .complete('take-details', { outcome: 'listed', lines });
const here = () => announced().complete('start-formalities', { outcome: 'started' });
const counted = (lines: JsonObject = { 1: { quantity: 10, model: 'as-named' }, 2: { quantity: 5, model: 'as-named' } }) =>
  here().complete('receipt/1/receive', { outcome: 'counted', lines });
const five = ['warehouse-keeper', 'warehouse-supervisor', 'sales-admin', 'sales-leader', 'finance-dept'];
const signedOff = () => five.reduce((play, seat) => play.vote('sign-off', seat, 'approved'), counted());
const told = (play: Play) => play.ledger.flatMap(({ notice }) => (notice === undefined ? [] : [`${notice.notice} → ${notice.to}`]));
const seatsOpen = (play: Play) => play.task('sign-off').seats.flatMap(({ id, state = 'open' }) => (state === 'open' ? [id] : []));
const wanted = (play: Play, effect: string) => play.state.effects[effect]?.flight?.input;

describe('a return, up to the decision', () => {
  it('HH-F1, HH-F2, HH-Q1: the application is analysed by the salesperson, for whom the merchandiser may stand in', () => {
    const play = begun();
    expect(play.open).toEqual(['analyse-reason']);
    expect(play.task('analyse-reason').seats[0]?.candidates).toEqual([{ role: 'salesperson' }]);
  });

  it('HH-F3, HH-F4: a production problem needs the complaint report, then the leader’s signature', () => {
    const play = analysed('production-problem');
    expect(play.open).toEqual(['attach-complaint-report']);
    play.complete('attach-complaint-report', {
      outcome: 'attached',
      complaintReport: 'TS-2026-88',
      reportDate: '2026-10-30',
      reportedBy: '邓红',
    });
    carriedOut(setting.policy, play.ledger, 'HH-F3');
    expect(play.open).toEqual(['treatment/1/sign-company-cause']);
  });

  it('HH-F4: the company’s own fault leaves the leader nothing to refuse', () => {
    expect(analysed('company-fault').open).toEqual(['treatment/1/sign-company-cause']);
    expect(Object.keys(setting.policy.steps['sign-company-cause']?.outcomes ?? {})).toEqual(['signed']);
  });

  it('HH-F5, HH-F8: the customer’s own cause is refused as a rule; the decided form is printed before it goes back', () => {
    const play = analysed('customer-reason').complete('treatment/1/sign-customer-cause', { outcome: 'refused', reason: '订错型号' });
    expect(play.open).toEqual([]);
    expect(wanted(play, 'issue-return-application')).toMatchObject({ facts: { decision: 'refused' }, text: '订错型号' });
    answerSent(play);
    expect(told(play)).toEqual(['return-answer → customer', 'return-decided → salesperson']);
    expect(play.outcome).toEqual({ result: 'refused', reason: '订错型号' });
    carriedOut(setting.policy, play.ledger, 'HH-F5');
  });

  it('HH-F5, HH-F6: only special circumstances go to the leader of the company, who may make an exception and then states the treatment', () => {
    const play = analysed('customer-reason').complete('treatment/1/sign-customer-cause', { outcome: 'special', circumstances: '长期客户' });
    expect(play.task('treatment/1/approve-exception').seats[0]?.candidates).toEqual([
      { role: 'deputy-general-manager' },
      { role: 'general-manager' },
    ]);
    play.complete('treatment/1/approve-exception', { outcome: 'excepted', treatment: 'restock' });
    expect(wanted(play, 'issue-return-application')).toMatchObject({ facts: { decision: 'accepted', treatment: 'restock' } });
  });

  it('HH-F7: only goods for the furnace go to the general manager, and a no leads back to the treatment', () => {
    const play = signed('back-to-furnace');
    expect(play.task('treatment/1/approve-furnace').seats[0]?.candidates).toEqual([{ role: 'general-manager' }]);
    play.complete('treatment/1/approve-furnace', { outcome: 'rejected', objections: '可返工' });
    carriedOut(setting.policy, play.ledger, 'HH-F7');
    expect(play.open).toEqual(['treatment/2/sign-company-cause']);
    play.complete('treatment/2/sign-company-cause', { outcome: 'signed', treatment: 'rework' });
    expect(wanted(play, 'issue-return-application')).toMatchObject({ facts: { treatment: 'rework' } });
    const agreed = signed('back-to-furnace').complete('treatment/1/approve-furnace', { outcome: 'approved' });
    expect(wanted(agreed, 'issue-return-application')).toMatchObject({ facts: { treatment: 'back-to-furnace' } });
  });
});

describe('goods that come back', () => {
  it('HH-F9, HH-F11: are announced with freight bill and item list before the papers begin', () => {
    const play = answered();
    expect(play.open).toEqual(['take-announcement']);
    play.complete('take-announcement', { outcome: 'announced', freightBill: 'HY-1' });
    expect(play.open).toEqual(['take-details']);
    play.complete('take-details', { outcome: 'listed', lines: { 1: { quantity: 8 }, 2: { quantity: 0 } } });
    expect(told(play).at(-1)).toBe('return-announced → warehouse-keeper');
    expect(play.open).toEqual(['start-formalities']);
    play.complete('start-formalities', { outcome: 'started' });
    expect(play.task('receipt/1/receive').lines).toEqual(['1']);
    expect(answered().complete('take-announcement', { outcome: 'not-sent', reason: '自行处理' }).outcome).toMatchObject({
      result: 'not-sent',
    });
  });

  it('HH-F10: goods that nobody applied for wait for the merchandiser’s word, however long it takes', () => {
    const play = begun(unannounced);
    expect(play.task('unannounced-goods').seats[0]?.candidates).toEqual([{ role: 'merchandiser' }]);
    play.pass(40 * 24 * hour);
    expect(play.open).toEqual(['unannounced-goods']);
    play.complete('unannounced-goods', { outcome: 'admitted' });
    expect(play.open).toEqual(['apply-afterwards']);
    play.complete('apply-afterwards', { outcome: 'applied', reason: '表面划伤' });
    expect(play.open).toEqual(['analyse-reason']);

    const door = begun(unannounced).complete('unannounced-goods', { outcome: 'refused', reason: '无申请表' });
    expect(told(door)).toEqual(['goods-turned-away → customer', 'hand-goods-back → warehouse-keeper']);
    expect(door.outcome).toEqual({ result: 'turned-away', reason: '无申请表' });
    carriedOut(setting.policy, door.ledger, 'HH-F10');
  });

  it('HH-F5, HH-F10: goods that were let in and are refused then are handed back', () => {
    const play = begun(unannounced).complete('unannounced-goods', { outcome: 'admitted' });
    play.complete('apply-afterwards', { outcome: 'applied', reason: '订错' });
    play.complete('analyse-reason', { outcome: 'customer-reason', findings: '订错型号' });
    answerSent(play.complete('treatment/1/sign-customer-cause', { outcome: 'refused', reason: '订错型号' }));
    expect(told(play)).toEqual(['return-answer → customer', 'return-decided → salesperson', 'hand-goods-back → warehouse-keeper']);
  });

  it('HH-F12: are counted line by line against the application; what differs is settled, and counted again alone where that is agreed', () => {
    const play = counted({ 1: { quantity: 9, model: 'as-named' }, 2: { quantity: 5, model: 'another' } });
    expect(play.open).toEqual(['receipt/1/settle-model', 'receipt/1/settle-quantity']);
    play.complete('receipt/1/settle-quantity', { outcome: 'settled', lines: { 1: { settlement: 'taken', agreement: '按实收' } } });
    play.complete('receipt/1/settle-model', { outcome: 'settled', lines: { 2: { settlement: 'count-again', agreement: '复核' } } });
    expect(play.task('receipt/2/receive').lines).toEqual(['2']);
    play.complete('receipt/2/receive', { outcome: 'counted', lines: { 2: { quantity: 5, model: 'another' } } });
    play.complete('receipt/2/settle-model', { outcome: 'settled', lines: { 2: { settlement: 'sent-back', agreement: '退还' } } });
    expect(told(play).slice(-2)).toEqual(['goods-sent-back → customer', 'hand-goods-back → warehouse-keeper']);
    expect(play.open).toEqual(['sign-off']);
  });

  it('HH-F12: goods that all go back end the case, and the customer is told', () => {
    const play = counted({ 1: { quantity: 10, model: 'another' }, 2: { quantity: 0, model: 'as-named' } });
    play.complete('receipt/1/settle-model', { outcome: 'settled', lines: { 1: { settlement: 'sent-back', agreement: '退还' } } });
    play.complete('receipt/1/settle-quantity', { outcome: 'settled', lines: { 2: { settlement: 'taken', agreement: '未到' } } });
    expect(told(play).at(-1)).toBe('nothing-taken → customer');
    expect(play.outcome).toEqual({ result: 'nothing-taken', sentBack: { 1: 10 } });
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
      treatment: 'rework',
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
    expect(play.outcome).toEqual({ result: 'returned', treatment: 'rework', lines: { 1: 10, 2: 5 }, sentBack: {} });
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
  const results = {
    order,
    'take-goods-back': { posted: false, code: 'ORDER_UNKNOWN', values: {} },
    'issue-return-application': { number: 'A' },
    'issue-return-note': { number: 'N' },
  };
  const line1 = [{ line: '1', quantity: 10 }];
  const count = (model: string, quantity: number) => ({ receive: { counted: { outcome: 'counted', lines: { 1: { quantity, model } } } } });
  const atTheDoor = ['unannounced-goods', 'apply-afterwards'];
  it.each([
    ['with an application, as applied for', application, count('as-named', 10), [...atTheDoor, 'settle-quantity', 'settle-model']],
    ['with an application, fewer', application, count('as-named', 9), [...atTheDoor, 'settle-model']],
    [
      'with an application, other goods',
      application,
      count('another', 10),
      [...atTheDoor, 'settle-quantity', 'sign-off', 'post-return', 'settle-posting', 'sign-note', 'send-note'],
    ],
    ['without one', unannounced, count('as-named', 10), ['take-announcement', 'take-details', 'settle-quantity', 'settle-model']],
  ])(
    'finds no dead end and reaches every step there is: %s',
    (_, subject, answers, beside) => {
      const sample = {
        subject: { ...subject, lines: line1 },
        results,
        answers: { ...answers, 'take-details': { listed: { outcome: 'listed', lines: { 1: { quantity: 10 } } } } },
      };
      const { findings, ends } = explore(setting, sample, { disturbances: 0, rounds: 1, states: 3_000 });
      const unreached = findings.flatMap((finding) => (finding.kind === 'unreachable-step' ? [finding.step] : []));
      expect(findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      expect(unreached.filter((step) => !beside.includes(step))).toEqual([]);
      expect(ends.length).toBeGreaterThan(1);
    },
    60_000,
  );
});
