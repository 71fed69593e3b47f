import { createTradeBooks } from '../../db/books.js';
import { createOrderCases } from '../../db/order-cases.js';
import { judgeChange, type OrderChange } from '../../domain/orders/change.js';
import type { GoodsReturn } from '../../domain/orders/goods-return.js';
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
  heheReturn: cameFromHere,
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

/** What comes back must have been shipped, and must not have come back before (HH-F1). */
async function cameFromHere(edge: Edge, { company, subject, under, names }: Checked): Promise<void> {
  const { orderNumber, lines } = subject as unknown as GoodsReturn;
  const order = await createTradeBooks(edge.db).order(company, orderNumber);
  if (order === undefined) throw orderUnknown(orderNumber, `${under}/orderNumber`, names);
  for (const [index, { line, quantity }] of lines.entries()) {
    const found = order.lines.find(({ id }) => id === line);
    const field = `${under}/lines/${index}`;
    if (found === undefined)
      throw new Problem('ORDERED_LINE_UNKNOWN', {
        field: `${field}/line`,
        values: { order: orderNumber, line, field: `${field}/line` },
        names,
      });
    const most = found.shipped - found.returned;
    if (quantity > most)
      throw new Problem('RETURN_ABOVE_SHIPPED', { field: `${field}/quantity`, values: { line, most, field: `${field}/quantity` }, names });
  }
}

const orderUnknown = (order: string, field: string, names: Names): Problem =>
  new Problem('ORDER_UNKNOWN', { field, values: { order, field }, names });
