import type { JsonObject } from '../json.js';

/** A role that a person holds in a company: at one site, or at all of them where `site` is missing. */
export interface Membership {
  readonly company: string;
  readonly role: string;
  readonly site?: string;
}

/** A team of a company that a person belongs to. */
export interface TeamMembership {
  readonly company: string;
  readonly team: string;
}

/** A person as the directory knows them. */
export interface Member {
  readonly id: string;
  readonly memberships: readonly Membership[];
  readonly teams?: readonly TeamMembership[];
  /** Who is away, and for whom the person may stand in; missing: nobody. */
  readonly circle?: Circle;
}

/** What a stand-in may not go beyond. A limit that is missing does not bind; one that cannot be compared with the case does not let pass. */
export interface Limits {
  /** Up to and including this amount, in the currency's minor unit. Both or none. */
  readonly amountMinor?: number;
  readonly currency?: string;
  /** Only orders of these customers, named as on the order. */
  readonly customers?: readonly string[];
  /** Only cases of these procedures. */
  readonly procedures?: readonly string[];
}

/** Somebody stands in for a person who is away: `from` ≤ now < `until`, epoch milliseconds. */
export interface Substitution {
  readonly id: string;
  /** Who is away. */
  readonly person: string;
  /** Who stands in. */
  readonly substitute: string;
  readonly from: number;
  readonly until: number;
  readonly limits: Limits;
  /** Who gave it. */
  readonly grantedBy: string;
}

/** The part of the directory that a person's rights come from beside their own: substitutions that lead to them, and whom these speak of. */
export interface Circle {
  /** When it was read, epoch milliseconds: windows are looked at then. */
  readonly at: number;
  readonly people: readonly Member[];
  readonly substitutions: readonly Substitution[];
}

/** What authority goes by beside people: the case, as its subject and its start say. Missing: not known, or it has none. */
export interface About {
  readonly procedure: string;
  readonly startedBy?: string;
  readonly site?: string;
  readonly customer?: string;
  readonly amountMinor?: number;
  readonly currency?: string;
}

/** What limits of stand-ins look at in a subject. Missing: it does not say, and no limit is kept. SQL computes the same (`gendan_about`). */
export type Worth = Pick<About, 'customer' | 'amountMinor' | 'currency'>;

/**
 * Customer, currency and amount of a subject. The amount is its `amountMinor`, or the sum of quantity × unit price over all lines; one line
 * without either leaves it unknown.
 */
export function worthOf(subject: JsonObject): Worth {
  const { customer, currency } = subject;
  const amountMinor = amountOf(subject);
  return {
    ...(typeof customer === 'string' ? { customer } : {}),
    ...(typeof currency === 'string' ? { currency } : {}),
    ...(amountMinor === undefined ? {} : { amountMinor }),
  };
}

function amountOf({ amountMinor, lines }: JsonObject): number | undefined {
  if (typeof amountMinor === 'number') return whole(amountMinor);
  if (!Array.isArray(lines) || lines.length === 0) return undefined;
  let sum = 0;
  for (const line of lines as readonly unknown[]) {
    const { quantity, unitPriceMinor } = (typeof line === 'object' && line !== null ? line : {}) as Record<string, unknown>;
    if (typeof quantity !== 'number' || typeof unitPriceMinor !== 'number') return undefined;
    sum += quantity * unitPriceMinor;
  }
  return whole(sum);
}

/** Beyond what JSON can hold exactly an amount is not known. */
const whole = (amount: number): number | undefined => (Number.isSafeInteger(amount) && amount >= 0 ? amount : undefined);
