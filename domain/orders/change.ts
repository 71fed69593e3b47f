import * as z from 'zod';
import { canon } from '../canonical-json.js';
import { type JsonObject, textOf } from '../json.js';
import { applyPatch } from '../patch.js';
import { plainLine, plainText } from '../plain-text.js';
import { check } from '../policy/explain.js';
import { lineId, lineLimit, type Order, type OrderLine, order } from './order.js';

const lineChanges = z
  .record(lineId, z.union([z.null(), z.record(z.string(), z.json())]))
  .refine((lines) => Object.keys(lines).length <= lineLimit, { message: 'LINES_TOO_MANY', params: { limit: lineLimit } });

/** What is to become of a placed order: a patch as `amend` takes it, line by line (`null` takes a line out, an unknown id adds one). */
const changes = z
  .strictObject({
    lines: lineChanges.optional(),
    remarks: plainText().nullable().optional(),
    contact: z.strictObject({ name: plainLine(60), email: z.email().max(254) }).optional(),
  })
  .refine((asked) => Object.values(asked).some((value) => value !== undefined), 'FIELD_REQUIRED');
export type OrderChanges = z.infer<typeof changes>;

/** A customer's wish to change a placed order (HH-C1): what a case of order change is about. */
export const orderChange = z.strictObject({
  /** Our number of the order. */
  orderNumber: plainLine(64),
  /** Who asks for it at the customer. */
  requestedBy: z.strictObject({ name: plainLine(60), email: z.email().max(254).optional() }),
  /** When the wish reached the company, epoch milliseconds; the moment the case is started when absent. */
  requestedAt: z.int().min(0).optional(),
  /** In the customer's words. */
  reason: plainText().optional(),
  changes,
  /** The customer wants all of it or nothing: where one line cannot be changed any more, no other one is (HH-C3). */
  allOrNothing: z.boolean().optional(),
});
export type OrderChange = z.infer<typeof orderChange>;

/** One of the cases that a placed order is taken in by. */
export interface OrderPart {
  readonly caseId: string;
  readonly order: Order;
}

/** Why a change cannot be made. `field`: JSON pointer into the changes. */
export interface ChangeFault {
  readonly code: 'ORDER_LINE_UNKNOWN' | 'ORDER_UNCHANGED' | 'QUANTITY_BELOW_SHIPPED' | ReturnType<typeof orderFault>['code'];
  readonly field: string;
  readonly values: JsonObject;
}

/**
 * What of a change falls to one case of an order: its own lines, lines that are new fall to the first case, and what is said of the whole
 * order falls to all. Undefined: nothing does.
 */
export function partOf(changes: OrderChanges, parts: readonly OrderPart[], caseId: string): JsonObject | undefined {
  const own = parts.find((part) => part.caseId === caseId);
  const first = parts[0]?.caseId === caseId;
  const mine = Object.entries(changes.lines ?? {}).filter(([id]) =>
    own?.order.lines.some((line) => line.id === id) === true ? true : first && !parts.some(({ order: { lines } }) => holds(lines, id)),
  );
  const { lines: _lines, ...whole } = changes;
  const part = { ...whole, ...(mine.length === 0 ? {} : { lines: Object.fromEntries(mine) }) } as JsonObject;
  return Object.keys(part).length === 0 ? undefined : part;
}

/** An order in parts after a change, or the first thing that is wrong with it. `shipped`: what has left the plant, by line. */
export function judgeChange(
  changes: OrderChanges,
  parts: readonly OrderPart[],
  shipped: Readonly<Record<string, number>>,
): { readonly ok: true } | ({ readonly ok: false } & ChangeFault) {
  for (const [id, change] of Object.entries(changes.lines ?? {})) {
    const known = parts.some(({ order: { lines } }) => holds(lines, id));
    const field = `/lines/${id}`;
    if (!known && (change === null || !isWhole(change))) return { ok: false, code: 'ORDER_LINE_UNKNOWN', field, values: { line: id } };
    const left = change === null ? 0 : change['quantity'];
    const gone = shipped[id] ?? 0;
    if (typeof left === 'number' && left < gone)
      return { ok: false, code: 'QUANTITY_BELOW_SHIPPED', field: `${field}/quantity`, values: { line: id, shipped: gone } };
  }
  let changed = false;
  for (const { caseId, order: before } of parts) {
    const after = applyPatch(before as unknown as JsonObject, partOf(changes, parts, caseId) ?? {});
    const fault = check(order, after);
    if (!fault.ok) return { ok: false, ...orderFault(fault, after) };
    changed ||= canon(after) !== canon(before as unknown as JsonObject);
  }
  return changed || parts.length === 0 ? { ok: true } : { ok: false, code: 'ORDER_UNCHANGED', field: '', values: {} };
}

const holds = (lines: Order['lines'], id: string): boolean => lines.some((line) => line.id === id);

/** Whether a change names a whole line, so that it may add one. */
const isWhole = (change: JsonObject): boolean => ['code', 'name', 'quantity', 'unit', 'unitPriceMinor'].every((field) => field in change);

type Fault = Extract<ReturnType<typeof check>, { ok: false }>;

/** A fault of an order after the change, with its place in the change: lines by their ids. */
function orderFault({ code, field, values }: Fault, after: JsonObject): Pick<Fault, 'code' | 'field' | 'values'> {
  const [, index = '', rest = ''] = /^\/lines\/(\d+)(.*)$/.exec(field) ?? [];
  const line = (after['lines'] as readonly JsonObject[] | undefined)?.[Number(index)];
  return index === '' || line === undefined ? { code, field, values } : { code, field: `/lines/${textOf(line['id'])}${rest}`, values };
}

/** What the reading `placed-order` tells of a placed order: its head, and those of the lines asked for that it has. */
export interface PlacedOrder extends Pick<Order, 'customer' | 'customerPo' | 'contact' | 'language'> {
  /** False: it could not be read, and its lines are not known. */
  readonly read: boolean;
  readonly currency?: Order['currency'];
  /** When it was placed, epoch milliseconds. */
  readonly orderedAt: number;
  readonly lines: Readonly<Record<string, OrderLine>>;
}

/** What the effect `amend-order` is asked to do. */
export const amendOrderInput = z.object({
  orderNumber: z.string(),
  changes,
  /** The person who approved it, for whom the cases are amended. */
  approvedBy: z.string(),
  /** Kept with the amendment as its reason. */
  reason: z.string(),
});

/** What became of a case of the order. */
export type Amended =
  | { readonly caseId: string; readonly number: string; readonly amended: true }
  /** It refused, or is closed: a person sees to it. */
  | { readonly caseId: string; readonly number: string; readonly amended: false; readonly code: string; readonly values: JsonObject };
export interface AmendedOrder {
  readonly cases: readonly Amended[];
}
