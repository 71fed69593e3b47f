import type { Row } from '../../domain/engine/ledger.js';
import { carriersOf } from '../../domain/policy/carried.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';

/** Fails unless a ledger shows that these clauses of a procedure's book were carried out. The clause trace counts them as tested where this stands. */
export function carriedOut(policy: ProcedurePolicy, ledger: readonly Row[], ...clauses: readonly string[]): void {
  const shown = clausesCarriedOut(policy, ledger);
  const missing = clauses.filter((clause) => !shown.has(clause));
  if (missing.length > 0) throw new Error(`not carried out: ${missing.join(', ')}; carried out: ${[...shown].sort().join(', ')}`);
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
