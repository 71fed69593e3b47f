import { beforeAll, describe, expect, it } from 'vitest';
import { explore } from '../../domain/analysis/explore.js';
import { type Setting } from '../../domain/engine/procedure.js';
import type { JsonObject } from '../../domain/json.js';
import { goodsReturn } from '../../workflows/hehe/return.js';
import { hehe } from '../support/hehe-orders.js';
import { settingOf } from '../support/play.js';

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

describe('exploring a return', () => {
  const results = {
    order,
    'take-goods-back': { posted: false, code: 'ORDER_UNKNOWN', values: {} },
    'issue-return-application': { number: 'A' },
    'issue-return-note': { number: 'N' },
  };
  const counted = (model: string, quantity: number) => ({
    receive: { counted: { outcome: 'counted', lines: { 1: { quantity, model } } } },
    'take-details': { listed: { outcome: 'listed', lines: { 1: { quantity: 10 } } } },
  });
  const atTheDoor = ['unannounced-goods', 'apply-afterwards'];
  const booked = ['sign-off', 'post-return', 'settle-posting', 'sign-note', 'send-note'];
  it.each([
    ['with an application, as applied for', application, counted('as-named', 10), [...atTheDoor, 'settle-quantity', 'settle-model']],
    ['with an application, fewer', application, counted('as-named', 9), [...atTheDoor, 'settle-model']],
    ['with an application, other goods', application, counted('another', 10), [...atTheDoor, 'settle-quantity', ...booked]],
    ['without one', unannounced, counted('as-named', 10), ['take-announcement', 'take-details', 'settle-quantity', 'settle-model']],
  ])(
    'finds no dead end and reaches every step there is: %s',
    (_, subject, answers, beside) => {
      const sample = { subject: { ...subject, lines: [{ line: '1', quantity: 10 }] }, results, answers };
      const { findings, ends } = explore(setting, sample, { disturbances: 0, rounds: 1, states: 3_000 });
      const unreached = findings.flatMap((finding) => (finding.kind === 'unreachable-step' ? [finding.step] : []));
      expect(findings.filter(({ kind }) => kind !== 'unreachable-step')).toEqual([]);
      expect(unreached.filter((step) => !beside.includes(step))).toEqual([]);
      expect(ends.length).toBeGreaterThan(1);
    },
    60_000,
  );
});
