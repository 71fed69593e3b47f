import { durationMs } from '../time/days.js';
import type { DueSpec } from '../time/due.js';
import { type EscalationPolicy, escalationId, escalationNeedsCalendar } from '../time/escalation.js';
import { type Complain, listed } from './check-step.js';
import { missingAbove } from './ladders.js';
import type { CompanyPolicy, ProcedurePolicy } from './policy.js';
import { rolesOfStep } from './seating.js';

/** Checks ladders, holds and pauses of a procedure against its company. */
export function checkLadders(policy: ProcedurePolicy, company: CompanyPolicy, complain: Complain): void {
  for (const [id, step] of Object.entries(policy.steps)) {
    const path = ['steps', id];
    if (step.ladder !== undefined && step.ladder.length > 0) {
      const place = [...path, 'ladder'];
      if (step.due === undefined) complain(place, 'a ladder on a step that is never due; allowed: with a "due", or none', 'key');
      else
        checkLadder(place, step.ladder, { company, roles: rolesOfStep(step), due: step.due, lapses: step.overdue === 'outcome' }, complain);
    } else if (step.ladder === undefined && step.due !== undefined && step.overdue !== 'outcome')
      checkAbove([...path, 'roles'], company.ladder ?? [], company, rolesOfStep(step), complain);
    checkPauses(path, step.pauses, policy, company, complain);
    if (Object.hasOwn(step.outcomes, 'overdue'))
      complain([...path, 'outcomes', 'overdue'], 'silence is never an answer of a person; allowed: another id than "overdue"', 'key');
  }
  for (const [id, clock] of Object.entries(policy.clocks)) {
    if (clock.ladder !== undefined)
      checkLadder(['clocks', id, 'ladder'], clock.ladder, { company, roles: policy.managedBy, due: clock.due, lapses: false }, complain);
  }
}

/** Checks what a company says for all its procedures: its ladder, who is above whom, why something may be held. */
export function checkCompanyLadder(company: CompanyPolicy, complain: Complain): void {
  const known = (path: readonly PropertyKey[], role: string, what?: 'key'): void => {
    if (!Object.hasOwn(company.roles, role)) complain(path, `unknown role "${role}"; allowed: ${listed(Object.keys(company.roles))}`, what);
  };
  for (const [role, chain] of Object.entries(company.supervisors ?? {})) {
    known(['supervisors', role], role, 'key');
    for (const [index, above] of chain.entries()) {
      known(['supervisors', role, index], above);
      if (above === role || chain.indexOf(above) !== index)
        complain(['supervisors', role, index], `"${above}" is there already; allowed: each role once, and not the role itself`);
    }
  }
  const { ladder } = company;
  if (ladder === undefined) return;
  checkRungs(['ladder'], ladder, company, complain);
}

interface Around {
  readonly company: CompanyPolicy;
  readonly roles: readonly string[];
  readonly due: DueSpec;
  readonly lapses: boolean;
}

function checkLadder(
  path: readonly PropertyKey[],
  ladder: EscalationPolicy,
  { company, roles, due, lapses }: Around,
  complain: Complain,
): void {
  checkRungs(path, ladder, company, complain);
  checkAbove(path, ladder, company, roles, complain);
  for (const [index, rung] of ladder.entries()) {
    const place = [...path, index];
    if (lapses && !('remind' in rung && 'before' in rung.remind))
      complain(place, 'the step ends when it is due ("overdue: outcome"); allowed: reminders before it');
    if ('remind' in rung && 'before' in rung.remind && 'within' in due && due.clock === rung.remind.clock) {
      const { before } = rung.remind;
      if (durationMs(before) >= durationMs(due.within))
        complain(
          [...place, 'remind', 'before'],
          `"${before}" before is not after the start; allowed: less than the ${due.within} of the due time`,
        );
    }
  }
}

/** A ladder must find who joins. */
function checkAbove(
  path: readonly PropertyKey[],
  ladder: EscalationPolicy,
  company: CompanyPolicy,
  roles: readonly string[],
  complain: Complain,
): void {
  const role = missingAbove(company, ladder, roles);
  if (role !== undefined)
    complain(
      path,
      `company.yaml does not say who is above "${role}" when this is escalated; allowed: "${role}" in "supervisors", [] if nobody is, or a role under "to"`,
    );
}

function checkRungs(path: readonly PropertyKey[], ladder: EscalationPolicy, company: CompanyPolicy, complain: Complain): void {
  const ids = ladder.map(escalationId);
  for (const [index, rung] of ladder.entries()) {
    const kind = 'remind' in rung ? 'remind' : 'escalate';
    const { to = [] } = 'remind' in rung ? rung.remind : rung.escalate;
    if (ids.indexOf(ids[index] ?? '') !== index) complain([...path, index], 'this rung is there already; allowed: each once');
    if (company.calendar === undefined && escalationNeedsCalendar(rung))
      complain(
        [...path, index, kind],
        'company.yaml has no "calendar" for working time and working days; allowed: with a calendar, or the wall clock',
      );
    for (const role of typeof to === 'string' ? [to] : to)
      if (!Object.hasOwn(company.roles, role))
        complain([...path, index, kind, 'to'], `unknown role "${role}"; allowed: ${listed(Object.keys(company.roles))}`);
  }
}

function checkPauses(
  path: readonly PropertyKey[],
  pauses: ProcedurePolicy['steps'][string]['pauses'],
  { clocks }: ProcedurePolicy,
  { holdCauses = {} }: CompanyPolicy,
  complain: Complain,
): void {
  if (pauses === undefined) return;
  for (const [index, clock] of pauses.clocks.entries())
    if (!Object.hasOwn(clocks, clock))
      complain([...path, 'pauses', 'clocks', index], `there is no clock "${clock}"; allowed: ${listed(Object.keys(clocks))}`);
  if (!Object.hasOwn(holdCauses, pauses.cause))
    complain(
      [...path, 'pauses', 'cause'],
      `there is no hold cause "${pauses.cause}"; allowed: ${listed(Object.keys(holdCauses))} (company.yaml)`,
    );
}
