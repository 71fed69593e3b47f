import { carriersIn } from '../../domain/analysis/carriers.js';
import type { Row } from '../../domain/engine/ledger.js';
import { carriersOf, type ProcedurePolicy } from '../../domain/policy/policy.js';

/** Fails unless a ledger shows that these clauses of a procedure's book were carried out. The trace counts those of procedures without stories as tested where this stands. */
export function carriedOut(policy: ProcedurePolicy, ledger: readonly Row[], ...clauses: readonly string[]): void {
  const shown = clausesCarriedOut(policy, ledger);
  const missing = clauses.filter((clause) => !shown.has(clause));
  if (missing.length > 0) throw new Error(`not carried out: ${missing.join(', ')}; carried out: ${[...shown].sort().join(', ')}`);
}

/** The clauses whose carriers a ledger shows; and those that the procedure claims but no part of its policy carries, of every case that has begun. */
function clausesCarriedOut(policy: ProcedurePolicy, ledger: readonly Row[]): ReadonlySet<string> {
  const parts = carriersOf(policy);
  const shown = carriersIn(ledger);
  const carried = new Set(parts.flatMap(({ clauses }) => clauses));
  const byParts = parts.filter(({ group, id }) => shown.has(`${group}.${id}`)).flatMap(({ clauses }) => clauses);
  const byCode = ledger.some(({ type }) => type === 'begun') ? policy.clauses.filter((clause) => !carried.has(clause)) : [];
  return new Set([...byParts, ...byCode]);
}
