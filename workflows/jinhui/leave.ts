import { type ShipmentLine, unpriced } from '../../domain/shipments/credit.js';
import { numberOf, paperOf } from '../../domain/shipments/papers.js';
import { shippedBy } from '../../domain/shipments/shipment.js';
import { noonOf } from '../../domain/time/plan.js';
import type { ShipmentRoutineSteps } from './policy.js';
import type { Shipping } from './release.js';

type Transport = Pick<ShipmentRoutineSteps['transport'], 'carrier' | 'vehicle'>;

/** What goes out of the gate, by which approved notice and release. */
export interface Leaving {
  readonly lines: readonly ShipmentLine[];
  readonly shippingNotice: string;
  readonly release: string;
}

export interface Left {
  readonly amountMinor: number;
  readonly deliveryNote: string;
  readonly gatePass: string;
}

/** From the distributed notice until what left is booked: what every way of shipping has in common. */
export function leave(desk: Shipping, { lines, shippingNotice, release }: Leaving): Left {
  const shipDay = noonOf(desk.subject.shipDate);
  desk.clock('on-time', { from: shipDay, until: 'sign-with-carrier' }); // JH-L8
  const goods = unpriced(lines);
  const told = { shippingNotice, customer: desk.subject.customer, shipDate: desk.subject.shipDate, lines: goods };
  const { transport } = desk.all({
    goods: () => desk.ask('prepare', { shows: told }), // JH-L8
    quality: () => desk.loop('quality', () => quality(desk, { shippingNotice, lines: goods })), // JH-L12
    transport: () => desk.ask('transport', { shows: told }).data, // JH-L8
  });
  const loaded = loading(desk, { shippingNotice, lines, goods, transport, shipDay }); // JH-L8

  const facts = { carrier: loaded.carrier, vehicle: loaded.vehicle, 'shipping-notice': shippingNotice };
  const deliveryNote = numberOf(desk.call('issue-delivery-note', paperOf(desk.subject, lines, facts))); // JH-L8
  const gatePass = numberOf(desk.call('issue-gate-pass', paperOf(desk.subject, lines, { ...facts, 'delivery-note': deliveryNote }))); // JH-L8
  desk.ask('sign-with-carrier', { shows: { deliveryNote, ...loaded, lines: goods } }); // JH-L9
  const out = desk.loop('gate', () => letOut(desk, { gatePass, shippingNotice, ...loaded, lines: goods })); // JH-L10
  const { amountMinor } = desk.loop('report', () => booked(desk, { lines, shippingNotice, deliveryNote, release, leftAt: out.at })); // JH-L11
  return { amountMinor, deliveryNote, gatePass };
}

type Loading = Pick<Leaving, 'lines' | 'shippingNotice'> & {
  readonly goods: readonly object[];
  readonly transport: Transport;
  readonly shipDay: number;
};

/** The carrier who comes is held against the transport notice; another one is not loaded until the transport is arranged anew. */
function loading(desk: Shipping, { lines, shippingNotice, goods, transport, shipDay }: Loading): Transport {
  let arranged = transport;
  return desk.loop('loading', () => {
    const facts = { carrier: arranged.carrier, vehicle: arranged.vehicle, 'shipping-notice': shippingNotice };
    const transportNotice = numberOf(desk.call('issue-transport-notice', paperOf(desk.subject, lines, facts))); // JH-L8
    const { data } = desk.ask('load', { shows: { transportNotice, shippingNotice, lines: goods, ...arranged }, from: shipDay }); // JH-L8
    if (data.outcome === 'loaded') return arranged;
    const { carrier, vehicle } = desk.ask('arrange-carrier', { shows: { shippingNotice, ...arranged, seen: data.seen } }).data; // JH-L8
    arranged = { carrier, vehicle };
    return undefined;
  });
}

/** Goods that fail are held until they are ready to be looked at again. */
function quality(desk: Shipping, told: { readonly shippingNotice: string; readonly lines: readonly object[] }): 'passed' | undefined {
  const check = desk.ask('quality-check', { shows: told }); // JH-L12
  if (check.data.outcome === 'passed') return 'passed';
  desk.ask('quality-hold', { shows: { shippingNotice: told.shippingNotice, problems: check.data.problems } }); // JH-L12
  return undefined;
}

/** A pass that does not agree with the notice stops the vehicle until it is settled. */
function letOut(desk: Shipping, shows: object): { readonly at: number } | undefined {
  const gate = desk.ask('gate', { shows }); // JH-L10
  if (gate.data.outcome === 'let-out') return { at: gate.at };
  desk.ask('gate-stop', { shows: { ...shows, reason: gate.data.reason } }); // JH-L10
  return undefined;
}

type Reported = Leaving & Pick<Left, 'deliveryNote'> & { readonly leftAt: number };

/** What left is told line by line, to finance and sales as it comes in, and booked: released and not shipped becomes shipped and not invoiced. */
function booked(
  desk: Shipping,
  { lines, shippingNotice, deliveryNote, release, leftAt }: Reported,
): { readonly amountMinor: number } | undefined {
  const told = (of: readonly { readonly item: ShipmentLine; readonly data: { readonly quantity: number } }[]): void => {
    const shows = {
      shippingNotice,
      deliveryNote,
      lines: of.map(({ item: { id, product, name, unit }, data: { quantity } }) => ({ id, product, name, unit, quantity })),
    };
    desk.inform('shipped-to-finance', { to: 'finance-dept', shows }); // JH-L11
    desk.inform('shipped-to-sales', { to: 'sales-specialist', shows }); // JH-L11
  };
  const left = desk.each('shipped-data', lines, ({ id }) => id, {
    shows: ({ product, name, quantity, unit }) => ({ product, name, quantity, unit }),
    partly: told,
    from: leftAt,
  }); // JH-L11
  told(left);
  const result = shippedBy(
    desk.call('ship-goods', { release, lines: left.map(({ id, data }) => ({ line: id, quantity: data.quantity })) }),
  ); // JH-L11, JH-L13
  if (result.shipped) return { amountMinor: result.amountMinor };
  desk.ask('data-refused', { shows: { refusal: result.refusal } }); // JH-L11
  return undefined;
}
