import * as z from 'zod';
import type { Candidate, Rest, Seat, TaskRow, Timed } from '../../../domain/engine/ledger.js';
import type { Json } from '../../../domain/json.js';
import type { StepPolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { caseIdOf } from '../http/idempotency.js';
import { iso, moment, stepOf } from '../http/message.js';
import { momentOf, type Names, wordsFor } from '../http/words.js';

const candidate = z.object({
  role: z.string().optional(),
  site: z.string().optional(),
  team: z.string().optional(),
  person: z.string().optional(),
  name: z.string(),
});

/** A seat of a task: one signature that is asked for. */
export const seat = z
  .object({
    id: z.string(),
    name: z.string().optional().meta({ description: 'As whom its holder answers.' }),
    candidates: z.array(candidate),
    excluded: z.array(z.string()).optional().meta({ description: 'People who may not fill it, because of what they did before.' }),
    state: z
      .enum(['waiting', 'done', 'removed', 'left'])
      .optional()
      .meta({ description: 'Absent: open. waiting: for another seat. left: no longer needed.' }),
    by: z.string().optional().meta({ description: 'Who filled or removed it.' }),
    actingFor: z.string().optional(),
    at: z.iso.datetime().optional(),
    verb: z.string().optional(),
    outcome: z.string().optional(),
    claimedBy: z.string().optional().meta({ description: 'Who has taken it.' }),
    claimedByName: z.string().optional(),
    claimedAt: z.iso.datetime().optional(),
    added: z.object({ by: z.string(), of: z.string(), where: z.enum(['before', 'after', 'beside']) }).optional(),
    delegated: z.object({ by: z.string(), of: z.string() }).optional(),
    transferred: z.array(z.object({ by: z.string(), to: z.string(), at: z.iso.datetime() })).optional(),
    skip: z
      .object({ by: z.string(), at: z.iso.datetime(), reason: z.string() })
      .optional()
      .meta({ description: 'Somebody proposed to skip it; a second person must confirm.' }),
  })
  .meta({ id: 'Seat' });

export const paused = z
  .object({
    since: z.iso.datetime(),
    until: z.iso.datetime().optional(),
    cause: z.string(),
    causeName: z.string(),
    of: z.enum(['task', 'case', 'step']).meta({ description: 'What stopped the clock: a hold of the task, of the case, or an open step.' }),
  })
  .meta({ id: 'Paused', description: 'The clock stands still.' });

export type PausedView = z.infer<typeof paused>;

/** Why a clock stands still, if it does: for the hold of the task itself first. */
export function pausedView({ rests = [] }: Timed, names: Names, locale: Locale): { readonly paused?: PausedView } {
  const rest = rests.find(({ of }) => of === 'task') ?? rests[0];
  return rest === undefined ? {} : { paused: restView(rest, names, locale) };
}

export function restView({ of, from, until, cause }: Rest, names: Names, locale: Locale): PausedView {
  return {
    since: new Date(from).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    cause,
    causeName: String(wordsFor(locale, { cause }, names)['cause']),
    of: of === 'task' || of === 'case' ? of : 'step',
  };
}

const id = z.string();

/** A task as lists and answers show it. */
export const task = z
  .object({
    id: id.meta({ example: 'hehe:order-intake:HH-261127-001/review/1/initial-review#1' }),
    caseId: id,
    key: z.string(),
    step: z.string(),
    name: z.string().meta({ description: 'The step in the language asked for.' }),
    clauses: z.array(z.string()),
    rev: z.number().int(),
    state: z.enum(['open', 'suspended', 'completed', 'withdrawn', 'lapsed']),
    stateName: z.string().meta({ description: 'How it stands, in the language asked for: also that it is overdue or on hold.' }),
    seats: z.array(seat),
    lines: z.array(z.string()).optional().meta({ description: 'Lines that still wait for an answer.' }),
    openedAt: moment,
    batch: z.iso.date().optional().meta({ description: 'The daily batch it goes with.' }),
    dueAt: moment.optional(),
    overdue: z.boolean(),
    paused: paused.optional(),
    claimedBy: z.string().optional().meta({
      description:
        'Who has taken it: you, where you have taken a seat of it, or who has when none is left to take. Of each seat, see `seats`.',
    }),
    claimedByName: z.string().optional(),
    claimedAt: moment.optional(),
    closedAt: moment.optional(),
    closedBy: z.string().optional(),
    closedFor: z.string().optional().meta({ description: 'The person stood in for by who closed it.' }),
    outcome: z.string().optional(),
  })
  .meta({ id: 'Task' });

export type TaskView = z.infer<typeof task>;

export const listedTask = task
  .extend({
    company: z.string(),
    procedure: z.string(),
    procedureName: z.string(),
    number: z.string(),
    title: z.string().meta({ description: 'Customer and customer’s order number.' }),
    actingFor: z.string().optional().meta({ description: 'Whom you stand in for on it; absent: it is yours by a right of your own.' }),
  })
  .meta({ id: 'ListedTask' });

/** A task in the reader's language. */
export function taskView(row: TaskRow, names: Names, locale: Locale): TaskView {
  const step = stepOf(names, row.step);
  return {
    id: row.id,
    caseId: caseIdOf(row),
    key: row.key,
    step: row.step,
    name: step?.name[locale] ?? row.step,
    clauses: [...(step?.clauses ?? [])],
    rev: row.rev,
    state: row.state,
    stateName: say(locale, `state.${stateShown(row)}`),
    seats: row.seats.map((seat) => seatView(seat, step, names, locale)),
    openedAt: iso(row.openedAt),
    overdue: row.overdue,
    ...pausedView(row, names, locale),
    ...(row.lines === undefined ? {} : { lines: [...row.lines] }),
    ...(row.batch === undefined ? {} : { batch: row.batch }),
    ...(row.dueAt === undefined ? {} : { dueAt: iso(row.dueAt) }),
    ...(row.closedAt === undefined ? {} : { closedAt: iso(row.closedAt) }),
    ...(row.closedBy === undefined ? {} : { closedBy: row.closedBy }),
    ...(row.closedFor === undefined ? {} : { closedFor: row.closedFor }),
    ...(row.outcome === undefined ? {} : { outcome: row.outcome }),
  };
}

/** A seat with how it stands, in the reader's language. */
function seatView(
  { candidates, excluded, at, skip, transferred, ...seat }: Seat,
  step: StepPolicy | undefined,
  names: Names,
  locale: Locale,
) {
  const own = step?.seats?.of.find(({ id }) => id === seat.id)?.name;
  return {
    ...seat,
    ...(own === undefined ? {} : { name: own[locale] }),
    candidates: candidates.map((candidate) => candidateView(candidate, names, locale)),
    ...(excluded === undefined ? {} : { excluded: [...excluded] }),
    ...(at === undefined ? {} : { at: iso(at) }),
    ...(skip === undefined ? {} : { skip: { by: skip.by, at: iso(skip.at), reason: skip.reason } }),
    ...(transferred === undefined ? {} : { transferred: transferred.map((one) => ({ ...one, at: iso(one.at) })) }),
  };
}

/** How a task stands for whoever reads a list. */
function stateShown({ state, overdue, rests = [] }: TaskRow): TaskRow['state'] | 'on-hold' | 'overdue' {
  if (state !== 'open') return state;
  return rests.some(({ of }) => of === 'task' || of === 'case') ? 'on-hold' : overdue ? 'overdue' : 'open';
}

/** Who may fill a seat, in the reader's language. */
export function candidateView(candidate: Candidate, names: Names, locale: Locale): TaskView['seats'][number]['candidates'][number] {
  const company = names.book?.company;
  if ('person' in candidate) return { person: candidate.person, name: names.people?.get(candidate.person) ?? candidate.person };
  if ('team' in candidate) return { team: candidate.team, name: company?.teams?.[candidate.team]?.[locale] ?? candidate.team };
  const { role, site } = candidate;
  return { role, ...(site === undefined ? {} : { site }), name: company?.roles[role]?.[locale] ?? role };
}

/** When a task is due, since when that is counted, and by which rule. */
export function dueView(task: TaskRow, rule: Json, names: Names, locale: Locale) {
  if (task.dueAt === undefined) return null;
  return {
    from: iso(task.countsFrom ?? task.openedAt),
    at: iso(task.dueAt),
    rule,
    overdue: task.overdue,
    sentence: momentOf(locale, task.dueAt, names.book?.company.zone),
  };
}

/** The people that a task names. */
export function peopleOf({ closedBy, closedFor, seats }: TaskRow): readonly string[] {
  const seated = seats.flatMap((seat) => seat.candidates.flatMap((candidate) => ('person' in candidate ? [candidate.person] : [])));
  const signed = seats.flatMap(({ by, actingFor, added, delegated, transferred = [], skip }) => [
    by,
    actingFor,
    added?.by,
    delegated?.by,
    ...transferred.flatMap((one) => [one.by, one.to]),
    skip?.by,
  ]);
  return [closedBy, closedFor, ...signed].flatMap((one) => (one === undefined || one === 'engine' ? [] : [one])).concat(seated);
}
