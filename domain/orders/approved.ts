import { canon } from '../canonical-json.js';
import type { Json } from '../json.js';
import type { Order, OrderLine } from './order.js';

/** An order, or a part of it, as it is looked at: what of it was approved by a change is no part of what is shown. */
type Lines = Pick<Order, 'lines' | 'remarks' | 'approved'>;

const same = (one: OrderLine | undefined, other: OrderLine | undefined): boolean =>
  canon((one ?? null) as unknown as Json) === canon((other ?? null) as unknown as Json);
const lineOf = (lines: readonly OrderLine[], id: string): OrderLine | undefined => lines.find((line) => line.id === id);

/**
 * The order as it was reviewed when it was placed (HH-B2 … HH-B9): what an approved change has made of it since has been looked at there (HH-C6) and
 * told to production (HH-C8), so that nobody looks at it twice. What is another than was approved counts as it stands.
 */
export function asReviewed<Of extends Lines>({ approved, ...order }: Of): Omit<Of, 'approved'> {
  if (approved === undefined) return order;
  const { lines: changed = {}, remarks } = approved;
  const stands = (id: string): boolean => same(lineOf(order.lines, id), changed[id]?.now);
  const kept = order.lines.flatMap((line) => {
    const change = changed[line.id];
    return change === undefined || !stands(line.id) ? [line] : (change.was ?? []);
  });
  const gone = Object.entries(changed).filter(([id, { was, now }]) => was !== undefined && now === undefined && stands(id));
  for (const [, { was, at = 0 }] of gone.toSorted(([, one], [, other]) => (one.at ?? 0) - (other.at ?? 0)))
    if (was !== undefined) kept.splice(at, 0, was);
  const { remarks: now, ...rest } = order;
  const said = remarks !== undefined && remarks.now === now ? remarks.was : now;
  return { ...rest, ...(said === undefined ? {} : { remarks: said }), lines: kept } as unknown as Omit<Of, 'approved'>;
}

/** An order after an approved change, with what it was reviewed as. `before`, `after`: without and with the change. */
export function withApproved(before: Order, after: Order): Order {
  const reviewed = asReviewed(before);
  const ids = new Set([...before.lines, ...after.lines].map(({ id }) => id));
  const lines = { ...before.approved?.lines };
  for (const id of ids) {
    const now = lineOf(after.lines, id);
    if (same(lineOf(before.lines, id), now)) continue;
    const at = reviewed.lines.findIndex((line) => line.id === id);
    const was = reviewed.lines[at];
    if (same(was, now)) delete lines[id];
    else lines[id] = { ...(was === undefined ? {} : { was, at }), ...(now === undefined ? {} : { now }) };
  }
  const remarks =
    before.remarks === after.remarks
      ? before.approved?.remarks
      : {
          ...(reviewed.remarks === undefined ? {} : { was: reviewed.remarks }),
          ...(after.remarks === undefined ? {} : { now: after.remarks }),
        };
  const { approved: _before, ...rest } = after;
  const changed = Object.keys(lines).length > 0;
  if (!changed && remarks === undefined) return rest;
  return { ...rest, approved: { ...(changed ? { lines } : {}), ...(remarks === undefined ? {} : { remarks }) } };
}
