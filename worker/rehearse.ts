import { rehearse, type Rehearsal } from '../domain/case/rehearse.js';
import type { CaseState } from '../domain/case/state.js';
import type { Books } from '../domain/policy/policy.js';
import { procedures } from '../workflows/procedures.js';

/** Tries a case's move to this release out, in plain Node. Undefined when this release does not know the procedure. */
export function rehearseHere(books: Books, edition: string, snapshot: CaseState, now: number): Rehearsal | undefined {
  const book = books[snapshot.start.company];
  const policy = book?.procedures[snapshot.start.procedure];
  const procedure = Object.entries(procedures).find(([name]) => name === policy?.implementation)?.[1];
  if (book === undefined || policy === undefined || procedure === undefined) return undefined;
  return rehearse({ procedure, policy, utcOffsetMinutes: book.company.utcOffsetMinutes }, snapshot, edition, now);
}
