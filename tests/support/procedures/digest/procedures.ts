import type { Desk } from '../../../../domain/case/desk.js';

/** One procedure, and what a release may change in it without a word. */
type Subject = { readonly quantity: number };
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
export type DigestDesk = Desk<Subject, Any>;
type CodeChange = 'step' | 'shows' | 'first shows' | 'effect input' | 'outcome';

/** Checked, posted beside the plan; ends at once when the check finds a problem. */
export function watched(desk: DigestDesk, change?: CodeChange): string {
  const { quantity } = desk.subject;
  const checked = desk.ask('desk', { shows: change === 'first shows' ? { pieces: quantity } : { quantity } });
  if (checked.outcome === 'problem') return change === 'outcome' ? 'declined' : 'refused';
  desk.all({
    post: () => desk.call('post', change === 'effect input' ? { pieces: quantity } : { quantity }),
    plan: () => desk.ask(change === 'step' ? 'technical' : 'planner', { shows: change === 'shows' ? { pieces: quantity } : { quantity } }),
  });
  desk.ask('pmc', { shows: desk.policy('wording') });
  return 'posted';
}

/** The same with the posting first, so that an end without it takes it back. */
export function taken(desk: DigestDesk, change?: CodeChange): string {
  desk.all({ post: () => desk.call('post', { quantity: desk.subject.quantity }), check: () => desk.ask('desk', { shows: 'all' }) });
  return change === 'outcome' ? 'declined' : 'refused';
}
