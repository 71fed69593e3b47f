import { type Rehearsal, rehearse } from '../domain/analysis/rehearse.js';
import { type Procedure, procedureContext } from '../domain/engine/procedure.js';
import type { CaseState } from '../domain/engine/state.js';
import type { Books } from '../domain/policy/policy.js';
import { procedures } from '../workflows/procedures.js';
import { editionIdOf } from './edition.js';

/** Tries a case's move to an edition out, in plain Node. Undefined: this process is not of that release, or the release does not know the procedure. */
export type Rehearser = (snapshot: CaseState, target: { readonly id: string; readonly books: Books }) => Rehearsal | undefined;

/** A rehearser for a release; by default the one this code is. `workflows`: the module of its workflow types, where it is another. */
export function createRehearser(registry: Readonly<Record<string, Procedure<never, never>>> = procedures, workflows?: string): Rehearser {
  const ids = new WeakMap<Books, string>();
  return (snapshot, { id, books }) => {
    const own = ids.get(books) ?? editionIdOf({ books, ...(workflows === undefined ? {} : { workflows }) }).id;
    ids.set(books, own);
    const { company, procedure } = snapshot.start;
    const context = procedureContext(books[company], procedure, (implementation) => registry[implementation]);
    return own !== id || context === undefined ? undefined : rehearse(context, snapshot, id, Date.now());
  };
}
