import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/analysis/explore.js';
import { type Setting } from '../../domain/engine/procedure.js';
import type { Json, JsonObject } from '../../domain/json.js';
import { orderChange } from '../../workflows/hehe/order-change.js';
import { hehe } from '../support/hehe-orders.js';
import { entered, halfEntered, standing, wish } from '../support/order-change.js';
import { Play, settingOf } from '../support/play.js';

let setting: Setting;
beforeAll(async () => {
  const policy = (await hehe()).books['hehe']?.procedures['order-change'];
  if (policy === undefined) throw new Error('no policy');
  setting = settingOf(orderChange, policy);
});

const begun = (subject: JsonObject = wish) => new Play(setting, subject).done('placed-order', standing);
const free = { outcome: 'checked', lines: { 1: { production: 'not-started' }, 2: { production: 'not-started' } } };
const asked = () => begun().complete('production-status', free, 'wang-qiang');
const drawn = (data: JsonObject = {}) => asked().complete('amendment/1/draw-up-amendment', { outcome: 'drawn-up', ...data }, 'chen-li');
const approved = () =>
  drawn().complete('amendment/1/approve-amendment', { outcome: 'approved' }, 'zhang-min').done('issue-contract-amendment');
const shown = (play: Play, key: string) =>
  play.ledger.flatMap(({ contents }) => contents?.[play.task(key).shown] ?? []).at(-1) as JsonObject;
/** Notices told so far, with whom they went to. */
const told = (play: Play) => play.ledger.flatMap(({ notice }) => (notice === undefined ? [] : [`${notice.notice} → ${notice.to}`]));

describe('a wish for a change', () => {
  it('HH-C1, HH-C2, HH-C3: goes to PMC, line by line, with what each line is and would be; a new line has nothing that could have started', () => {
    const play = begun();
    expect(play.open).toEqual(['production-status']);
    expect(play.task('production-status').seats[0]?.candidates).toEqual([{ role: 'pmc-dept' }]);
    expect(play.task('production-status').lines).toEqual(['1', '2']);
    expect(shown(play, 'production-status')).toMatchObject({ lines: { 1: { before: { quantity: 1200 }, after: { quantity: 900 } } } });
    expect(JSON.stringify(shown(play, 'production-status'))).not.toContain('unitPriceMinor');
  });

  it('HH-C3: a change of the head alone is asked about for the order as a whole', () => {
    const play = begun({ ...wish, changes: { remarks: '海运' } });
    expect(play.task('production-status').lines).toEqual(['order']);
  });

  it('HH-C3: an order that only gets new lines has nothing to be asked about', () => {
    const { 3: added } = (wish['changes'] as { lines: Record<string, Json> }).lines;
    expect(begun({ ...wish, changes: { lines: { 3: added ?? null } } }).open).toEqual(['amendment/1/draw-up-amendment']);
  });

  it('HH-C4, HH-C12: one started line refuses it, in writing, and the order stays', () => {
    const play = begun().complete('production-status', {
      outcome: 'checked',
      lines: { 1: { production: 'not-started' }, 2: { production: 'started', note: 'cut on Monday' } },
    });
    expect(play.open).toEqual(['refuse-in-writing']);
    play.complete('refuse-in-writing', { outcome: 'refused', message: '第2行已投产' }).done('issue-change-refusal');
    expect(told(play)).toEqual(['change-refusal → customer']);
    expect(play.outcome).toEqual({ result: 'refused', because: { started: ['2'] } });
    expect(play.state.effects['amend-order']).toBeUndefined();
  });

  it('HH-C5: only a change that can be taken is drawn up, and the customer may have an interim answer', () => {
    const play = drawn({ terms: '单价不变', interimAnswer: '可以变更，正在办理' });
    expect(told(play)).toEqual(['interim-answer → customer']);
    expect(play.open).toEqual(['amendment/1/approve-amendment']);
    expect(told(drawn())).toEqual([]);
  });

  it('HH-C6: the planner approves; a form that is rejected is drawn up anew, beside the objections', () => {
    const play = drawn().complete('amendment/1/approve-amendment', { outcome: 'rejected', objections: '数量与装箱不符' });
    expect(play.open).toEqual(['amendment/2/draw-up-amendment']);
    expect(shown(play, 'amendment/2/draw-up-amendment')).toMatchObject({ objections: '数量与装箱不符' });
    play.complete('amendment/2/draw-up-amendment', { outcome: 'not-possible', reason: '客户不接受整箱' });
    expect(play.open).toEqual(['refuse-in-writing']);
    play.complete('refuse-in-writing', { outcome: 'refused', message: '无法变更' }).done('issue-change-refusal');
    expect(play.outcome).toEqual({ result: 'refused', because: { notPossible: '客户不接受整箱' } });
  });

  it('HH-C7: the approved form goes to PMC, and the order is amended for the person who approved', () => {
    const play = approved();
    expect(told(play)).toEqual(['contract-amendment → pmc-dept']);
    expect(play.state.effects['amend-order']?.flight?.input).toMatchObject({
      orderNumber: 'HH-1001',
      changes: wish['changes'],
      approvedBy: 'zhang-min',
    });
    expect(play.done('amend-order', entered).open).toEqual(['instruct-production']);
  });

  it('HH-C7: a case that refuses, or is closed, is a task of its own', () => {
    const play = approved().done('amend-order', halfEntered);
    expect(play.open).toEqual(['settle-by-hand']);
    expect(play.task('settle-by-hand').lines).toEqual(['hehe:order-intake:HH-1001B']);
    play.complete('settle-by-hand', { outcome: 'settled', lines: { 'hehe:order-intake:HH-1001B': { note: '已与仓库核对' } } });
    expect(play.open).toEqual(['instruct-production']);
  });

  it('HH-C8, HH-C9, HH-C10, HH-C11: one notice to all concerned, then the customer, then our own copy and the log', () => {
    const play = approved().done('amend-order', entered);
    const before = told(play).length;
    play.complete('instruct-production', { outcome: 'instructed', instructions: '改做900支' }).done('issue-production-change-notice');
    expect(told(play).slice(before)).toEqual(['production-change-notice → production-depts', 'workshop-change-notice → workshop']);
    expect(play.open).toEqual(['tell-customer']);
    play.complete('tell-customer', { outcome: 'told' });
    expect(told(play).at(-1)).toBe('change-accepted → customer');
    expect(play.open).toEqual(['correct-own-order']);
    play.complete('correct-own-order', { outcome: 'corrected' });
    expect(told(play).at(-1)).toBe('change-log → merchandiser');
    const log = play.ledger.flatMap(({ notice, contents }) => (notice?.notice === 'change-log' ? [contents?.[notice.shown]] : []));
    expect(log).toMatchObject([{ orderedAt: 1_700_000_000_000, changedAt: play.now, requestedAt: play.now }]);
    expect(play.outcome).toMatchObject({ result: 'changed', lines: ['1', '2', '3'] });
  });
});

describe('a wish that is itself changed', () => {
  it('asks again about the lines that are other ones now, and keeps what was said of the rest', () => {
    const play = approved().done('amend-order', entered);
    play.amend({ changes: { lines: { 1: { quantity: 800 } } } }).done('placed-order', standing);
    expect(play.task('production-status').lines).toEqual(['1']);
  });

  it('HH-C7: once it is approved anew, the order is amended by what is new', () => {
    const play = approved().done('amend-order', entered);
    play.amend({ changes: { lines: { 1: { quantity: 800 } } } });
    play.complete('production-status', { outcome: 'checked', lines: { 1: { production: 'not-started' } } });
    play.complete('amendment/1/draw-up-amendment', { outcome: 'drawn-up' });
    play.complete('amendment/1/approve-amendment', { outcome: 'approved' }, 'zhang-min').done('issue-contract-amendment');
    expect(play.state.effects['amend-order']?.flight).toMatchObject({
      action: 'revise',
      input: { changes: { lines: { 1: { quantity: 800 } } } },
    });
  });

  it('is taken out of the order again when it is called off', () => {
    const play = approved().done('amend-order', entered).cancel();
    expect(play.state.effects['amend-order']?.flight?.action).toBe('undo');
  });
});

describe('exploring it', () => {
  it('finds no dead end, and every end has told the customer (HH-C12) or was called off', () => {
    const sample = {
      subject: wish,
      amendments: [{ changes: { lines: { 1: { quantity: 800 } } } }, { changes: { lines: { 2: null } } }],
      results: { 'placed-order': standing, 'amend-order': halfEntered },
      answers: { 'production-status': {} },
    };
    const { findings, ends } = explore(setting, sample, { disturbances: 1 });
    expect(findings).toEqual([]);
    const results = new Set(ends.map(({ outcome }) => (outcome as JsonObject)['result'] ?? 'cancelled'));
    expect(results).toEqual(new Set(['cancelled', 'changed', 'refused']));
  });
});
