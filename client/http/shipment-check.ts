import { createTradeBooks } from '../../db/books.js';
import type { OpenOrder } from '../../domain/books/book.js';

import type { Shipment } from '../../domain/shipments/shipment.js';
import { dateAt } from '../../domain/time/days.js';
import type { Checked } from './checked-subject.js';
import type { Edge } from './edge.js';
import { type FieldProblem, Problem } from './problem.js';

/**
 * A shipment must be of a customer, an order and lines that the trade books have, and of no more than is still open of them. What is to leave today
 * must also be in stock. What the case itself has set aside already counts as free.
 * @throws Problem naming the field
 */
export async function fitsTheBooks(edge: Edge, { company, subject, under, names, caseId }: Checked): Promise<void> {
  const { customer, order: number, lines, shipDate } = subject as unknown as Shipment;
  const books = createTradeBooks(edge.db);
  const wrong = (code: 'CUSTOMER_UNKNOWN' | 'ORDER_UNKNOWN' | 'ORDER_OF_ANOTHER', field: string) =>
    new Problem(code, { field: `${under}/${field}`, values: { field: `${under}/${field}`, customer, order: number }, names });
  const [known, order] = await Promise.all([books.customer(company, customer), books.order(company, number, caseId)]);
  if (known?.code !== customer) throw wrong('CUSTOMER_UNKNOWN', 'customer');
  if (order === undefined) throw wrong('ORDER_UNKNOWN', 'order');
  if (order.customer !== customer) throw wrong('ORDER_OF_ANOTHER', 'order');
  const today = dateAt(Date.now(), names.book?.company.utcOffsetMinutes ?? 0);
  const errors = lines.flatMap((line, index) => hindrance(order, line, shipDate <= today, `${under}/lines/${index}`));
  const [first] = errors;
  if (first !== undefined) throw new Problem(first.code, { ...first, names, ...(errors.length > 1 ? { errors } : {}) });
}

type Line = Shipment['lines'][number];

function hindrance({ lines, number }: OpenOrder, { id, quantity }: Line, leavesNow: boolean, under: string): readonly FieldProblem[] {
  const line = lines.find((one) => one.id === id);
  if (line === undefined) {
    const field = `${under}/id`;
    return [{ code: 'ORDERED_LINE_UNKNOWN' as const, field, values: { field, line: id, order: number } }];
  }
  const field = `${under}/quantity`;
  const values = { field, line: id, asked: quantity, unit: line.unit };
  if (quantity > line.open) return [{ code: 'ORDERED_EXCEEDED' as const, field, values: { ...values, open: line.open } }];
  if (leavesNow && quantity > line.inStock) return [{ code: 'STOCK_EXCEEDED' as const, field, values: { ...values, open: line.inStock } }];
  return [];
}
