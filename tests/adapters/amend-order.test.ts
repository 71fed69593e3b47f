import { expect, it } from 'vitest';
import { createAmendOrder } from '../../adapters/orders/amend-order.js';
import type { Json } from '../../domain/json.js';
import type { Order } from '../../domain/orders/order.js';
import { applyPatch } from '../../domain/patch.js';
import type { Amendment, OrderCase, OrderCases, Plan } from '../../ports/order-cases.js';

const line = { code: 'LJG-800', name: '连接杆', unit: '支', unitPriceMinor: 460 };
const order: Order = {
  customer: '宏泰',
  customerPo: 'HT-1',
  currency: 'CNY',
  lines: [
    { id: '1', quantity: 1200, ...line },
    { id: '2', quantity: 600, ...line },
  ],
};
const wish = (quantity: number): Json => ({
  orderNumber: 'O-1',
  changes: { lines: { 1: { quantity } } },
  approvedBy: 'zhang-min',
  reason: 'rang',
});

/** One open case, whose commands are taken as a journal takes them: the first of a key stands. `meanwhile`: changes of others before the first command arrives. */
function plant(meanwhile = 0, placed = false) {
  const sent: { readonly key: string; readonly command: Amendment }[] = [];
  const plans: (Plan & { readonly key: string })[] = [];
  const answers = new Map<string, boolean>();
  let one: OrderCase = { caseId: 'hehe:order-intake:O-1', number: 'O-1', order, open: true, placed, turn: 7, startedAt: 0 };
  let others = meanwhile;
  const orders: OrderCases = {
    find: async () => [one],
    read: async () => one,
    shipped: async () => ({}),
    plan: async (key, _change, plan) => {
      const known = plans.find((other) => other.key === key && other.n === plan.n);
      if (known === undefined) plans.push({ key, ...plan });
      return known ?? plan;
    },
    planned: async (key) => plans.filter((plan) => plan.key === key).slice(-1),
    latest: async () => plans.slice(-1),
  };
  const commands = {
    async send(_caseId: string, key: string, command: Amendment) {
      sent.push({ key, command });
      const changed = others > 0;
      if (!answers.has(key)) {
        if (changed) {
          others--;
          one = { ...one, turn: one.turn + 1 };
        } else one = { ...one, turn: one.turn + 1, order: applyPatch(one.order as never, command.patch) as unknown as Order };
        answers.set(key, !changed);
      }
      return answers.get(key) === true ? ({ ok: true } as const) : ({ ok: false, code: 'CASE_CHANGED', values: {} } as const);
    },
    start: () => Promise.reject(new Error('nothing is started')),
  };
  const call = (idempotencyKey: string) => ({ caseId: 'hehe:order-change:C-1', idempotencyKey, signal: new AbortController().signal });
  return { effect: createAmendOrder({ orders, commands }), call, sent, quantity: () => one.order.lines[0]?.quantity };
}

it('asked again under its key after the worker died, it sends the same amendment, which the journal takes once', async () => {
  const { effect, call, sent } = plant();
  await effect.do(wish(900), call('k'));
  expect(await effect.find(call('k'))).toEqual({ cases: [{ caseId: 'hehe:order-intake:O-1', number: 'O-1', amended: true }] });
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  expect(sent[1]?.command).toEqual(sent[0]?.command);
  expect(sent[0]?.command).toMatchObject({ verb: 'amend', from: 7, by: 'engine', actingFor: 'zhang-min', reason: 'C-1: rang' });
});

it('an order that somebody else has changed meanwhile is read again and amended from there', async () => {
  const { effect, call, sent, quantity } = plant(1);
  await effect.do(wish(900), call('k'));
  expect(sent.map(({ command }) => command.from)).toEqual([7, 8]);
  expect(quantity()).toBe(900);
});

it('one that is changed again and again is left to a person', async () => {
  const { effect, call } = plant(9);
  expect(await effect.do(wish(900), call('k'))).toMatchObject({ cases: [{ amended: false, code: 'CASE_CHANGED' }] });
});

it('a changed change takes the first one back in the same amendment, and undoing sets everything back', async () => {
  const { effect, call, sent, quantity } = plant();
  const result = await effect.do(wish(900), call('k'));
  const standing = { input: wish(900), result };
  const other: Json = { ...(wish(900) as object), changes: { lines: { 2: { quantity: 500 } } } } as Json;
  await effect.revise(standing, other, call('k2'));
  expect(sent.at(-1)?.command.patch).toEqual({ lines: { 1: { quantity: 1200 }, 2: { quantity: 500 } } });
  await effect.undo(standing, call('k3'));
  expect(sent.at(-1)?.command.patch).toEqual({ lines: { 2: { quantity: 600 } } });
  expect(quantity()).toBe(1200);
});

it('the same change approved by another person sends nothing more', async () => {
  const { effect, call, sent } = plant();
  const standing = { input: wish(900), result: await effect.do(wish(900), call('k')) };
  expect(await effect.revise(standing, { ...(wish(900) as object), approvedBy: 'chen-li' } as Json, call('k2'))).toEqual(standing.result);
  expect(sent).toHaveLength(1);
});
