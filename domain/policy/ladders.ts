import type { EscalationPolicy, EscalationStep } from '../time/escalation.js';
import type { CompanyPolicy, ProcedurePolicy } from './policy.js';
import { rolesOfStep } from './seating.js';

/**
 * A procedure with every ladder filled in: that of the company where a step with a due time has none of its own, and who joins at each
 * escalation. An escalation above which nobody is falls away.
 */
export function withLadders(company: CompanyPolicy, policy: ProcedurePolicy): ProcedurePolicy {
  const steps = Object.entries(policy.steps).map(([id, step]) => {
    const ladder = step.ladder ?? (step.due === undefined || step.overdue === 'outcome' ? undefined : company.ladder);
    return [id, ladder === undefined ? step : { ...step, ladder: named(company, ladder, rolesOfStep(step)) }] as const;
  });
  const clocks = Object.entries(policy.clocks).map(
    ([id, clock]) =>
      [id, clock.ladder === undefined ? clock : { ...clock, ladder: named(company, clock.ladder, policy.managedBy) }] as const,
  );
  return { ...policy, steps: Object.fromEntries(steps), clocks: Object.fromEntries(clocks) };
}

/** The first escalation that names no role is to the first role above, the second to the second. */
function named({ supervisors = {} }: CompanyPolicy, ladder: EscalationPolicy, roles: readonly string[]): EscalationPolicy {
  const above = [...new Set(roles.flatMap((role) => supervisors[role] ?? []))].filter((role) => !roles.includes(role));
  return ladder.flatMap((rung): readonly EscalationStep[] => {
    if ('remind' in rung || rung.escalate.to !== undefined) return [rung];
    const to = above.shift();
    return to === undefined ? [] : [{ escalate: { ...rung.escalate, to } }];
  });
}

/** The first of some roles of which the company does not say who is above it, where a ladder needs to know. */
export function missingAbove({ supervisors = {} }: CompanyPolicy, ladder: EscalationPolicy, roles: readonly string[]): string | undefined {
  const asks = ladder.some((rung) => 'escalate' in rung && rung.escalate.to === undefined);
  return asks ? roles.find((role) => !Object.hasOwn(supervisors, role)) : undefined;
}
