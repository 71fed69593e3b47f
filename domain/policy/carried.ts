import type { ProcedurePolicy } from './policy.js';

/** The parts of a policy that carry clauses of the book. */
export const carriers = ['steps', 'clocks', 'notices', 'effects'] as const;
type Carrier = (typeof carriers)[number];

/** Every part of a procedure that carries clauses, e.g. `steps` `initial-review`, with those clauses. */
export function carriersOf(
  policy: ProcedurePolicy,
): readonly { readonly group: Carrier; readonly id: string; readonly clauses: readonly string[] }[] {
  return carriers.flatMap((group) =>
    Object.entries<{ readonly clauses?: readonly string[] }>(policy[group]).map(([id, { clauses = [] }]) => ({ group, id, clauses })),
  );
}
