import type { CreditGrade, CreditPosition, OpenLine, OpenOrder } from '../books/book.js';
import { type BookRefusal } from '../books/book-refusal.js';
import { creditLimit } from '../books/credit-limit.js';
import type { Json } from '../json.js';
import type { Shipment } from './shipment.js';

/**
 * Where a shipment stands against the customer's credit. `no-limit`: none has been approved, so that the limit test cannot be made.
 * `overdue` and `over-limit` may come together.
 */
export interface CreditDecision {
  readonly verdict: 'within' | 'overdue' | 'over-limit' | 'over-limit-overdue' | 'no-limit';
  readonly currency: CreditPosition['currency'];
  readonly grade: CreditGrade | 'none';
  /** Null: no limit applies. */
  readonly limitMinor: number | null;
  readonly receivableMinor: number;
  readonly shippedNotInvoicedMinor: number;
  readonly releasedNotShippedMinor: number;
  /** Before this shipment, */
  readonly exposureMinor: number;
  /** what the shipment is worth, */
  readonly shipmentMinor: number;
  /** and with it. */
  readonly exposureWithShipmentMinor: number;
  readonly overdueMinor: number;
  readonly overdueDays: number;
}

/** Compares the exposure with this shipment in it against the limit. Exactly at the limit is within. Grade A has no limit and is still held by what is overdue. */
export function judgeCredit(standing: CreditPosition, shipmentMinor: number): CreditDecision {
  const { currency, grade, receivableMinor, shippedNotInvoicedMinor, releasedNotShippedMinor, exposureMinor, overdueMinor, overdueDays } =
    standing;
  const exposureWithShipmentMinor = exposureMinor + shipmentMinor;
  const limit = creditLimit(standing);
  const noLimit = limit === 'not-approved';
  const limitMinor = typeof limit === 'string' ? null : limit.minor;
  const over = limitMinor !== null && exposureWithShipmentMinor > limitMinor;
  const overdue = overdueMinor > 0;
  return {
    verdict: noLimit ? 'no-limit' : over ? (overdue ? 'over-limit-overdue' : 'over-limit') : overdue ? 'overdue' : 'within',
    currency,
    grade: grade ?? 'none',
    limitMinor,
    receivableMinor,
    shippedNotInvoicedMinor,
    releasedNotShippedMinor,
    exposureMinor,
    shipmentMinor,
    exposureWithShipmentMinor,
    overdueMinor,
    overdueDays,
  };
}

/** What of a customer's account finance has put right. */
type Corrected = { readonly outcome: string } & Partial<
  Pick<CreditPosition, 'receivableMinor' | 'shippedNotInvoicedMinor' | 'overdueMinor' | 'overdueDays'>
>;

/** How a customer stands with the figures that finance has put right. What is released and not shipped is ours alone to count. */
export function corrected(
  standing: CreditPosition,
  { receivableMinor, shippedNotInvoicedMinor, overdueMinor, overdueDays }: Corrected,
): CreditPosition {
  const receivable = receivableMinor ?? standing.receivableMinor;
  const notInvoiced = shippedNotInvoicedMinor ?? standing.shippedNotInvoicedMinor;
  return {
    ...standing,
    receivableMinor: receivable,
    shippedNotInvoicedMinor: notInvoiced,
    exposureMinor: receivable + notInvoiced + standing.releasedNotShippedMinor,
    overdueMinor: overdueMinor ?? standing.overdueMinor,
    overdueDays: overdueDays ?? standing.overdueDays,
  };
}

export const isOverLimit = ({ verdict }: CreditDecision): boolean => verdict === 'over-limit' || verdict === 'over-limit-overdue';
export const isOverdue = ({ verdict }: CreditDecision): boolean => verdict === 'overdue' || verdict === 'over-limit-overdue';

/** Goods of a shipment with what the order says of them. */
export interface ShipmentLine extends Pick<OpenLine, 'id' | 'product' | 'name' | 'unit' | 'quantity' | 'unitPriceMinor'> {
  readonly amountMinor: number;
}
/** Goods as those see them who handle them: without what they are worth. */
export const unpriced = (lines: readonly ShipmentLine[]) => lines.map(({ unitPriceMinor: _price, amountMinor: _amount, ...line }) => line);

/** What of an order line may still leave, and what is there of it. */
export interface LineStock extends Pick<OpenLine, 'id' | 'open' | 'inStock'> {}

/** The lines of a shipment with their worth, or what the order does not have. */
export type Weighed =
  | {
      readonly ok: true;
      readonly lines: readonly ShipmentLine[];
      readonly amountMinor: number;
      readonly stock: readonly LineStock[];
      /** The date at the site when the order was read. */
      readonly today: string;
    }
  | { readonly ok: false; readonly refusal: BookRefusal };

/** What a shipment is worth at the order's prices. `reading` is what `look('order')` gave. */
export function weigh({ customer, order: number, lines }: Shipment, reading: Json): Weighed {
  const order = found<OpenOrder & { readonly today: string }>(reading);
  if (order === undefined) return { ok: false, refusal: { code: 'ORDER_UNKNOWN', values: { order: number } } };
  if (order.customer !== customer) return { ok: false, refusal: { code: 'ORDER_OF_ANOTHER', values: { order: number, customer } } };
  const known = new Map(order.lines.map((line) => [line.id, line]));
  const unknown = lines.flatMap(({ id }) => (known.has(id) ? [] : [id]));
  if (unknown.length > 0) return { ok: false, refusal: { code: 'LINE_UNKNOWN', values: { order: number, line: unknown.join(', ') } } };
  const open = lines.flatMap(({ id, quantity }) => {
    const line = known.get(id);
    return line === undefined ? [] : [{ line, asked: quantity }];
  });
  const weighed = open.map(({ line: { id, product, name, unit, unitPriceMinor }, asked: quantity }) => {
    return { id, product, name, unit, quantity, unitPriceMinor, amountMinor: quantity * unitPriceMinor };
  });
  return {
    ok: true,
    lines: weighed,
    amountMinor: weighed.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    stock: open.map(({ line: { id, open: left, inStock } }) => ({ id, open: left, inStock })),
    today: order.today,
  };
}

/** What a reading found in the books; undefined when they do not have it. */
export function found<T extends object>(reading: Json): (T & { readonly found: true }) | undefined {
  return typeof reading === 'object' && reading !== null && 'found' in reading && reading['found'] === true
    ? (reading as unknown as T & { readonly found: true })
    : undefined;
}

/** Calendar days from one date to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
