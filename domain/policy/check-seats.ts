import { type Complain, listed } from './check-step.js';
import type { ProcedurePolicy, StepPolicy } from './policy.js';
import { repairSteps } from './reserved-steps.js';
import type { SeatsPolicy } from './seating.js';

/** Checks who answers a step: one seat or several that can come to a decision. */
export function checkSeats(id: string, step: StepPolicy, steps: readonly string[], complain: Complain): void {
  const path = ['steps', id];
  if (((step.roles ?? step.teams) === undefined) === (step.seats === undefined))
    complain(path, 'a step is answered by "roles" or by "seats"; allowed: one of them', 'key');
  if (step.seats !== undefined) {
    if (step.perLine) complain([...path, 'seats'], 'seats on a step that is answered line by line; allowed: "roles"', 'key');
    checkMode([...path, 'seats'], step.seats, complain);
    checkPlaces([...path, 'seats', 'of'], step.seats, complain);
  }
  if (step.perLine)
    for (const [outcome, { rejects }] of Object.entries(step.outcomes))
      if (rejects === true)
        complain(
          [...path, 'outcomes', outcome, 'rejects'],
          'a "no" to a step that is answered line by line; allowed: on a step answered as a whole',
          'key',
        );
  for (const [index, other] of (step.differentFrom ?? []).entries())
    if (other === id || !steps.includes(other))
      complain(
        [...path, 'differentFrom', index],
        `there is no other step "${other}"; allowed: ${listed(steps.filter((one) => one !== id))}`,
      );
  checkSkip(path, step, complain);
}

function checkMode(path: readonly PropertyKey[], { mode, of, needs, onReject }: SeatsPolicy, complain: Complain): void {
  if (mode === 'one' && of.length > 1) complain([...path, 'of'], `${of.length} seats in mode "one"; allowed: one, or another mode`, 'key');
  if (mode !== 'quorum' && needs !== undefined) complain([...path, 'needs'], `"needs" in mode "${mode}"; allowed: with "quorum"`, 'key');
  if (mode === 'one' && onReject === 'counts') complain([...path, 'onReject'], '"counts" with one seat; allowed: with several');
  if (mode !== 'quorum') return;
  if (needs === undefined) return complain([...path, 'mode'], 'a quorum that does not say what it needs; allowed: with "needs"');
  const weight = of.reduce((sum, seat) => sum + (seat.weight ?? 1), 0);
  if ('count' in needs && needs.count > of.length)
    complain([...path, 'needs', 'count'], `${needs.count} of ${of.length} seats can never agree; allowed: ${of.length} or less`);
  if ('weight' in needs && needs.weight > weight)
    complain([...path, 'needs', 'weight'], `the seats weigh ${weight} together; allowed: ${weight} or less`);
}

function checkPlaces(path: readonly PropertyKey[], { mode, of, needs }: SeatsPolicy, complain: Complain): void {
  const weighed = needs !== undefined && 'weight' in needs;
  for (const [index, seat] of of.entries()) {
    const place = [...path, index];
    if (of.findIndex(({ id }) => id === seat.id) !== index)
      complain([...place, 'id'], `seat "${seat.id}" is here a second time; allowed: once`);
    if (seat.roles === undefined && seat.teams === undefined && seat.person === undefined)
      complain(place, 'a seat that nobody may fill; allowed: with "roles" or "person"', 'key');
    if (seat.weight !== undefined && !weighed)
      complain(
        [...place, 'weight'],
        `"weight" in mode "${mode}" without needs by weight; allowed: with "quorum" and "needs: { weight }"`,
        'key',
      );
    if (seat.veto === true && mode === 'one') complain([...place, 'veto'], '"veto" with one seat; allowed: with several', 'key');
  }
  if (of.every(({ when }) => when !== undefined))
    complain(path, 'every seat has a condition, so that there may be none; allowed: one seat or more without "when"', 'key');
}

function checkSkip(path: readonly PropertyKey[], step: StepPolicy, complain: Complain): void {
  if (step.skip === undefined) return;
  const { outcome } = step.skip;
  const asked = step.outcomes[outcome];
  if (step.perLine)
    complain([...path, 'skip'], '"skip" on a step that is answered line by line; allowed: on a step answered as a whole', 'key');
  if (asked === undefined)
    return complain([...path, 'skip', 'outcome'], `there is no outcome "${outcome}"; allowed: ${listed(Object.keys(step.outcomes))}`);
  const required = asked.fields.filter((field) => step.fields[field]?.required === true);
  if (required.length > 0)
    complain(
      [...path, 'skip', 'outcome'],
      `"${outcome}" asks for ${listed(required)}, which nobody gives; allowed: an outcome without required fields`,
    );
}

/** Checks the chains of steps of a procedure. */
export function checkReviews({ reviews = {}, steps }: ProcedurePolicy, complain: Complain): void {
  const known = Object.keys(steps).filter((step) => !repairSteps.includes(step));
  for (const [id, { stages }] of Object.entries(reviews)) {
    for (const [index, stage] of stages.entries()) {
      const place = ['reviews', id, 'stages', index, 'step'];
      const step = steps[stage.step];
      if (step === undefined) complain(place, `unknown step "${stage.step}"; allowed: ${listed(known)}`);
      else if (step.perLine) complain(place, `step "${stage.step}" is answered line by line; allowed: steps answered as a whole`);
      else if (step.overdue === 'outcome')
        complain(
          place,
          `step "${stage.step}" goes on without an answer, and silence is no approval; allowed: steps with "overdue: ladder"`,
        );
      if (stages.findIndex((other) => other.step === stage.step) !== index)
        complain(place, `step "${stage.step}" is here a second time; allowed: once`);
    }
  }
}
