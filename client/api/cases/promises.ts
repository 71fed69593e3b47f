import * as z from 'zod';
import { type PromiseVersion, type Slip, slipsOf } from '../../../db/cases.js';
import type { ProcedurePolicy } from '../../../domain/policy/policy.js';
import { type Locale, say } from '../../../domain/texts/texts.js';
import { identify } from '../http/auth.js';
import { day } from '../http/bounds.js';
import { type ApiContext, namesFor } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { requireScope } from '../http/scope.js';

/** A version of a date promised for a line. */
export const promise = z.object({
  line: z.string(),
  version: z.number().int(),
  date: z.iso.date(),
  cause: z.string(),
  by: z.string(),
  causeName: z.string(),
  slipDays: z.number().int().meta({ description: 'Days later than the version before, or than was wanted; negative: earlier.' }),
  taskId: z.string().nullable(),
  at: z.iso.datetime(),
});

const text = z.string().min(1).max(120);

const query = z.strictObject({
  company: text,
  procedure: text.optional(),
  from: day.meta({ description: 'First day on which the later date was given.' }),
  to: day.meta({ description: 'Last day, inclusive; at most two years after the first.' }),
});

const slips = z
  .object({
    items: z.array(
      z.object({
        month: z.string().meta({ example: '2026-11' }),
        procedure: z.string(),
        cause: z.string(),
        causeName: z.string(),
        moves: z.number().int().meta({ description: 'How often a date was moved to a later one.' }),
        orders: z.number().int(),
        days: z.number().int().meta({ description: 'By how many calendar days together.' }),
      }),
    ),
  })
  .meta({ id: 'Slips' });

const longest = 2 * 366;

/** How promised dates slipped. */
export function promiseRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/promises/slips',
      tag: 'Cases',
      summary: 'Promised dates that became later, by cause and month',
      description: 'A first promise slips against the date that was wanted, every other against the one before it.',
      query,
      answer: { status: 200, description: 'Latest month first, then most days.', schema: slips },
    },
    async ({ c, query: asked }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, asked);
      if (Date.parse(asked.to) < Date.parse(asked.from)) throw outOfRange('to');
      if (Date.parse(asked.to) - Date.parse(asked.from) > longest * 86_400_000) throw outOfRange('to');
      const found = await slipsOf(api.db, asked);
      return c.json({ items: await Promise.all(found.map((slip) => slipView(api, slip, caller.locale))) });
    },
  );
}

const outOfRange = (field: string): Problem => new Problem('QUERY_INVALID', { field, values: { field, rule: 'invalid' } });

async function slipView(api: ApiContext, slip: Slip, locale: Locale) {
  const { month, procedure, cause, moves, orders, days } = slip;
  const { book } = await namesFor(api, slip);
  return { month, procedure, cause, causeName: causeName(locale, book?.procedures[procedure], cause), moves, orders, days };
}

/** A version of a promised date, with its cause in words. */
export function promiseView(promise: PromiseVersion, procedure: ProcedurePolicy | undefined, locale: Locale) {
  return { ...promise, causeName: causeName(locale, procedure, promise.cause), at: iso(promise.at) };
}

/** A cause of a promised date in words: as a form of the procedure offers it. */
function causeName(locale: Locale, procedure: ProcedurePolicy | undefined, cause: string): string {
  const choices = Object.values(procedure?.steps ?? {}).flatMap(({ promiseCause, fields }) =>
    promiseCause === undefined ? [] : (fields[promiseCause]?.choices?.[cause]?.[locale] ?? []),
  );
  return choices[0] ?? (cause === 'answer' ? say(locale, 'promise.answer') : cause);
}
