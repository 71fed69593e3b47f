import type { EscalationRow, Row, Seat, Timed } from '../engine/ledger.js';
import type { JsonObject } from '../json.js';

/** A line about what moved a due time, or about what happens around it: a code, which has a sentence in every language, and its values. */
export type TimeLine =
  | { readonly code: 'explain.rests'; readonly values: { readonly from: number; readonly cause: string } }
  | { readonly code: 'explain.rests-until'; readonly values: { readonly from: number; readonly until: number; readonly cause: string } }
  | { readonly code: 'explain.without-rest'; readonly values: { readonly at: number } }
  | { readonly code: 'explain.moved'; readonly values: { readonly at: number; readonly from: number; readonly to: number } }
  | { readonly code: 'explain.moved-off'; readonly values: { readonly at: number; readonly from: number } }
  | { readonly code: 'explain.moved-on'; readonly values: { readonly at: number; readonly to: number } }
  | { readonly code: 'explain.reminded'; readonly values: { readonly at: number; readonly nth: number; readonly roles: readonly string[] } }
  | {
      readonly code: 'explain.escalated' | 'explain.will-remind' | 'explain.will-escalate';
      readonly values: { readonly at: number; readonly roles: readonly string[] };
    };

/** Why a clock stands still now. */
export function explainRests({ rests = [] }: Timed): readonly TimeLine[] {
  return rests.map(({ from, until, cause }) =>
    until === undefined
      ? { code: 'explain.rests', values: { from, cause } }
      : { code: 'explain.rests-until', values: { from, until, cause } },
  );
}

/** Every move of a due time that the ledger tells of: old and new. */
export function explainRebased(rows: readonly Row[]): readonly TimeLine[] {
  return rows.flatMap(({ at, body = {} }): readonly TimeLine[] => {
    const { from, to } = body;
    if (typeof from === 'number' && typeof to === 'number') return from === to ? [] : [{ code: 'explain.moved', values: { at, from, to } }];
    if (typeof from === 'number' && to === null) return [{ code: 'explain.moved-off', values: { at, from } }];
    return from === null && typeof to === 'number' ? [{ code: 'explain.moved-on', values: { at, to } }] : [];
  });
}

/** Reminders and escalations: those that went out, by the ledger, and those that are planned. `managers`: whom a deadline tells that names nobody. */
export function explainEscalation(
  rows: readonly Row[],
  { ladder = [], seats }: Timed & { readonly seats?: readonly Seat[] },
  managers: readonly string[],
): readonly TimeLine[] {
  const told = (to: readonly string[] | undefined, asked: readonly Seat[] | undefined): readonly string[] =>
    to ?? (asked === undefined ? managers : rolesOf(asked));
  const sent = rows.flatMap(({ type, at, body = {}, task }): readonly TimeLine[] => {
    if (type !== 'rung') return [];
    const roles = told(listIn(body), task?.seats);
    return body['kind'] === 'remind'
      ? [{ code: 'explain.reminded', values: { at, nth: Number(body['nth']), roles } }]
      : [{ code: 'explain.escalated', values: { at, roles } }];
  });
  const planned = ladder.flatMap((escalation: EscalationRow): readonly TimeLine[] => {
    if (escalation.struckAt !== undefined) return [];
    const code = escalation.kind === 'remind' ? 'explain.will-remind' : 'explain.will-escalate';
    return [{ code, values: { at: escalation.at, roles: told(escalation.to, seats) } }];
  });
  return [...sent, ...planned];
}

const listIn = ({ to }: JsonObject): readonly string[] | undefined => (Array.isArray(to) ? (to as readonly string[]) : undefined);

const rolesOf = (seats: readonly Seat[]): readonly string[] => [
  ...new Set(
    seats.flatMap(({ candidates }) => candidates.map((one) => ('role' in one ? one.role : 'team' in one ? one.team : one.person))),
  ),
];
