import type { CreditPosition } from '../../domain/books/book.js';
import type { Desk } from '../../domain/engine/procedure.js';
import {
  type CreditDecision,
  daysBetween,
  found,
  isOverdue,
  isOverLimit,
  judgeCredit,
  type ShipmentLine,
  weigh,
} from '../../domain/shipments/credit.js';
import { numberOf, paperOf } from '../../domain/shipments/papers.js';
import { releasedBy, type Shipment, shippedBy } from '../../domain/shipments/shipment.js';
import type { ShipmentRoutineNames, ShipmentRoutineSteps } from './policy.js';

type Transport = Pick<ShipmentRoutineSteps['notice'], 'carrier' | 'vehicle'>;
type Shipping = Desk<Shipment, ShipmentRoutineSteps, ShipmentRoutineNames>;

export type ShipmentRoutineOutcome =
  | {
      readonly result: 'shipped';
      readonly amountMinor: number;
      readonly shippingNotice: string;
      readonly deliveryNote: string;
      readonly gatePass: string;
    }
  | { readonly result: 'not-released' }
  /** It goes by another procedure of the book. */
  | { readonly result: 'other-procedure'; readonly procedure: string };

/** JH-L: goods leave on credit. The notice is checked against the customer's credit, approved, distributed, loaded, let out and booked. */
export function shipmentRoutine(desk: Shipping): ShipmentRoutineOutcome {
  const { outcome: type, by } = desk.ask('type', { shows: desk.subject }); // JH-L1
  if (type === 'emergency') desk.call('start-case', { procedure: 'shipment-emergency', by, subject: desk.subject }); // JH-L1, JH-Q1
  if (type !== 'routine') return elsewhere(type);
  const goods = weigh(desk.subject, desk.look('order', { order: desk.subject.order }));
  if (!goods.ok) {
    desk.ask('correct-notice', { shows: { shipment: desk.subject, refusal: goods.refusal } }); // JH-L2
    return { result: 'not-released' };
  }
  const { lines, amountMinor, stock, today } = goods;
  const notice = desk.ask('notice', { shows: { shipment: desk.subject, lines, stock, ...ahead(desk, today) } }).data; // JH-L2
  const release = desk.loop('credit', () => checkAndRelease(desk, { lines, amountMinor, notice })); // JH-L3 to JH-L7
  if (release === 'no-limit') return elsewhere('new-customer'); // JH-P
  if (release === 'dropped') return { result: 'not-released' };

  const { carrier, vehicle } = notice;
  const shippingNotice = numberOf(desk.call('issue-shipping-notice', paperOf(desk.subject, lines, { carrier, vehicle })));
  const told = { shippingNotice, shipment: desk.subject, lines, carrier, vehicle };
  desk.inform('notice-to-warehouse', { to: 'warehouse-keeper', shows: told }); // JH-L7
  desk.inform('notice-to-gate', { to: 'gate-guard', shows: told }); // JH-L7
  desk.all({
    goods: () => desk.ask('prepare', { shows: told }), // JH-L8
    quality: () => desk.loop('quality', () => quality(desk, told)), // JH-L12
  });
  const loaded = loading(desk, told); // JH-L8
  const facts = { carrier: loaded.carrier, vehicle: loaded.vehicle, 'shipping-notice': shippingNotice };
  const deliveryNote = numberOf(desk.call('issue-delivery-note', paperOf(desk.subject, lines, facts))); // JH-L8
  const gatePass = numberOf(desk.call('issue-gate-pass', paperOf(desk.subject, lines, { ...facts, 'delivery-note': deliveryNote }))); // JH-L8
  desk.ask('sign-with-carrier', { shows: { deliveryNote, ...loaded, lines } }); // JH-L9
  desk.loop('gate', () => letOut(desk, { gatePass, shippingNotice, ...loaded, lines })); // JH-L10
  const shipped = desk.loop('report', () => booked(desk, lines, release.release)); // JH-L11
  desk.inform('shipped-to-finance', { to: 'finance-dept', shows: { shippingNotice, deliveryNote, ...shipped } }); // JH-L11
  desk.inform('shipped-to-sales', { to: 'sales-specialist', shows: { shippingNotice, deliveryNote, ...shipped } }); // JH-L11
  return { result: 'shipped', amountMinor: shipped.amountMinor, shippingNotice, deliveryNote, gatePass };
}

const elsewhere = (type: Exclude<ShipmentRoutineSteps['type']['outcome'], 'routine'>): ShipmentRoutineOutcome => ({
  result: 'other-procedure',
  procedure: `shipment-${type}`,
});

/** How many calendar days the notice is ahead of the shipment; too few is said, and stops nothing (JH-L2). */
function ahead(desk: Shipping, today: string): { readonly daysAhead: number; readonly shortNotice: boolean } {
  const daysAhead = daysBetween(today, desk.subject.shipDate);
  return { daysAhead, shortNotice: daysAhead < desk.policy('notice-days') };
}

interface Goods {
  readonly lines: readonly ShipmentLine[];
  readonly amountMinor: number;
  readonly notice: Transport;
}

/** One round from the finance check to the release; undefined: what was checked no longer holds, or goods are short, and it is done again. */
function checkAndRelease(
  desk: Shipping,
  { lines, amountMinor, notice }: Goods,
): { readonly release: string } | 'dropped' | 'no-limit' | undefined {
  const { customer, order } = desk.subject;
  const credit = found<CreditPosition>(desk.look('credit', { customer }));
  const verdict = credit === undefined ? undefined : judgeCredit(credit, amountMinor);
  if (verdict === undefined || verdict.verdict === 'no-limit') return 'no-limit';
  desk.ask('finance-check', { shows: { customer, verdict, lines } }); // JH-L3
  const approved = approve(desk, verdict, lines);
  if (!approved) return desk.ask('collect', { shows: { customer, verdict } }).outcome === 'dropped' ? 'dropped' : undefined; // JH-L5, JH-L6
  const distributed = desk.ask('distribute', { shows: { verdict, lines, ...notice } }); // JH-L7
  const watch = found<CreditPosition>(desk.look('account-watch', { customer, after: distributed.at })); // JH-L13
  if (watch === undefined || judgeCredit(watch, amountMinor).verdict !== verdict.verdict) return undefined;
  const result = releasedBy(
    desk.call('release-goods', {
      customer,
      order,
      lines: lines.map(({ id, quantity }) => ({ line: id, quantity })),
      ...(isOverLimit(verdict) ? { approvedMinor: verdict.exposureWithShipmentMinor } : {}),
    }),
  ); // JH-L7
  if (result.granted) return { release: result.release };
  if (result.refusal.code === 'OVER_LIMIT') return undefined;
  return desk.ask('short-goods', { shows: { lines, refusal: result.refusal } }).outcome === 'dropped' ? 'dropped' : undefined; // JH-L8
}

/** Within the limit the manager decides; overdue money needs a reason first; over the limit the general manager decides after the manager. */
function approve(desk: Shipping, verdict: CreditDecision, lines: readonly ShipmentLine[]): boolean {
  const reason = isOverdue(verdict) ? { reason: desk.ask('overdue-reason', { shows: { verdict } }).data.reason } : {}; // JH-L5
  const shows = { customer: desk.subject.customer, verdict, lines, ...reason };
  return desk.review('release', { shows }).outcome === 'approved'; // JH-L4, JH-L5, JH-L6
}

interface Told extends Transport {
  readonly shippingNotice: string;
  readonly lines: readonly ShipmentLine[];
}

/** Goods that fail are held until they are ready to be looked at again. */
function quality(desk: Shipping, { shippingNotice, lines }: Told): 'passed' | undefined {
  const check = desk.ask('quality-check', { shows: { shippingNotice, lines } }); // JH-L12
  if (check.data.outcome === 'passed') return 'passed';
  desk.ask('quality-hold', { shows: { shippingNotice, problems: check.data.problems } }); // JH-L12
  return undefined;
}

/** Nobody but the carrier of the transport notice is loaded; for another one the transport is arranged anew. */
function loading(desk: Shipping, { shippingNotice, lines, carrier, vehicle }: Told): Transport {
  let transport: Transport = { carrier, vehicle };
  return desk.loop('loading', () => {
    const { data } = desk.ask('load', { shows: { shippingNotice, lines, ...transport } }); // JH-L8
    if (data.outcome === 'loaded') return transport;
    const arranged = desk.ask('arrange-carrier', { shows: { shippingNotice, ...transport, seen: data.seen } }).data; // JH-L8
    transport = { carrier: arranged.carrier, vehicle: arranged.vehicle };
    return undefined;
  });
}

/** A pass that does not belong to the notice stops the vehicle until it is settled. */
function letOut(desk: Shipping, shows: object): 'out' | undefined {
  const gate = desk.ask('gate', { shows }); // JH-L10
  if (gate.data.outcome === 'let-out') return 'out';
  desk.ask('gate-stop', { shows: { ...shows, reason: gate.data.reason } }); // JH-L10
  return undefined;
}

/** What left is told line by line and booked: released and not shipped becomes shipped and not invoiced. */
function booked(desk: Shipping, lines: readonly ShipmentLine[], release: string): { readonly amountMinor: number } | undefined {
  const left = desk.each('shipped-data', lines, ({ id }) => id, {
    shows: ({ product, name, quantity, unit }) => ({ product, name, quantity, unit }),
  }); // JH-L11
  const result = shippedBy(
    desk.call('ship-goods', { release, lines: left.map(({ id, data }) => ({ line: id, quantity: data.quantity })) }),
  ); // JH-L11
  if (result.shipped) return { amountMinor: result.amountMinor };
  desk.ask('data-refused', { shows: { refusal: result.refusal } });
  return undefined;
}
