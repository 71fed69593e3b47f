import type { Desk } from '../../../../domain/engine/procedure.js';

/** Procedures that change another system. */
type Subject = { readonly quantity: number; readonly price?: number };
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
type OutsideDesk = Desk<Subject, Any>;

/** Checked, posted beside the plan, dated. An order that comes down to nothing is not posted. */
export function posting(desk: OutsideDesk): string {
  const { quantity, price } = desk.subject;
  desk.ask('desk', { shows: { price } });
  if (quantity === 0) return 'nothing to do';
  desk.all({
    post: () => desk.call('post', { quantity }),
    plan: () => desk.ask('planner', { shows: { price } }),
  });
  desk.ask('pmc', { shows: 'all' });
  return 'posted';
}

/** A letter that cannot be taken back once it is sent. */
export function letter(desk: OutsideDesk): string {
  desk.ask('desk', { shows: 'all' });
  desk.call('send', { quantity: desk.subject.quantity });
  desk.ask('pmc', { shows: 'all' });
  return 'sent';
}

/** Stock reserved for as long as what it was reserved for stands. */
export function reservation(desk: OutsideDesk): string {
  desk.ask('desk', { shows: 'all' });
  desk.call('reserve', { quantity: desk.subject.quantity });
  desk.ask('planner', { shows: 'all' });
  return 'reserved';
}
