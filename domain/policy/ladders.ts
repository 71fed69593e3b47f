import type { Ladder, Rung } from '../time/rung.js';
import type { CompanyPolicy, ProcedurePolicy } from './policy.js';

/** A procedure with every ladder filled in: that of the company where a step with a due time has none of its own, and who joins at each escalation. */
export function withLadders(company: CompanyPolicy, policy: ProcedurePolicy): ProcedurePolicy {
  const steps = Object.entries(policy.steps).map(([id, step]) => {
    const ladder = step.ladder ?? (step.due === undefined || step.overdue === 'outcome' ? undefined : company.ladder);
    return [id, ladder === undefined ? step : { ...step, ladder: named(company, ladder, step.roles) }] as const;
  });
  const clocks = Object.entries(policy.clocks).map(
    ([id, clock]) =>
      [id, clock.ladder === undefined ? clock : { ...clock, ladder: named(company, clock.ladder, policy.managedBy) }] as const,
  );
  return { ...policy, steps: Object.fromEntries(steps), clocks: Object.fromEntries(clocks) };
}

function named(company: CompanyPolicy, ladder: Ladder, roles: readonly string[]): Ladder {
  return ladder.map((rung, index): Rung => {
    const to = joinsAt(company, ladder, index, roles);
    return 'remind' in rung || to === undefined ? rung : { escalate: { ...rung.escalate, to } };
  });
}

/** The role that joins at a rung: the one it names, or for the first escalation that names none the first above the roles, and so on. Undefined: nobody is above. */
export function joinsAt({ supervisors = {} }: CompanyPolicy, ladder: Ladder, index: number, roles: readonly string[]): string | undefined {
  const rung = ladder[index];
  if (rung === undefined || 'remind' in rung) return undefined;
  if (rung.escalate.to !== undefined) return rung.escalate.to;
  const before = ladder.slice(0, index).filter((one) => 'escalate' in one && one.escalate.to === undefined).length;
  const chains = roles.flatMap((role) => supervisors[role] ?? []);
  return [...new Set(chains)].filter((role) => !roles.includes(role))[before];
}
