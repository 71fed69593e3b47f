import type { Row } from '../../domain/case/rows.js';
import { clausesCarriedOut } from '../../domain/policy/carried.js';
import type { ProcedurePolicy } from '../../domain/policy/policy.js';

/** Fails unless a ledger shows that these clauses of a procedure's book were carried out. The clause trace counts them as tested where this stands. */
export function carriedOut(policy: ProcedurePolicy, ledger: readonly Row[], ...clauses: readonly string[]): void {
  const shown = clausesCarriedOut(policy, ledger);
  const missing = clauses.filter((clause) => !shown.has(clause));
  if (missing.length > 0) throw new Error(`not carried out: ${missing.join(', ')}; carried out: ${[...shown].sort().join(', ')}`);
}
