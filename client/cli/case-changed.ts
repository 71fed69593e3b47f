import type { CaseStatus } from '../../domain/engine/ledger.js';
import type { CliContext } from './context.js';

/** How a case stands after a command. */
export function caseChanged(
  cli: CliContext,
  caseId: string,
  { turn, status }: { readonly turn: number; readonly status: CaseStatus },
): string {
  return cli.say('cli.case-changed', { case: caseId, turn, status: cli.say(`status.${status}`) });
}
