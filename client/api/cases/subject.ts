import { createTradeBooks } from '../../../db/books.js';
import { createOrderCases } from '../../../db/order-cases.js';
import type { OpenOrder } from '../../../domain/books/book.js';
import { canon } from '../../../domain/canonical-json.js';
import { subjects } from '../../../domain/contracts/subjects.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import { judgeChange, type OrderChange } from '../../../domain/orders/change.js';
import type { GoodsReturn } from '../../../domain/orders/goods-return.js';
import { lineLimit, type Order } from '../../../domain/orders/order.js';
import { subjectSchema } from '../../../domain/policy/form.js';
import type { ProcedurePolicy } from '../../../domain/policy/policy.js';
import type { Shipment } from '../../../domain/shipments/shipment.js';
import { dateAt } from '../../../domain/time/days.js';
import { checked } from '../http/check.js';
import type { ApiContext } from '../http/context.js';
import { type FieldProblem, Problem, type ProblemCode } from '../http/problem.js';
import type { Names } from '../http/words.js';

/** A subject that fits its schema, on its way into a case. */
export interface Checked {
  readonly company: string;
  readonly subject: JsonObject;
  /** JSON pointer of the subject in the body. */
  readonly under: string;
  readonly names: Names;
  /** The case that is there already, when it is amended. */
  readonly caseId?: string;
}

/**
 * The subject as the procedure's schema takes it.
 * @throws Problem naming the field; TOO_MANY_LINES
 */
export function checkSubject(procedure: ProcedurePolicy, subject: JsonObject, under: string, names: Names): JsonObject {
  const { lines } = subject;
  if (Array.isArray(lines) && lines.length > lineLimit)
    throw new Problem('TOO_MANY_LINES', { field: `${under}/lines`, values: { limit: lineLimit, found: lines.length } });
  const { sites } = names.book?.company ?? {};
  const { site } = subject;
  if (sites !== undefined && typeof site === 'string' && !Object.hasOwn(sites, site))
    throw new Problem('SITE_UNKNOWN', { field: `${under}/site`, values: { site, allowed: Object.keys(sites) }, names });
  const schema = subjectSchema(procedure) ?? subjects[procedure.implementation];
  return schema === undefined ? subject : (checked(schema, subject, under, names) as JsonObject);
}

/** What a subject must agree with beyond its own schema, by the implementation that its policy names. Throw Problems that name the field. */
const checks: Readonly<Record<string, (api: ApiContext, checked: Checked) => Promise<void>>> = {
  heheOrderIntake: approvesNothing,
  heheOrderChange: fitsItsOrder,
  jinhuiShipmentRoutine: fitsTheBooks,
  jinhuiShipmentEmergency: fitsTheBooks,
  heheReturn: cameFromHere,
};

/**
 * Checks a subject against what the company knows: the order that it speaks of, and what has been shipped of it.
 * @throws Problem naming the field
 */
export async function checkKnown(api: ApiContext, { implementation }: ProcedurePolicy, checked: Checked): Promise<void> {
  await checks[implementation]?.(api, checked);
}

/** What was approved is entered by the change that was approved (HH-C6), and by nobody else. */
async function approvesNothing(api: ApiContext, { subject, under, names, caseId }: Checked): Promise<void> {
  const { approved } = subject as unknown as Order;
  const before = caseId === undefined ? undefined : (await createOrderCases(api.db).read(caseId))?.order.approved;
  if (canon((approved ?? null) as Json) === canon((before ?? null) as Json)) return;
  const field = `${under}/approved`;
  throw new Problem('FIELD_UNKNOWN', { field, values: { field }, names });
}

/** A change must be of an order that there is, and leave an order behind (HH-C1). */
async function fitsItsOrder(api: ApiContext, { company, subject, under, names }: Checked): Promise<void> {
  const { orderNumber, changes } = subject as unknown as OrderChange;
  const orders = createOrderCases(api.db);
  const cases = await orders.find(company, orderNumber);
  if (cases.length === 0) throw orderUnknown(orderNumber, `${under}/orderNumber`, names);
  const verdict = judgeChange(changes, cases, await orders.shipped(company, orderNumber));
  if (verdict.ok) return;
  const { code, values } = verdict;
  const field = `${under}/changes${verdict.field}`;
  const known: ProblemCode = code === 'LINES_TOO_MANY' ? 'TOO_MANY_LINES' : code;
  throw new Problem(known, { field, values: { rule: 'invalid', ...values, field }, names });
}

/** What comes back must have been shipped, must not have come back before, and must not be on its way back already (HH-F1). */
async function cameFromHere(api: ApiContext, { company, subject, under, names, caseId }: Checked): Promise<void> {
  const { orderNumber, lines } = subject as unknown as GoodsReturn;
  const order = await createTradeBooks(api.db).order(company, orderNumber, caseId);
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
    const most = Math.max(0, found.shipped - found.returned - found.comingBack);
    if (quantity > most)
      throw new Problem('RETURN_ABOVE_SHIPPED', { field: `${field}/quantity`, values: { line, most, field: `${field}/quantity` }, names });
  }
}

const orderUnknown = (order: string, field: string, names: Names): Problem =>
  new Problem('ORDER_UNKNOWN', { field, values: { order, field }, names });

/**
 * A shipment must be of a customer, an order and lines that the trade books have, and of no more than is still open of them. What is to leave today
 * must also be in stock. What the case itself has set aside already counts as free.
 * @throws Problem naming the field
 */
export async function fitsTheBooks(api: ApiContext, { company, subject, under, names, caseId }: Checked): Promise<void> {
  const { customer, order: number, lines, shipDate } = subject as unknown as Shipment;
  const books = createTradeBooks(api.db);
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
