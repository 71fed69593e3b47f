import { daysBetween, unpriced, weigh } from '../../domain/shipments/credit.js';
import { noticeOf, numberOf } from '../../domain/shipments/papers.js';
import { dateOf, dayNumber } from '../../domain/time/days.js';
import { noonOf } from '../../domain/time/plan.js';
import { leave } from './leave.js';
import { checkAndRelease, type Shipping } from './release.js';

export type ShipmentRoutineOutcome =
  | {
      readonly result: 'shipped';
      readonly amountMinor: number;
      readonly shippingNotice: string;
      readonly deliveryNote: string;
      readonly gatePass: string;
    }
  | { readonly result: 'not-released' }
  /** It went by another procedure of the book; `case` where one was started for it. */
  | { readonly result: 'other-procedure'; readonly procedure: string };

/** JH-L: goods leave on credit. The notice is checked against the customer's credit, approved, distributed; the goods are loaded, let out and booked. */
export function shipmentRoutine(desk: Shipping): ShipmentRoutineOutcome {
  const { emergency, ...shipment } = desk.subject;
  const urgent =
    emergency === undefined ? undefined : desk.meanwhile('emergency', () => desk.ask('emergency', { shows: { shipment, emergency } })); // JH-L1
  if (urgent?.outcome === 'by-telephone') return byTelephone(desk, shipment, urgent.by); // JH-L1
  const type = desk.ask('type', { shows: shipment }); // JH-L1
  if (type.outcome === 'emergency') return byTelephone(desk, shipment, type.by); // JH-L1
  if (type.outcome !== 'routine') return byHand(desk, shipment, type.outcome); // JH-L1

  const goods = weigh(shipment, desk.look('order', { order: shipment.order }));
  if (!goods.ok) {
    desk.ask('correct-notice', { shows: { shipment, refusal: goods.refusal } }); // JH-L2
    return { result: 'not-released' };
  }
  const { lines, stock, today } = goods;
  desk.ask('notice', { shows: { shipment, lines, stock, ...ahead(desk, today) }, from: noticeDay(desk, today) }); // JH-L2
  const approved = desk.loop('credit', () => checkAndRelease(desk, goods)); // JH-L3, JH-L4, JH-L5, JH-L6, JH-L13
  if (approved === 'no-limit') return byHand(desk, shipment, 'new-customer'); // JH-L1
  if (approved === 'dropped') return { result: 'not-released' };

  const shippingNotice = numberOf(desk.call('issue-shipping-notice', noticeOf(shipment, lines, approved))); // JH-L7
  const told = { shippingNotice, shipment, lines: unpriced(lines) };
  desk.ask('distribute', { shows: { ...told, verdict: approved.verdict } }); // JH-L7
  desk.inform('notice-to-warehouse', { to: 'warehouse-keeper', shows: told }); // JH-L7
  desk.inform('notice-to-gate', { to: 'gate-guard', shows: told }); // JH-L7
  const left = leave(desk, { lines, shippingNotice, release: approved.release }); // JH-L8 … JH-L12
  return { result: 'shipped', shippingNotice, ...left };
}

/** The shipment as it was asked for, without what was said of an emergency since. */
type Asked = Omit<Shipping['subject'], 'emergency'>;

/** Somebody who must sign cannot be found: the case of JH-Q takes the shipment over. */
function byTelephone(desk: Shipping, shipment: Asked, by: string): ShipmentRoutineOutcome {
  desk.call('start-case', { procedure: 'shipment-emergency', by, subject: shipment }); // JH-L1
  return { result: 'other-procedure', procedure: 'shipment-emergency' };
}

/** The other kinds are seen through by hand: the shipment stays open until somebody says that it was. */
function byHand(desk: Shipping, shipment: Asked, type: 'payment-first' | 'cash-on-delivery' | 'new-customer'): ShipmentRoutineOutcome {
  desk.ask('by-hand', { shows: { shipment, type } }); // JH-L1
  return { result: 'other-procedure', procedure: `shipment-${type}` };
}

/** How many calendar days the notice is ahead of the shipment; too few is said, and stops nothing (JH-L2). */
function ahead(desk: Shipping, today: string): { readonly daysAhead: number; readonly shortNotice: boolean } {
  const daysAhead = daysBetween(today, desk.subject.shipDate);
  return { daysAhead, shortNotice: daysAhead < desk.policy('notice-days') };
}

/** The day by which the notice is to be made: so many days before the shipment, or today where the customer wants the goods sooner (JH-L2). */
function noticeDay(desk: Shipping, today: string): number {
  const day = dayNumber(desk.subject.shipDate) - desk.policy('notice-days');
  return noonOf(dateOf(Math.max(day, dayNumber(today))));
}
