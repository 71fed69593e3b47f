import { type Account, type AccountKind, accountKinds, type Selector } from '../domain/books/accounts.js';
import type { BookRefusal } from '../domain/books/book-refusal.js';
import {
  type Balance,
  type CustomerRow,
  type InvoiceRow,
  isRefusal,
  type LineRow,
  type Operation,
  type OrderRow,
  type Posted,
  type Questions,
  type Readings,
} from '../domain/books/operation.js';
import { type Posting, type Short, unbalanced } from '../domain/books/posting.js';
import { hashOf } from '../domain/canonical-json.js';
import type { Json, JsonObject } from '../domain/json.js';
import type { Books, PostingResult } from '../ports/books.js';
import { type Db, isLockConflict } from './pool.js';

/** How often an operation is thought out anew before it is left to the next attempt of whoever asked. */
const tries = 8;

/** The books in SQL: what changes them is one statement each (`db/functions/postings.sql`). */
export function createBooks(db: Db): Books {
  const books: Books = {
    perform: (operation, request) => perform(db, books, operation, request),
    post: (posting) => post(db, posting),
    revise: (key, posting) => post(db, posting, key),
    undo: (key) => undo(db, key),
    find: async (key) => (await standing(db, [key]))[key],
    standing: async (place) => (await standing(db, [place]))[place],
    balances: (company, of) => balances(db, company, of),
    read: (company, questions) => read(db, company, questions),
  };
  return books;
}

async function perform<Request>(db: Db, books: Books, operation: Operation<Request>, request: Request): Promise<PostingResult> {
  const identity = operation.identity(request);
  const { company, key, place, once } = identity;
  const known = await knownAs(db, identity);
  if (known !== undefined) return known;
  let answer: PostingResult = { posted: false, code: 'STALE', values: {} };
  for (let attempt = 1; attempt <= tries && !answer.posted; attempt += 1) {
    let readings = await books.read(company, operation.asks(request));
    if (operation.further !== undefined) readings = joined(readings, await books.read(company, operation.further(request, readings)));
    const thought = operation.think(request, readings);
    if (isRefusal(thought)) {
      // what it would have replaced is not wanted any more, whatever comes of this
      const former = place === undefined || once ? undefined : await books.standing(place);
      if (former !== undefined) await books.undo(former.key);
      return { posted: false, ...thought };
    }
    answer = await books.post({ ...identity, ...thought });
    if (answer.posted || (answer.code !== 'STALE' && answer.code !== 'BELOW_ZERO')) return answer;
  }
  if (!answer.posted && answer.code === 'STALE') throw new Error(`the books of ${company} change too fast for ${key}`);
  return answer;
}

const joined = (one: Readings, other: Readings): Readings => ({
  ...one,
  ...other,
  balances: { ...one.balances, ...other.balances },
  postings: { ...one.postings, ...other.postings },
  invoices: [...one.invoices, ...other.invoices],
});

type Identified = Pick<Posting, 'key' | 'wish' | 'effect' | 'caseId'>;
const hashOfPosting = ({ wish, effect, caseId }: Identified): string => hashOf({ wish, effect, caseId } as Json);

interface PostedRow extends Posted {
  readonly hash: string | null;
  readonly standing: boolean;
  readonly place: string | null;
}
const postedColumns = 'key, case_id as "caseId", effect, facts, sums, hash, standing, place';
const postedOf = ({ key, caseId, effect, facts, sums }: PostedRow): Posted => ({ key, caseId, effect, facts, sums });

/** The answer that the key has had, if it has. */
async function knownAs(db: Db, identity: Identified): Promise<PostingResult | undefined> {
  const { rows } = await db.query<PostedRow>(`select ${postedColumns} from book_posting where key = $1`, [identity.key]);
  const [known] = rows;
  if (known === undefined) return undefined;
  if (known.hash !== null && known.hash !== hashOfPosting(identity)) return { posted: false, ...ownRefusal('DIFFERS', identity.key) };
  if (!known.standing) return { posted: false, ...ownRefusal('UNDONE', identity.key) };
  return { posted: true, ...postedOf(known) };
}

type Answer =
  | { readonly posted: true; readonly key: string; readonly facts: JsonObject; readonly sums: Readonly<Record<string, number>> }
  | { readonly posted: false; readonly code: 'CONDITION' | 'BELOW_ZERO'; readonly n: number; readonly found: number }
  | { readonly posted: false; readonly code: 'DIFFERS' | 'UNDONE' | 'STALE' }
  | { readonly posted: false; readonly code: 'FOLLOWED'; readonly key: string };

async function post(db: Db, posting: Posting, revises?: string): Promise<PostingResult> {
  const uneven = unbalanced(posting.movements);
  if (uneven.length > 0) throw new Error(`the movements of ${posting.key} do not balance: ${uneven.join(', ')}`);
  const { caseId, effect } = posting;
  const { rows } = await retried(() =>
    db.query<{ answer: Answer }>({
      name: 'gendan_book_post',
      text: 'select book_post($1) as answer',
      values: [JSON.stringify(wire(posting, revises))],
    }),
  );
  const { answer } = rows[0] as { answer: Answer };
  if (answer.posted) return { posted: true, key: answer.key, caseId, effect, facts: answer.facts, sums: answer.sums };
  if (answer.code === 'CONDITION') return refused(posting.conditions?.[answer.n]?.short, answer.found);
  if (answer.code === 'BELOW_ZERO') {
    const movement = posting.movements[answer.n];
    return refused(movement?.short ?? { code: 'BELOW_ZERO', values: { account: movement?.account.kind ?? '' } }, answer.found);
  }
  return { posted: false, ...ownRefusal(answer.code, 'key' in answer ? answer.key : posting.key) };
}

const refused = (short: Short = { code: 'STALE', values: {} }, found: number): PostingResult => ({
  posted: false,
  code: short.code,
  values: { ...short.values, ...(short.found === undefined ? {} : { [short.found]: found }) },
});

function ownRefusal(code: 'DIFFERS' | 'UNDONE' | 'STALE' | 'FOLLOWED', key: string): BookRefusal {
  if (code === 'DIFFERS') return { code: 'POSTING_DIFFERS', values: { key } };
  if (code === 'UNDONE') return { code: 'POSTING_UNDONE', values: { key } };
  if (code === 'FOLLOWED') return { code: 'POSTING_FOLLOWED', values: { key } };
  return { code: 'STALE', values: {} };
}

/** A posting as `book_post` takes it. */
function wire(posting: Posting, revises: string | undefined): object {
  const { caseId, wish: _wish, movements, conditions = [], sums = {}, registers = {}, seen, ...rest } = posting;
  return {
    ...rest,
    hash: hashOfPosting(posting),
    case: caseId,
    ...(revises === undefined ? {} : { revises }),
    movements: movements.map(({ account, amount }) => {
      const { measure, contra } = accountKinds[account.kind];
      return { ...account, measure, contra, amount };
    }),
    conditions: conditions.map(({ of, atMost, atLeast }) => ({ of, atMost, atLeast })),
    sums,
    seen,
    registers: { orders: [], lines: [], linesGone: [], ordersGone: [], invoices: [], ...registers },
  };
}

async function undo(db: Db, key: string): Promise<BookRefusal | undefined> {
  type Undone =
    | { readonly undone: true }
    | { readonly undone: false; readonly code: 'UNDO_OF_UNDO' | 'BELOW_ZERO'; readonly kind?: AccountKind };
  const { rows } = await retried(() => db.query<{ answer: Undone }>('select book_undo($1) as answer', [key]));
  const { answer } = rows[0] as { answer: Undone };
  if (answer.undone) return undefined;
  if (answer.code === 'UNDO_OF_UNDO') return { code: 'UNDO_OF_UNDO', values: { key } };
  return { code: 'BELOW_ZERO', values: { account: answer.kind ?? '' } };
}

/** Again, when PostgreSQL ended it for somebody else's sake. */
async function retried<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (cause) {
      if (attempt >= 5 || !isLockConflict(cause)) throw cause;
    }
  }
}

/** What stands under keys, or in places. */
async function standing(db: Db, names: readonly string[]): Promise<Readonly<Record<string, Posted>>> {
  const { rows } = await db.query<PostedRow>(
    `select ${postedColumns} from book_posting where standing and key = any($1) union all select ${postedColumns} from book_posting where standing and place = any($1)`,
    [names],
  );
  return Object.fromEntries(
    rows.flatMap((row) => [row.key, row.place].flatMap((name) => (name !== null && names.includes(name) ? [[name, postedOf(row)]] : []))),
  );
}

async function read(db: Db, company: string, questions: Questions): Promise<Readings> {
  const { balances: asked = {}, postings = [], without } = questions;
  const [customer, order, found, known, invoices] = await Promise.all([
    questions.customer === undefined ? undefined : customerRow(db, company, questions.customer),
    questions.order === undefined ? undefined : orderRow(db, company, questions.order),
    Promise.all(Object.entries(asked).map(async ([name, of]) => [name, await balances(db, company, of, without)] as const)),
    postings.length === 0 ? {} : standing(db, postings),
    questions.invoices === undefined ? [] : invoiceRows(db, company, questions.invoices),
  ]);
  return {
    ...(customer === undefined ? {} : { customer }),
    ...(order === undefined ? {} : { order }),
    balances: Object.fromEntries(found),
    postings: known,
    invoices,
  };
}

export type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** Without the members that are null. */
export function present<T extends object>(row: Nullable<T>): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
}

async function customerRow(db: Db, company: string, code: string): Promise<CustomerRow | undefined> {
  const { rows } = await db.query<Nullable<CustomerRow>>(
    `select code, currency, grade, credit_limit::double precision as "limitMinor", xmin::text as row from book_customer where company = $1 and code = $2`,
    [company, code],
  );
  return rows[0] === undefined ? undefined : present<CustomerRow>(rows[0]);
}

/** An order with its lines, as they were all at one moment. */
export async function orderRow(db: Db, company: string, number: string): Promise<OrderRow | undefined> {
  const { rows } = await db.query<Nullable<Omit<OrderRow, 'lines'>> & { readonly lines: readonly LineRow[] }>(
    `select o.number, o.customer, c.xmin::text as "customerRow", o.customer_po as "customerPo", o.xmin::text as row,
        (select coalesce(json_agg(json_strip_nulls(json_build_object('id', l.id, 'product', l.product, 'unitPriceMinor', l.unit_price, 'caseId', coalesce(l.case_id, ''),
          'promisedOn', l.promised_on, 'row', l.xmin::text)) order by l.id), '[]') from book_order_line l where l.company = o.company and l.order_number = o.number) as lines
      from book_order o join book_customer c on c.company = o.company and c.code = o.customer where o.company = $1 and o.number = $2`,
    [company, number],
  );
  const [order] = rows;
  return order === undefined ? undefined : present<OrderRow>(order);
}

async function invoiceRows(
  db: Db,
  company: string,
  { customer, cases = [] }: NonNullable<Questions['invoices']>,
): Promise<readonly InvoiceRow[]> {
  const { rows } = await db.query<InvoiceRow>(
    `select i.number, to_char(i.due_on, 'YYYY-MM-DD') as "dueOn", coalesce(p.facts->'releases', '[]') as releases, coalesce(p.facts->'shipments', '[]') as shipments
      from book_invoice i left join book_posting p on p.key = i.company || '/invoice/' || i.number
      where i.company = $1 and i.customer = $2 and (p.facts->'shipments' ?| $3 or exists (select from book_account a
        where a.company = i.company and a.customer = i.customer and a.kind = 'receivable' and a.reference = i.number and a.balance <> 0)) order by i.number`,
    [company, customer, cases],
  );
  return rows;
}

interface BalanceRow {
  readonly kind: AccountKind;
  readonly unit: string;
  readonly customer: string;
  readonly order: string;
  readonly line: string;
  readonly reference: string;
  readonly amount: number;
  readonly caseId: string | null;
  readonly effect: string | null;
  readonly facts: JsonObject | null;
}

/** Accounts that are not empty, in the order of what their references name. `without`: as if what stands in this place were taken back. */
async function balances(db: Db, company: string, of: Selector, without?: string): Promise<readonly Balance[]> {
  const { kinds, ...keys } = of;
  const named = Object.entries(keys);
  const column = (key: string): string => (key === 'order' ? 'order_number' : key);
  // only what is named stands in the statement, so that its index is found
  const wheres = named.map(([key], index) => `and a.${column(key)} = $${index + 3}`).join(' ');
  const own = `select m.account, sum(m.amount) as amount from book_posting s join book_movement m on m.posting = s.id where s.standing and s.place = $${named.length + 3} group by m.account`;
  const from = without === undefined ? 'book_account a' : `book_account a left join (${own}) own on own.account = a.id`;
  const amount = without === undefined ? 'a.balance' : '(a.balance - coalesce(own.amount, 0))';
  const { rows } = await db.query<BalanceRow>(
    `select a.kind, a.unit, a.customer, a.order_number as order, a.line, a.reference, ${amount}::double precision as amount, p.case_id as "caseId", p.effect, p.facts
      from ${from} left join book_posting p on a.reference <> '' and p.key = a.reference
      where a.company = $1 and a.kind = any($2) ${wheres} and ${amount} <> 0 order by p.id nulls first, a.id`,
    [company, kinds, ...named.map(([, value]) => value), ...(without === undefined ? [] : [without])],
  );
  return rows.map(balanceOf);
}

function balanceOf({ kind, unit, amount, caseId, effect, facts, ...keys }: BalanceRow): Balance {
  const own = Object.fromEntries(accountKinds[kind].keys.map((key) => [key, keys[key]]));
  return {
    account: { kind, unit, ...own } as Account,
    amount,
    ...(caseId === null || effect === null || facts === null ? {} : { posting: { caseId, effect, facts } }),
  };
}
