import type pg from 'pg';
import type { CreditStanding, Customer, OpenLine, OpenOrder, Product, TradeBook } from '../domain/books/book.js';
import type { Catalogue, CatalogueEntry, EarlierOrder, KnownCustomer } from '../domain/orders/catalogue.js';
import type { Granted, Invoiced, OrderBooks, Refused, Shipped, TradeBooks } from '../ports/books.js';
import type { Posted, ReturnBooks } from '../ports/returns.js';
import { cursorOf, millis, type Page, partsOf } from './paging.js';
import type { Db } from './pool.js';

/** The columns of a customer as the port has it; absent ones are null. */
const customerColumns =
  'c.code, c.name, c.site, c.contact, c.language, c.currency, c.grade, c.credit_limit::double precision as "limitMinor"';

/** The trade books in SQL. What changes them is one statement each: all of it happens, or nothing. */
export function createTradeBooks(db: Db): TradeBooks {
  return {
    customer: (company, codeOrName) => customerOf(db, company, codeOrName),
    order: (company, number, forCase) => orderOf(db, company, number, forCase),
    credit: (company, customer, today) => creditOf(db, company, customer, today),
    async release({ key, caseId, approvedMinor, ...request }) {
      const p = { ...request, key, case: caseId, approved: approvedMinor };
      const answer = await ask<Granted | Refused>(db, 'select book_release_goods($1) as answer', JSON.stringify(p));
      if (answer === null) throw new Error(`release ${key} has been given back`);
      return answer;
    },
    released: async (key) => (await ask<Granted>(db, 'select book_released($1) as answer', key)) ?? undefined,
    async giveBack(release) {
      await db.query('select book_give_back($1)', [release]);
    },
    async ship({ key, release, lines }) {
      const answer = await ask<Shipped>(db, 'select book_ship($1) as answer', JSON.stringify({ key, release, lines }));
      if (answer === null) throw new Error(`shipment ${key} was not kept`);
      return answer;
    },
    shipped: async (key) => (await ask<Shipped>(db, 'select book_shipped($1) as answer', key)) ?? undefined,
    async invoice(request) {
      const answer = await ask<Invoiced>(db, 'select book_invoice($1) as answer', JSON.stringify(request));
      if (answer === null) throw new Error(`invoice ${request.invoice} was not kept`);
      return answer;
    },
  };
}

async function ask<T>(db: Db, text: string, value: string): Promise<T | null> {
  const { rows } = await db.query<{ answer: T | null }>(text, [value]);
  return rows[0]?.answer ?? null;
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** Without the members that are null. */
function present<T extends object>(row: Nullable<T>): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}

async function customerOf(db: Db, company: string, codeOrName: string): Promise<Customer | undefined> {
  const { rows } = await db.query<Nullable<Customer>>(
    `select ${customerColumns} from book_customer c
      where c.company = $1 and (c.code = $2 or $2 in (c.name->>'zh', c.name->>'en', c.name->>'id')) order by c.code <> $2, c.code limit 1`,
    [company, codeOrName],
  );
  return rows[0] === undefined ? undefined : present<Customer>(rows[0]);
}

async function orderOf(db: Db, company: string, number: string, forCase: string | undefined): Promise<OpenOrder | undefined> {
  const head = await db.query<Nullable<Omit<OpenOrder, 'lines'>>>(
    `select o.number, o.customer, o.customer_po as "customerPo", c.currency from book_order o
      join book_customer c on c.company = o.company and c.code = o.customer where o.company = $1 and o.number = $2`,
    [company, number],
  );
  const [order] = head.rows;
  if (order === undefined) return undefined;
  const lines = await db.query<Nullable<OpenLine>>(
    `with own as (
        select x.line, x.product, x.quantity from book_release r, jsonb_to_recordset(r.lines) as x(line text, product text, quantity bigint)
          where r.case_id = $3 and r.state = 'released' and r.company = $1 and r.order_number = $2)
      select l.id, l.product, p.name, p.unit, l.quantity::double precision as quantity, l.unit_price::double precision as "unitPriceMinor",
        l.shipped::double precision as shipped, l.returned::double precision as returned, l.released::double precision as released,
        (l.quantity - l.shipped + l.returned - l.released + coalesce(own.quantity, 0))::double precision as open,
        (coalesce(s.on_hand - s.released, 0) + coalesce((select sum(quantity) from own where own.product = l.product), 0))::double precision as "inStock",
        to_char(l.promised_on, 'YYYY-MM-DD') as "promisedOn"
      from book_order_line l join book_product p on p.company = l.company and p.code = l.product
      left join book_stock s on s.company = l.company and s.product = l.product left join own on own.line = l.id
      where l.company = $1 and l.order_number = $2 order by length(l.id), l.id`,
    [company, number, forCase ?? null],
  );
  return { ...present<Omit<OpenOrder, 'lines'>>(order), lines: lines.rows.map((line) => present<OpenLine>(line)) };
}

async function creditOf(db: Db, company: string, customer: string, today: string): Promise<CreditStanding | undefined> {
  const { rows } = await db.query<Nullable<CreditStanding>>(
    `select c.code as customer, c.name, c.currency, c.grade, c.credit_limit::double precision as "limitMinor",
        c.receivable::double precision as "receivableMinor", c.shipped::double precision as "shippedNotInvoicedMinor",
        c.released::double precision as "releasedNotShippedMinor", book_exposure(c)::double precision as "exposureMinor",
        coalesce(sum(r.open), 0)::double precision as "overdueMinor", coalesce($3::date - min(r.due_on), 0)::integer as "overdueDays"
      from book_customer c left join book_receivable r on r.company = c.company and r.customer = c.code and r.open > 0 and r.due_on < $3::date
      where c.company = $1 and c.code = $2 group by c.company, c.code`,
    [company, customer, today],
  );
  return rows[0] === undefined ? undefined : present<CreditStanding>(rows[0]);
}

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

/** What order intake reads, from the trade books and the cases in SQL. */
export function createOrderBooks(db: Db): OrderBooks {
  return {
    async catalogue(company, codes): Promise<Catalogue> {
      const { rows } = await db.query<{ code: string; entry: CatalogueEntry }>(
        'select code, entry from book_product where company = $1 and code = any($2)',
        [company, codes],
      );
      return Object.fromEntries(rows.map(({ code, entry }) => [code, entry]));
    },
    async customer(company, name) {
      const { rows } = await db.query<KnownCustomer>(
        `select code as id, name->>'zh' as name from book_customer
          where company = $1 and (code = $2 or $2 in (name->>'zh', name->>'en', name->>'id')) order by code <> $2, code limit 1`,
        [company, name],
      );
      return rows[0];
    },
    async earlierOrders(caseId, { customer, customerPo }) {
      const [company, procedure] = caseId.split(':');
      const { rows } = await db.query<EarlierOrder>(
        `select k.id as "caseId", k.number, ${millis('k.started_at')} as "startedAt" from kase k join content c on c.hash = k.subject_hash
          where k.company = $1 and k.procedure = $2 and k.id <> $3
            and k.title = gendan_title(json_build_object('customer', $4::text, 'customerPo', $5::text))
            and c.value->>'customer' = $4 and c.value->>'customerPo' = $5
          order by k.started_at desc, k.id limit 10`,
        [company, procedure, caseId, customer, customerPo],
      );
      return rows;
    },
  };
}

/** Returns in the built-in trade books. */
export function createReturnBooks(db: Db): ReturnBooks {
  return {
    async takeBack({ key, caseId, company, order, lines }) {
      const asked = JSON.stringify({ key, case: caseId, company, order, lines });
      const { rows } = await db.query<{ answer: Posted }>('select book_take_back($1) as answer', [asked]);
      return (rows[0] as { answer: Posted }).answer;
    },
    async tookBack(key) {
      return (await db.query('select 1 from book_return where key = $1 and standing', [key])).rowCount === 1;
    },
    async giveUp(caseId) {
      await db.query('select book_return_undo($1)', [caseId]);
    },
  };
}

/**
 * Sets up the trade books of companies that have none: a company with a single customer, product or order keeps its own. Resolves to the
 * companies that were given books.
 */
export async function loadDemoBooks(pool: pg.Pool, books: Readonly<Record<string, TradeBook>>): Promise<readonly string[]> {
  const loaded: string[] = [];
  for (const [company, book] of Object.entries(books)) if (await loadBook(pool, company, book)) loaded.push(company);
  return loaded;
}

/** Each list into its table; `$1` company, `$2` the list. */
const inserts: readonly (readonly [keyof TradeBook, string])[] = [
  [
    'customers',
    `insert into book_customer (company, code, name, site, contact, language, currency, grade, credit_limit)
      select $1, x.code, x.name, x.site, x.contact, x.language, x.currency, x.grade, x."limitMinor" from jsonb_to_recordset($2)
        as x(code text, name jsonb, site text, contact jsonb, language text, currency text, grade text, "limitMinor" bigint)`,
  ],
  [
    'products',
    `insert into book_product (company, code, name, kind, unit, entry)
      select $1, x->>'code', x->'name', x->>'kind', x->>'unit', x - 'kind' from jsonb_array_elements($2) x`,
  ],
  [
    'stock',
    `insert into book_stock (company, product, on_hand) select $1, x.product, x."onHand" from jsonb_to_recordset($2) as x(product text, "onHand" bigint)`,
  ],
  [
    'orders',
    `with placed as (select * from jsonb_to_recordset($2) as x(number text, customer text, "customerPo" text, lines jsonb)),
        kept as (insert into book_order (company, number, customer, customer_po) select $1, number, customer, "customerPo" from placed)
      insert into book_order_line (company, order_number, id, product, quantity, unit_price, shipped, returned)
        select $1, p.number, l.id, l.product, l.quantity, l."unitPriceMinor", l.shipped, l.returned from placed p, jsonb_to_recordset(p.lines)
          as l(id text, product text, quantity bigint, "unitPriceMinor" bigint, shipped bigint, returned bigint)`,
  ],
  [
    'receivables',
    `insert into book_receivable (company, invoice, customer, due_on, amount, open)
      select $1, x.invoice, x.customer, x."dueOn", x."amountMinor", x."openMinor" from jsonb_to_recordset($2)
        as x(invoice text, customer text, "dueOn" date, "amountMinor" bigint, "openMinor" bigint)`,
  ],
];

async function loadBook(pool: pg.Pool, company: string, book: TradeBook): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query("select pg_advisory_xact_lock(hashtext('gendan:books'))");
    const { rows } = await client.query<{ there: boolean }>(
      `select exists (select from book_customer where company = $1) or exists (select from book_product where company = $1)
        or exists (select from book_order where company = $1) as there`,
      [company],
    );
    const empty = rows[0]?.there === false;
    if (empty) for (const [list, insert] of inserts) await client.query(insert, [company, JSON.stringify(book[list])]);
    await client.query('commit');
    return empty;
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    client.release();
  }
}
