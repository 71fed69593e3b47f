import type { Desk, LineAnswer } from '../../../../domain/engine/procedure.js';
import { answersIn, checkOrder, questionsOf } from '../../../../domain/orders/check-order.js';
import type { Order } from '../../../../domain/orders/order.js';
import { noonOf } from '../../../../domain/time/plan.js';
import { relay } from './customer-requests.js';
import type { AcceptedRush, OrderSteps, Placed, PlacedLine } from './order-steps.js';
import { drawingOf } from './special-order.js';

type Intake = Desk<Order, OrderSteps>;
type Lines = Order['lines'];
/** The order itself: who it is answered to, and in which language, is of the reply alone. */
type OwnOrder = Omit<Order, 'requests' | 'contact' | 'language'>;

export type OrderIntakeOutcome =
  | { readonly result: 'finished' | 'replied'; readonly dates: Readonly<Record<string, string>> }
  | { readonly result: 'not-accepted'; readonly reason: string };

/** HH-B: an order is received, reviewed, passed to production, dated line by line, answered in writing, and followed until it is finished. */
export function orderIntake(desk: Intake): OrderIntakeOutcome {
  const { requests = [], contact: _contact, language: _language, ...order } = desk.subject; // HH-B1
  if (desk.policy('reply-clock-starts') === 'order-received')
    desk.clock('written-reply', { from: order.receivedAt ?? desk.begunAt, until: 'written-reply' }); // HH-B11
  const rushed = requests.flatMap((request) => relay(desk, request, order) ?? []); // HH-A4, HH-K1, HH-K2

  const questions = questionsOf(order);
  const review = desk.loop('review', () => {
    const findings = checkOrder(order, answersIn(desk.look('order-books', questions)));
    const initial = desk.ask('initial-review', { shows: findings.length === 0 ? order : { ...order, findings } }); // HH-B2
    if (initial.data.outcome === 'problem') {
      const clarified = desk.ask('clarify', { shows: { order, findings, found: initial.data } }); // HH-B3
      return clarified.data.outcome === 'not-accepted' ? { refused: clarified.data.reason } : undefined;
    }
    const entry = desk.ask('enter-order', { shows: order }).data; // HH-B4
    const later = entry.outcome === 'entered-in-part' ? entry.notPlaced : [];
    desk.inform('order-data', { to: 'order-books', shows: { ...order, lines: order.lines.filter(({ id }) => !later.includes(id)) } }); // HH-B4
    const joint = desk.ask('joint-review', { shows: { order, entry } }); // HH-B6
    return joint.data.outcome === 'correct' ? { later, at: joint.at } : undefined;
  });
  if ('refused' in review) {
    const { customer, customerPo } = order;
    desk.inform('order-not-accepted', { to: 'customer', shows: { customer, customerPo, reason: review.refused } }); // HH-B3
    return { result: 'not-accepted', reason: review.refused };
  }

  const later = order.lines.filter(({ id }) => review.later.includes(id));
  const now = order.lines.filter(({ id }) => !review.later.includes(id));
  const parts = desk.all({
    placed: () => place(desk, { order, lines: now, later, reviewedAt: review.at, rushed }), // HH-B5, HH-B7 … HH-B11, HH-B13
    unplaced: () => followUnplaced(desk, order, later, rushed), // HH-B12
  });
  const lines = [...parts.placed, ...parts.unplaced];
  const dates = Object.fromEntries(lines.map(({ id, date }) => [id, date]));
  if (desk.policy('follow-until') === 'reply' || lines.length === 0) return { result: 'replied', dates };
  const last = lines.map(({ date }) => date).reduce((one, other) => (one > other ? one : other));
  desk.ask('track', { shows: { customer: order.customer, customerPo: order.customerPo, dates }, from: noonOf(last) }); // HH-A2
  return { result: 'finished', dates };
}

/** From the daily pass to the written reply, for the lines that were placed together. */
function place(desk: Intake, { order, lines, later, reviewedAt: from, rushed }: Placed): readonly PlacedLine[] {
  if (lines.length === 0) return [];
  const production = lines.map(({ unitPriceMinor: _price, ...line }) => line);
  const { dates } = desk.all({
    points: () => desk.ask('production-points', { shows: production }), // HH-B5
    dates: () => {
      const { drawings } = desk.all({
        pass: () => desk.ask('pass-to-pmc', { shows: production, from }), // HH-B7, HH-B8
        drawings: () => drawingsOf(desk, lines), // HH-J1 … HH-J5
      });
      desk.ask('command-production', { shows: drawings.length === 0 ? production : { lines: production, drawings }, from }); // HH-B9
      const replied = desk.each('delivery-date', lines, (line) => line.id, {
        shows: ({ id, code, name, quantity, requestedDate }) => ({
          code,
          name,
          quantity,
          requestedDate: rushed.find((rush) => rush.lines.includes(id))?.wanted ?? requestedDate,
        }),
        from,
      }); // HH-B10
      if (desk.policy('reply-clock-starts') === 'pmc-reply')
        desk.clock('written-reply', { from: Math.max(...replied.map((answer) => answer.at)), until: 'written-reply' }); // HH-B11
      return replied;
    },
  });
  const promised = latest(desk, dates);

  const answer = {
    customer: order.customer,
    customerPo: order.customerPo,
    currency: order.currency,
    lines: promised,
    ...(later.length === 0 ? {} : { notPlaced: later.map(({ code }) => code) }),
  };
  const { message } = desk.ask('written-reply', { shows: answer }).data; // HH-B11, HH-B13
  const reply = message === undefined ? answer : { ...answer, message };
  desk.inform('order-reply', { to: 'customer', shows: reply }); // HH-B11, HH-B13
  const { contact, language = 'zh' } = desk.subject;
  if (contact !== undefined) desk.call('send-reply', { reply, language, to: contact }); // HH-B11, HH-B13
  return promised;
}

/** The dates as they stand: PMC's reply, and what has moved since. */
function latest(desk: Intake, dates: readonly LineAnswer<Lines[number], OrderSteps['delivery-date']>[]): readonly PlacedLine[] {
  const moved = desk.standing('moved-date', dates, (line) => line.id, {
    shows: ({ item: { code, name, quantity, unit }, data: { date } }) => ({ code, name, quantity, unit, promised: date }),
  }); // HH-A2, HH-B10
  return dates.map(({ item: { id, code, name, quantity, unit, unitPriceMinor }, data }) => {
    const { date } = moved.find((line) => line.id === id)?.data ?? data;
    return { id, code, name, quantity, unit, unitPriceMinor, date };
  });
}

/** The drawings and sketches of special lines, handed to PMC before production is commanded. */
function drawingsOf(desk: Intake, lines: Lines) {
  const special = lines.filter((line) => line.special !== undefined);
  const drawings = Object.values(desk.all(Object.fromEntries(special.map((line) => [line.id, () => drawingOf(desk, line)])))); // HH-J1 … HH-J4
  if (drawings.length > 0) desk.ask('hand-drawings', { shows: drawings }); // HH-J5
  return drawings;
}

/** Lines not yet placed are followed and answered for until they are placed or given up. */
function followUnplaced(desk: Intake, order: OwnOrder, lines: Lines, rushed: readonly AcceptedRush[]): readonly PlacedLine[] {
  if (lines.length === 0) return [];
  return desk.loop('unplaced', () => {
    const { customer, customerPo } = order;
    const followed = desk.ask('follow-unplaced', { shows: { customer, customerPo, lines } }).data; // HH-A3, HH-B12
    desk.inform('unplaced-answer', {
      to: 'customer',
      shows: { customer, customerPo, answer: followed.answer, lines: lines.map(({ code }) => code) },
    }); // HH-B12
    if (followed.outcome === 'given-up') return [];
    const now = lines.filter(({ id }) => followed.placed.includes(id));
    const later = lines.filter(({ id }) => !followed.placed.includes(id));
    const parts = desk.all({
      placed: () => {
        const joint = desk.loop('entry', () => {
          const part = { ...order, lines: now };
          const entry = desk.ask('enter-part', { shows: part }); // HH-B4
          desk.inform('order-data', { to: 'order-books', shows: part }); // HH-B4
          const reviewed = desk.ask('joint-review', { shows: { order: part, entry: entry.data } }); // HH-B6
          return reviewed.data.outcome === 'correct' ? { at: reviewed.at } : undefined;
        });
        return place(desk, { order, lines: now, later, reviewedAt: joint.at, rushed }); // HH-B5, HH-B7 … HH-B11, HH-B13
      },
      unplaced: () => followUnplaced(desk, order, later, rushed), // HH-B12
    });
    return [...parts.placed, ...parts.unplaced];
  });
}
