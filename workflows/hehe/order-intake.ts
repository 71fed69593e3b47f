import type { Desk } from '../../domain/case/desk.js';
import type { Order } from '../../domain/orders/order.js';

/** What each step's form brings back. */
type Steps = {
  'initial-review': { readonly outcome: 'accurate' } | { readonly outcome: 'problem'; readonly problems: string };
  clarify: { readonly outcome: 'settled'; readonly settlement: string } | { readonly outcome: 'not-accepted'; readonly reason: string };
  'enter-order': { readonly outcome: 'entered'; readonly orderDataNo?: string };
  'joint-review': { readonly outcome: 'correct' } | { readonly outcome: 'error'; readonly problems: string };
  'pass-to-pmc': { readonly outcome: 'passed' };
  'command-production': { readonly outcome: 'commanded'; readonly manufacturingOrders: string };
  'delivery-date': { readonly date: string; readonly note?: string };
  'written-reply': { readonly outcome: 'replied'; readonly message?: string };
};

export type OrderIntakeOutcome =
  | { readonly result: 'replied'; readonly dates: Readonly<Record<string, string>> }
  | { readonly result: 'not-accepted'; readonly reason: string };

/** HH-B: an order is received, reviewed, passed to production, dated line by line and answered in writing. */
export function orderIntake(desk: Desk<Order, Steps>): OrderIntakeOutcome {
  const order = desk.subject; // HH-B1
  const clockStarts = desk.policy('reply-clock-starts');
  if (clockStarts === 'order-received') desk.clock('written-reply', { from: order.receivedAt ?? desk.begunAt, until: 'written-reply' }); // HH-B11

  const review = desk.loop('review', () => {
    const initial = desk.ask('initial-review', { shows: order }); // HH-B2
    if (initial.data.outcome === 'problem') {
      const clarified = desk.ask('clarify', { shows: { order, problems: initial.data.problems } }); // HH-B3
      return clarified.data.outcome === 'not-accepted' ? { refused: clarified.data.reason } : undefined;
    }
    const entry = desk.ask('enter-order', { shows: order }); // HH-B4
    const joint = desk.ask('joint-review', { shows: { order, entry: entry.data } }); // HH-B6
    return joint.data.outcome === 'correct' ? 'correct' : undefined;
  });
  if (review !== 'correct') {
    desk.inform('order-not-accepted', {
      to: 'customer',
      shows: { customer: order.customer, customerPo: order.customerPo, reason: review.refused },
    }); // HH-B3
    return { result: 'not-accepted', reason: review.refused };
  }

  const production = order.lines.map(({ unitPriceMinor: _price, ...line }) => line);
  desk.ask('pass-to-pmc', { shows: production }); // HH-B7
  desk.ask('command-production', { shows: production }); // HH-B9
  const dates = desk.each('delivery-date', order.lines, (line) => line.id, {
    shows: ({ code, name, quantity, requestedDate }) => ({ code, name, quantity, requestedDate }),
  }); // HH-B10
  if (clockStarts === 'pmc-reply')
    desk.clock('written-reply', { from: Math.max(...dates.map((answer) => answer.at)), until: 'written-reply' }); // HH-B11

  const promised = dates.map(({ item, data }) => ({
    id: item.id,
    code: item.code,
    name: item.name,
    quantity: item.quantity,
    unit: item.unit,
    unitPriceMinor: item.unitPriceMinor,
    date: data.date,
  }));
  const answer = { customer: order.customer, customerPo: order.customerPo, currency: order.currency, lines: promised };
  const { message } = desk.ask('written-reply', { shows: answer }).data; // HH-B11, HH-B13
  const reply = message === undefined ? answer : { ...answer, message };
  desk.inform('order-reply', { to: 'customer', shows: reply }); // HH-B11, HH-B13
  if (order.contact !== undefined) desk.call('send-reply', { reply, language: order.language ?? 'zh', to: order.contact }); // HH-B11, HH-B13
  return { result: 'replied', dates: Object.fromEntries(promised.map((line) => [line.id, line.date])) };
}
