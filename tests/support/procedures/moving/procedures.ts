import type { Desk } from '../../../../domain/engine/procedure.js';

/** Procedures that change between two releases while their cases run. */
type Subject = { readonly price?: number; readonly quantity?: number; readonly bug?: 'begin' | 'clock' | 'effect' | 'command' };
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
export type MovingDesk = Desk<Subject, Any>;

/** Checked, planned, reviewed by nobody or by some, dated, told. */
export function takeOrder(desk: MovingDesk, reviewers: readonly string[], names = { planner: 'planner', pmc: 'pmc' }): string {
  const checked = desk.ask('desk', { shows: { price: desk.subject.price } });
  const planned = desk.ask(names.planner, { shows: { desk: checked.data } });
  for (const step of reviewers) desk.ask(step, { shows: { plan: planned.data } });
  const dated = desk.ask(names.pmc, { shows: { plan: planned.data } });
  desk.inform('reply', { to: 'customer', shows: { date: dated.data } });
  return 'replied';
}

/** Posted to another system beside the plan, then dated. */
export function takePosting(desk: MovingDesk): string {
  desk.ask('desk', { shows: { price: desk.subject.price } });
  desk.all({
    post: () => desk.call('post', { quantity: desk.subject.quantity }),
    plan: () => desk.ask('planner', { shows: { price: desk.subject.price } }),
  });
  desk.ask('pmc', { shows: 'all' });
  return 'posted';
}

/** A procedure with a bug at each of the points where nobody or somebody waits for its turn; `mended` has none. */
export function takeFragile(desk: MovingDesk, mended: boolean): string {
  const reach = (point: string): void => {
    if (!mended && desk.subject.bug === point) throw new TypeError(`broken at ${point}`);
  };
  reach('begin');
  const checked = desk.ask('desk', { shows: { price: desk.subject.price } });
  if (checked.outcome === 'problem') reach('command');
  desk.call('post', { quantity: desk.subject.quantity });
  reach('effect');
  if (desk.ask('hasty', { shows: 'in time?' }).overdue) reach('clock');
  desk.ask('pmc', { shows: 'all' });
  return 'done';
}
