import type * as z from 'zod';
import { durationMs } from '../time/days.js';
import { type DueSpec, needsCalendar } from '../time/due.js';
import { type EscalationPolicy, escalationId, escalationNeedsCalendar } from '../time/escalation.js';
import { missingAbove, withLadders } from './expand.js';
import { type Source } from './parse.js';
import {
  type Clauses,
  type CompanyPolicy,
  carriersOf,
  type Field,
  type People,
  type Person,
  type ProcedurePolicy,
  rolesOfStep,
  type SeatsPolicy,
  type StepPolicy,
} from './policy.js';
import { type Complain, listed } from './problems.js';
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

/** Names that the data of an answer needs for itself. */
const reserved = ['outcome', 'lines'];

/** Checks that the parts of a step fit each other; `steps` are the ids of its procedure's steps. */
function checkStep(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const path = ['steps', id];
  if (Object.keys(step.outcomes).length === 0) complain([...path, 'outcomes'], 'a step without outcomes; allowed: one or more', 'key');
  if (step.overdue === 'outcome' && step.due === undefined)
    complain([...path, 'overdue'], '"outcome" on a step that is never due; allowed: ladder, or a "due"');
  if (step.overdue === 'outcome' && step.perLine)
    complain([...path, 'overdue'], '"outcome" on a step that is answered by lines; allowed: ladder');
  checkReturns(id, step, steps, complain);
  checkFields(path, step, complain);
  checkPromises(path, step, complain);
}

function checkReturns(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const others = steps.filter((other) => other !== id);
  for (const [index, target] of step.returnTo.entries()) {
    if (!others.includes(target) && target !== 'previous' && target !== 'starter')
      complain(['steps', id, 'returnTo', index], `there is no other step "${target}"; allowed: previous, starter, ${listed(others)}`);
  }
}

function checkFields(path: readonly string[], step: StepPolicy, complain: Complain): void {
  const asked = Object.entries(step.outcomes).flatMap(([outcome, { fields }]) => fields.map((field, index) => ({ outcome, field, index })));
  for (const { outcome, field, index } of asked) {
    const place = [...path, 'outcomes', outcome, 'fields', index];
    if (!Object.hasOwn(step.fields, field)) complain(place, `there is no field "${field}"; allowed: ${listed(Object.keys(step.fields))}`);
  }
  for (const [field, policy] of Object.entries(step.fields)) {
    const place = [...path, 'fields', field];
    if (reserved.includes(field)) complain(place, `the name "${field}" is taken; allowed: any but ${listed(reserved)}`, 'key');
    if (!asked.some((one) => one.field === field))
      complain(place, `no outcome asks for "${field}"; allowed: fields that an outcome lists`, 'key');
    checkField(place, policy, complain);
    checkDateRules(place, policy, Object.keys(step.fields), complain);
  }
}

function checkField(path: readonly string[], field: Field, complain: Complain): void {
  const choices = Object.keys(field.choices ?? {});
  const chosen = field.type === 'choice' || field.type === 'verdicts';
  const ofList = field.type === 'verdicts' || field.type === 'lines';
  if (chosen && choices.length === 0) complain(path, 'a choice without choices; allowed: one or more under "choices"', 'key');
  if (!chosen && field.choices !== undefined)
    complain([...path, 'choices'], `"choices" on a ${field.type} field; allowed: on a choice or verdicts field`, 'key');
  if (ofList && field.of === undefined)
    complain(path, `${field.type} of nothing; allowed: the name of a list that is shown, under "of"`, 'key');
  if (!ofList && field.of !== undefined)
    complain([...path, 'of'], `"of" on a ${field.type} field; allowed: on a verdicts or lines field`, 'key');
  if (field.type !== 'text' && field.max !== undefined)
    complain([...path, 'max'], `"max" on a ${field.type} field; allowed: on a text field`, 'key');
  if (field.type !== 'text' && field.pattern !== undefined)
    complain([...path, 'pattern'], `"pattern" on a ${field.type} field; allowed: on a text field`, 'key');
  if (field.pattern !== undefined && !isExpression(field.pattern))
    complain([...path, 'pattern'], 'not a regular expression; allowed: one such as [A-Z]{2}-\\d{4}');
  const number = field.type === 'integer' || field.type === 'money';
  for (const bound of ['min', 'atMost'] as const) {
    if (!number && field[bound] !== undefined)
      complain([...path, bound], `"${bound}" on a ${field.type} field; allowed: on an integer or money field`, 'key');
  }
}

/** A subject is told before anything is shown. */
function checkSubjectField(path: readonly string[], field: Field, complain: Complain): void {
  checkField(path, field, complain);
  for (const rule of ['of', 'sameAs', 'atMost', 'onFreeDay', 'whenLater'] as const)
    if (field[rule] !== undefined)
      complain([...path, rule], `"${rule}" in a subject, where nothing is shown; allowed: in the form of a step`, 'key');
}

function checkDateRules(path: readonly string[], field: Field, fields: readonly string[], complain: Complain): void {
  for (const rule of ['notPast', 'onFreeDay', 'whenLater'] as const) {
    if (field.type !== 'date' && field[rule] !== undefined)
      complain([...path, rule], `"${rule}" on a ${field.type} field; allowed: on a date field`, 'key');
  }
  for (const [place, needed] of [
    [[...path, 'onFreeDay'], field.onFreeDay],
    [[...path, 'whenLater', 'needs'], field.whenLater?.needs],
  ] as const) {
    if (needed !== undefined && !fields.includes(needed)) complain(place, `there is no field "${needed}"; allowed: ${listed(fields)}`);
  }
}

function checkPromises(path: readonly string[], step: StepPolicy, complain: Complain): void {
  if (step.promises === undefined) return;
  const dates = Object.entries(step.fields).flatMap(([id, { type }]) => (type === 'date' ? [id] : []));
  const place = [...path, 'promises'];
  if (!step.perLine) complain(place, 'promised dates on a step that is not answered by lines; allowed: with "perLine: true"', 'key');
  else if (!dates.includes(step.promises)) complain(place, `"${step.promises}" is not a date of the form; allowed: ${listed(dates)}`);
  const choices = Object.entries(step.fields).flatMap(([id, { type }]) => (type === 'choice' ? [id] : []));
  if (step.promiseCause !== undefined && !choices.includes(step.promiseCause))
    complain([...path, 'promiseCause'], `"${step.promiseCause}" is not a choice of the form; allowed: ${listed(choices)}`);
}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Checks who answers a step: one seat or several that can come to a decision. */
function checkSeats(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const path = ['steps', id];
  if (((step.roles ?? step.teams) === undefined) === (step.seats === undefined))
    complain(path, 'a step is answered by "roles" or by "seats"; allowed: one of them', 'key');
  if (step.seats !== undefined) {
    if (step.perLine) complain([...path, 'seats'], 'seats on a step that is answered line by line; allowed: "roles"', 'key');
    checkMode([...path, 'seats'], step.seats, complain);
    checkSeatPlaces([...path, 'seats', 'of'], step.seats, complain);
  }
  if (step.perLine)
    for (const [outcome, { rejects }] of Object.entries(step.outcomes))
      if (rejects === true)
        complain(
          [...path, 'outcomes', outcome, 'rejects'],
          'a "no" to a step that is answered line by line; allowed: on a step answered as a whole',
          'key',
        );
  for (const [index, other] of (step.differentFrom ?? []).entries())
    if (other === id || !steps.includes(other))
      complain(
        [...path, 'differentFrom', index],
        `there is no other step "${other}"; allowed: ${listed(steps.filter((one) => one !== id))}`,
      );
  checkSkip(path, step, complain);
}

function checkMode(path: readonly PropertyKey[], { mode, of, needs, onReject }: SeatsPolicy, complain: Complain): void {
  if (mode === 'one' && of.length > 1) complain([...path, 'of'], `${of.length} seats in mode "one"; allowed: one, or another mode`, 'key');
  if (mode !== 'quorum' && needs !== undefined) complain([...path, 'needs'], `"needs" in mode "${mode}"; allowed: with "quorum"`, 'key');
  if (mode === 'one' && onReject === 'counts') complain([...path, 'onReject'], '"counts" with one seat; allowed: with several');
  if (mode !== 'quorum') return;
  if (needs === undefined) return complain([...path, 'mode'], 'a quorum that does not say what it needs; allowed: with "needs"');
  const weight = of.reduce((sum, seat) => sum + (seat.weight ?? 1), 0);
  if ('count' in needs && needs.count > of.length)
    complain([...path, 'needs', 'count'], `${needs.count} of ${of.length} seats can never agree; allowed: ${of.length} or less`);
  if ('weight' in needs && needs.weight > weight)
    complain([...path, 'needs', 'weight'], `the seats weigh ${weight} together; allowed: ${weight} or less`);
}

function checkSeatPlaces(path: readonly PropertyKey[], { mode, of, needs }: SeatsPolicy, complain: Complain): void {
  const weighed = needs !== undefined && 'weight' in needs;
  for (const [index, seat] of of.entries()) {
    const place = [...path, index];
    if (of.findIndex(({ id }) => id === seat.id) !== index)
      complain([...place, 'id'], `seat "${seat.id}" is here a second time; allowed: once`);
    if (seat.roles === undefined && seat.teams === undefined && seat.person === undefined)
      complain(place, 'a seat that nobody may fill; allowed: with "roles" or "person"', 'key');
    if (seat.weight !== undefined && !weighed)
      complain(
        [...place, 'weight'],
        `"weight" in mode "${mode}" without needs by weight; allowed: with "quorum" and "needs: { weight }"`,
        'key',
      );
    if (seat.veto === true && mode === 'one') complain([...place, 'veto'], '"veto" with one seat; allowed: with several', 'key');
  }
  if (of.every(({ when }) => when !== undefined))
    complain(path, 'every seat has a condition, so that there may be none; allowed: one seat or more without "when"', 'key');
}

function checkSkip(path: readonly PropertyKey[], step: StepPolicy, complain: Complain): void {
  if (step.skip === undefined) return;
  const { outcome } = step.skip;
  const asked = step.outcomes[outcome];
  if (step.perLine)
    complain([...path, 'skip'], '"skip" on a step that is answered line by line; allowed: on a step answered as a whole', 'key');
  if (asked === undefined)
    return complain([...path, 'skip', 'outcome'], `there is no outcome "${outcome}"; allowed: ${listed(Object.keys(step.outcomes))}`);
  const required = asked.fields.filter((field) => step.fields[field]?.required === true);
  if (required.length > 0)
    complain(
      [...path, 'skip', 'outcome'],
      `"${outcome}" asks for ${listed(required)}, which nobody gives; allowed: an outcome without required fields`,
    );
}

/** Checks the chains of steps of a procedure. */
function checkReviews({ reviews = {}, steps }: ProcedurePolicy, complain: Complain): void {
  const known = Object.keys(steps).filter((step) => !repairSteps.includes(step));
  for (const [id, { stages }] of Object.entries(reviews)) {
    for (const [index, stage] of stages.entries()) {
      const place = ['reviews', id, 'stages', index, 'step'];
      const step = steps[stage.step];
      if (step === undefined) complain(place, `unknown step "${stage.step}"; allowed: ${listed(known)}`);
      else if (step.perLine) complain(place, `step "${stage.step}" is answered line by line; allowed: steps answered as a whole`);
      else if (step.overdue === 'outcome')
        complain(
          place,
          `step "${stage.step}" goes on without an answer, and silence is no approval; allowed: steps with "overdue: ladder"`,
        );
      if (stages.findIndex((other) => other.step === stage.step) !== index)
        complain(place, `step "${stage.step}" is here a second time; allowed: once`);
    }
  }
}

/** Checks ladders, holds and pauses of a procedure against its company. */
function checkLadders(policy: ProcedurePolicy, company: CompanyPolicy, complain: Complain): void {
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
function checkCompanyLadder(company: CompanyPolicy, complain: Complain): void {
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

/** Checks the teams and sites of a company, and who enters absences and invoices and reports mail that came back. */
function checkDirectory(company: CompanyPolicy, complain: Complain): void {
  const { roles, sites, defaultSite } = company;
  if (company.notices?.mail === true && company.letterhead === undefined)
    complain(['notices', 'mail'], 'company.yaml has no "letterhead", from which mail comes; allowed: with a letterhead', 'key');
  const known = Object.keys(sites ?? {});
  if (defaultSite !== undefined && !known.includes(defaultSite))
    complain(['defaultSite'], `unknown site "${defaultSite}"; allowed: ${listed(known)}`);
  for (const key of ['absencesManagedBy', 'invoicesEnteredBy', 'bouncesReportedBy'] as const) {
    for (const [index, role] of (company[key] ?? []).entries()) {
      if (!Object.hasOwn(roles, role)) complain([key, index], `unknown role "${role}"; allowed: ${listed(Object.keys(roles))}`);
    }
  }
}

/** Checks the teams that steps and their seats name. */
function checkTeams({ steps }: ProcedurePolicy, { teams }: CompanyPolicy, complain: Complain): void {
  for (const [id, step] of Object.entries(steps)) {
    const path = ['steps', id];
    const known = Object.keys(teams ?? {});
    const seats = (step.seats?.of ?? []).map((seat, index) => ({ named: seat.teams, place: [...path, 'seats', 'of', index] }));
    for (const { named = [], place } of [{ named: step.teams, place: path }, ...seats]) {
      for (const [index, team] of named.entries()) {
        if (!known.includes(team)) complain([...place, 'teams', index], `unknown team "${team}"; allowed: ${listed(known)}`);
      }
    }
  }
}

/** Checks where people work, and the teams they are in. */
function checkPlaces(people: readonly Person[], { sites, teams }: CompanyPolicy, complain: Complain): void {
  for (const [index, person] of people.entries()) {
    for (const [part, known] of Object.entries({ sites: Object.keys(sites ?? {}), teams: Object.keys(teams ?? {}) })) {
      for (const [place, one] of (person[part as 'sites' | 'teams'] ?? []).entries()) {
        if (!known.includes(one))
          complain(['people', index, part, place], `unknown ${part.slice(0, -1)} "${one}"; allowed: ${listed(known)}`);
      }
    }
  }
}
