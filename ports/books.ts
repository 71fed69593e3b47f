import type { CreditPosition, Customer, OpenOrder } from '../domain/books/book.js';
import type { Catalogue, EarlierOrder, KnownCustomer } from '../domain/books/catalogue.js';

/** Goods of an order that are to be released for shipment, with what they are worth in minor units. */
export interface ReleaseRequest {
  readonly company: string;
  readonly caseId: string;
  /** Names the release: asked again under the same key, the same answer comes back and nothing is reserved a second time. */
  readonly key: string;
  readonly customer: string;
  readonly order: string;
  readonly lines: readonly { readonly line: string; readonly quantity: number }[];
  /** An exposure, this release included, that was approved although it is above the limit. */
  readonly approvedMinor?: number;
}

/** `key` names the standing release. Exposure after it. */
export interface Granted {
  readonly granted: true;
  readonly release: string;
  readonly amountMinor: number;
  readonly exposureMinor: number;
}
/** Nothing is reserved. `values` say how much of what there is. */
export interface Refused {
  readonly granted: false;
  readonly code: ReleaseRefusal;
  readonly values: Readonly<Record<string, string | number>>;
}
export type ReleaseRefusal = 'CUSTOMER_UNKNOWN' | 'ORDER_UNKNOWN' | 'LINE_UNKNOWN' | 'ORDERED_EXCEEDED' | 'STOCK_EXCEEDED' | 'OVER_LIMIT';

/** What left the plant of what was released. */
export interface ShipmentRequest {
  readonly company: string;
  readonly caseId: string;
  readonly key: string;
  readonly release: string;
  readonly lines: readonly { readonly line: string; readonly quantity: number }[];
}
export type Shipped =
  | { readonly shipped: true; readonly release: string; readonly amountMinor: number; readonly exposureMinor: number }
  | {
      readonly shipped: false;
      readonly code: 'RELEASE_UNKNOWN' | 'RELEASED_EXCEEDED';
      readonly values: Readonly<Record<string, string | number>>;
    };

/** An invoice that the company's accounting has written over whole shipments. */
export interface InvoiceRequest {
  readonly company: string;
  /** The number of the invoice. */
  readonly invoice: string;
  readonly customer: string;
  /** `YYYY-MM-DD`. */
  readonly dueOn: string;
  /** Case ids of the shipments. */
  readonly shipments: readonly string[];
}
/** Exposure after it, in minor units: the same as before, since what was shipped is now owed. */
export type Invoiced =
  | {
      readonly invoiced: true;
      readonly invoice: string;
      readonly customer: string;
      readonly amountMinor: number;
      readonly exposureMinor: number;
    }
  | {
      readonly invoiced: false;
      readonly code: 'CUSTOMER_UNKNOWN' | 'INVOICE_EXISTS' | 'SHIPMENT_UNKNOWN' | 'SHIPMENT_INVOICED';
      readonly values: Readonly<Record<string, string | number>>;
    };

/**
 * A company's trade books: who buys, what is sold, what is owed, ordered and in stock. What is unknown is undefined; passing faults are thrown.
 * `today` is an ISO date at the company's site.
 */
export interface TradeBooks {
  /** By code, or by its name in any language. */
  customer(company: string, codeOrName: string): Promise<Customer | undefined>;
  /** `forCase`: what this case has set aside counts as free. */
  order(company: string, number: string, forCase?: string): Promise<OpenOrder | undefined>;
  credit(company: string, customer: string, today: string): Promise<CreditPosition | undefined>;
  /**
   * Reserves goods and the customer's credit for a shipment, all or nothing. A release of the same case that stands is given back first, also
   * where the new one is refused; goods that have left already are not released again: the answer is what they left by.
   */
  release(request: ReleaseRequest): Promise<Granted | Refused>;
  /** The standing release under a key. */
  released(key: string): Promise<Granted | undefined>;
  /** Gives a release back; one that has been shipped, or given back, stays as it is. */
  giveBack(release: string): Promise<void>;
  /** Books goods out: released becomes shipped and not invoiced; what was released and not shipped is given back. */
  ship(request: ShipmentRequest): Promise<Shipped>;
  /** What was booked out under a key. */
  shipped(key: string): Promise<Shipped | undefined>;
  /** Turns shipped and not invoiced into a receivable, all or nothing; the same invoice again changes nothing. */
  invoice(request: InvoiceRequest): Promise<Invoiced>;
}

/** The company's own books that order intake reads. */
export interface OrderBooks {
  /** Entries of the catalogue by code; codes it does not have are absent. */
  catalogue(company: string, codes: readonly string[]): Promise<Catalogue>;
  /** A customer by any name the book has of it; undefined: unknown. */
  customer(company: string, name: string): Promise<KnownCustomer | undefined>;
  /** Orders of the same customer under the same number of theirs, latest first, at most ten; without the case that asks. */
  earlierOrders(caseId: string, order: { readonly customer: string; readonly customerPo: string }): Promise<readonly EarlierOrder[]>;
}

/** Goods that a return brings back, as they are booked. */
export interface ReturnRequest {
  readonly company: string;
  readonly caseId: string;
  /** Names the booking: asked again under the same key, nothing is booked a second time. */
  readonly key: string;
  readonly order: string;
  readonly lines: readonly { readonly line: string; readonly quantity: number }[];
}
/** Not posted: the books do not have the order, or have not so much of a line shipped that has not come back. Nothing is booked then. */
export type Posted =
  | { readonly posted: true }
  | {
      readonly posted: false;
      readonly code: 'ORDER_UNKNOWN' | 'RETURN_ABOVE_SHIPPED';
      readonly values: Readonly<Record<string, string | number>>;
    };

/** The trade books' side of a return. */
export interface ReturnBooks {
  /** What the same case has booked before is given up first, also when the new booking is refused. */
  takeBack(request: ReturnRequest): Promise<Posted>;
  /** Whether something was booked under a key. */
  tookBack(key: string): Promise<boolean>;
  /** Gives up what a case has booked. */
  giveUp(caseId: string): Promise<void>;
}
