import type { Customer, Product } from '../../domain/books/book.js';
import type { CatalogueEntry } from '../../domain/books/catalogue.js';
import type { Db } from '../pool.js';
import { millis } from './cases.js';
import { cursorOf, partsOf } from './cursor.js';
import type { Page } from './tasks.js';

/** A customer as the search shows it. */
export type ListedCustomer = { readonly company: string } & Pick<Customer, 'code' | 'name' | 'language' | 'currency'> & {
    readonly [K in 'site' | 'contact' | 'grade' | 'limitMinor']: NonNullable<Customer[K]> | null;
  };

/** A product as the search shows it. `entry`: all that the catalogue says of it. `inStock`: on hand and not released for a shipment; null where no stock is kept of it. */
export interface ListedProduct extends Pick<Product, 'code' | 'name' | 'kind' | 'unit'> {
  readonly company: string;
  readonly entry: CatalogueEntry;
  readonly inStock: number | null;
}

/** What is searched for: a part of a code or of a name in any language; all when absent. */
export interface Search {
  readonly q?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Customers of some companies by code. Undefined when the cursor is not one. */
export function searchCustomers(db: Db, companies: readonly string[], search: Search): Promise<Page<ListedCustomer> | undefined> {
  return page<ListedCustomer>(db, 'gendan_customers', companies, search, {
    columns: `t.company, t.code, t.name, t.site, t.contact, t.language, t.currency, t.grade, t.credit_limit::double precision as "limitMinor"`,
    from: 'book_customer t',
  });
}

/** Products of some companies by code. Undefined when the cursor is not one. */
export function searchProducts(db: Db, companies: readonly string[], search: Search): Promise<Page<ListedProduct> | undefined> {
  return page<ListedProduct>(db, 'gendan_products', companies, search, {
    columns: `t.company, t.code, t.name, t.kind, t.unit, t.entry, (s.on_hand - s.released)::double precision as "inStock"`,
    from: 'book_product t left join book_stock s on s.company = t.company and s.product = t.code',
  });
}

/** Goods that left and are not invoiced. `shippedAt` in epoch milliseconds. */
export interface Uninvoiced {
  readonly company: string;
  readonly caseId: string;
  readonly customer: string;
  readonly order: string;
  readonly amountMinor: number;
  readonly currency: Customer['currency'];
  readonly shippedAt: number;
}

/** Shipments of some companies that are not invoiced, by case. Undefined when the cursor is not one. */
export async function uninvoiced(
  db: Db,
  companies: readonly string[],
  { customer, limit, cursor }: Omit<Search, 'q'> & { readonly customer?: string | undefined },
): Promise<Page<Uninvoiced> | undefined> {
  const after = cursor === undefined ? [''] : partsOf(cursor, ['text']);
  if (after === undefined) return undefined;
  const { rows } = await db.query<Uninvoiced>({
    name: 'gendan_uninvoiced',
    text: `select r.company, r.case_id as "caseId", r.customer, r.order_number as "order", r.shipped_amount::double precision as "amountMinor",
        c.currency, ${millis('r.changed_at')} as "shippedAt"
      from book_release r join book_customer c on c.company = r.company and c.code = r.customer
      where r.state = 'shipped' and r.invoice is null and r.company = any($1) and r.case_id > $2 and ($3::text is null or r.customer = $3)
      order by r.case_id limit $4`,
    values: [companies, ...after, customer ?? null, limit + 1],
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit), next: last === undefined ? null : cursorOf([last.caseId]) };
}

async function page<T extends { readonly company: string; readonly code: string }>(
  db: Db,
  name: string,
  companies: readonly string[],
  { q, limit, cursor }: Search,
  { columns, from }: { readonly columns: string; readonly from: string },
): Promise<Page<T> | undefined> {
  const after = cursor === undefined ? ['', ''] : partsOf(cursor, ['text', 'text']);
  if (after === undefined) return undefined;
  const { rows } = await db.query<T & Record<string, unknown>>({
    name,
    text: `select ${columns} from ${from}
      where t.company = any($1) and (t.company, t.code) > ($2, $3)
        and ($4::text is null or position(lower($4) in lower(concat_ws(' ', t.code, t.name->>'zh', t.name->>'en', t.name->>'id'))) > 0)
      order by t.company, t.code limit $5`,
    values: [companies, ...after, q ?? null, limit + 1],
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf([last.company, last.code]) : null };
}
