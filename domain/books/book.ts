import * as z from 'zod';
import { plainLine } from '../plain-text.js';
import { words } from '../words.js';
import { catalogueEntry } from './catalogue.js';

/**
 * The trade books of a company as a file has them (`policies/<company>/books.demo.yaml`): customers with their credit, the catalogue, stock,
 * orders and receivables. Strict: an unknown key is an error. Money in minor units of the customer's currency, whole numbers.
 */

const code = plainLine(60);
/** Safe as a number in JSON and in SQL: some 10 billion of the largest unit. */
const minor = z.int().min(0).max(1_000_000_000_000);
const count = z.int().min(0).max(1_000_000_000);
const lineId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/, 'a line id such as 1');

/** A credit grade of a customer, from the best to the worst. */
const grades = ['A', 'B', 'C', 'D'] as const;

const customer = z.strictObject({
  code,
  name: words,
  /** The site that serves the customer. */
  site: plainLine(60).optional(),
  contact: z.strictObject({ name: plainLine(60), email: z.email('a mail address').max(254) }).optional(),
  /** The language that the customer is written to in. */
  language: z.enum(['zh', 'en', 'id']).default('zh'),
  currency: z.enum(['CNY', 'USD', 'IDR']),
  grade: z.enum(grades).optional(),
  /** The approved credit limit; absent when none has been approved. */
  limitMinor: minor.optional(),
});

const product = z.strictObject({ ...catalogueEntry.shape, kind: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kebab-case id') });

const stock = z.strictObject({ product: code, onHand: count });

const orderLine = z.strictObject({
  id: lineId,
  product: code,
  quantity: count.min(1),
  unitPriceMinor: minor,
  shipped: count.default(0),
  returned: count.default(0),
});

const order = z.strictObject({
  number: plainLine(60),
  customer: code,
  customerPo: plainLine(60).optional(),
  lines: z.array(orderLine).min(1),
});

const receivable = z.strictObject({ invoice: plainLine(60), customer: code, dueOn: z.iso.date(), amountMinor: minor, openMinor: minor });

export const tradeBook = z.strictObject({
  customers: z.array(customer).default([]),
  products: z.array(product).default([]),
  stock: z.array(stock).default([]),
  orders: z.array(order).default([]),
  receivables: z.array(receivable).default([]),
});
export type TradeBook = z.infer<typeof tradeBook>;
export type Customer = z.infer<typeof customer>;
export type Product = z.infer<typeof product>;
export type CreditGrade = (typeof grades)[number];

/** An order line as the books have it now. Quantities in the product's unit. */
export interface OpenLine {
  readonly id: string;
  readonly product: string;
  readonly name: Product['name'];
  readonly unit: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly shipped: number;
  readonly returned: number;
  /** Released for shipment and not yet shipped. */
  readonly released: number;
  /** What may still be released: ordered and replaced, not released and not shipped. */
  readonly open: number;
  /** On its way back: asked for by returns that are not posted yet. */
  readonly comingBack: number;
  /** In stock and not released for any shipment. */
  readonly inStock: number;
  /** The date promised last, `YYYY-MM-DD`; absent where none was, or the order was not taken in here. */
  readonly promisedOn?: string;
}

/** An order as the books have it now. */
export interface OpenOrder {
  readonly number: string;
  readonly customer: string;
  readonly customerPo?: string;
  readonly currency: Customer['currency'];
  readonly lines: readonly OpenLine[];
}

/** How a customer stands, in minor units of its currency. */
export interface CreditPosition {
  readonly customer: string;
  readonly name: Customer['name'];
  readonly currency: Customer['currency'];
  readonly grade?: CreditGrade;
  readonly limitMinor?: number;
  readonly receivableMinor: number;
  readonly shippedNotInvoicedMinor: number;
  readonly releasedNotShippedMinor: number;
  /** The sum of the three. */
  readonly exposureMinor: number;
  readonly overdueMinor: number;
  /** Days since the oldest overdue invoice was due; 0 when none is. */
  readonly overdueDays: number;
}
