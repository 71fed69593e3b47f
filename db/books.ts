import type pg from 'pg';
import type { CreditPosition, Customer, OpenLine, OpenOrder, Product, TradeBook } from '../domain/books/book.js';
import type { Catalogue, CatalogueEntry, EarlierOrder, KnownCustomer } from '../domain/books/catalogue.js';
import { enterInvoice, type InvoiceRequest } from '../domain/books/invoice.js';
import { openingPosting } from '../domain/books/opening.js';
import type { Invoiced, OrderBooks, PostingResult, TradeBooks } from '../ports/books.js';
import { cursorOf, millis, type Page, partsOf } from './paging.js';
import type { Db } from './pool.js';
import { createBooks, type Nullable, present } from './postings.js';

/** The columns of a customer as the port has it; absent ones are null. */
const customerColumns =
  'c.code, c.name, c.site, c.contact, c.language, c.currency, c.grade, c.credit_limit::double precision as "limitMinor"';

/** The procedure whose cases bring goods back, in every company. */
const bringsBack = 'return';

/** What the trade books in SQL tell, and the one change that no case makes. */
export function createTradeBooks(db: Db): TradeBooks {
  return {
    customer: (company, codeOrName) => customerOf(db, company, codeOrName),
    order: (company, number, forCase) => orderOf(db, company, number, forCase),
    credit: (company, customer, today) => creditOf(db, company, customer, today),
    async invoice(request) {
      const result = await createBooks(db).perform(enterInvoice, request);
      const isStrange = !result.posted && (await customerOf(db, request.company, request.customer))?.code !== request.customer;
      return isStrange
        ? { invoiced: false, code: 'CUSTOMER_UNKNOWN', values: { customer: request.customer } }
        : invoicedBy(result, request);
    },
  };
}

function invoicedBy(result: PostingResult, { invoice, customer }: InvoiceRequest): Invoiced {
  if (result.posted) {
    const { amountMinor } = result.facts;
    return { invoiced: true, invoice, customer, amountMinor: Number(amountMinor), exposureMinor: result.sums['exposure'] ?? 0 };
  }
  const { code, values } = result;
  switch (code) {
    case 'CUSTOMER_UNKNOWN':
    case 'SHIPMENT_UNKNOWN':
    case 'SHIPMENT_INVOICED':
      return { invoiced: false, code, values };
    case 'POSTING_DIFFERS':
      return { invoiced: false, code: 'INVOICE_EXISTS', values: { invoice } };
    default:
      throw new Error(`invoice ${invoice}: ${code}`);
  }
}

async function customerOf(db: Db, company: string, codeOrName: string): Promise<Customer | undefined> {
  const { rows } = await db.query<Nullable<Customer>>(
    `select ${customerColumns} from book_customer c
      where c.company = $1 and (c.code = $2 or $2 in (c.name->>'zh', c.name->>'en', c.name->>'id')) order by c.code <> $2, c.code limit 1`,
    [company, codeOrName],
  );
  return rows[0] === undefined ? undefined : present<Customer>(rows[0]);
}

/** What an account of a line has, within the statement that has them summed as `kept`. */
const kept = (kind: 'ordered' | 'open' | 'released' | 'shipped' | 'returned'): string =>
  `coalesce((select n from kept where kept.line = l.id and kept.kind = '${kind}'), 0)`;

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
        select x.line, x.product, x.quantity from book_posting r, jsonb_to_recordset(r.facts->'lines') as x(line text, product text, quantity bigint)
          where r.standing and r.place = $3 || '/release' and r.company = $1 and r.facts->>'order' = $2
            and not exists (select from book_posting s where s.standing and s.place = r.key || '/shipped')),
      kept as (select line, kind, sum(balance) as n from book_account where company = $1 and order_number = $2 group by line, kind),
      coming as (
        select x.line, sum(x.quantity) as n from kase k join content c on c.hash = k.subject_hash, json_to_recordset(c.value->'lines') as x(line text, quantity bigint)
          where k.company = $1 and k.order_number = $2 and k.procedure = '${bringsBack}' and k.status <> 'closed' and k.id is distinct from $3
            and not exists (select from book_posting p where p.standing and p.place = k.id || '/return') group by x.line)
      select l.id, l.product, p.name, p.unit, (-${kept('ordered')})::double precision as quantity, l.unit_price::double precision as "unitPriceMinor",
        (${kept('shipped')} + ${kept('returned')})::double precision as shipped, ${kept('returned')}::double precision as returned,
        ${kept('released')}::double precision as released, (${kept('open')} + coalesce(own.quantity, 0))::double precision as open,
        (coalesce((select sum(balance) from book_account s where s.company = l.company and s.kind = 'on-hand' and s.unit = l.product), 0)
          + coalesce((select sum(quantity) from own where own.product = l.product), 0))::double precision as "inStock",
        coalesce((select n from coming where coming.line = l.id), 0)::double precision as "comingBack", to_char(l.promised_on, 'YYYY-MM-DD') as "promisedOn"
      from book_order_line l join book_product p on p.company = l.company and p.code = l.product left join own on own.line = l.id
      where l.company = $1 and l.order_number = $2 order by length(l.id), l.id`,
    [company, number, forCase ?? null],
  );
  return { ...present<Omit<OpenOrder, 'lines'>>(order), lines: lines.rows.map((line) => present<OpenLine>(line)) };
}

async function creditOf(db: Db, company: string, customer: string, today: string): Promise<CreditPosition | undefined> {
  const { rows } = await db.query<Nullable<CreditPosition>>(
    `with owed as (select kind, reference, balance from book_account
        where company = $1 and customer = $2 and balance <> 0 and kind in ('receivable', 'shipped-not-invoiced', 'released-not-shipped')),
      late as (select sum(o.balance) as amount, min(i.due_on) as since from owed o
        join book_invoice i on i.company = $1 and i.number = o.reference and i.due_on < $3::date where o.kind = 'receivable')
      select c.code as customer, c.name, c.currency, c.grade, c.credit_limit::double precision as "limitMinor",
        coalesce((select sum(balance) from owed where kind = 'receivable'), 0)::double precision as "receivableMinor",
        coalesce((select sum(balance) from owed where kind = 'shipped-not-invoiced'), 0)::double precision as "shippedNotInvoicedMinor",
        coalesce((select sum(balance) from owed where kind = 'released-not-shipped'), 0)::double precision as "releasedNotShippedMinor",
        coalesce((select sum(balance) from owed), 0)::double precision as "exposureMinor",
        coalesce(late.amount, 0)::double precision as "overdueMinor", coalesce($3::date - late.since, 0)::integer as "overdueDays"
      from book_customer c cross join late where c.company = $1 and c.code = $2`,
    [company, customer, today],
  );
  return rows[0] === undefined ? undefined : present<CreditPosition>(rows[0]);
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
    columns: `t.company, t.code, t.name, t.kind, t.unit, t.entry, s.balance::double precision as "inStock"`,
    from: "book_product t left join book_account s on s.company = t.company and s.kind = 'on-hand' and s.unit = t.code",
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
    text: `select a.company, r.case_id as "caseId", a.customer, min(r.facts->>'order') as "order", sum(a.balance)::double precision as "amountMinor",
        a.unit as currency, ${millis('max(s.at)')} as "shippedAt"
      from book_account a join book_posting r on r.key = a.reference join book_posting s on s.standing and s.place = r.key || '/shipped'
      where a.kind = 'shipped-not-invoiced' and a.balance <> 0 and a.customer <> '' and a.company = any($1) and r.case_id > $2 and ($3::text is null or a.customer = $3)
      group by a.company, r.case_id, a.customer, a.unit
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

/**
 * Sets up the trade books of companies that have none: a company with a single customer, product or order keeps its own. Resolves to the
 * companies that were given books.
 */
export async function loadDemoBooks(pool: pg.Pool, books: Readonly<Record<string, TradeBook>>): Promise<readonly string[]> {
  const loaded: string[] = [];
  for (const [company, book] of Object.entries(books)) if (await loadBook(pool, company, book)) loaded.push(company);
  return loaded;
}

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
    const isEmpty = rows[0]?.there === false;
    if (isEmpty) await addToBooks(client, company, `${company}/opening`, book);
    await client.query('commit');
    return isEmpty;
  } catch (cause) {
    await client.query('rollback').catch(() => undefined);
    throw cause;
  } finally {
    client.release();
  }
}

/** Puts a book beside what a company has: customers and products as they are, all else as one posting under the key. In the caller's transaction. */
export async function addToBooks(db: Pick<Db, 'query'>, company: string, key: string, book: TradeBook): Promise<void> {
  await db.query(
    `insert into book_customer (company, code, name, site, contact, language, currency, grade, credit_limit)
      select $1, x.code, x.name, x.site, x.contact, x.language, x.currency, x.grade, x."limitMinor" from jsonb_to_recordset($2)
        as x(code text, name jsonb, site text, contact jsonb, language text, currency text, grade text, "limitMinor" bigint)`,
    [company, JSON.stringify(book.customers)],
  );
  await db.query(
    `insert into book_product (company, code, name, kind, unit, entry)
      select $1, x->>'code', x->'name', x->>'kind', x->>'unit', x - 'kind' from jsonb_array_elements($2) x`,
    [company, JSON.stringify(book.products)],
  );
  const { rows } = await db.query<{ code: string; currency: string }>('select code, currency from book_customer where company = $1', [
    company,
  ]);
  const currencies = new Map(rows.map(({ code, currency }) => [code, currency]));
  const answer = await createBooks(db as Db).post(openingPosting(company, key, book, (customer) => currencies.get(customer) ?? ''));
  if (!answer.posted) throw new Error(`${key}: ${answer.code}`);
}

/** Something that does not add up. `what`: the account, posting or unit; `found` and `expected` in its unit. */
export interface Unsound {
  readonly company: string;
  readonly problem: 'balance' | 'posting' | 'total' | 'below-zero' | 'undo';
  readonly what: string;
  readonly found: number;
  readonly expected: number;
}

/** Proves that the books add up, over all companies: every balance against its movements, debits against credits, nothing kept below zero. */
export async function checkBooks(
  db: Db,
): Promise<{ readonly accounts: number; readonly postings: number; readonly wrong: readonly Unsound[] }> {
  const { rows } = await db.query<{ accounts: number; postings: number; wrong: readonly Unsound[] }>(
    `select (select count(*)::integer from book_account) as accounts, (select count(*)::integer from book_posting) as postings,
      (select coalesce(json_agg(c order by company, problem, what), '[]') from book_check() c) as wrong`,
  );
  return rows[0] as (typeof rows)[number];
}
