import type { Desk } from '../../domain/engine/procedure.js';
import type { Order } from '../../domain/orders/order.js';
import type { OrderIntakeNames, OrderIntakeSteps } from './policy.js';

/** What order intake and its parts work at. */
export type Intake = Desk<Order, OrderIntakeSteps, OrderIntakeNames>;

/** The order itself: who it is answered to, and in which language, is of the reply alone. */
export type OwnOrder = Omit<Order, 'requests' | 'contact' | 'language' | 'approved'>;

/** Lines that production can make earlier, and when the customer has them then. */
export interface AcceptedRush {
  readonly lines: readonly string[];
  readonly wanted: string;
}

/**
 * Lines of an order that are placed together, as they were reviewed and as they are: an approved change (HH-C) has made others of them.
 * `later`: those still to come; `from`: when their joint review was done, epoch milliseconds.
 */
export interface Placed {
  readonly order: OwnOrder;
  readonly reviewed: Order['lines'];
  readonly lines: Order['lines'];
  readonly later: Order['lines'];
  readonly from: number;
  readonly rushed: readonly AcceptedRush[];
}

/** A line with the date that is promised for it. */
export interface PlacedLine extends Pick<Order['lines'][number], 'id' | 'code' | 'name' | 'quantity' | 'unit' | 'unitPriceMinor'> {
  readonly date: string;
}
