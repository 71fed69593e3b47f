import type { Desk } from '../../../../domain/engine/procedure.js';

/** One procedure, and what a release may change in it without a word. */
type Subject = { readonly quantity: number };
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };
export type DigestDesk = Desk<Subject, Any>;
type CodeChange = 'step' | 'shows' | 'first shows' | 'effect input' | 'outcome';

/** Checked, posted beside the plan, dated. */
export function watched(desk: DigestDesk, change?: CodeChange): string {
  const { quantity } = desk.subject;
  desk.ask('desk', { shows: change === 'first shows' ? { pieces: quantity } : { quantity } });
  desk.all({
    post: () => desk.call('post', change === 'effect input' ? { pieces: quantity } : { quantity }),
    plan: () => desk.ask(change === 'step' ? 'technical' : 'planner', { shows: change === 'shows' ? { pieces: quantity } : { quantity } }),
  });
  desk.ask('pmc', { shows: desk.policy('wording') });
  return 'posted';
}

/** The same, with an end that is reached by an amendment to nothing: what was posted is then taken back. */
export function taken(desk: DigestDesk, change?: CodeChange): string {
  const { quantity } = desk.subject;
  if (quantity === 0) return change === 'outcome' ? 'declined' : 'refused';
  desk.ask('desk', { shows: { quantity } });
  desk.call('post', { quantity });
  desk.ask('pmc', { shows: 'all' });
  return 'posted';
}
