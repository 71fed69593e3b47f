import type { Candidate } from './directory.js';

/** Whom a task waits for, as values of a sentence. */
export function waitingFor(candidates: readonly Candidate[]): {
  readonly roles: readonly string[];
  readonly people: readonly string[];
  readonly teams?: readonly string[];
} {
  const of = <Value>(value: (candidate: Candidate) => readonly Value[]): readonly Value[] => [...new Set(candidates.flatMap(value))];
  const teams = of((candidate) => ('team' in candidate ? [candidate.team] : []));
  return {
    roles: of((candidate) => ('role' in candidate ? [candidate.role] : [])),
    people: of((candidate) => ('person' in candidate ? [candidate.person] : [])),
    ...(teams.length === 0 ? {} : { teams }),
  };
}

/** The same as one list for a sentence: roles and teams; people by name where there are neither. */
export const groupsOrPeople = <Id>({
  roles,
  teams = [],
  people = [],
}: {
  readonly roles: readonly Id[];
  readonly teams?: readonly Id[];
  readonly people?: readonly Id[];
}): readonly Id[] => (roles.length + teams.length > 0 ? [...roles, ...teams] : people);
