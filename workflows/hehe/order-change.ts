import type { Desk } from '../../domain/engine/procedure.js';
import type { OrderChange, OrderChanges, PlacedOrder } from '../../domain/orders/change.js';
import {
  askedOf,
  changedLines,
  headOf,
  inWords,
  type LineDiff,
  leftOf,
  lineDiffs,
  orderOf,
  parted,
  printed,
  unpriced,
} from '../../domain/orders/line-diff.js';
import type { OrderChangeNames, OrderChangeSteps } from './policy.js';

type ChangeDesk = Desk<OrderChange, OrderChangeSteps, OrderChangeNames>;

export type OrderChangeOutcome =
  /** `started`: lines that could not be changed any more. */
  | { readonly result: 'refused'; readonly because: Refusal; readonly started?: readonly string[] }
  | {
      readonly result: 'changed';
      readonly lines: readonly string[];
      readonly started?: readonly string[];
      readonly orderedAt: number;
      readonly changedAt: number;
    };

/** Why something is not changed: it is in production (HH-C3), or there is no agreement on it (HH-C5, HH-C6). */
type Refusal = { readonly started: readonly string[] } | { readonly notPossible: string };

/** What of a wish can be carried out: the changes, and the lines they speak of, before and after. */
interface Changeable {
  readonly changes: OrderChanges;
  readonly lines: readonly LineDiff[];
}

/** HH-C: a customer's wish to change a placed order is put to PMC, refused in writing or agreed on, carried into the order, told to production and confirmed. */
export function orderChange(desk: ChangeDesk): OrderChangeOutcome {
  const { orderNumber, changes, allOrNothing = false } = desk.subject; // HH-C1
  const order = orderOf(desk.look('placed-order', { orderNumber, lines: changedLines(changes) }), {
    requestedAt: desk.begunAt,
    ...desk.subject,
  });
  const lines = lineDiffs(changes, order.lines);
  const states = desk.each('production-status', askedOf(unpriced(lines), order), (line) => line.id, {
    shows: (line) => ({ orderNumber, ...line }),
  }); // HH-C2, HH-C3
  const started = states.filter(({ data }) => data.production === 'started').map(({ id }) => id);
  const { refused, changeable } = parted({ changes, lines }, { started, allOrNothing });
  const inProduction = { lines: refused, because: { started }, words: {} };
  if (changeable === undefined) return refuse(desk, order, inProduction); // HH-C4, HH-C12
  const { changed } = desk.all({
    refused: () => (refused.length === 0 ? undefined : desk.loop('started', () => refuse(desk, order, inProduction))), // HH-C4, HH-C12
    changed: () => change(desk, order, changeable), // HH-C5 … HH-C12
  });
  return { ...changed, started };
}

/** What cannot be changed any more stays as it is, and the customer has it in writing. */
function refuse(
  desk: ChangeDesk,
  order: PlacedOrder,
  { lines, because, words }: { readonly lines: readonly LineDiff[]; readonly because: Refusal; readonly words: { readonly text?: string } },
): OrderChangeOutcome {
  const { orderNumber, requestedBy, changes } = desk.subject;
  const letter = desk.call('issue-change-refusal', { ...headOf(order, orderNumber), lines: printed(lines), ...words }); // HH-C4, HH-C12
  const shows = { orderNumber, customer: order.customer, customerPo: order.customerPo, requestedBy, changes, lines, because, letter };
  const { outcome: _sent, ...said } = desk.ask('refuse-in-writing', { shows }).data; // HH-C4, HH-C12
  desk.inform('change-refusal', { to: 'customer', shows: { ...shows, ...said } }); // HH-C4, HH-C12
  return { result: 'refused', because };
}

/** What can be changed: answered, approved, entered, told to production, and confirmed to the customer. */
function change(desk: ChangeDesk, order: PlacedOrder, wanted: Changeable): OrderChangeOutcome {
  const { orderNumber, requestedBy, requestedAt = desk.begunAt } = desk.subject;
  const agreed = agree(desk, order, wanted); // HH-C9, HH-C5, HH-C6
  if ('notPossible' in agreed) return refuse(desk, order, { lines: wanted.lines, because: agreed, words: { text: agreed.notPossible } }); // HH-C4, HH-C12
  const { lines } = wanted;
  const amendment = desk.call('issue-contract-amendment', { ...headOf(order, orderNumber), lines: printed(lines), ...agreed.words }); // HH-C5
  desk.inform('contract-amendment', { to: 'pmc-dept', shows: { ...agreed.form, approvedBy: agreed.by, amendment } }); // HH-C7
  enter(desk, wanted, agreed.by); // HH-C7, HH-C10
  const times = { orderedAt: order.orderedAt, requestedAt, changedAt: agreed.at };
  desk.inform('change-log', { to: 'merchandiser', shows: { orderNumber, ...times, lines } }); // HH-C11
  instruct(desk, unpriced(lines)); // HH-C8
  const shows = { orderNumber, customer: order.customer, customerPo: order.customerPo, requestedBy, lines, amendment };
  const { outcome: _sent, ...said } = desk.ask('tell-customer', { shows }).data; // HH-C9, HH-C12
  desk.inform('change-accepted', { to: 'customer', shows: { ...shows, ...said } }); // HH-C9, HH-C12
  return { result: 'changed', lines: lines.map(({ id }) => id), orderedAt: order.orderedAt, changedAt: agreed.at };
}

type Agreed =
  | { readonly notPossible: string }
  | { readonly form: object; readonly words: { readonly text?: string }; readonly by: string; readonly at: number };

/** The customer hears at once that it can be changed; the form is drawn up until the planner approves it, or there is no agreement. */
function agree(desk: ChangeDesk, { read: _read, lines: _lines, ...head }: PlacedOrder, { changes, lines }: Changeable): Agreed {
  const { orderNumber, requestedBy } = desk.subject;
  const wanted = { ...head, ...desk.subject, changes, lines };
  let sentBack: { readonly objections?: string } = {};
  return desk.loop('amendment', (round) => {
    const drawn = desk.ask('draw-up-amendment', { shows: { ...wanted, ...sentBack } }).data; // HH-C9, HH-C5
    if (drawn.outcome === 'not-possible') return { notPossible: drawn.reason };
    const { terms, message } = drawn;
    if (round === 1) desk.inform('change-possible', { to: 'customer', shows: { orderNumber, requestedBy, lines, message } }); // HH-C9, HH-C12
    const form = { ...wanted, terms };
    const approval = desk.ask('approve-amendment', { shows: form }); // HH-C6
    if (approval.data.outcome === 'approved') return { form, words: inWords(terms), by: approval.by, at: approval.at };
    sentBack = { objections: approval.data.objections };
    return undefined;
  });
}

/** The order itself is corrected at once, in every case that it is taken in by; what cannot be corrected so is seen to by a person. */
function enter(desk: ChangeDesk, { changes }: Changeable, approvedBy: string): void {
  const { orderNumber, reason = orderNumber } = desk.subject;
  const left = leftOf(desk.call('amend-order', { orderNumber, changes, approvedBy, reason })); // HH-C7, HH-C10
  desk.each('settle-by-hand', left, ({ caseId }) => caseId, {
    shows: ({ number, code, values }) => ({ number, refusal: { code, values }, changes }),
  }); // HH-C7, HH-C10
}

/** One written notice to all concerned. */
function instruct(desk: ChangeDesk, lines: readonly LineDiff[]): void {
  const { orderNumber } = desk.subject;
  const { instructions } = desk.ask('instruct-production', { shows: { orderNumber, lines } }).data; // HH-C8
  const paper = { language: desk.policy('factory-language'), facts: { order: orderNumber }, lines: printed(lines), text: instructions };
  const letter = desk.call('issue-production-change-notice', paper); // HH-C8
  const notice = { orderNumber, lines, instructions, letter };
  desk.inform('production-change-notice', { to: 'production-depts', shows: notice }); // HH-C8
  desk.inform('workshop-change-notice', { to: 'workshop', shows: notice }); // HH-C8
}
