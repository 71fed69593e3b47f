import * as z from 'zod';
import { searchCustomers, searchProducts } from '../../../db/books.js';
import { catalogueEntry } from '../../../domain/books/catalogue.js';
import { words } from '../../../domain/words.js';
import { identify } from '../http/auth.js';
import { cursorUnknown, pageQuery } from '../http/check.js';
import type { ApiContext } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { companiesOf, requireScope } from '../http/scope.js';

const next = z.string().nullable().meta({ description: 'Send it as `after` for the next page; null on the last.' });

const language = z.enum(['zh', 'en', 'id']);

export const customerList = z
  .object({
    items: z.array(
      z.object({
        company: z.string(),
        code: z.string(),
        name: words,
        site: z.string().nullable(),
        contact: z.object({ name: z.string(), email: z.string() }).nullable(),
        language,
        currency: z.string(),
        grade: z.enum(['A', 'B', 'C', 'D']).nullable(),
        limitMinor: z.number().int().nullable(),
      }),
    ),
    next,
  })
  .meta({ id: 'CustomerList' });

export const productList = z
  .object({
    items: z.array(
      z.object({
        company: z.string(),
        code: z.string(),
        name: words,
        kind: z.string(),
        unit: z.string(),
        entry: catalogueEntry.meta({ description: 'All that the catalogue says of it.' }),
        inStock: z.number().int().nullable().meta({ description: 'On hand and not released for a shipment; null where no stock is kept.' }),
      }),
    ),
    next,
  })
  .meta({ id: 'ProductList' });

const text = z.string().min(1).max(120);

const query = z.strictObject({
  company: text.optional(),
  q: text.optional().meta({ description: 'Part of a code, or of a name in any language.' }),
  ...pageQuery,
});

/** What the trade books of one's companies have. */
export function bookRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/customers',
      tag: 'Books',
      summary: 'Customers of your companies, by code',
      description: 'Money in the minor unit of the customer’s currency. `limitMinor` is null where no credit limit has been approved.',
      query,
      answer: { status: 200, description: 'A page of customers.', schema: customerList },
    },
    async ({ c, query: { company, after, ...search } }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, { company });
      const page = await searchCustomers(api.db, company === undefined ? companiesOf(caller.person) : [company], {
        ...search,
        cursor: after,
      });
      if (page === undefined) throw cursorUnknown();
      return c.json(page);
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/products',
      tag: 'Books',
      summary: 'Products of your companies, by code',
      query,
      answer: { status: 200, description: 'A page of products.', schema: productList },
    },
    async ({ c, query: { company, after, ...search } }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, { company });
      const page = await searchProducts(api.db, company === undefined ? companiesOf(caller.person) : [company], {
        ...search,
        cursor: after,
      });
      if (page === undefined) throw cursorUnknown();
      return c.json(page);
    },
  );
}
