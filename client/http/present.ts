import type { Authority, caseVerbs, TaskVerb } from '../../domain/authority/may-act.js';
import type { Candidate, Seat, TaskRow } from '../../domain/engine/ledger.js';
import { stepPolicy } from '../../domain/engine/system-tasks.js';
import type { Json, JsonObject } from '../../domain/json.js';
import type { StepPolicy } from '../../domain/policy/policy.js';
import { type Locale, say } from '../../domain/texts/texts.js';
import { pausedView } from './holds.js';
import { caseIdOf } from './ids.js';
import type { ProblemCode } from './problem.js';
import { sentenceOf } from './problem-answer.js';
import type { TaskView } from './schemas.js';
import { momentOf, type Names, sayCode } from './words.js';

/** Epoch milliseconds as the API writes moments. */
export const iso = (at: number): string => new Date(at).toISOString();

/** The policy of a task's step in its case's edition. */
export function stepOf(names: Names, step: string): StepPolicy | undefined {
  const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
  return procedure === undefined ? undefined : stepPolicy(procedure, step);
}

/** A task in the reader's language. */
export function taskView(row: TaskRow, names: Names, locale: Locale): TaskView {
  const step = stepOf(names, row.step);
  return {
    id: row.id,
    caseId: caseIdOf(row),
    key: row.key,
    step: row.step,
    name: step?.name[locale] ?? row.step,
    clauses: [...(step?.clauses ?? [])],
    rev: row.rev,
    state: row.state,
    stateName: say(locale, `state.${stateShown(row)}`),
    seats: row.seats.map((seat) => seatView(seat, step, names, locale)),
    openedAt: iso(row.openedAt),
    overdue: row.overdue,
    ...pausedView(row, names, locale),
    ...(row.lines === undefined ? {} : { lines: [...row.lines] }),
    ...(row.batch === undefined ? {} : { batch: row.batch }),
    ...(row.dueAt === undefined ? {} : { dueAt: iso(row.dueAt) }),
    ...(row.closedAt === undefined ? {} : { closedAt: iso(row.closedAt) }),
    ...(row.closedBy === undefined ? {} : { closedBy: row.closedBy }),
    ...(row.closedFor === undefined ? {} : { closedFor: row.closedFor }),
    ...(row.outcome === undefined ? {} : { outcome: row.outcome }),
  };
}

/** A seat with how it stands, in the reader's language. */
function seatView(
  { candidates, excluded, at, skip, transferred, ...seat }: Seat,
  step: StepPolicy | undefined,
  names: Names,
  locale: Locale,
) {
  const own = step?.seats?.of.find(({ id }) => id === seat.id)?.name;
  return {
    ...seat,
    ...(own === undefined ? {} : { name: own[locale] }),
    candidates: candidates.map((candidate) => candidateView(candidate, names, locale)),
    ...(excluded === undefined ? {} : { excluded: [...excluded] }),
    ...(at === undefined ? {} : { at: iso(at) }),
    ...(skip === undefined ? {} : { skip: { by: skip.by, at: iso(skip.at), reason: skip.reason } }),
    ...(transferred === undefined ? {} : { transferred: transferred.map((one) => ({ ...one, at: iso(one.at) })) }),
  };
}

/** How a task stands for whoever reads a list. */
function stateShown({ state, overdue, rests = [] }: TaskRow): TaskRow['state'] | 'on-hold' | 'overdue' {
  if (state !== 'open') return state;
  return rests.some(({ of }) => of === 'task' || of === 'case') ? 'on-hold' : overdue ? 'overdue' : 'open';
}

/** Who may fill a seat, in the reader's language. */
export function candidateView(candidate: Candidate, names: Names, locale: Locale): TaskView['seats'][number]['candidates'][number] {
  const company = names.book?.company;
  if ('person' in candidate) return { person: candidate.person, name: names.people?.get(candidate.person) ?? candidate.person };
  if ('team' in candidate) return { team: candidate.team, name: company?.teams?.[candidate.team]?.[locale] ?? candidate.team };
  const { role, site } = candidate;
  return { role, ...(site === undefined ? {} : { site }), name: company?.roles[role]?.[locale] ?? role };
}

/** A sentence with what it was made of. */
export interface Told {
  readonly code: string;
  readonly values: Record<string, unknown>;
  readonly sentence: string;
}

/** A sentence of the catalogue, by its key, with the code that programs go by. */
export function tell(locale: Locale, key: string, code: string, values: JsonObject, names: Names): Told {
  return { code, values: { ...values }, sentence: sayCode(locale, key, values, names) };
}

/** Whether something may be done, as lists of verbs show it; `hindrance`: what stands in everybody's way. */
export function allowance(
  locale: Locale,
  authority: Authority,
  names: Names,
  hindrance?: { readonly code: ProblemCode; readonly values: JsonObject },
): { allowed: boolean; whyNot?: Told } {
  const why =
    hindrance ??
    (authority.allowed
      ? undefined
      : { code: authority.code === 'STRANGER' ? ('CASE_UNKNOWN' as const) : authority.code, values: authority.values });
  if (why === undefined) return { allowed: true };
  return {
    allowed: false,
    whyNot: { code: why.code, values: { ...why.values }, sentence: sentenceOf(locale, why.code, why.values, names) },
  };
}

/** Why a task is the reader's, as codes and as a sentence. */
export interface WhyMine extends Told {
  readonly role?: string;
  readonly team?: string;
  /** Ids of the substitutions that the right came by. */
  readonly via?: string[];
  readonly actingFor?: string;
  readonly clauseId?: string;
}

/** Why a task is the reader's, from the rule that lets them act. `clauses`: those of its step. */
export function whyMine(locale: Locale, authority: Authority, names: Names, clauses: readonly string[] = []): WhyMine | null {
  if (!authority.allowed) return null;
  const { rule, actingFor, chain } = authority;
  const [kind = '', what = ''] = rule.split(':');
  const [role = '', site] = what.split('@');
  const right = kind === 'role' ? { role, ...(site === undefined ? {} : { site }) } : kind === 'team' ? { team: what } : {};
  const [clauseId] = clauses;
  const more = { ...right, ...(clauseId === undefined ? {} : { clauseId }) };
  const [link] = chain ?? [];
  if (actingFor !== undefined && chain !== undefined && link !== undefined) {
    const between = chain.slice(1).map(({ person }) => person);
    const values = { person: actingFor, from: link.from, until: link.until, ...(between.length === 0 ? {} : { via: between }) };
    const key = between.length === 0 ? 'why.for' : 'why.for.via';
    return { ...tell(locale, key, 'ACTING_FOR', values, names), ...more, actingFor, via: chain.map(({ id }) => id) };
  }
  if (kind === 'role') return { ...tell(locale, 'why.role', 'ROLE', { roles: [role] }, names), ...more };
  if (kind === 'team') return { ...tell(locale, 'why.team', 'TEAM', { team: what }, names), ...more };
  return { ...tell(locale, 'why.person', 'PERSON', {}, names), ...more };
}

/** The name of a procedure in the reader's language. */
export function procedureName(locale: Locale, names: Names): string {
  return (names.procedure === undefined ? undefined : names.book?.procedures[names.procedure]?.name[locale]) ?? names.procedure ?? '';
}

/** A verb's name. */
export const verbName = (locale: Locale, verb: TaskVerb | (typeof caseVerbs)[number]): string => say(locale, `verb.${verb}`);

/** Where a return goes, in the reader's language. */
export const targetName = (to: string, names: Names, locale: Locale): string =>
  to === 'previous' || to === 'starter' ? say(locale, `return.${to}`) : (stepOf(names, to)?.name[locale] ?? to);

/** When a task is due, since when that is counted, and by which rule. */
export function dueView(task: TaskRow, rule: Json, names: Names, locale: Locale) {
  if (task.dueAt === undefined) return null;
  return {
    from: iso(task.countsFrom ?? task.openedAt),
    at: iso(task.dueAt),
    rule,
    overdue: task.overdue,
    sentence: momentOf(locale, task.dueAt, names.book?.company.zone),
  };
}
