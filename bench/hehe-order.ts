import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CatalogueEntry, OrderAnswers } from '../domain/books/catalogue.js';
import type { JsonObject } from '../domain/json.js';
import type { Order } from '../domain/orders/order.js';

/** An order among the examples of Hehe, by its file name. */
export function exampleOrder(name: string): JsonObject {
  return JSON.parse(readFileSync(fileURLToPath(new URL(`../examples/hehe/${name}.json`, import.meta.url)), 'utf8')) as JsonObject;
}

/** What books say that know the customer and every code just as the order has them. */
export function agreeing(subject: JsonObject): OrderAnswers {
  const { customer, lines } = subject as unknown as Order;
  const entry = ({ code, name, unit, quantity, set }: Order['lines'][number]) => {
    const parts = Object.entries(set ?? {}).flatMap(([part, one]) =>
      one === undefined ? [] : [[part, { code: one.code, perSet: one.quantity / quantity }] as const],
    );
    return [code, { code, unit, name: { en: name, zh: name, id: name }, set: Object.fromEntries(parts) as CatalogueEntry['set'] }] as const;
  };
  const catalogue = Object.fromEntries(lines.map(entry)) as OrderAnswers['catalogue'];
  return { on: '2026-11-27', customer: { id: 'C', name: customer }, earlier: [], catalogue, free: [] };
}

/** The ids of an order's lines. */
export function lineIds(order: JsonObject): readonly string[] {
  return (order['lines'] as unknown as readonly { readonly id: string }[]).map(({ id }) => id);
}

/** What somebody answers: the same in any case, or by the ids of what the books found (`findings` of the task's page). */
export type Said = JsonObject | ((findings: readonly string[]) => JsonObject);

/** One complete on the main path of Hehe's order intake. */
export interface IntakeStep {
  readonly step: string;
  readonly role: 'merchandiser' | 'cs-planner' | 'pmc-dept';
  readonly data: Said;
}

/** The main path of Hehe's order intake (HH-B2 to HH-B13, HH-A2): what was found is right, every line is dated in one answer. */
export function intake(order: JsonObject): readonly IntakeStep[] {
  const lines = Object.fromEntries(lineIds(order).map((id) => [id, { date: '2027-12-10' }]));
  return [
    { step: 'initial-review', role: 'merchandiser', data: reviewed },
    { step: 'enter-order', role: 'merchandiser', data: { outcome: 'entered', orderDataNo: 'DD-2026-1127' } },
    { step: 'joint-review', role: 'cs-planner', data: { outcome: 'correct' } },
    { step: 'pass-to-pmc', role: 'cs-planner', data: { outcome: 'passed' } },
    { step: 'production-points', role: 'merchandiser', data: { outcome: 'known', points: 'none' } },
    { step: 'command-production', role: 'pmc-dept', data: { outcome: 'commanded', assembly: 'MO-2026-3301' } },
    { step: 'delivery-date', role: 'pmc-dept', data: { outcome: 'replied', lines } },
    { step: 'written-reply', role: 'merchandiser', data: { outcome: 'replied' } },
    { step: 'track', role: 'merchandiser', data: { outcome: 'finished' } },
  ];
}

/** What a step's person says, given what the books found. */
export const saidOf = (data: Said, findings: readonly string[]): JsonObject => (typeof data === 'function' ? data(findings) : data);

const reviewed = (findings: readonly string[]): JsonObject =>
  findings.length === 0
    ? { outcome: 'accurate' }
    : { outcome: 'accurate', confirmed: Object.fromEntries(findings.map((id) => [id, 'right'])), note: 'asked the customer' };
