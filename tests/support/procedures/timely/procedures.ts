import type { Desk } from '../../../../domain/engine/procedure.js';

type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };

/** Asks for an hour; without an answer it goes on, and a planner decides. */
export function impatient(desk: Desk<{ readonly price?: number }, Any>): string {
  const hasty = desk.ask('hasty', { shows: { price: desk.subject.price } });
  if (!hasty.overdue) return 'answered in time';
  return `${desk.ask('planner', { shows: 'nobody answered' }).outcome} without an answer`;
}
