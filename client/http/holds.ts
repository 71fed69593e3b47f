import * as z from 'zod';
import type { CommandBody } from '../../domain/engine/command.js';
import type { Rest, Timed } from '../../domain/engine/ledger.js';
import type { JsonObject } from '../../domain/json.js';
import type { Locale } from '../../domain/texts/texts.js';
import { Problem } from './problem.js';
import { type Names, wordsFor } from './words.js';

/** What a command says of a hold. */
export const holdFields = {
  cause: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .meta({ description: 'hold: why, one of the company’s hold causes.', example: 'waiting-for-customer' }),
  until: z.iso.datetime({ offset: true }).optional().meta({ description: 'hold: when it ends by itself; without, when it is resumed.' }),
};
interface Asked {
  readonly cause?: string | undefined;
  readonly until?: string | undefined;
  readonly reason?: string | undefined;
}

/** The hold that was asked for; its cause is one that the company has. */
export function holdBody({ cause, until, reason }: Asked, names: Names): Extract<CommandBody, { verb: 'hold' }> {
  const causes = Object.keys(names.book?.company.holdCauses ?? {});
  if (cause === undefined) throw new Problem('FIELD_REQUIRED', { field: '/cause', values: { field: '/cause' } });
  if (!causes.includes(cause))
    throw new Problem('FIELD_INVALID', { field: '/cause', values: { field: '/cause', rule: 'choice', allowed: causes }, names });
  return {
    verb: 'hold',
    cause,
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Why something cannot be held or resumed as it stands. `held`: the hold it is under. */
export function holdProblem(
  verb: string,
  held: { readonly cause: string; readonly since: number } | undefined,
): { readonly code: 'HELD_ALREADY' | 'NOT_HELD'; readonly values: JsonObject } | undefined {
  if (verb === 'hold' && held !== undefined) return { code: 'HELD_ALREADY', values: { cause: held.cause, since: held.since } };
  return verb === 'resume' && held === undefined ? { code: 'NOT_HELD', values: {} } : undefined;
}

/** The hold that a task itself is under. */
export function holdOf({ rests = [] }: Timed): { readonly cause: string; readonly since: number } | undefined {
  const own = rests.find(({ of }) => of === 'task');
  return own === undefined ? undefined : { cause: own.cause, since: own.from };
}

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
