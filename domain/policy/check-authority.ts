import { type Complain, listed } from './check-step.js';
import type { CompanyPolicy, Person, ProcedurePolicy } from './policy.js';

/** Checks the teams and sites of a company, and who enters absences and invoices and reports mail that came back. */
export function checkDirectory(company: CompanyPolicy, complain: Complain): void {
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
export function checkTeams({ steps }: ProcedurePolicy, { teams }: CompanyPolicy, complain: Complain): void {
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
export function checkPlaces(people: readonly Person[], { sites, teams }: CompanyPolicy, complain: Complain): void {
  for (const [index, person] of people.entries()) {
    for (const [part, known] of Object.entries({ sites: Object.keys(sites ?? {}), teams: Object.keys(teams ?? {}) })) {
      for (const [place, one] of (person[part as 'sites' | 'teams'] ?? []).entries()) {
        if (!known.includes(one))
          complain(['people', index, part, place], `unknown ${part.slice(0, -1)} "${one}"; allowed: ${listed(known)}`);
      }
    }
  }
}
