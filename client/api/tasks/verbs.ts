import { mayAct, taskVerbs, verbsOf } from '../../../domain/authority/may-act.js';
import { isProposer } from '../../../domain/engine/commands/signers.js';
import type { Actor } from '../../../domain/engine/facts.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import { modeOf, rulingOn } from '../../../domain/engine/verbs.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import type { Caller } from '../http/context.js';
import { allowance, holdCausesOf, stepOf, verbName } from '../http/message.js';
import type { Names } from '../http/words.js';
import { collaborationVerbsFor, ofTask, seatsFor } from './collaboration.js';
import { isSeatVerb } from './command.js';
import { accessRequest, holdOf, holdProblem, stateProblem } from './guards.js';

/** Every verb on a task and beside it, allowed or why not. */
export function allVerbsFor(caller: Caller, task: TaskRow, names: Names) {
  return [...verbsFor(caller, task, names), ...collaborationVerbsFor(caller, task, names, stateProblem(task))];
}

function verbsFor(caller: Caller, task: TaskRow, names: Names) {
  const { person, locale, case: head } = caller;
  const step = stepOf(names, task.step);
  if (step === undefined || head === undefined) return [];
  const hindrance = (verb: string) =>
    (verb === 'withdraw' && task.state === 'completed' ? undefined : stateProblem(task)) ?? holdProblem(verb, holdOf(task));
  return taskVerbs
    .filter((verb) => verbsOf(step).includes(verb))
    .map((verb) => {
      const seats = seatsFor(verb, caller, task);
      const request = { ...accessRequest(task, step, head, names), verb, seats };
      const authority = ofTask(task, mayAct(person, head.company, request));
      const never = authority.allowed
        ? (neverHere(verb, task, step) ?? secondNeeded(verb, task, { ...authority, by: person.id }))
        : undefined;
      return {
        verb,
        name: verbName(locale, verb),
        ...allowance(locale, authority, names, hindrance(verb) ?? never),
        ...(verb === 'return' ? { to: step.returnTo.map((to) => ({ step: to, name: targetName(to, names, locale) })) } : {}),
        ...(verb === 'return' && step.redo === 'choose' ? { redo: step.redo } : {}),
        ...(verb === 'hold' ? { causes: holdCausesOf(names, locale) } : {}),
      };
    });
}

/** Who has proposed to skip all that is open, or stands in for whoever has, waits for a second person. */
function secondNeeded(verb: string, { seats }: TaskRow, actor: Actor) {
  if (verb !== 'skip') return undefined;
  const proposed = seats.flatMap(({ state, skip }) => (state === undefined ? [skip] : []));
  const [first] = proposed;
  if (first === undefined || !proposed.every((skip) => skip !== undefined && isProposer(skip, actor))) return undefined;
  return { code: 'SECOND_PERSON_NEEDED', values: { by: first.by, at: first.at } } as const;
}

/** What the table of verbs refuses to everybody in a task of this kind: further signers of a line table, or the removal of the last. */
function neverHere(verb: string, task: TaskRow, step: StepPolicy) {
  const { seats } = task;
  const values = { task: task.id };
  if (verb === 'remove-signer' && seats.filter(({ state }) => state !== 'removed').length < 2)
    return { code: 'LAST_SIGNER', values } as const;
  const several = seats.length > 1 || step.seats !== undefined;
  const mode = modeOf({ step: task.step, ...(several ? { covered: {} } : {}) }, step);
  return isSeatVerb(verb) && rulingOn(verb, mode, 'open') === 'SEATS_FIXED' ? ({ code: 'SEATS_FIXED', values } as const) : undefined;
}

/** Where a return goes, in the reader's language. */
export const targetName = (to: string, names: Names, locale: Locale): string =>
  to === 'previous' || to === 'starter' ? say(locale, `return.${to}`) : (stepOf(names, to)?.name[locale] ?? to);
