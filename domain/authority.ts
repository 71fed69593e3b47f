import { assertNever } from './assert-never.js';
import type { Json, JsonObject } from './case/json.js';
import type { Candidate, Seat } from './case/rows.js';
import type { ProcedurePolicy, StepPolicy } from './policy/policy.js';

/** A role that a person holds in a company. */
export interface Membership {
  readonly company: string;
  readonly role: string;
}

/** A person as the directory knows them. */
export interface Member {
  readonly id: string;
  readonly memberships: readonly Membership[];
}

/** What people do to a task, and to a case. */
export const taskVerbs = ['complete', 'return', 'hold', 'resume'] as const;
export type TaskVerb = (typeof taskVerbs)[number];
export const caseVerbs = ['amend', 'hold', 'resume', 'cancel', 'move'] as const;
/** What those who manage the procedure may do to a task too. */
const managersVerbs: readonly string[] = ['hold', 'resume'];

/** What somebody wants to do. `verb` is as asked, and may be one that does not exist here. */
export type Wish =
  | {
      readonly on: 'task';
      readonly verb: string;
      readonly seats: readonly Seat[];
      readonly step: StepPolicy;
      /** Roles that manage the procedure. */
      readonly managedBy?: readonly string[];
    }
  | { readonly on: 'case'; readonly verb: string; readonly procedure: ProcedurePolicy }
  | { readonly on: 'start'; readonly procedure: ProcedurePolicy }
  | { readonly on: 'read' };

/** `rule` names what let the person act: `role:<role>`, `person` or `member`. The refusal is coded as the problem that the edge answers with. */
export type Authority =
  | { readonly allowed: true; readonly rule: string }
  | { readonly allowed: false; readonly code: 'STRANGER' | 'VERB_UNKNOWN' | 'NOT_YOURS' | 'ROLE_NEEDED'; readonly values: JsonObject };

/**
 * The one rule of who may act: lists, buttons and commands all ask it. A person outside the company is a STRANGER, for whom its cases do not
 * exist; a verb that is not there is VERB_UNKNOWN before it is anybody's; then it is a matter of seat or role.
 */
export function mayAct(person: Member, company: string, wish: Wish): Authority {
  const roles = person.memberships.filter((membership) => membership.company === company).map(({ role }) => role);
  if (roles.length === 0) return no('STRANGER', { company });
  switch (wish.on) {
    case 'read':
      return { allowed: true, rule: 'member' };
    case 'start':
      return byRole(roles, 'start', wish.procedure.startedBy);
    case 'case':
      if (!caseVerbs.some((verb) => verb === wish.verb)) return no('VERB_UNKNOWN', { verb: wish.verb, allowed: caseVerbs });
      return byRole(roles, wish.verb, wish.procedure.managedBy);
    case 'task': {
      const verbs = verbsOf(wish.step);
      if (!verbs.some((verb) => verb === wish.verb)) return no('VERB_UNKNOWN', { verb: wish.verb, allowed: verbs });
      const manager = managersVerbs.includes(wish.verb) ? roles.find((role) => wish.managedBy?.includes(role)) : undefined;
      const seated = bySeat(person.id, roles, wish.seats);
      return seated.allowed || manager === undefined ? seated : { allowed: true, rule: `role:${manager}` };
    }
    default:
      return assertNever(wish);
  }
}

/** The verbs that a step has: it can be returned only where its policy names where to. */
export function verbsOf(step: StepPolicy): readonly TaskVerb[] {
  return taskVerbs.filter((verb) => verb !== 'return' || step.returnTo.length > 0);
}

function byRole(roles: readonly string[], verb: string, needed: readonly string[]): Authority {
  const held = roles.find((role) => needed.includes(role));
  return held === undefined ? no('ROLE_NEEDED', { verb, roles: needed }) : { allowed: true, rule: `role:${held}` };
}

function bySeat(id: string, roles: readonly string[], seats: readonly Seat[]): Authority {
  const candidates = seats.flatMap((seat) => seat.candidates);
  if (candidates.some((candidate) => 'person' in candidate && candidate.person === id)) return { allowed: true, rule: 'person' };
  const held = candidates.flatMap((candidate) => ('role' in candidate ? [candidate.role] : [])).find((role) => roles.includes(role));
  return held === undefined ? no('NOT_YOURS', waitingFor(candidates)) : { allowed: true, rule: `role:${held}` };
}

/** Whom a task waits for, as values of a sentence. */
export function waitingFor(candidates: readonly Candidate[]): { readonly roles: readonly string[]; readonly people: readonly string[] } {
  return {
    roles: [...new Set(candidates.flatMap((candidate) => ('role' in candidate ? [candidate.role] : [])))],
    people: [...new Set(candidates.flatMap((candidate) => ('person' in candidate ? [candidate.person] : [])))],
  };
}

function no(code: Exclude<Authority, { allowed: true }>['code'], values: Readonly<Record<string, Json>>): Authority {
  return { allowed: false, code, values };
}
