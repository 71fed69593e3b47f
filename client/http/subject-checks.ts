import { createOrderCases } from '../../db/order-cases.js';
import { judgeChange, type OrderChange } from '../../domain/orders/change.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';
import type { Checked } from './checked-subject.js';
import type { Edge } from './edge.js';
import { Problem, type ProblemCode } from './problem.js';
import { fitsTheBooks } from './shipment-check.js';
import type { Names } from './words.js';

/** What a subject must agree with beyond its own schema, by the implementation that its policy names. Throw Problems that name the field. */
const checks: Readonly<Record<string, (edge: Edge, checked: Checked) => Promise<void>>> = {
  heheOrderChange: fitsItsOrder,
  jinhuiShipmentRoutine: fitsTheBooks,
  jinhuiShipmentEmergency: fitsTheBooks,
};

/**
 * Checks a subject against what the company knows: the order that it speaks of, and what has been shipped of it.
 * @throws Problem naming the field
 */
export async function checkKnown(edge: Edge, { implementation }: ProcedurePolicy, checked: Checked): Promise<void> {
  await checks[implementation]?.(edge, checked);
}

/** A change must be of an order that there is, and leave an order behind (HH-C1). */
async function fitsItsOrder(edge: Edge, { company, subject, under, names }: Checked): Promise<void> {
  const { orderNumber, changes } = subject as unknown as OrderChange;
  const orders = createOrderCases(edge.db);
  const cases = await orders.find(company, orderNumber);
  if (cases.length === 0) throw orderUnknown(orderNumber, `${under}/orderNumber`, names);
  const verdict = judgeChange(changes, cases, await orders.shipped(company, orderNumber));
  if (verdict.ok) return;
  const { code, values } = verdict;
  const field = `${under}/changes${verdict.field}`;
  const known: ProblemCode = code === 'LINES_TOO_MANY' ? 'TOO_MANY_LINES' : code;
  throw new Problem(known, { field, values: { rule: 'invalid', ...values, field }, names });
}

export const orderUnknown = (order: string, field: string, names: Names): Problem =>
  new Problem('ORDER_UNKNOWN', { field, values: { order, field }, names });
