import type { Order } from '../../../../domain/orders/order.js';

type Verdicts = Readonly<Record<string, 'right' | 'wrong'>>;

/** What each step's form brings back. */
export type OrderSteps = {
  'initial-review':
    | { readonly outcome: 'accurate'; readonly confirmed?: Verdicts; readonly note?: string }
    | { readonly outcome: 'problem'; readonly verdicts?: Verdicts; readonly problems: string };
  clarify: { readonly outcome: 'settled'; readonly settlement: string } | { readonly outcome: 'not-accepted'; readonly reason: string };
  'enter-order':
    | { readonly outcome: 'entered'; readonly orderDataNo?: string }
    | { readonly outcome: 'entered-in-part'; readonly orderDataNo?: string; readonly notPlaced: readonly string[] };
  'enter-part': { readonly outcome: 'entered'; readonly orderDataNo?: string };
  'joint-review': { readonly outcome: 'correct' } | { readonly outcome: 'error'; readonly problems: string };
  'production-points': { readonly outcome: 'known'; readonly points: string };
  'pass-to-pmc': { readonly outcome: 'passed' };
  'command-production': { readonly outcome: 'commanded'; readonly manufacturingOrders: string };
  'delivery-date': { readonly date: string; readonly cause?: string; readonly note?: string };
  'moved-date': { readonly date: string; readonly cause: string; readonly note?: string };
  'written-reply': { readonly outcome: 'replied'; readonly message?: string };
  'follow-unplaced':
    | { readonly outcome: 'placed'; readonly placed: readonly string[]; readonly answer: string }
    | { readonly outcome: 'given-up'; readonly answer: string };
  track: { readonly outcome: 'finished'; readonly note?: string };
  'take-drawing': { readonly outcome: 'taken'; readonly drawing: string };
  'confirm-drawing':
    | { readonly outcome: 'confirmed'; readonly remarks?: string }
    | { readonly outcome: 'not-feasible'; readonly reason: string };
  'settle-drawing': { readonly outcome: 'settled'; readonly settlement: string };
  'make-sketch': { readonly outcome: 'made'; readonly sketch: string };
  'file-drawing': { readonly outcome: 'filed'; readonly fileNo: string };
  'hand-drawings': { readonly outcome: 'handed' };
  'weigh-rush':
    | { readonly outcome: 'feasible'; readonly date: string; readonly note?: string }
    | { readonly outcome: 'not-feasible'; readonly reason: string };
  'relay-rush': { readonly outcome: 'relayed'; readonly answer: string };
  'relay-request': { readonly outcome: 'relayed'; readonly department: string; readonly answer: string };
};

/** Lines that production can make earlier, and when the customer has them then. */
export interface AcceptedRush {
  readonly lines: readonly string[];
  readonly wanted: string;
}

/** Lines of an order that are placed together. `later`: those still to come; `reviewedAt`: when their joint review was done, epoch milliseconds. */
export interface Placed {
  readonly order: Omit<Order, 'requests' | 'contact' | 'language'>;
  readonly lines: Order['lines'];
  readonly later: Order['lines'];
  readonly reviewedAt: number;
  readonly rushed: readonly AcceptedRush[];
}

/** A line with the date that is promised for it. */
export interface PlacedLine extends Pick<Order['lines'][number], 'id' | 'code' | 'name' | 'quantity' | 'unit' | 'unitPriceMinor'> {
  readonly date: string;
}
