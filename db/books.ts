import type { CreditStanding, Customer, OpenLine, OpenOrder } from '../domain/books/book.js';
import type { Granted, Invoiced, Refused, Shipped, TradeBooks } from '../ports/books.js';
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
