import type { JsonObject } from '../json.js';
import type { Limits, Substitution } from './directory.js';

/** Somebody is away: `from` ≤ now < `until`, epoch milliseconds. */
export interface AbsenceAsked {
  readonly person: string;
  readonly from: number;
  readonly until: number;
  readonly standIns: readonly { readonly person: string; readonly limits: Limits }[];
}

/** What else is known when an absence is entered. */
export interface Around {
  readonly now: number;
  /** Other absences of the person. */
  readonly absences: readonly { readonly from: number; readonly until: number }[];
  /** Substitutions of others that are not over. */
  readonly substitutions: readonly Substitution[];
  /** People who work in a company of the person away. */
  readonly colleagues: readonly string[];
}

/** Why an absence cannot be entered; `field` is a JSON pointer into it. */
export interface AbsenceRefusal {
  readonly code:
    | 'ABSENCE_PAST'
    | 'ABSENCE_EMPTY'
    | 'ABSENCE_OVERLAP'
    | 'STAND_IN_SELF'
    | 'STAND_IN_TWICE'
    | 'STAND_IN_CYCLE'
    | 'STAND_IN_STRANGER';
  readonly field: string;
  readonly values: JsonObject;
}

/** What is wrong with an absence, the first thing that is; undefined: nothing. */
export function refuseAbsence(asked: AbsenceAsked, around: Around): AbsenceRefusal | undefined {
  const { person, from, until } = asked;
  if (until <= around.now) return { code: 'ABSENCE_PAST', field: '/until', values: { field: '/until' } };
  if (until <= from) return { code: 'ABSENCE_EMPTY', field: '/until', values: {} };
  const other = around.absences.find((one) => one.from < until && from < one.until);
  if (other !== undefined) return { code: 'ABSENCE_OVERLAP', field: '/from', values: { person, from: other.from, until: other.until } };
  for (const index of asked.standIns.keys()) {
    const refusal = refuseStandIn(asked, index, around);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseStandIn({ person, from, until, standIns }: AbsenceAsked, index: number, around: Around): AbsenceRefusal | undefined {
  const substitute = standIns[index]?.person ?? '';
  const field = `/standIns/${index}/person`;
  if (substitute === person) return { code: 'STAND_IN_SELF', field, values: { person } };
  if (!around.colleagues.includes(substitute)) return { code: 'STAND_IN_STRANGER', field, values: { person: substitute } };
  if (standIns.findIndex((one) => one.person === substitute) < index)
    return { code: 'STAND_IN_TWICE', field, values: { person: substitute } };
  const ring = ringFrom([person, substitute], { from, until }, around.substitutions);
  return ring === undefined ? undefined : { code: 'STAND_IN_CYCLE', field, values: { people: ring } };
}

/** The people of a ring that would close: whoever stands in is away at the same time, and so on, back to the first. */
function ringFrom(
  path: readonly string[],
  window: { readonly from: number; readonly until: number },
  substitutions: readonly Substitution[],
): readonly string[] | undefined {
  const last = path.at(-1);
  for (const link of substitutions) {
    const from = Math.max(window.from, link.from);
    const until = Math.min(window.until, link.until);
    if (link.person !== last || from >= until) continue;
    if (link.substitute === path[0]) return [...path, link.substitute];
    if (path.includes(link.substitute)) continue;
    const ring = ringFrom([...path, link.substitute], { from, until }, substitutions);
    if (ring !== undefined) return ring;
  }
  return undefined;
}
