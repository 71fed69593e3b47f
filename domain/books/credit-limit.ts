import type { Customer } from './book.js';

/**
 * How far a customer may come: the one rule for what finance is shown and for what a release is granted by. Grade A has no limit; C and D have a limit of
 * nothing, whatever is written; without an approved one the test cannot be made (`not-approved`), and nothing is granted.
 */
export function creditLimit({
  grade,
  limitMinor,
}: Pick<Customer, 'grade' | 'limitMinor'>): 'none' | 'not-approved' | { readonly minor: number } {
  if (grade === 'A') return 'none';
  if (grade === 'C' || grade === 'D') return { minor: 0 };
  return limitMinor === undefined ? 'not-approved' : { minor: limitMinor };
}
