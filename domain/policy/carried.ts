import type { Row } from '../case/rows.js';
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

/**
 * The clauses that a case has carried out, by its ledger: of each step that was answered or went without an answer in time, of each deadline
 * that ran, notice told and effect done; and those that the procedure claims but no part of its policy carries, which stand in its code
 * alone: every case that has begun goes by them.
 */
export function clausesCarriedOut(policy: ProcedurePolicy, ledger: readonly Row[]): ReadonlySet<string> {
  const parts = carriersOf(policy);
  const shown = new Set(ledger.flatMap((row) => partsIn(row)));
  const carried = new Set(parts.flatMap(({ clauses }) => clauses));
  const byParts = parts.filter(({ group, id }) => shown.has(`${group} ${id}`)).flatMap(({ clauses }) => clauses);
  const byCode = ledger.some(({ type }) => type === 'begun') ? policy.clauses.filter((clause) => !carried.has(clause)) : [];
  return new Set([...byParts, ...byCode]);
}

function partsIn({ type, task, clock, notice, effect }: Row): readonly string[] {
  const parts: string[] = [];
  if (task !== undefined && ['completed', 'answered-part', 'lapsed'].includes(type)) parts.push(`steps ${task.step}`);
  if (clock !== undefined) parts.push(`clocks ${clock.clock}`);
  if (notice !== undefined) parts.push(`notices ${notice.notice}`);
  if (effect?.state === 'done') parts.push(`effects ${effect.effect}`);
  return parts;
}
