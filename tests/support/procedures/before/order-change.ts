import type { Desk } from '../../../../domain/engine/procedure.js';
import type { OrderChange, PlacedOrder } from '../../../../domain/orders/change.js';
import {
  askedOf,
  changedLines,
  headOf,
  type LineDiff,
  leftOf,
  lineDiffs,
  orderOf,
  printed,
  unpriced,
} from '../../../../domain/orders/line-diff.js';

/** What each step's form brings back. */
type Steps = {
  'production-status': { readonly production: 'not-started' | 'started'; readonly note?: string };
  'refuse-in-writing': { readonly outcome: 'refused'; readonly message: string };
  'draw-up-amendment':
    | { readonly outcome: 'drawn-up'; readonly terms?: string; readonly interimAnswer?: string }
    | { readonly outcome: 'not-possible'; readonly reason: string };
  'approve-amendment': { readonly outcome: 'approved' } | { readonly outcome: 'rejected'; readonly objections: string };
  'settle-by-hand': { readonly note: string };
  'instruct-production': { readonly outcome: 'instructed'; readonly instructions: string };
  'tell-customer': { readonly outcome: 'told'; readonly message?: string };
  'correct-own-order': { readonly outcome: 'corrected' };
};
type ChangeDesk = Desk<OrderChange, Steps>;

export type OrderChangeOutcome =
  | { readonly result: 'refused'; readonly because: Refusal }
  | { readonly result: 'changed'; readonly lines: readonly string[]; readonly orderedAt: number; readonly changedAt: number };

/** Why an order is not changed: lines in production (HH-C3), or an amendment that cannot be agreed on (HH-C6). */
type Refusal = { readonly started: readonly string[] } | { readonly notPossible: string };

/** HH-C: a customer's wish to change a placed order is put to PMC, refused in writing or agreed, carried into the order, and answered. */
export function orderChange(desk: ChangeDesk): OrderChangeOutcome {
  const change = desk.subject; // HH-C1
  const { orderNumber, changes } = change;
  const order = orderOf(desk.look('placed-order', { orderNumber, lines: changedLines(changes) }), change);
  const { lines: known, read: _read, ...head } = order;
  const lines = lineDiffs(changes, known);
  const production = unpriced(lines);
  const wanted = { ...head, ...change, lines };

  const states = desk.each('production-status', askedOf(production, order), (line) => line.id, {
    shows: (line) => ({ orderNumber, ...line }),
  }); // HH-C2, HH-C3
  const started = states.filter(({ data }) => data.production === 'started').map(({ id }) => id);
  if (started.length > 0) return refuse(desk, order, { started }); // HH-C4

  let objections: string | undefined;
  const agreed = desk.loop('amendment', () => {
    const drawn = desk.ask('draw-up-amendment', { shows: { ...wanted, ...(objections === undefined ? {} : { objections }) } }); // HH-C5
    if (drawn.data.outcome === 'not-possible') return { refused: { notPossible: drawn.data.reason } };
    const { terms, interimAnswer } = drawn.data;
    if (interimAnswer !== undefined)
      desk.inform('interim-answer', { to: 'customer', shows: { orderNumber, requestedBy: change.requestedBy, message: interimAnswer } }); // HH-C5
    const form: typeof wanted & { readonly terms?: string } = { ...wanted, ...(terms === undefined ? {} : { terms }) };
    const approval = desk.ask('approve-amendment', { shows: form }); // HH-C6
    if (approval.data.outcome === 'approved') return { form, approval };
    objections = approval.data.objections;
    return undefined;
  });
  if (agreed.refused !== undefined) return refuse(desk, order, agreed.refused); // HH-C4

  const { form, approval } = agreed;
  file(desk, order, { lines, form: { ...form, approvedBy: approval.by } }); // HH-C5, HH-C7
  enter(desk, approval.by); // HH-C7
  const notice = desk.ask('instruct-production', { shows: { orderNumber, lines: production } }); // HH-C8
  instruct(desk, { orderNumber, lines: production, instructions: notice.data.instructions }); // HH-C8
  return answer(desk, order, { lines, changedAt: approval.at }); // HH-C9, HH-C10, HH-C11
}

/** The customer is told in writing that the order stays as it is. */
function refuse(desk: ChangeDesk, order: PlacedOrder, because: Refusal): OrderChangeOutcome {
  const { orderNumber, requestedBy, changes } = desk.subject;
  const shows = { orderNumber, customer: order.customer, customerPo: order.customerPo, requestedBy, changes, because };
  const { message } = desk.ask('refuse-in-writing', { shows }).data; // HH-C4, HH-C12
  desk.call('issue-change-refusal', { ...headOf(order, orderNumber), lines: [], text: message }); // HH-C4, HH-C12
  desk.inform('change-refusal', { to: 'customer', shows: { ...shows, message } }); // HH-C4, HH-C12
  return { result: 'refused', because };
}

/** The approved form is printed and goes to PMC. */
function file(
  desk: ChangeDesk,
  order: PlacedOrder,
  { lines, form }: { readonly lines: readonly LineDiff[]; readonly form: { readonly terms?: string; readonly approvedBy: string } },
): void {
  const text = form.terms === undefined ? {} : { text: form.terms };
  desk.call('issue-contract-amendment', { ...headOf(order, desk.subject.orderNumber), lines: printed(lines), ...text }); // HH-C5
  desk.inform('contract-amendment', { to: 'pmc-dept', shows: form }); // HH-C7
}

/** The open cases of the order are amended; those that refuse, or are closed, are seen to by a person. */
function enter(desk: ChangeDesk, approvedBy: string): void {
  const { orderNumber, changes, reason = orderNumber } = desk.subject;
  const left = leftOf(desk.call('amend-order', { orderNumber, changes, approvedBy, reason })); // HH-C7
  desk.each('settle-by-hand', left, ({ caseId }) => caseId, {
    shows: ({ number, code, values }) => ({ number, refusal: { code, values }, changes }),
  }); // HH-C7
}

/** One written notice to all concerned. */
function instruct(
  desk: ChangeDesk,
  notice: { readonly orderNumber: string; readonly lines: readonly LineDiff[]; readonly instructions: string },
): void {
  const { orderNumber: number, lines, instructions: text } = notice;
  desk.call('issue-production-change-notice', {
    language: desk.policy('factory-language'),
    facts: { order: number },
    lines: printed(lines),
    text,
  }); // HH-C8
  desk.inform('production-change-notice', { to: 'production-depts', shows: notice }); // HH-C8
  desk.inform('workshop-change-notice', { to: 'workshop', shows: notice }); // HH-C8
}

/** The customer hears that the change is accepted; then our own copy and the log follow. */
function answer(
  desk: ChangeDesk,
  order: PlacedOrder,
  { lines, changedAt }: { readonly lines: readonly LineDiff[]; readonly changedAt: number },
): OrderChangeOutcome {
  const { orderNumber, requestedBy, requestedAt = desk.begunAt } = desk.subject;
  const shows = { orderNumber, customer: order.customer, customerPo: order.customerPo, requestedBy, lines };
  const { message } = desk.ask('tell-customer', { shows }).data; // HH-C9, HH-C12
  desk.inform('change-accepted', { to: 'customer', shows: message === undefined ? shows : { ...shows, message } }); // HH-C9, HH-C12
  const times = { orderedAt: order.orderedAt, requestedAt, changedAt };
  desk.ask('correct-own-order', { shows: { ...shows, ...times } }); // HH-C10
  desk.inform('change-log', { to: 'merchandiser', shows: { orderNumber, ...times, lines } }); // HH-C11
  return { result: 'changed', lines: lines.map(({ id }) => id), orderedAt: order.orderedAt, changedAt };
}
