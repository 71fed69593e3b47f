import * as z from 'zod';
import { assertNever } from '../../../domain/assert-never.js';
import { groupsOrPeople, waitingFor } from '../../../domain/authority/may-act.js';
import type { TaskRow } from '../../../domain/engine/ledger.js';
import type { Next, NextStep } from '../../../domain/engine/view.js';
import type { Json, JsonObject } from '../../../domain/json.js';
import type { Locale } from '../../../domain/texts/texts.js';
import { Unavailable } from '../../dispatch/contract.js';
import type { ApiContext, Caller } from '../http/context.js';
import { iso, messageFor, stepOf } from '../http/message.js';
import type { Names } from '../http/words.js';
import { candidateView } from './task.js';

export const whoNext = z
  .array(
    z.object({
      code: z.string(),
      values: z.record(z.string(), z.unknown()),
      sentence: z.string(),
      outcome: z.string(),
      step: z.string().nullable().meta({ description: 'The step asked next; null where the case ends or a system goes on.' }),
      who: z.array(z.object({ role: z.string().optional(), person: z.string().optional(), name: z.string() })),
      dueAt: z.iso.datetime().optional().meta({ description: 'If it were answered now.' }),
      dueSpec: z.unknown().optional(),
      condition: z.literal('ALL_LINES').nullable().meta({ description: 'It follows once all lines have an answer.' }),
    }),
  )
  .meta({
    id: 'WhoNext',
    description: 'What would follow each outcome, tried out with sample data in the form. Empty where it cannot be told now.',
  });

export type WhoNext = z.infer<typeof whoNext>;

/** What was tried out last, by task, turn and reader: it changes with the case only. */
const kept = new Map<string, readonly Next[]>();

const most = 1_000;

/** What would follow each outcome of an open task, if the reader answered it now. Never keeps a task's page from being shown. */
export async function whoNextOf(api: ApiContext, { person, locale, case: head }: Caller, task: TaskRow, names: Names): Promise<WhoNext> {
  if (head === undefined || task.state !== 'open') return [];
  const key = `${task.id} ${head.turn} ${person.id}`;
  const known = kept.get(key) ?? (await asked(api, head.id, task.id, person.id));
  if (known === undefined) return [];
  kept.set(key, known);
  const oldest = kept.size > most ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  return known.flatMap((next) => lines(next, task, names, locale));
}

async function asked(api: ApiContext, caseId: string, task: string, by: string): Promise<readonly Next[] | undefined> {
  try {
    return await api.dispatcher.next(caseId, task, by);
  } catch (cause) {
    if (!(cause instanceof Unavailable)) throw cause;
    return undefined;
  }
}

function lines({ outcome, opens, effects, ends, allLines, refused }: Next, task: TaskRow, names: Names, locale: Locale): WhoNext {
  const condition = allLines ? ('ALL_LINES' as const) : null;
  const line = (kind: 'ends' | 'system' | 'waits', values: JsonObject) => ({
    outcome,
    step: null,
    who: [],
    condition,
    ...say(kind, { of: task.step, chosen: outcome, ...values }, names, locale),
  });
  if (refused !== undefined) return [];
  if (opens.length > 0) return opens.map((next) => ({ ...stepLine(next, task.step, outcome, names, locale), condition }));
  if (ends) return [line('ends', {})];
  return [effects.length > 0 ? line('system', { effect: effects[0] ?? '' }) : line('waits', {})];
}

function stepLine({ step, seats, dueAt }: NextStep, of: string, outcome: string, names: Names, locale: Locale) {
  const candidates = seats.flatMap((seat) => seat.candidates);
  const dueSpec = stepOf(names, step)?.due;
  const values: JsonObject = {
    of,
    chosen: outcome,
    step,
    roles: groupsOrPeople(waitingFor(candidates)),
    ...(dueAt === undefined ? {} : { due: dueAt }),
  };
  return {
    outcome,
    step,
    who: candidates.map((candidate) => candidateView(candidate, names, locale)),
    ...(dueAt === undefined ? {} : { dueAt: iso(dueAt) }),
    ...(dueSpec === undefined ? {} : { dueSpec: dueSpec as unknown as Json }),
    ...say(dueAt === undefined ? 'step' : 'due', values, names, locale),
  };
}

function say(kind: 'step' | 'due' | 'ends' | 'system' | 'waits', values: JsonObject, names: Names, locale: Locale) {
  const shown = (key: string, code: string) => messageFor(locale, key, code, values, names);
  switch (kind) {
    case 'step':
      return shown('next.step', 'NEXT_STEP');
    case 'due':
      return shown('next.step.due', 'NEXT_STEP');
    case 'ends':
      return shown('next.ends', 'NEXT_ENDS');
    case 'system':
      return shown('next.system', 'NEXT_SYSTEM');
    case 'waits':
      return shown('next.waits', 'NEXT_WAITS');
    default:
      return assertNever(kind);
  }
}
