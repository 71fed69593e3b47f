import type { Desk } from '../../../../domain/engine/procedure.js';

type Subject = { readonly lines: readonly { readonly id: string; readonly quantity: number }[]; readonly price: number };
type Any = { readonly [step: string]: { readonly outcome: string; readonly [field: string]: unknown } };

/** Work for many people at once: two reviews and a table of dates, then one last word. */
export function crowd(desk: Desk<Subject, Any>): string {
  const { lines, price } = desk.subject;
  desk.all({
    technical: () => desk.ask('technical', { shows: { lines } }),
    price: () => desk.ask('price', { shows: { price } }),
    dates: () => desk.each('dates', lines, (line) => line.id, { shows: ({ quantity }) => ({ quantity }) }),
  });
  desk.ask('pmc', { shows: 'all' });
  return 'settled';
}
