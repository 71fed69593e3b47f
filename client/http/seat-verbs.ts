import * as z from 'zod';
import type { FormContent } from '../../db/authenticate.js';
import { isMember } from '../../db/queries/people.js';
import type { CommandBody } from '../../domain/engine/command.js';
import type { TaskRow } from '../../domain/engine/ledger.js';
import { type SeatVerb, seatVerbs } from '../../domain/engine/verbs.js';
import type { StepPolicy } from '../../domain/policy/policy.js';
import type { Locale } from '../../domain/texts/texts.js';
import { answerData } from './answer.js';
import type { Edge } from './edge.js';
import { Problem } from './problem.js';
import type { Names } from './words.js';

/** What becomes of answers after the step that is asked again. */
export const redo = z.enum(['keep', 'all']);

/** What a command on a task says of seats. */
export const seatFields = {
  seat: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .meta({ description: 'Which signature, where a step has several; yours when absent. remove-signer and skip: whose.' }),
  where: z
    .enum(['before', 'after', 'beside'])
    .optional()
    .meta({ description: 'add-signer: whether the person signs before, after or beside the seat; beside when absent.' }),
  redo: redo
    .optional()
    .meta({ description: 'return, where the policy leaves the choice: keep later answers that are still valid, or ask all of them anew.' }),
};

interface Asked {
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly to?: string | undefined;
  readonly reason?: string | undefined;
  readonly where?: 'before' | 'after' | 'beside' | undefined;
  readonly redo?: 'keep' | 'all' | undefined;
}
/** The task a command is about, and for whom words are made. */
export interface Around {
  readonly company: string;
  readonly locale: Locale;
  readonly task: TaskRow;
  readonly step: StepPolicy;
  readonly names: Names;
  /** What the answer is held against, as far as it has been read. */
  readonly form: FormContent | undefined;
}
type Body = Extract<CommandBody, { verb: SeatVerb }>;
type On = Pick<Body, 'task' | 'rev' | 'seat'>;

export const isSeatVerb = (verb: string): verb is SeatVerb => seatVerbs.some((one) => one === verb);

/** Which fields each verb takes beside the seat. */
const takes: Readonly<Record<SeatVerb, readonly (keyof Asked)[]>> = {
  complete: ['data'],
  reject: ['data', 'reason'],
  return: ['to', 'reason', 'redo'],
  withdraw: ['reason'],
  transfer: ['to', 'reason'],
  delegate: ['to', 'reason'],
  'add-signer': ['to', 'where', 'reason'],
  'remove-signer': ['reason'],
  skip: ['reason'],
};

/** The command that a verb on a task makes; form, target and reason as far as they can be told here. */
export async function seatBody(edge: Edge, around: Around, verb: SeatVerb, on: On, asked: Asked): Promise<Body> {
  const surplus = (['data', 'to', 'reason', 'where', 'redo'] as const).find(
    (name) => asked[name] !== undefined && !takes[verb].includes(name),
  );
  if (surplus !== undefined) throw new Problem('FIELD_UNKNOWN', { field: `/${surplus}`, values: { field: `/${surplus}` } });
  const { to, reason, where = 'beside', redo } = asked;
  const { company, task, step, names } = around;
  const because = reason === undefined ? {} : { reason };
  switch (verb) {
    case 'complete':
      requireOutcome(asked.data, step);
      return { verb, ...on, data: await answerData(edge, around, asked.data, names) };
    case 'reject':
      return { verb, ...on, reason: need(reason, '/reason'), data: await answerData(edge, around, rejection(step, asked), names) };
    case 'return': {
      const target = need(to, '/to');
      return { verb, ...on, to: knownStep(target, step, names), reason: need(reason, '/reason'), ...(redo === undefined ? {} : { redo }) };
    }
    case 'withdraw':
      return { verb, ...on, ...because };
    case 'transfer':
    case 'delegate':
      return { verb, ...on, to: await colleague(edge, company, need(to, '/to')), ...because };
    case 'add-signer':
      return { verb, ...on, to: await colleague(edge, company, need(to, '/to')), where, ...because };
    case 'remove-signer':
      if (on.seat === undefined && task.seats.length > 1) throw required('/seat');
      return { verb, ...on, reason: need(reason, '/reason') };
    case 'skip':
      return { verb, ...on, reason: need(reason, '/reason') };
  }
}

const required = (field: string): Problem => new Problem('FIELD_REQUIRED', { field, values: { field } });

function need(value: string | undefined, field: string): string {
  if (value === undefined) throw required(field);
  return value;
}

/** An outcome that the step does not have is told as such, before its fields are looked at. */
function requireOutcome(data: Readonly<Record<string, unknown>> | undefined, step: StepPolicy): void {
  if (data === undefined) throw required('/data');
  const { outcome } = data;
  if (typeof outcome !== 'string' || Object.hasOwn(step.outcomes, outcome)) return;
  throw new Problem('OUTCOME_UNKNOWN', { field: '/data/outcome', values: { outcome, allowed: Object.keys(step.outcomes) } });
}

/** A "no": its outcome need not be named where there is one; a field `reason` of its form is filled with the reason. */
function rejection(step: StepPolicy, { data = {}, reason }: Asked): Readonly<Record<string, unknown>> {
  const allowed = Object.entries(step.outcomes).flatMap(([id, { rejects }]) => (rejects === true ? [id] : []));
  const outcome = data['outcome'] ?? (allowed.length === 1 ? allowed[0] : undefined);
  if (typeof outcome !== 'string' || !allowed.includes(outcome))
    throw new Problem('OUTCOME_UNKNOWN', {
      field: '/data/outcome',
      values: { outcome: typeof outcome === 'string' ? outcome : '', allowed },
    });
  const asksWhy = step.outcomes[outcome]?.fields.includes('reason') === true && data['reason'] === undefined;
  return { ...data, outcome, ...(asksWhy ? { reason } : {}) };
}

/** Where a return goes: a step of the procedure that the policy names, or the step before. */
function knownStep(to: string, step: StepPolicy, names: Names): string {
  const steps = Object.keys((names.procedure === undefined ? undefined : names.book?.procedures[names.procedure])?.steps ?? {});
  const allowed = step.returnTo;
  if (!steps.includes(to) && to !== 'previous' && to !== 'starter')
    throw new Problem('STEP_UNKNOWN', { field: '/to', values: { step: to, allowed }, names });
  if (!allowed.includes(to)) throw new Problem('RETURN_TARGET_UNKNOWN', { field: '/to', values: { to, allowed }, names });
  return to;
}

/** Somebody who is there and works for the company. */
async function colleague(edge: Edge, company: string, person: string): Promise<string> {
  if (!(await isMember(edge.db, company, person))) throw new Problem('PERSON_UNKNOWN', { field: '/to', values: { person } });
  return person;
}
