import type { Desk } from '../../../../domain/engine/procedure.js';
import type { Order } from '../../../../domain/orders/order.js';
import type { OrderSteps } from './order-steps.js';

type Line = Order['lines'][number];

/** HH-J: a line by the customer's own drawing or sample: confirmed by technical support, sketched, filed. A line that is given up is taken off the order. */
export function drawingOf(desk: Desk<Order, OrderSteps>, line: Line) {
  const { id, code, name, quantity, special } = line;
  const shown = { id, code, name, quantity, special };
  return desk.loop(`special:${id}`, () => {
    const { drawing } = desk.ask('take-drawing', { shows: shown }).data; // HH-J1
    const confirmed = desk.ask('confirm-drawing', { shows: { line: shown, drawing } }).data; // HH-J2
    if (confirmed.outcome === 'not-feasible') {
      desk.ask('settle-drawing', { shows: { line: shown, drawing, reason: confirmed.reason } }); // HH-J2
      return undefined;
    }
    const { sketch } = desk.ask('make-sketch', { shows: { line: shown, drawing, remarks: confirmed.remarks } }).data; // HH-J3
    const { fileNo } = desk.ask('file-drawing', { shows: { line: shown, drawing, sketch } }).data; // HH-J4
    return { line: id, drawing, sketch, fileNo };
  });
}
