import { claimsOf } from '../../db/beside.js';
import { namesOf } from '../../db/queries/people.js';
import { claimsView } from './beside-view.js';
import type { Edge } from './edge.js';
import type { TaskView } from './schemas.js';

/** Tasks with who has taken which seat of them, as they are shown to somebody. */
export async function withClaims<View extends TaskView>(edge: Edge, views: readonly View[], reader: string): Promise<View[]> {
  const claims = await claimsOf(edge.db, views);
  const people = await namesOf(edge.db, [...new Set([...claims.values()].flat().map((claim) => claim.person))]);
  return views.map((view) => ({ ...view, ...claimsView(view.seats, claims.get(`${view.caseId}/${view.key}`) ?? [], { reader, people }) }));
}
