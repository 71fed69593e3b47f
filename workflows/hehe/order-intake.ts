import type { LineAnswer } from '../../domain/engine/procedure.js';
import { asReviewed } from '../../domain/orders/approved.js';
import { answersIn, checkOrder, questionsOf } from '../../domain/orders/check-order.js';
import type { Order } from '../../domain/orders/order.js';
import { noonOf } from '../../domain/time/plan.js';
import { relay } from './customer-requests.js';
import type { AcceptedRush, Intake, OwnOrder, Placed, PlacedLine } from './order-steps.js';
import type { OrderIntakeSteps } from './policy.js';
import { drawingOf } from './special-order.js';

type Lines = Order['lines'];

export type OrderIntakeOutcome =
  | { readonly result: 'finished' | 'replied'; readonly dates: Readonly<Record<string, string>> }
  | { readonly result: 'not-accepted'; readonly reason: string };

/** HH-B: an order is received, reviewed, passed to production, dated line by line, answered in writing, and followed until it is finished. */
export function orderIntake(desk: Intake): OrderIntakeOutcome {
  const { requests = [], contact: _contact, language: _language, approved, ...order } = desk.subject; // HH-B1
  if (desk.policy('reply-clock-starts') === 'order-received')
    desk.clock('written-reply', { from: order.receivedAt ?? desk.begunAt, until: 'written-reply' }); // HH-B11
  const rushed = requests.flatMap((request) => relay(desk, request, order) ?? []); // HH-A4, HH-K1, HH-K2

  const asked: OwnOrder = asReviewed({ ...order, approved });
  const review = reviewOf(desk, asked, order); // HH-B2, HH-B3, HH-B4, HH-B6
  if ('refused' in review) {
    const { customer, customerPo } = order;
    desk.inform('order-not-accepted', { to: 'customer', shows: { customer, customerPo, reason: review.refused } }); // HH-B3
    return { result: 'not-accepted', reason: review.refused };
  }

  const { from } = review;
  const [later, lines] = divided(order.lines, review.later);
  const [, reviewed] = divided(asked.lines, review.later);
  const parts = desk.all({
    placed: () => place(desk, { order, reviewed, lines, later, from, rushed }), // HH-B5, HH-B7 … HH-B11, HH-B13
    unplaced: () => followUnplaced(desk, order, later, rushed), // HH-B12
  });
  const placed = [...parts.placed, ...parts.unplaced];
  const dates = Object.fromEntries(placed.map(({ id, date }) => [id, date]));
  if (desk.policy('follow-until') !== 'finished' || placed.length === 0) return { result: 'replied', dates };
  const last =
    placed
      .map(({ date }) => date)
      .toSorted()
      .at(-1) ?? '';
  desk.ask('track', { shows: { customer: order.customer, customerPo: order.customerPo, dates }, from: noonOf(last) }); // HH-A2
  return { result: 'finished', dates };
}

/** Lines of these ids, and the others. */
const divided = (lines: Lines, ids: readonly string[]): readonly [Lines, Lines] => [
  lines.filter(({ id }) => ids.includes(id)),
  lines.filter(({ id }) => !ids.includes(id)),
];

type Review = { readonly refused: string } | { readonly later: readonly string[]; readonly from: number };

/** The order is reviewed, entered and reviewed by the planner, until it is free of error; or it is not accepted. What was approved since (HH-C) is entered, and not reviewed again. */
function reviewOf(desk: Intake, asked: OwnOrder, order: OwnOrder): Review {
  const questions = questionsOf(asked);
  return desk.loop('review', () => {
    const findings = checkOrder(asked, answersIn(desk.look('order-books', questions)));
    const initial = desk.ask('initial-review', { shows: findings.length === 0 ? asked : { ...asked, findings } }); // HH-B2
    if (initial.data.outcome === 'problem') {
      const clarified = desk.ask('clarify', { shows: { order: asked, findings, found: initial.data } }); // HH-B3
      return clarified.data.outcome === 'not-accepted' ? { refused: clarified.data.reason } : undefined;
    }
    const entry = desk.ask('enter-order', { shows: asked }).data; // HH-B4
    const later = entry.outcome === 'entered-in-part' ? entry.notPlaced : [];
    desk.inform('order-data', { to: 'order-books', shows: { ...order, lines: divided(order.lines, later)[1] } }); // HH-B4
    const joint = desk.ask('joint-review', { shows: { order: asked, entry } }); // HH-B6
    return joint.data.outcome === 'correct' ? { later, from: joint.at } : undefined;
  });
}

/** From the daily pass to the written reply, for the lines that were placed together. Commands are issued and dates replied at the same time; the reply waits for the dates alone. */
function place(desk: Intake, part: Placed): readonly PlacedLine[] {
  const { reviewed, lines, from } = part;
  if (lines.length === 0) return [];
  const production = unpriced(reviewed);
  let known: { readonly points?: string } = {};
  const { placed } = desk.all({
    points: () => {
      const { points } = desk.ask('production-points', { shows: production }).data; // HH-B5
      desk.inform('points-known', { to: 'pmc-dept', shows: { customerPo: part.order.customerPo, points } }); // HH-B5
      known = { points };
    },
    placed: () => {
      const { drawings } = desk.all({
        pass: () => desk.ask('pass-to-pmc', { shows: production, from }), // HH-B7, HH-B8
        drawings: () => drawingsOf(desk, reviewed), // HH-J1 … HH-J5
      });
      return desk.all({
        command: () => command(desk, production, drawings, from), // HH-B9
        reply: () => reply(desk, part, datesOf(desk, part), known), // HH-B10, HH-B5, HH-B11, HH-B13
      }).reply;
    },
  });
  return placed;
}

/** Lines as production sees them. */
const unpriced = <Line extends { readonly unitPriceMinor: number }>(lines: readonly Line[]) =>
  lines.map(({ unitPriceMinor: _price, ...line }) => line);

/** A manufacturing order to each workshop concerned, and word of it to all of production. */
function command(
  desk: Intake,
  lines: ReturnType<typeof unpriced<Lines[number]>>,
  drawings: ReturnType<typeof drawingsOf>,
  from: number,
): void {
  const special = drawings.length === 0 ? {} : { drawings };
  const shows = drawings.length === 0 ? lines : { lines, drawings };
  const { outcome: _commanded, ...orders } = desk.ask('command-production', { shows, from }).data; // HH-B9
  const told = { orders, lines: lines.map(({ code, quantity }) => ({ code, quantity })), ...special };
  desk.inform('manufacturing-orders', { to: 'workshop', shows: told }); // HH-B9
  desk.inform('production-commanded', { to: 'production-depts', shows: told }); // HH-B9
}

/** The dates as they stand: PMC's reply to customer service, and what has moved since. */
function datesOf(desk: Intake, { order: { customerPo }, lines, from, rushed }: Placed): readonly PlacedLine[] {
  const replied = desk.each('delivery-date', lines, (line) => line.id, {
    shows: ({ id, code, name, quantity, requestedDate }) => {
      const rush = rushed.find((one) => one.lines.includes(id));
      return { code, name, quantity, requestedDate: rush === undefined ? requestedDate : rush.wanted };
    },
    from,
  }); // HH-B10
  const { promised, at } = latest(desk, replied);
  if (desk.policy('reply-clock-starts') === 'pmc-reply') desk.clock('written-reply', { from: at, until: 'written-reply' }); // HH-B11
  desk.inform('date-reply', {
    to: 'cs-dept',
    shows: { customerPo, lines: promised.map(({ id, quantity, date }) => ({ id, quantity, date })) },
  }); // HH-B10
  return promised;
}

/** The latest date of each line, and when PMC gave the last of them: a date that moves is answered in its own hours. */
function latest(
  desk: Intake,
  dates: readonly LineAnswer<Lines[number], OrderIntakeSteps['delivery-date']>[],
): { readonly promised: readonly PlacedLine[]; readonly at: number } {
  const moved = desk.standing('moved-date', dates, (line) => line.id, {
    shows: ({ item: { code, name, quantity, unit }, data: { date } }) => ({ code, name, quantity, unit, promised: date }),
  }); // HH-A2, HH-B10
  const promised = dates.map(({ item: { id, code, name, quantity, unit, unitPriceMinor }, data }) => {
    const { date } = moved.find((line) => line.id === id)?.data ?? data;
    return { id, code, name, quantity, unit, unitPriceMinor, date };
  });
  return { promised, at: Math.max(...[...dates, ...moved].map((answer) => answer.at)) };
}

/** One written reply: dates, price, and what needs care in production. Points that are known only later follow in a corrected one. */
function reply(
  desk: Intake,
  { order: { customer, customerPo, currency }, later }: Placed,
  lines: readonly PlacedLine[],
  known: { readonly points?: string },
): readonly PlacedLine[] {
  const notPlaced = later.length === 0 ? {} : { notPlaced: later.map(({ code }) => code) };
  const answer = { customer, customerPo, currency, lines, ...known, ...notPlaced };
  const { outcome: _replied, ...said } = desk.ask('written-reply', { shows: answer }).data; // HH-B5, HH-B11, HH-B13
  const written = { ...answer, ...said };
  desk.inform('order-reply', { to: 'customer', shows: written }); // HH-B5, HH-B11, HH-B13
  const { contact, language = 'zh' } = desk.subject;
  if (contact !== undefined) desk.call('send-reply', { reply: written, language, to: contact }); // HH-B11, HH-B13
  return lines;
}

/** The drawings and sketches of special lines, handed to PMC before production is commanded. */
function drawingsOf(desk: Intake, lines: Lines) {
  const special = lines.filter((line) => line.special !== undefined);
  const drawings = Object.values(desk.all(Object.fromEntries(special.map((line) => [line.id, () => drawingOf(desk, line)])))); // HH-J1 … HH-J4
  if (drawings.length > 0) desk.ask('hand-drawings', { shows: drawings }); // HH-J5
  return drawings;
}

/** Lines not yet placed are asked after and answered for, again and again, until they are placed or given up. */
function followUnplaced(desk: Intake, order: OwnOrder, lines: Lines, rushed: readonly AcceptedRush[]): readonly PlacedLine[] {
  if (lines.length === 0) return [];
  return desk.loop('unplaced', () => {
    const { customer, customerPo } = order;
    const followed = desk.ask('follow-unplaced', { shows: { customer, customerPo, lines } }).data; // HH-A3, HH-B12
    const { outcome: _followed, ...said } = followed;
    desk.inform('unplaced-answer', { to: 'customer', shows: { customer, customerPo, ...said, lines: lines.map(({ code }) => code) } }); // HH-A3, HH-B12
    if (followed.outcome === 'not-yet') return undefined;
    if (followed.outcome === 'given-up') return [];
    const [now, later] = divided(lines, followed.placed);
    const parts = desk.all({
      placed: () => place(desk, { order, reviewed: now, lines: now, later, from: enteredLater(desk, { ...order, lines: now }), rushed }), // HH-B4 … HH-B13
      unplaced: () => followUnplaced(desk, order, later, rushed), // HH-B12
    });
    return [...parts.placed, ...parts.unplaced];
  });
}

/** Lines that are placed after the others are entered and reviewed like them. Returns when their review was done. */
function enteredLater(desk: Intake, part: OwnOrder): number {
  return desk.loop('entry', () => {
    const entry = desk.ask('enter-part', { shows: part }); // HH-B4
    desk.inform('order-data', { to: 'order-books', shows: part }); // HH-B4
    const joint = desk.ask('joint-review', { shows: { order: part, entry: entry.data } }); // HH-B6
    return joint.data.outcome === 'correct' ? joint.at : undefined;
  });
}
