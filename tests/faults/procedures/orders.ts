import type { Desk } from '../../../domain/engine/procedure.js';

/** An order as the fault matrix takes it: small, with a posting to another system on its way and a letter at its end. */
type Subject = {
  readonly quantity: number;
  readonly price: number;
  readonly lines?: readonly { readonly id: string; readonly quantity: number }[];
};
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
export type OrderDesk = Desk<Subject, Any>;

/** Checked, posted, planned, reviewed by nobody or by some, dated, told. Without a quantity there is nothing to do. */
export function takeOrder(desk: OrderDesk, reviewers: readonly string[]): string {
  const { quantity, price } = desk.subject;
  if (quantity === 0) return 'nothing to do';
  desk.clock('reply', { from: desk.begunAt, until: 'pmc' });
  const checked = desk.ask('desk', { shows: { quantity, price } });
  desk.call('post', { quantity });
  const planned = desk.ask('planner', { shows: { desk: checked.data } });
  for (const step of reviewers) desk.ask(step, { shows: { plan: planned.data } });
  const dated = desk.ask('pmc', { shows: { plan: planned.data } });
  desk.inform('reply', { to: 'customer', shows: { date: dated.data } });
  return 'replied';
}

/** Work for a crowd: three tasks and a table of lines at once. */
export function takeCrowd(desk: OrderDesk): string {
  desk.all({
    desk: () => desk.ask('desk', { shows: desk.subject.quantity }),
    technical: () => desk.ask('technical', { shows: desk.subject.lines }),
    price: () => desk.ask('price', { shows: desk.subject.price }),
    dates: () => desk.each('dates', desk.subject.lines ?? [], (line) => line.id, { shows: (line) => line.quantity }),
  });
  desk.ask('pmc', { shows: 'all' });
  return 'settled';
}

/** A deadline that strikes within seconds and then an effect, to see that both go on while SQL is away. */
export function takeUrgent(desk: OrderDesk): string {
  desk.ask('hasty', { shows: desk.subject.price });
  desk.call('post', { quantity: desk.subject.quantity });
  desk.ask('pmc', { shows: 'all' });
  return 'settled';
}

/** An effect before any task. */
export function takePosted(desk: OrderDesk): string {
  desk.call('post', { quantity: desk.subject.quantity });
  desk.ask('pmc', { shows: desk.subject.price });
  return 'settled';
}
