// Made by `npm run generate` from policies/jinhui; `npm test` fails when it is not current.

type Roles =
  | 'customer'
  | 'carrier'
  | 'sales-specialist'
  | 'sales-manager'
  | 'general-manager'
  | 'finance-dept'
  | 'receivables-accountant'
  | 'quality-dept'
  | 'quality-supervisor'
  | 'warehouse-keeper'
  | 'warehouse-supervisor'
  | 'gate-guard';

/** @public `shipment-emergency`: what each step's form brings back. */
export type ShipmentEmergencySteps = {
  'correct-notice': { readonly outcome: 'dropped' };
  'phone-release':
    | { readonly outcome: 'released'; readonly missing: 'finance' | 'manager' | 'general-manager'; readonly reason: string }
    | { readonly outcome: 'not-urgent' };
  'phone-consent':
    | { readonly outcome: 'consented'; readonly words: string }
    | { readonly outcome: 'not-reached'; readonly tried: string }
    | { readonly outcome: 'refused'; readonly reason: string };
  'warehouse-release': { readonly outcome: 'let-go' } | { readonly outcome: 'refused'; readonly reason: string };
  'quality-release': { readonly outcome: 'let-go' } | { readonly outcome: 'refused'; readonly reason: string };
  'short-goods': { readonly outcome: 'try-again' | 'dropped' };
  'gate-note': { readonly outcome: 'noted'; readonly vehicle: string };
  'goods-left': { readonly quantity: number };
  'data-refused': { readonly outcome: 'corrected' };
  'overdue-reason': { readonly outcome: 'given'; readonly reason: string };
  'finance-check-after': { readonly outcome: 'approved' } | { readonly outcome: 'refused'; readonly reason: string };
  'manager-review-after': { readonly outcome: 'approved' } | { readonly outcome: 'refused'; readonly reason: string };
  'general-manager-review-after': { readonly outcome: 'approved' } | { readonly outcome: 'refused'; readonly reason: string };
  papers: { readonly outcome: 'completed' };
};

/** @public `shipment-emergency`: what else its policy names. */
export interface ShipmentEmergencyNames {
  readonly roles: Roles;
  readonly reviews: 'papers-review';
  readonly clocks: 'papers';
  readonly notices: 'emergency-to-gate' | 'left-without-consent' | 'emergency-to-finance' | 'irregularity';
  readonly effects: 'release-goods' | 'ship-goods' | 'issue-shipping-notice' | 'issue-delivery-note' | 'issue-gate-pass';
  readonly readings: 'order' | 'credit';
  readonly values: Readonly<Record<never, never>>;
}

/** @public `shipment-routine`: what each step's form brings back. */
export type ShipmentRoutineSteps = {
  type: { readonly outcome: 'routine' | 'payment-first' | 'cash-on-delivery' | 'new-customer' | 'emergency' };
  emergency: { readonly outcome: 'by-telephone' | 'usual-way' };
  'by-hand': { readonly outcome: 'settled'; readonly settlement: string };
  'correct-notice': { readonly outcome: 'dropped' };
  notice: { readonly outcome: 'made'; readonly note?: string };
  'finance-check':
    | { readonly outcome: 'checked' }
    | {
        readonly outcome: 'corrected';
        readonly receivableMinor?: number;
        readonly shippedNotInvoicedMinor?: number;
        readonly overdueMinor?: number;
        readonly overdueDays?: number;
        readonly why: string;
      };
  'overdue-reason': { readonly outcome: 'given'; readonly reason: string };
  'manager-review': { readonly outcome: 'ship' } | { readonly outcome: 'hold'; readonly reason: string };
  'general-manager-review': { readonly outcome: 'ship' } | { readonly outcome: 'hold'; readonly reason: string };
  collect: { readonly outcome: 'check-again' | 'dropped' };
  distribute: { readonly outcome: 'distributed' };
  'short-goods': { readonly outcome: 'try-again' | 'dropped' };
  prepare: { readonly outcome: 'prepared' };
  transport: { readonly outcome: 'arranged'; readonly carrier: string; readonly vehicle: string };
  'quality-check': { readonly outcome: 'passed'; readonly report: string } | { readonly outcome: 'failed'; readonly problems: string };
  'quality-hold': { readonly outcome: 'ready' };
  load: { readonly outcome: 'loaded'; readonly vehicle: string } | { readonly outcome: 'carrier-differs'; readonly seen: string };
  'arrange-carrier': { readonly outcome: 'arranged'; readonly carrier: string; readonly vehicle: string };
  'sign-with-carrier': { readonly outcome: 'signed'; readonly freightVoucher: string };
  gate: { readonly outcome: 'let-out'; readonly gatePass: string } | { readonly outcome: 'stopped'; readonly reason: string };
  'gate-stop': { readonly outcome: 'settled'; readonly settlement: string };
  'shipped-data': { readonly quantity: number };
  'data-refused': { readonly outcome: 'corrected' };
};

/** @public `shipment-routine`: what else its policy names. */
export interface ShipmentRoutineNames {
  readonly roles: Roles;
  readonly reviews: 'release';
  readonly clocks: 'on-time';
  readonly notices: 'released-to-accountant' | 'notice-to-warehouse' | 'notice-to-gate' | 'shipped-to-finance' | 'shipped-to-sales';
  readonly effects:
    | 'start-case'
    | 'release-goods'
    | 'ship-goods'
    | 'issue-shipping-notice'
    | 'issue-transport-notice'
    | 'issue-delivery-note'
    | 'issue-gate-pass';
  readonly readings: 'order' | 'credit' | 'account-watch';
  readonly values: { readonly 'notice-days': number };
}
