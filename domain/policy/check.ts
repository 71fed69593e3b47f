import type * as z from 'zod';

import { needsCalendar } from '../time/due.js';
import { checkDirectory, checkPlaces, checkTeams } from './check-authority.js';
import { checkCompanyLadder, checkLadders } from './check-ladder.js';
import { checkReviews, checkSeats } from './check-seats.js';
import { type Complain, checkStep, checkSubjectField, listed } from './check-step.js';
import { withLadders } from './ladders.js';
import type { Source } from './parse.js';
import { type Clauses, type CompanyPolicy, carriersOf, type People, type ProcedurePolicy } from './policy.js';
import { repairSteps, starterStepName } from './reserved-steps.js';

/** A company's policy files that fit their schemas. */
export interface CompanySources {
  readonly company: Source<CompanyPolicy>;
  readonly procedures: readonly Source<ProcedurePolicy>[];
  /** Ids of the procedures that have a file, also of those whose file has errors of its own. */
  readonly filed: readonly string[];
  /** Ids of the working calendars that have a file, also of those whose file has errors of its own. */
  readonly calendars: readonly string[];
  readonly clauses?: Source<Clauses>;
  /** Only where there is no directory yet: then every role that a procedure needs must be held by someone. */
  readonly people?: Source<People>;
}

/** What the implementations are about: see domain/contracts/subjects.ts. */
export type Subjects = Readonly<Record<string, z.ZodType>>;

/** Checks a company's files against each other; empty when all is well. */
export function checkCompany(sources: CompanySources, subjects: Subjects): readonly string[] {
  const errors: string[] = [];
  const complainAbout =
    (source: Source<unknown>): Complain =>
    (path, text, what) =>
      void errors.push(`${source.at(path, what)}: ${text}`);
  checkCompanyFile(sources, complainAbout(sources.company));
  checkDirectory(sources.company.value, complainAbout(sources.company));
  checkCompanyLadder(sources.company.value, complainAbout(sources.company));
  for (const procedure of sources.procedures) checkProcedure(procedure.value, sources, subjects, complainAbout(procedure));
  if (sources.clauses !== undefined) checkPrefix(sources.clauses.value, sources.company.value, complainAbout(sources.clauses));
  if (sources.people !== undefined) checkPeople(sources.people.value, sources, complainAbout(sources.people));
  return errors;
}

function checkCompanyFile({ company, filed, calendars }: CompanySources, complain: Complain): void {
  const { value } = company;
  if (value.calendar !== undefined && !calendars.includes(value.calendar))
    complain(['calendar'], `there is no file for calendar "${value.calendar}"; allowed: ${listed(calendars)}`);
  if (!Intl.supportedValuesOf('timeZone').includes(value.zone))
    complain(['zone'], `unknown zone "${value.zone}"; allowed: an IANA zone such as Asia/Shanghai`);
  for (const [index, role] of value.outsiders.entries()) {
    if (!Object.hasOwn(value.roles, role))
      complain(['outsiders', index], `unknown role "${role}"; allowed: ${listed(Object.keys(value.roles))}`);
  }
  for (const [index, id] of value.procedures.entries()) {
    if (!filed.includes(id)) complain(['procedures', index], `there is no file for procedure "${id}"; allowed: ${listed(filed)}`);
    if (value.procedures.indexOf(id) !== index) complain(['procedures', index], `procedure "${id}" is listed twice; allowed: once`);
  }
}

/** The effects that print under the company's letterhead. */
const onPaper = (effect: string): boolean => effect === 'send-reply' || effect.startsWith('issue-');

function checkProcedure(policy: ProcedurePolicy, sources: CompanySources, subjects: Subjects, complain: Complain): void {
  const company = sources.company.value;
  if (!company.procedures.includes(policy.procedure))
    complain(['procedure'], `company.yaml does not list "${policy.procedure}"; allowed: ${listed(company.procedures)}`);
  for (const [name, field] of Object.entries(policy.subject?.fields ?? {})) {
    const place = ['subject', 'fields', name];
    if (Object.hasOwn(subjects, policy.implementation))
      complain(place, `what "${policy.implementation}" is about is in its code; allowed: a policy without "subject"`, 'key');
    else checkSubjectField(place, field, complain);
  }
  if (policy.subject === undefined && !Object.hasOwn(subjects, policy.implementation)) {
    complain(['implementation'], `unknown implementation "${policy.implementation}"; allowed: ${listed(Object.keys(subjects))}`);
  }
  const printed = Object.keys(policy.effects).filter((effect) => company.letterhead === undefined && onPaper(effect));
  for (const effect of printed)
    complain(['effects', effect], `company.yaml has no "letterhead" for what "${effect}" prints; allowed: with a letterhead`, 'key');
  checkTeams(policy, company, complain);
  if (company.calendar === undefined) checkWallClock(policy, complain);
  for (const { path, role } of rolesOf(policy)) {
    if (!Object.hasOwn(company.roles, role)) complain(path, `unknown role "${role}"; allowed: ${listed(Object.keys(company.roles))}`);
  }
  for (const { path, clause } of clausesOf(policy)) checkClause(clause, path, sources, complain);
  for (const [id, step] of Object.entries(policy.steps)) {
    if (repairSteps.includes(id) || id === starterStepName || id === 'previous')
      complain(['steps', id], `"${id}" is the engine's own step; allowed: another id`, 'key');
    checkStep(id, step, Object.keys(policy.steps), complain);
    checkSeats(id, step, Object.keys(policy.steps), complain);
  }
  checkLadders(policy, company, complain);
  checkReviews(policy, complain);
  for (const [old, now] of Object.entries(policy.renamed ?? {})) {
    if (Object.hasOwn(policy.steps, old))
      complain(['renamed', old], `"${old}" is a step still; allowed: what no step is called any more`, 'key');
    if (!Object.hasOwn(policy.steps, now))
      complain(['renamed', old], `there is no step "${now}"; allowed: ${listed(Object.keys(policy.steps))}`);
  }
  if (policy.cancelled !== undefined && !Object.hasOwn(company.roles, policy.cancelled.to))
    complain(['cancelled', 'to'], `unknown role "${policy.cancelled.to}"; allowed: ${listed(Object.keys(company.roles))}`);
  if (policy.cancelled !== undefined && !Object.hasOwn(policy.notices, policy.cancelled.notice))
    complain(['cancelled', 'notice'], `there is no notice "${policy.cancelled.notice}"; allowed: ${listed(Object.keys(policy.notices))}`);
  if (Object.keys(policy.steps).length === 0) complain(['steps'], 'a procedure without steps; allowed: one or more', 'key');
}

/** Without a calendar nothing is due by working time. */
function checkWallClock({ steps, clocks }: ProcedurePolicy, complain: Complain): void {
  for (const [group, parts] of Object.entries({ steps, clocks })) {
    for (const [id, { due }] of Object.entries(parts)) {
      if (due !== undefined && needsCalendar(due))
        complain(
          [group, id, 'due'],
          'company.yaml has no "calendar" for working time and working days; allowed: with a calendar, or {within} on the wall clock, or {days, at}',
        );
    }
  }
}

/** Every place of a procedure that names a role. */
function rolesOf(policy: ProcedurePolicy): readonly { readonly path: readonly PropertyKey[]; readonly role: string }[] {
  const own = (['startedBy', 'managedBy', 'repairedBy'] as const).map((key) => ({ path: [key], roles: policy[key] }));
  const steps = Object.entries(policy.steps).flatMap(([id, { roles = [], seats, skip }]) => [
    { path: ['steps', id, 'roles'], roles },
    ...(seats?.of ?? []).map((seat, index) => ({ path: ['steps', id, 'seats', 'of', index, 'roles'], roles: seat.roles ?? [] })),
    { path: ['steps', id, 'skip', 'by'], roles: skip?.by ?? [] },
  ]);
  const reopen = { path: ['reopen', 'by'], roles: policy.reopen?.by ?? [] };
  return [...own, reopen, ...steps].flatMap(({ path, roles }) => roles.map((role, index) => ({ path: [...path, index], role })));
}

/** The roles that the ladders of a procedure tell. */
function toldIn({ steps, clocks }: ProcedurePolicy): readonly string[] {
  return [...Object.values(steps), ...Object.values(clocks)].flatMap(({ ladder = [] }) =>
    ladder.flatMap((rung) => ('remind' in rung ? (rung.remind.to ?? []) : (rung.escalate.to ?? []))),
  );
}

/** Every place of a procedure that names a clause of the book. */
function clausesOf(policy: ProcedurePolicy): readonly { readonly path: readonly PropertyKey[]; readonly clause: string }[] {
  const parts = carriersOf(policy).map(({ group, id, clauses }) => ({ path: [group, id, 'clauses'], clauses }));
  const all = [{ path: ['clauses'], clauses: policy.clauses }, ...parts];
  return all.flatMap(({ path, clauses }) => clauses.map((clause, index) => ({ path: [...path, index], clause })));
}

function checkClause(clause: string, path: readonly PropertyKey[], { company, clauses }: CompanySources, complain: Complain): void {
  const { prefix } = company.value;
  if (!clause.startsWith(`${prefix}-`))
    complain(path, `clause "${clause}" is not of this company; allowed: clauses that begin with ${prefix}-`);
  else if (clauses !== undefined && !Object.hasOwn(clauses.value, clause)) {
    complain(path, `unknown clause "${clause}"; allowed: the clauses of clauses.yaml (${listed(Object.keys(clauses.value))})`);
  }
}

function checkPrefix(clauses: Clauses, { prefix }: CompanyPolicy, complain: Complain): void {
  for (const id of Object.keys(clauses)) {
    if (!id.startsWith(`${prefix}-`))
      complain([id], `clause "${id}" is not of this company; allowed: clauses that begin with ${prefix}-`, 'key');
  }
}

function checkPeople({ people }: People, { company, procedures }: CompanySources, complain: Complain): void {
  const { roles } = company.value;
  checkPlaces(people, company.value, complain);
  for (const [index, person] of people.entries()) {
    if (people.findIndex(({ id }) => id === person.id) !== index)
      complain(['people', index, 'id'], `person "${person.id}" is here a second time; allowed: once`);
    for (const [place, role] of person.roles.entries()) {
      if (!Object.hasOwn(roles, role))
        complain(['people', index, 'roles', place], `unknown role "${role}"; allowed: ${listed(Object.keys(roles))}`);
    }
  }
  const held = new Set(people.flatMap((person) => person.roles));
  const needed = new Set(
    procedures.flatMap(({ value }) => [...rolesOf(value).map(({ role }) => role), ...toldIn(withLadders(company.value, value))]),
  );
  for (const role of needed) {
    if (Object.hasOwn(roles, role) && !held.has(role))
      complain(['people'], `nobody holds the role "${role}"; allowed: one person or more`, 'key');
  }
}
