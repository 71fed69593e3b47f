import type pg from 'pg';
import type { TradeBook } from '../domain/books/book.js';

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
