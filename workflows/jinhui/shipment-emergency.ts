import type { CreditPosition } from '../../domain/books/book.js';
import type { Desk } from '../../domain/engine/procedure.js';
import { textOf } from '../../domain/json.js';
import { type CreditDecision, found, isOverLimit, judgeCredit, type ShipmentLine, weigh } from '../../domain/shipments/credit.js';
import { numberOf, paperOf } from '../../domain/shipments/papers.js';
import { releasedBy, type Shipment, shippedBy } from '../../domain/shipments/shipment.js';
import type { ShipmentEmergencyNames, ShipmentEmergencySteps } from './policy.js';

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

/** JH-Q: an approver cannot be reached, the goods leave by telephone, and all papers are completed and approved within one working day. */
export function shipmentEmergency(desk: Emergency): ShipmentEmergencyOutcome {
  const goods = weigh(desk.subject, desk.look('order', { order: desk.subject.order }));
  if (!goods.ok) {
    desk.ask('correct-notice', { shows: { shipment: desk.subject, refusal: goods.refusal } });
    return { result: 'not-released' };
  }
  const { lines, amountMinor } = goods;
  const released = desk.loop('release', () => releaseByPhone(desk, lines, amountMinor)); // JH-Q1
  if (released === 'dropped') return { result: 'not-released' };
  const left = desk.loop('report', () => booked(desk, lines, released.release)); // JH-Q1
  desk.inform('emergency-to-finance', { to: 'finance-dept', shows: { shipment: desk.subject, ...left } }); // JH-Q2

  const papers = desk.ask('papers', { shows: { shipment: desk.subject, lines: left.lines, verdict: released.verdict } }).data; // JH-Q2
  const issued = issue(desk, left.lines, { carrier: papers.carrier, vehicle: papers.vehicle });
  const { overdueReason: reason = '' } = papers;
  const shows = { customer: desk.subject.customer, ...issued, verdict: released.verdict, reason };
  const reviewed = desk.review('papers-review', { shows }); // JH-Q2
  const shipped = { amountMinor: left.amountMinor, ...issued };
  if (reviewed.outcome === 'approved') return { result: 'shipped', ...shipped };
  const irregularity = { ...shipped, refusedAt: reviewed.step, reason: textOf(reviewed.answer.data['reason'] ?? '') };
  desk.inform('irregularity', { to: 'general-manager', shows: { shipment: desk.subject, ...irregularity } }); // JH-Q2
  return { result: 'irregularity', ...irregularity };
}

interface ReleasedByPhone {
  readonly release: string;
  readonly verdict: CreditDecision;
}

/** The manager telephones; over the limit, without one, or at grade D the general manager's consent is recorded first. Warehouse and quality let the goods go. */
function releaseByPhone(desk: Emergency, lines: readonly ShipmentLine[], amountMinor: number): ReleasedByPhone | 'dropped' | undefined {
  const { customer, order } = desk.subject;
  const credit = found<CreditPosition>(desk.look('credit', { customer }));
  if (credit === undefined) return 'dropped';
  const verdict = judgeCredit(credit, amountMinor);
  const shows = { customer, verdict, lines };
  const phoned = desk.ask('phone-release', { shows }).data; // JH-Q1
  if (phoned.outcome === 'not-urgent') return 'dropped';
  const consentNeeded = isOverLimit(verdict) || verdict.verdict === 'no-limit';
  if (consentNeeded && desk.ask('phone-consent', { shows: { ...shows, reason: phoned.reason } }).outcome === 'refused') return 'dropped'; // JH-Q1
  const { warehouse, quality } = desk.all({
    warehouse: () => desk.ask('warehouse-release', { shows: { lines, reason: phoned.reason } }), // JH-Q1
    quality: () => desk.ask('quality-release', { shows: { lines, reason: phoned.reason } }), // JH-Q1
  });
  if (warehouse.outcome === 'refused' || quality.outcome === 'refused') return 'dropped';
  const approved = consentNeeded ? { approvedMinor: verdict.exposureWithShipmentMinor } : {};
  const goods = lines.map(({ id, quantity }) => ({ line: id, quantity }));
  const result = releasedBy(desk.call('release-goods', { customer, order, lines: goods, ...approved })); // JH-Q1
  if (result.granted) return { release: result.release, verdict };
  if (result.refusal.code === 'OVER_LIMIT') return undefined;
  return desk.ask('short-goods', { shows: { lines, refusal: result.refusal } }).outcome === 'dropped' ? 'dropped' : undefined;
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
  const result = shippedBy(desk.call('ship-goods', { release, lines: quantities }));
  if (result.shipped)
    return {
      lines: left.map(({ item, data: { quantity } }) => ({ ...item, quantity, amountMinor: quantity * item.unitPriceMinor })),
      amountMinor: result.amountMinor,
    };
  desk.ask('data-refused', { shows: { refusal: result.refusal } });
  return undefined;
}

/** The papers that would have gone before the goods, each with its number. */
function issue(desk: Emergency, lines: readonly ShipmentLine[], transport: { readonly carrier: string; readonly vehicle: string }): Papers {
  const shippingNotice = numberOf(desk.call('issue-shipping-notice', paperOf(desk.subject, lines, transport))); // JH-Q2
  const facts = { ...transport, 'shipping-notice': shippingNotice };
  const deliveryNote = numberOf(desk.call('issue-delivery-note', paperOf(desk.subject, lines, facts))); // JH-Q2
  const gatePass = numberOf(desk.call('issue-gate-pass', paperOf(desk.subject, lines, { ...facts, 'delivery-note': deliveryNote }))); // JH-Q2
  return { shippingNotice, deliveryNote, gatePass };
}
