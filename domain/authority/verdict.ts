import type { Json, JsonObject } from '../case/json.js';
import type { Seat } from '../case/rows.js';
import type { Route } from './standing-in.js';

/** A seat as it stands. */
export interface OpenSeat extends Seat {
  /** Who has taken it, of the people that may fill it, and when: epoch milliseconds. */
  readonly claimed?: { readonly by: string; readonly at: number };
}

/**
 * `rule` names the right that lets the person act: `role:<role>` (`role:<role>@<site>`), `team:<team>`, `person` or `member`; `seat` the seat it
 * is for. A right of somebody who is away names them in `actingFor`, and in `chain` the substitutions that lead from them to the actor. The
 * refusal is coded as the problem that the edge answers with.
 */
export type Authority = Allowed | Denied;
export interface Allowed {
  readonly allowed: true;
  readonly rule: string;
  readonly seat?: string;
  readonly actingFor?: string;
  readonly chain?: Route['chain'];
}
export interface Denied {
  readonly allowed: false;
  readonly code: DeniedCode;
  readonly values: JsonObject;
}

/** Why not, the farthest from a right first: of several reasons the last counts, since only that one stands in the way. */
export const reasons = [
  'STRANGER',
  'VERB_UNKNOWN',
  'REOPEN_NOT_PROVIDED',
  'ROLE_NEEDED',
  'NOT_YOURS',
  'SEAT_OF_OTHER',
  'NOTHING_TO_WITHDRAW',
  'OTHER_SITE',
  'OUTSIDE_WINDOW',
  'OTHER_PROCEDURE',
  'OTHER_CUSTOMER',
  'ABOVE_LIMIT',
  'EXCLUDED',
  'OWN_ORDER',
  'DECIDED_BY_YOU',
  'SEAT_LEFT',
  'SEAT_CLOSED',
  'SEAT_WAITING',
  'CLAIMED',
] as const;
export type DeniedCode = (typeof reasons)[number];

export function no(code: DeniedCode, values: Readonly<Record<string, Json>>): Denied {
  return { allowed: false, code, values };
}
