import type { Desk } from '../../../../domain/engine/procedure.js';

interface Order {
  readonly price: number;
  readonly date: string;
  readonly note: string;
}
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };

/** An order is entered, countersigned by five departments, and shipped; a rejected one ends. */
export function signing(desk: Desk<Order, Any>): string {
  desk.ask('enter', { shows: 'the order' });
  const signed = desk.ask('countersign', { shows: desk.subject });
  if (signed.outcome === 'refuse') return `refused by ${signed.by}`;
  desk.ask('ship', { shows: signed.votes?.map(({ seat, by }) => [seat, by]) });
  return 'shipped';
}
