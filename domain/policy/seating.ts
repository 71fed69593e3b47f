import * as z from 'zod';
import { words } from '../words.js';
import { condition } from './feel.js';
import { seatModes } from './seat-modes.js';
import { fieldId, id } from './terms.js';

/** The parts of a policy about who answers a step together, and about chains of such steps. See docs/seats.md. */

/** Which of the values shown are covered: names on their top level. */
const covers = z.array(fieldId).min(1);

const seat = z.strictObject({
  id,
  /** As whom its holder answers; the names of its roles when absent. */
  name: words.exactOptional(),
  /** Who may fill it: holders of any of these roles, members of any of these teams, or one person. */
  roles: z.array(id).min(1).exactOptional(),
  teams: z.array(id).min(1).exactOptional(),
  person: id.exactOptional(),
  /** What its answer counts in a quorum; 1 when absent. */
  weight: z.int().positive().max(1_000).exactOptional(),
  /** Its "no" ends the step, whatever the others say. */
  veto: z.boolean().exactOptional(),
  /** FEEL over what is shown: otherwise the seat is not there. */
  when: condition.exactOptional(),
  covers: covers.exactOptional(),
});
export type SeatPolicy = z.infer<typeof seat>;

const needs = z.union([
  z.strictObject({ count: z.int().positive() }),
  z.strictObject({ percent: z.int().min(1).max(100) }),
  z.strictObject({ weight: z.int().positive() }),
]);

export const seats = z.strictObject({
  mode: z.enum(seatModes),
  of: z.array(seat).min(1).max(50),
  /** With `quorum`: how many of the seats, how much of them in percent, or how much weight must agree. */
  needs: needs.exactOptional(),
  /** Whether the first "no" ends the step, or is counted with the others; by default it ends it, but for a quorum. */
  onReject: z.enum(['ends', 'counts']).exactOptional(),
  /** Nobody fills two of its seats. Seats with the same candidates are filled by different people in any case. */
  distinct: z.boolean().exactOptional(),
});
export type SeatsPolicy = z.infer<typeof seats>;

const stage = z.strictObject({
  step: id,
  /** FEEL over what is shown to the review: otherwise the stage is passed over. */
  when: condition.exactOptional(),
  covers: covers.exactOptional(),
});

/** A chain of steps that must all agree: `desk.review`. */
export const review = z.strictObject({
  name: words,
  stages: z.array(stage).min(1),
  /** `skip`: who approved a stage and could fill the only seat of the next is not asked again, and the ledger says so. */
  sameApprover: z.enum(['skip', 'ask']).exactOptional(),
});

/** All roles whose holders may fill a seat of a step. */
export function rolesOfStep({
  roles,
  seats: several,
}: {
  readonly roles?: readonly string[];
  readonly seats?: SeatsPolicy;
}): readonly string[] {
  return roles ?? [...new Set((several?.of ?? []).flatMap((one) => one.roles ?? []))];
}
