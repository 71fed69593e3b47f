import type { CreditPosition } from '../../domain/books/book.js';
import type { Desk } from '../../domain/engine/procedure.js';
import {
  type CreditDecision,
  corrected,
  found,
  isOverdue,
  isOverLimit,
  judgeCredit,
  type ShipmentLine,
} from '../../domain/shipments/credit.js';
import { releasedBy, type Shipment } from '../../domain/shipments/shipment.js';
import type { ShipmentRoutineNames, ShipmentRoutineSteps } from './policy.js';

export type Shipping = Desk<Shipment, ShipmentRoutineSteps, ShipmentRoutineNames>;

/** Goods of an order with their worth, as they are asked to leave. */
export interface Goods {
  readonly lines: readonly ShipmentLine[];
  readonly amountMinor: number;
}

/** Goods that may leave: what was found of the customer's credit, and why money is late. */
export interface Approved {
  readonly release: string;
  readonly verdict: CreditDecision;
  readonly overdueReason?: string;
}

/** One round from the finance check to the release. Undefined: what was checked no longer holds, and it is checked again. */
export function checkAndRelease(desk: Shipping, { lines, amountMinor }: Goods): Approved | 'dropped' | 'no-limit' | undefined {
  const { customer, order } = desk.subject;
  const credit = found<CreditPosition>(desk.look('credit', { customer }));
  if (credit === undefined) return 'no-limit';
  const inBooks = judgeCredit(credit, amountMinor);
  const check = desk.ask('finance-check', { shows: { customer, verdict: inBooks, lines } }).data; // JH-L3
  const verdict = judgeCredit(corrected(credit, check), amountMinor);
  if (verdict.verdict === 'no-limit') return 'no-limit';

  const late = isOverdue(verdict) ? { overdueReason: desk.ask('overdue-reason', { shows: { verdict } }).data.reason } : {}; // JH-L5
  const reviewed = desk.review('release', { shows: { customer, verdict, lines, ...late } }); // JH-L4, JH-L5, JH-L6
  if (reviewed.outcome === 'rejected') {
    const held = desk.ask('collect', { shows: { customer, verdict, heldBy: reviewed.step, reason: reviewed.answer.data['reason'] ?? '' } });
    return held.outcome === 'dropped' ? 'dropped' : undefined; // JH-L4, JH-L5, JH-L6
  }

  const watch = found<CreditPosition>(desk.look('account-watch', { customer, after: reviewed.answers.at(-1)?.at ?? 0 })); // JH-L13
  if (watch === undefined || judgeCredit(watch, amountMinor).verdict !== inBooks.verdict) return undefined;
  const allowed = isOverLimit(verdict) || check.outcome === 'corrected' ? { approvedMinor: inBooks.exposureWithShipmentMinor } : {};
  const goods = lines.map(({ id, quantity }) => ({ line: id, quantity }));
  const result = releasedBy(desk.call('release-goods', { customer, order, lines: goods, ...allowed })); // JH-L7
  if (result.granted) {
    desk.inform('released-to-accountant', {
      to: 'receivables-accountant',
      shows: { customer, amountMinor, exposureMinor: result.exposureMinor },
    }); // JH-L13
    return { release: result.release, verdict, ...late };
  }
  if (result.refusal.code === 'OVER_LIMIT') return undefined;
  return desk.ask('short-goods', { shows: { lines, refusal: result.refusal } }).outcome === 'dropped' ? 'dropped' : undefined; // JH-L8
}
