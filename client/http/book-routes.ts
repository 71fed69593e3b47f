import * as z from 'zod';
import { searchCustomers, searchProducts } from '../../db/queries/books.js';
import { identify } from './auth.js';
import { customerList, productList } from './book-schemas.js';
import type { Edge } from './edge.js';
import { type EdgeApp, serve } from './endpoint.js';
import { Problem } from './problem.js';
import { companiesOf, requireScope } from './scope.js';
import { pageQuery } from './task-routes.js';

const text = z.string().min(1).max(120);
const query = z.strictObject({
  company: text.optional(),
  q: text.optional().meta({ description: 'Part of a code, or of a name in any language.' }),
  ...pageQuery,
});

const cursorWrong = (): Problem => new Problem('QUERY_INVALID', { field: 'after', values: { field: 'after', rule: 'cursor' } });

/** What the trade books of one's companies have. */
export function bookRoutes(app: EdgeApp, edge: Edge): void {
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
      const caller = await identify(edge, c);
      await requireScope(edge, caller, { company });
      const page = await searchCustomers(edge.db, company === undefined ? companiesOf(caller.person) : [company], {
        ...search,
        cursor: after,
      });
      if (page === undefined) throw cursorWrong();
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
      const caller = await identify(edge, c);
      await requireScope(edge, caller, { company });
      const page = await searchProducts(edge.db, company === undefined ? companiesOf(caller.person) : [company], {
        ...search,
        cursor: after,
      });
      if (page === undefined) throw cursorWrong();
      return c.json(page);
    },
  );
}
