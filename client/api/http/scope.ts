import type { CaseHead, Principal } from '../../../db/authentication.js';
import type { Scope } from '../../../db/authority.js';
import { type Allowed, type Authority, mayAct } from '../../../domain/authority/may-act.js';
import { type TaskRow } from '../../../domain/engine/ledger.js';
import { type JsonObject } from '../../../domain/json.js';
import { repairSteps } from '../../../domain/policy/reserved-steps.js';
import type { ApiContext, Caller } from './context.js';
import { withPeople } from './deliver.js';
import { Problem, type ProblemCode } from './problem.js';
import { type Names } from './words.js';

/** The companies a person works in. */
export const companiesOf = (person: Principal): readonly string[] => [...new Set(person.memberships.map(({ company }) => company))];

/** Whether a person has one of some roles in a company: a right that the company gives, not one of its procedures. */
export const holdsOneOf = ({ memberships }: Pick<Principal, 'memberships'>, company: string, roles: readonly string[] = []): boolean =>
  memberships.some((held) => held.company === company && roles.includes(held.role));

/** The procedures a person manages: whose open tasks are the person's team list. */
export async function teamOf(api: ApiContext, person: Principal): Promise<readonly Scope[]> {
  const books = (await api.books.current())?.books ?? {};
  return Object.values(books).flatMap(({ company: { company }, procedures }) =>
    Object.values(procedures).flatMap(({ procedure, managedBy }) => {
      const held = person.memberships.filter((membership) => membership.company === company && managedBy.includes(membership.role));
      if (held.some(({ site }) => site === undefined)) return [{ company, procedure }];
      return [...new Set(held.flatMap(({ site }) => site ?? []))].map((site) => ({ company, procedure, site }));
    }),
  );
}

/**
 * Refuses a filter by a company, procedure or step that does not exist for the reader: an empty list would look like "nothing to do".
 * @throws Problem COMPANY_UNKNOWN, PROCEDURE_UNKNOWN or STEP_UNKNOWN
 */
export async function requireScope(
  api: ApiContext,
  { person }: Caller,
  filter: { readonly company?: string | undefined; readonly procedure?: string | undefined; readonly step?: string | undefined },
): Promise<void> {
  const { company, procedure, step } = filter;
  if (company === undefined && procedure === undefined && step === undefined) return;
  const mine = companiesOf(person);
  if (company !== undefined && !mine.includes(company)) throw new Problem('COMPANY_UNKNOWN', { values: { company } });
  if (procedure === undefined && step === undefined) return;
  const books = (await api.books.current())?.books ?? {};
  const scope = Object.values(books).filter((book) =>
    company === undefined ? mine.includes(book.company.company) : book.company.company === company,
  );
  const procedures = scope
    .flatMap((book) => Object.values(book.procedures))
    .filter((one) => procedure === undefined || one.procedure === procedure);
  const [first] = scope;
  if (procedures.length === 0 && first !== undefined)
    throw new Problem('PROCEDURE_UNKNOWN', {
      values: {
        company: first.company.company,
        procedure: procedure ?? '',
        allowed: scope.flatMap((book) => Object.keys(book.procedures)),
      },
      names: { book: first },
    });
  const steps = [...new Set(procedures.flatMap((one) => [...Object.keys(one.steps), ...repairSteps]))];
  if (step !== undefined && !steps.includes(step)) throw new Problem('STEP_UNKNOWN', { values: { step, allowed: steps } });
}

/** The parameter of a path that names a case. */
export const caseParam = { caseId: 'The case id, URL-encoded into one segment (`:` may stay).' };

/** The case asked about. One of a company that the reader is not in does not exist for them. @throws Problem CASE_UNKNOWN */
export function readableCase({ person, case: head }: Caller, id: string): CaseHead {
  if (head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
    throw new Problem('CASE_UNKNOWN', { values: { case: id } });
  return head;
}

/** The task asked about, with its case. @throws Problem TASK_UNKNOWN */
export function readableTask({ person, task, case: head }: Caller, id: string): { readonly task: TaskRow; readonly head: CaseHead } {
  if (task === undefined || head === undefined || !mayAct(person, head.company, { on: 'read' }).allowed)
    throw new Problem('TASK_UNKNOWN', { values: { task: id } });
  return { task, head };
}

/** What somebody who has no right is answered: to whom the company is none of theirs, what they ask about does not exist. */
export async function requireAllowed(
  api: ApiContext,
  authority: Authority,
  { unknown, values = {}, names }: { readonly unknown: ProblemCode; readonly values?: JsonObject; readonly names: Names },
): Promise<Allowed> {
  if (authority.allowed) return authority;
  throw new Problem(authority.code === 'STRANGER' ? unknown : authority.code, {
    values: { ...authority.values, ...values },
    names: await withPeople(api, names, authority.values),
  });
}
