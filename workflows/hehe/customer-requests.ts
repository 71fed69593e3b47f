import type { CustomerRequest } from '../../domain/orders/order.js';
import type { AcceptedRush, Intake, OwnOrder } from './order-steps.js';

/** HH-A4: a request of the customer is weighed against production and answered, beside the order; a rush by HH-K. A change of the order is HH-C. */
export function relay(desk: Intake, request: CustomerRequest, { customer, customerPo, lines }: OwnOrder): AcceptedRush | undefined {
  const about = lines
    .filter(({ id }) => request.lines?.includes(id) ?? true)
    .map(({ id, code, name, quantity }) => ({ id, code, name, quantity }));
  const shows = { request, lines: about };
  return desk.meanwhile(`request:${request.id}`, () => {
    if (request.kind === 'other') {
      const { department, answer } = desk.ask('relay-request', { shows }).data; // HH-A4
      desk.inform('request-relayed', { to: department, shows: { customer, customerPo, ...shows, answer } }); // HH-A4
      desk.inform('request-answer', { to: 'customer', shows: { customer, customerPo, request: request.text, answer } }); // HH-A4
      return undefined;
    }
    const weighed = desk.ask('weigh-rush', { shows }).data; // HH-K1
    const { answer } = desk.ask('relay-rush', { shows: { ...shows, weighed } }).data; // HH-K2
    desk.inform('request-answer', { to: 'customer', shows: { customer, customerPo, request: request.text, answer } }); // HH-K2
    desk.inform('rush-result', { to: 'production-depts', shows: { customer, customerPo, ...shows, weighed } }); // HH-K2
    return weighed.outcome === 'feasible' ? { lines: about.map(({ id }) => id), wanted: weighed.date } : undefined;
  });
}
