import * as z from 'zod';

const id = z.string();
const membership = z.object({ company: z.string(), companyName: z.string(), role: z.string(), roleName: z.string() });
export const me = z
  .object({
    id,
    name: z.string(),
    locale: z.enum(['zh', 'en', 'id']),
    roles: z.array(membership),
    companies: z.array(z.object({ company: z.string(), name: z.string(), zone: z.string() })),
    capabilities: z.object({
      start: z.array(z.object({ company: z.string(), procedure: z.string(), name: z.string() })),
      team: z.boolean(),
      radar: z.boolean(),
    }),
  })
  .meta({ id: 'Me' });
export const people = z
  .object({ items: z.array(z.object({ id, name: z.string(), locale: z.enum(['zh', 'en', 'id']), roles: z.array(membership) })) })
  .meta({ id: 'People' });
export const health = z
  .object({ status: z.enum(['ok', 'unavailable']), database: z.boolean(), temporal: z.boolean() })
  .meta({ id: 'Health' });
