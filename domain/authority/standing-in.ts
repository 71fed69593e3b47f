import type { About, Circle, Limits, Member, Substitution } from './directory.js';

/** Most links from the person away to the one who acts: A → B → C → D. */
export const longestChain = 3;

/** A right that a person has from somebody else: `chain` leads from the person away to the one who acts. */
export interface Route {
  readonly member: Member;
  readonly chain: readonly Substitution[];
}

export const isActive = ({ from, until }: Substitution, at: number): boolean => from <= at && at < until;

/**
 * For whom a person stands in now, nearest first: those who named them, then those whose stand-ins are away themselves. Nobody is
 * passed twice, so a ring of substitutions ends where it began.
 */
export function routesTo(person: string, { people, substitutions, at }: Circle): readonly Route[] {
  const active = substitutions.filter((substitution) => isActive(substitution, at)).toSorted(inOrder);
  const found: Route[] = [];
  let frontier: readonly (readonly Substitution[])[] = [[]];
  for (let length = 1; length <= longestChain; length++) {
    frontier = frontier.flatMap((chain) => {
      const passed = new Set([person, ...chain.map((link) => link.person)]);
      const last = chain[0]?.person ?? person;
      return active.filter((link) => link.substitute === last && !passed.has(link.person)).map((link) => [link, ...chain]);
    });
    for (const chain of frontier) {
      const member = people.find(({ id }) => id === chain[0]?.person);
      if (member !== undefined) found.push({ member, chain });
    }
  }
  return found;
}

const inOrder = (a: Substitution, b: Substitution): number => a.from - b.from || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Why limits keep a stand-in from a case; undefined: they do not. */
export type LimitPassed =
  | {
      readonly code: 'ABOVE_LIMIT';
      readonly values: { readonly limitMinor: number; readonly currency: string; readonly amountMinor?: number };
    }
  | { readonly code: 'OTHER_CUSTOMER'; readonly values: { readonly customers: readonly string[] } }
  | { readonly code: 'OTHER_PROCEDURE'; readonly values: { readonly procedures: readonly string[] } };

/** What is not known is not within a limit. */
export function limitPassed(limits: Limits, about: About): LimitPassed | undefined {
  const { amountMinor: limitMinor, currency = '', customers, procedures } = limits;
  if (procedures !== undefined && !procedures.includes(about.procedure)) return { code: 'OTHER_PROCEDURE', values: { procedures } };
  if (customers !== undefined && (about.customer === undefined || !customers.includes(about.customer)))
    return { code: 'OTHER_CUSTOMER', values: { customers } };
  if (limitMinor === undefined) return undefined;
  const { amountMinor } = about;
  if (amountMinor !== undefined && about.currency === currency && amountMinor <= limitMinor) return undefined;
  return { code: 'ABOVE_LIMIT', values: { limitMinor, currency, ...(amountMinor === undefined ? {} : { amountMinor }) } };
}

/** The limits of a whole chain as one; undefined: no case is within all of them. */
export function combinedLimits(chain: readonly Substitution[]): Limits | undefined {
  let all: Limits = {};
  for (const { limits } of chain) {
    const { amountMinor, currency, customers, procedures } = limits;
    if (amountMinor !== undefined) {
      if (all.currency !== undefined && all.currency !== currency) return undefined;
      all = { ...all, amountMinor: Math.min(amountMinor, all.amountMinor ?? amountMinor), currency: currency ?? '' };
    }
    all = { ...all, ...commonTo('customers', all.customers, customers), ...commonTo('procedures', all.procedures, procedures) };
  }
  return all.customers?.length === 0 || all.procedures?.length === 0 ? undefined : all;
}

function commonTo<Name extends string>(name: Name, one: readonly string[] | undefined, other: readonly string[] | undefined) {
  if (other === undefined) return {};
  return { [name]: one === undefined ? other : one.filter((each) => other.includes(each)) } as Record<Name, readonly string[]>;
}
