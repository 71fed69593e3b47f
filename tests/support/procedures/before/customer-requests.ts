import type { Desk } from '../../../../domain/engine/procedure.js';
import type { CustomerRequest, Order } from '../../../../domain/orders/order.js';
import type { AcceptedRush, OrderSteps } from './order-steps.js';

/** HH-A4: a request of the customer is weighed against production and answered, beside the order; a rush by HH-K. A change of the order is HH-C. */
export function relay(
  desk: Desk<Order, OrderSteps>,
  request: CustomerRequest,
  { customer, customerPo, lines }: Pick<Order, 'customer' | 'customerPo' | 'lines'>,
): AcceptedRush | undefined {
  const about = lines
    .filter(({ id }) => request.lines?.includes(id) ?? true)
    .map(({ id, code, name, quantity }) => ({ id, code, name, quantity }));
  return desk.meanwhile(`request:${request.id}`, () => {
    if (request.kind === 'other') {
      const { answer } = desk.ask('relay-request', { shows: { request, lines: about } }).data; // HH-A4
      desk.inform('request-answer', { to: 'customer', shows: { customer, customerPo, request: request.text, answer } }); // HH-A4
      return undefined;
    }
    const weighed = desk.ask('weigh-rush', { shows: { request, lines: about } }).data; // HH-K1
    const { answer } = desk.ask('relay-rush', { shows: { request, lines: about, weighed } }).data; // HH-K2
    desk.inform('request-answer', { to: 'customer', shows: { customer, customerPo, request: request.text, answer } }); // HH-K2
    return weighed.outcome === 'feasible' ? { lines: about.map(({ id }) => id), wanted: weighed.date } : undefined;
  });
}
