import type { JsonObject } from '../json.js';
import { exposureOf } from './accounts.js';
import type { BookRefusal } from './book-refusal.js';
import { creditLimit } from './credit-limit.js';
import type { CustomerRow, Operation, OrderRow, Posted } from './operation.js';
import { type Condition, type Seen, transfer } from './posting.js';

export interface Quantity {
  readonly line: string;
  readonly quantity: number;
}

/** Goods of an order that are to be released for shipment, with what they are worth in minor units. */
export interface ReleaseRequest {
  readonly company: string;
  readonly caseId: string;
  /** Names the release: asked again under the same key, the same answer comes back and nothing is reserved a second time. */
  readonly key: string;
  readonly customer: string;
  readonly order: string;
  readonly lines: readonly Quantity[];
  /** An exposure, this release included, that was approved although it is above the limit. */
  readonly approvedMinor?: number;
}

/** What left the plant of what was released; a line that is not named did not leave. */
export interface ShipmentRequest {
  readonly company: string;
  readonly caseId: string;
  readonly key: string;
  readonly release: string;
  readonly lines: readonly Quantity[];
}

/** Goods as a release has them, at the price of that day. */
export interface ReleasedLine extends Quantity {
  readonly product: string;
  readonly unitPriceMinor: number;
}
/** Facts of a posting of `release-goods`. */
export interface ReleaseFacts {
  readonly customer: string;
  readonly order: string;
  readonly currency: string;
  readonly lines: readonly ReleasedLine[];
  readonly amountMinor: number;
}

/** The place of a case's release: it never has two at a time. */
export const releasePlace = (caseId: string): string => `${caseId}/release`;
const shippedPlace = (release: string): string => `${release}/shipped`;

/** Sets goods and credit aside: ordered becomes released, on hand becomes reserved, and what it is worth counts against the limit. */
export const releaseGoods: Operation<ReleaseRequest> = {
  identity: ({ company, caseId, key, customer, order, lines, approvedMinor = null }) => ({
    company,
    caseId,
    key,
    effect: 'release-goods',
    place: releasePlace(caseId),
    wish: { customer, order, lines: lines.map((line) => ({ ...line })), approvedMinor },
  }),
  asks: ({ customer, order }) => ({ customer, order }),
  think({ key, order: number, ...request }, { customer, order }) {
    if (customer === undefined) return { code: 'CUSTOMER_UNKNOWN', values: { customer: request.customer } };
    if (order?.customer !== customer.code) return { code: 'ORDER_UNKNOWN', values: { order: number } };
    const lines = priced(order, request.lines);
    if ('code' in lines) return lines;
    const amountMinor = worth(lines);
    const { code, currency } = customer;
    const facts: ReleaseFacts = { customer: code, order: number, currency, lines, amountMinor };
    return {
      facts: facts as unknown as JsonObject,
      seen: [{ of: 'customer', id: code, row: customer.row }, ...seenOf(order, lines)],
      conditions: withinLimit(customer, amountMinor, request.approvedMinor),
      movements: [
        ...lines.flatMap(({ line, product: unit, quantity }) =>
          transfer(
            quantity,
            { kind: 'open', unit, order: number, line },
            { kind: 'released', unit, order: number, line },
            {
              code: 'ORDERED_EXCEEDED',
              values: { line, asked: quantity },
              found: 'open',
            },
          ),
        ),
        ...byProduct(lines).flatMap(([unit, quantity]) =>
          transfer(
            quantity,
            { kind: 'on-hand', unit },
            { kind: 'reserved', unit },
            {
              code: 'STOCK_EXCEEDED',
              values: { product: unit, asked: quantity },
              found: 'open',
            },
          ),
        ),
        ...transfer(
          amountMinor,
          { kind: 'commitment', unit: currency, customer: code },
          { kind: 'released-not-shipped', unit: currency, customer: code, reference: key },
        ),
      ],
      sums: { exposure: exposureOf(code) },
    };
  },
};

/** Books out what left of a standing release: it becomes shipped and not invoiced; what stayed is free again. */
export const shipGoods: Operation<ShipmentRequest> = {
  identity: ({ company, caseId, key, release, lines }) => ({
    company,
    caseId,
    key,
    effect: 'ship-goods',
    place: shippedPlace(release),
    once: true,
    wish: { release, lines: lines.map((line) => ({ ...line })) },
  }),
  asks: ({ release }) => ({ postings: [release, shippedPlace(release)] }),
  think({ release, lines: left }, { postings }) {
    const unknown: BookRefusal = { code: 'RELEASE_UNKNOWN', values: { release } };
    const facts = releaseFacts(postings[release]);
    if (facts === undefined || postings[shippedPlace(release)] !== undefined) return unknown;
    const exceeded = beyondReleased(facts, left);
    if (exceeded !== undefined) return exceeded;
    const { customer, order, currency, amountMinor } = facts;
    const gone = facts.lines.map((line) => ({ ...line, quantity: sumOf(left.filter((one) => one.line === line.line)) }));
    const stayed = facts.lines.map((line, index) => ({ ...line, quantity: line.quantity - (gone[index]?.quantity ?? 0) }));
    const worthGone = worth(gone);
    return {
      facts: { release, customer, order, amountMinor: worthGone },
      seen: [],
      movements: [
        ...transfer(
          amountMinor,
          { kind: 'released-not-shipped', unit: currency, customer, reference: release },
          { kind: 'commitment', unit: currency, customer },
          unknown,
        ),
        ...gone.flatMap(({ line, product: unit, quantity }) =>
          transfer(quantity, { kind: 'released', unit, order, line }, { kind: 'shipped', unit, order, line, reference: release }, unknown),
        ),
        ...stayed.flatMap(({ line, product: unit, quantity }) =>
          transfer(quantity, { kind: 'released', unit, order, line }, { kind: 'open', unit, order, line }, unknown),
        ),
        ...byProduct(gone).flatMap(([unit, quantity]) =>
          transfer(quantity, { kind: 'reserved', unit }, { kind: 'delivered', unit, customer }, unknown),
        ),
        ...byProduct(stayed).flatMap(([unit, quantity]) =>
          transfer(quantity, { kind: 'reserved', unit }, { kind: 'on-hand', unit }, unknown),
        ),
        ...transfer(
          worthGone,
          { kind: 'sales', unit: currency, customer },
          { kind: 'shipped-not-invoiced', unit: currency, customer, reference: release },
        ),
      ],
      sums: { exposure: exposureOf(customer) },
    };
  },
};

/** What a posting of `release-goods` says of itself; undefined of any other. */
export const releaseFacts = (posted: Pick<Posted, 'effect' | 'facts'> | undefined): ReleaseFacts | undefined =>
  posted?.effect === 'release-goods' ? (posted.facts as unknown as ReleaseFacts) : undefined;

/** The lines at the order's prices, in their order; a line that the order does not have is a refusal. */
function priced(order: OrderRow, asked: readonly Quantity[]): readonly ReleasedLine[] | BookRefusal {
  const lines: ReleasedLine[] = [];
  for (const { line, quantity } of merged(asked)) {
    const known = order.lines.find(({ id }) => id === line);
    if (known === undefined) return { code: 'LINE_UNKNOWN', values: { order: order.number, line } };
    lines.push({ line, quantity, product: known.product, unitPriceMinor: known.unitPriceMinor });
  }
  return lines;
}

/** An approved exposure may be above the limit, and no further than was approved. */
function withinLimit(customer: CustomerRow, amount: number, approvedMinor = 0): readonly Condition[] {
  const rule = creditLimit(customer);
  if (rule === 'none') return [];
  const limit = rule === 'not-approved' ? 0 : rule.minor;
  const short = { code: 'OVER_LIMIT', values: { amount, limit }, found: 'exposure' };
  return [{ of: exposureOf(customer.code), atMost: Math.max(limit, approvedMinor), short }];
}

function beyondReleased({ lines }: ReleaseFacts, left: readonly Quantity[]): BookRefusal | undefined {
  for (const { line, quantity: asked } of merged(left)) {
    const open = sumOf(lines.filter((one) => one.line === line));
    if (asked > open) return { code: 'RELEASED_EXCEEDED', values: { line, asked, open } };
  }
  return undefined;
}

const seenOf = (order: OrderRow, lines: readonly Quantity[]): readonly Seen[] => [
  { of: 'order', id: order.number, row: order.row },
  ...order.lines.flatMap(({ id, row }): Seen[] =>
    lines.some(({ line }) => line === id) ? [{ of: 'line', id: order.number, line: id, row }] : [],
  ),
];

/** One quantity a line, in the order of their ids. */
export function merged(lines: readonly Quantity[]): readonly Quantity[] {
  const sums = new Map<string, number>();
  for (const { line, quantity } of lines) sums.set(line, (sums.get(line) ?? 0) + quantity);
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([line, quantity]) => ({ line, quantity }));
}

const sumOf = (lines: readonly { readonly quantity: number }[]): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);
const worth = (lines: readonly ReleasedLine[]): number =>
  lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);

/** Quantities of each product, in the order of their codes. */
function byProduct(lines: readonly { readonly product: string; readonly quantity: number }[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const { product, quantity } of lines) sums.set(product, (sums.get(product) ?? 0) + quantity);
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1));
}
