import type { CaseHead } from '../../db/authenticate.js';
import { caseVerbs, mayAct } from '../../domain/authority/may-act.js';
import type { Rest } from '../../domain/engine/ledger.js';
import type { Caller, Edge } from './edge.js';
import { holdProblem } from './holds.js';
import { allowance, verbName } from './present.js';
import type { Names } from './words.js';

/** What may be done to a case, and why not. `today`: the names of the edition in force, by whose policy a closed case is reopened. */
export function caseVerbViews({ person, locale }: Caller, head: CaseHead, held: Rest | undefined, own: Names, today: Names) {
  const since = held === undefined ? undefined : { cause: held.cause, since: held.from };
  const ended = head.status === 'closed' || head.status === 'closing';
  return caseVerbs.flatMap((verb) => {
    const names = verb === 'reopen' ? today : own;
    const procedure = names.procedure === undefined ? undefined : names.book?.procedures[names.procedure];
    if (procedure === undefined) return [];
    const reopening = ended ? undefined : ({ code: 'CASE_OPEN', values: {} } as const);
    const others = head.status === 'closed' ? ({ code: 'CASE_CLOSED', values: { case: head.id } } as const) : holdProblem(verb, since);
    const authority = mayAct(person, head.company, { on: 'case', verb, procedure, about: head.about });
    return [{ verb, name: verbName(locale, verb), ...allowance(locale, authority, names, verb === 'reopen' ? reopening : others) }];
  });
}

/** A closed case goes on in the edition in force: its policy decides. */
export async function namesToday(edge: Edge, { edition }: Caller, own: Names): Promise<Names> {
  const books = edition === undefined ? undefined : await edge.books.of(edition);
  const book = books?.[own.book?.company.company ?? ''];
  return book === undefined ? own : { ...own, book };
}
