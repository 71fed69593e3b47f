import type { CreditPosition } from '../../domain/books/book.js';
import type { Desk } from '../../domain/engine/procedure.js';
import { textOf } from '../../domain/json.js';
import {
  type CreditDecision,
  found,
  isOverdue,
  isOverLimit,
  judgeCredit,
  type ShipmentLine,
  unpriced,
  weigh,
} from '../../domain/shipments/credit.js';
import { noticeOf, numberOf, paperOf } from '../../domain/shipments/papers.js';
import { releasedBy, type Shipment, shippedBy } from '../../domain/shipments/shipment.js';
import type { ShipmentEmergencyNames, ShipmentEmergencySteps } from './policy.js';
import type { Goods } from './release.js';

type Emergency = Desk<Shipment, ShipmentEmergencySteps, ShipmentEmergencyNames>;

interface Papers {
  readonly shippingNotice: string;
  readonly deliveryNote: string;
  readonly gatePass: string;
}
export type ShipmentEmergencyOutcome =
  | ({ readonly result: 'shipped'; readonly amountMinor: number } & Papers)
  /** The goods are gone and their papers were refused afterwards: recorded, nothing is undone. */
  | ({ readonly result: 'irregularity'; readonly amountMinor: number; readonly refusedAt: string; readonly reason: string } & Papers)
  | { readonly result: 'not-released' };

/** JH-Q: somebody who must sign cannot be found, the goods leave by telephone, and the papers are made up within one working day of that. */
export function shipmentEmergency(desk: Emergency): ShipmentEmergencyOutcome {
  const { emergency: _emergency, ...shipment } = desk.subject;
  const goods = weigh(shipment, desk.look('order', { order: shipment.order }));
  if (!goods.ok) {
    desk.ask('correct-notice', { shows: { shipment, refusal: goods.refusal } });
    return { result: 'not-released' };
  }
  const phoned = desk.loop('release', () => releaseByPhone(desk, goods)); // JH-Q1
  if (phoned === 'dropped') return { result: 'not-released' };
  const { lines } = goods;
  const { customer } = shipment;
  const { verdict, reason } = phoned;
  if (phoned.unreached) desk.inform('left-without-consent', { to: 'general-manager', shows: { customer, verdict, reason } }); // JH-Q1
  const told = { customer, reason, lines: unpriced(lines) };
  desk.inform('emergency-to-gate', { to: 'gate-guard', shows: told }); // JH-Q1
  const gate = desk.ask('gate-note', { shows: told }); // JH-Q1
  desk.clock('papers', { from: gate.at, until: 'papers' }); // JH-Q2
  const left = desk.loop('report', () => booked(desk, lines, phoned.release)); // JH-Q1
  desk.inform('emergency-to-finance', { to: 'finance-dept', shows: { shipment, ...left } }); // JH-Q2
  return afterwards(desk, { left, phoned, leftAt: gate.at, vehicle: gate.data.vehicle }); // JH-Q2
}

interface Phoned {
  readonly release: string;
  readonly verdict: CreditDecision;
  readonly missing: string;
  readonly reason: string;
  /** What the general manager said, or who tried to reach him. */
  readonly generalManager?: string;
  readonly unreached?: true;
}

/** The manager telephones; where the general manager's word is needed he is telephoned first. Warehouse and quality let the goods go. */
function releaseByPhone(desk: Emergency, { lines, amountMinor }: Goods): Phoned | 'dropped' | undefined {
  const { customer, order } = desk.subject;
  const credit = found<CreditPosition>(desk.look('credit', { customer }));
  const verdict = judgeCredit(credit ?? unknownTo(customer), amountMinor);
  const shows = { customer, verdict, lines };
  const phoned = desk.ask('phone-release', { shows }).data; // JH-Q1
  if (phoned.outcome === 'not-urgent') return 'dropped';
  const { missing, reason } = phoned;
  const consentNeeded = isOverLimit(verdict) || verdict.verdict === 'no-limit';
  const word = consentNeeded ? consent(desk, { ...shows, reason }) : {}; // JH-Q1
  if (word === 'refused') return 'dropped';
  const { warehouse, quality } = desk.all({
    warehouse: () => desk.ask('warehouse-release', { shows: { lines: unpriced(lines), reason } }), // JH-Q1
    quality: () => desk.ask('quality-release', { shows: { lines: unpriced(lines), reason } }), // JH-Q1
  });
  if (warehouse.outcome === 'refused' || quality.outcome === 'refused') return 'dropped';
  const approved = consentNeeded ? { approvedMinor: verdict.exposureWithShipmentMinor } : {};
  const goods = lines.map(({ id, quantity }) => ({ line: id, quantity }));
  const result = releasedBy(desk.call('release-goods', { customer, order, lines: goods, ...approved })); // JH-Q1
  if (result.granted) return { release: result.release, verdict, missing, reason, ...word };
  if (result.refusal.code === 'OVER_LIMIT') return undefined;
  return desk.ask('short-goods', { shows: { lines, refusal: result.refusal } }).outcome === 'dropped' ? 'dropped' : undefined;
}

/** A customer of whom the books know nothing owes nothing and has no approved limit. */
const unknownTo = (customer: string): CreditPosition => ({
  customer,
  name: { zh: customer, en: customer, id: customer },
  currency: 'CNY',
  receivableMinor: 0,
  shippedNotInvoicedMinor: 0,
  releasedNotShippedMinor: 0,
  exposureMinor: 0,
  overdueMinor: 0,
  overdueDays: 0,
});

/**
 * The general manager’s word by telephone, since what is over a limit is his alone. Not reached, the sales manager’s release stands; a customer of
 * grade D gets nothing without his yes.
 */
function consent(
  desk: Emergency,
  shows: { readonly customer: string; readonly verdict: CreditDecision; readonly reason: string },
): 'refused' | Pick<Phoned, 'generalManager' | 'unreached'> {
  const { data } = desk.ask('phone-consent', { shows }); // JH-Q1
  if (data.outcome === 'consented') return { generalManager: data.words };
  if (data.outcome === 'refused' || shows.verdict.grade === 'D') return 'refused';
  return { generalManager: data.tried, unreached: true };
}

interface Left {
  readonly lines: readonly ShipmentLine[];
  readonly amountMinor: number;
}

/** What left is told line by line and booked at once: from then on nothing can be undone. */
function booked(desk: Emergency, lines: readonly ShipmentLine[], release: string): Left | undefined {
  const left = desk.each('goods-left', lines, ({ id }) => id, {
    shows: ({ product, name, quantity, unit }) => ({ product, name, quantity, unit }),
  }); // JH-Q1
  const quantities = left.map(({ id, data }) => ({ line: id, quantity: data.quantity }));
  const result = shippedBy(desk.call('ship-goods', { release, lines: quantities })); // JH-Q1
  if (result.shipped)
    return {
      lines: left.map(({ item, data: { quantity } }) => ({ ...item, quantity, amountMinor: quantity * item.unitPriceMinor })),
      amountMinor: result.amountMinor,
    };
  desk.ask('data-refused', { shows: { refusal: result.refusal } }); // JH-Q1
  return undefined;
}

interface Afterwards {
  readonly left: Left;
  readonly phoned: Phoned;
  /** When the goods left, epoch milliseconds: one clock for all that is made up. */
  readonly leftAt: number;
  readonly vehicle: string;
}

/** All that would have come before the goods is made up: figures, signatures, papers, in this order and by one clock. */
function afterwards(desk: Emergency, { left, phoned, leftAt: from, vehicle }: Afterwards): ShipmentEmergencyOutcome {
  const { emergency: _emergency, ...shipment } = desk.subject;
  const { verdict, missing, reason, generalManager } = phoned;
  const late = isOverdue(verdict) ? { overdueReason: desk.ask('overdue-reason', { shows: { verdict }, from }).data.reason } : {}; // JH-Q2
  const shows = {
    customer: shipment.customer,
    lines: left.lines,
    verdict,
    missing,
    reason,
    ...late,
    ...(generalManager === undefined ? {} : { generalManager }),
  };
  const reviewed = desk.review('papers-review', { shows, from }); // JH-Q2

  const shippingNotice = numberOf(desk.call('issue-shipping-notice', noticeOf(shipment, left.lines, { verdict, ...late }))); // JH-Q2
  const facts = { vehicle, 'shipping-notice': shippingNotice };
  const deliveryNote = numberOf(desk.call('issue-delivery-note', paperOf(shipment, left.lines, facts))); // JH-Q2
  const gatePass = numberOf(desk.call('issue-gate-pass', paperOf(shipment, left.lines, { ...facts, 'delivery-note': deliveryNote }))); // JH-Q2
  const papers = { shippingNotice, deliveryNote, gatePass };
  desk.ask('papers', { shows: papers, from }); // JH-Q2
  if (reviewed.outcome === 'approved') return { result: 'shipped', amountMinor: left.amountMinor, ...papers };
  const irregularity = {
    amountMinor: left.amountMinor,
    ...papers,
    refusedAt: reviewed.step,
    reason: textOf(reviewed.answer.data['reason'] ?? ''),
  };
  desk.inform('irregularity', { to: 'general-manager', shows: { shipment, ...irregularity } }); // JH-Q2
  return { result: 'irregularity', ...irregularity };
}
