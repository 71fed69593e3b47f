import * as z from 'zod';

/** The most changes that are told one by one. */
export const mostTold = 100;

/** Any JSON value, as it was shown. */
const json = z.unknown();
export const changedSchema = z
  .object({
    since: z.iso.datetime().meta({ description: 'When the step was answered last.' }),
    by: z.string().nullable(),
    count: z
      .number()
      .int()
      .meta({ description: `How many values differ; the first ${mostTold} are told.` }),
    items: z.array(
      z.object({
        line: z.string().optional(),
        field: z.string().meta({ description: 'Name of the value, below others with a slash; empty: the whole line.' }),
        before: json.optional(),
        after: json.optional(),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ description: 'On a step that was answered before: what it shows otherwise than then, value by value.' });
