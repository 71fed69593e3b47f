import { type Candidate } from '../engine/ledger.js';
import type { Limits, Member } from './directory.js';
import { combinedLimits, routesTo } from './standing-in.js';

/** The word that a candidate is found by in lists: `role:clerk`, `role:clerk@foshan`, `team:export`, `person:li-mei`. */
export function keyOf(candidate: Candidate): string {
  if ('person' in candidate) return `person:${candidate.person}`;
  if ('team' in candidate) return `team:${candidate.team}`;
  return `role:${candidate.role}${candidate.site === undefined ? '' : `@${candidate.site}`}`;
}

/** Seats that a person reaches: those of a company under a key. */
export interface Reach {
  readonly company: string;
  readonly key: string;
  /** The person stood in for, within limits; missing: the person's own right. */
  readonly actingFor?: string;
  readonly limits?: Limits;
}

/**
 * The rule of who may act as keys that lists are looked up by: the same seats that `mayAct` lets a person act on, as long as exclusions and
 * limits are asked for beside. `sites` are those of each company, for roles that are held at all of them.
 */
export function reachOf(person: Member, sites: Readonly<Record<string, readonly string[]>>): readonly Reach[] {
  const companies = new Set(person.memberships.map(({ company }) => company));
  const own = keysOf(person, sites).filter(({ company }) => companies.has(company));
  const lent = (person.circle === undefined ? [] : routesTo(person.id, person.circle)).flatMap(({ member, chain }) => {
    const limits = combinedLimits(chain);
    if (limits === undefined) return [];
    return keysOf(member, sites)
      .filter(({ company }) => companies.has(company))
      .map((reach) => ({ ...reach, actingFor: member.id, limits }));
  });
  return [...own, ...lent];
}

/** What waits for a person's own roles and teams, and not for them alone. */
export const groupOf = (reach: readonly Reach[]): readonly Reach[] =>
  reach.filter(({ actingFor, key }) => actingFor === undefined && !key.startsWith('person:'));

function keysOf({ id, memberships, teams = [] }: Member, sites: Readonly<Record<string, readonly string[]>>): readonly Reach[] {
  const roles = memberships.flatMap(({ company, role, site }) =>
    [undefined, ...(site === undefined ? (sites[company] ?? []) : [site])].map((at) => ({
      company,
      key: keyOf(at === undefined ? { role } : { role, site: at }),
    })),
  );
  const companies = [...new Set(memberships.map(({ company }) => company))];
  const all = [
    ...roles,
    ...teams.map(({ company, team }) => ({ company, key: keyOf({ team }) })),
    ...companies.map((company) => ({ company, key: keyOf({ person: id }) })),
  ];
  return [...new Map(all.map((reach) => [`${reach.company} ${reach.key}`, reach])).values()];
}
