import type { JsonObject } from '../json.js';
import type { Account, Selector } from './accounts.js';
import type { Customer } from './book.js';
import type { BookRefusal } from './book-refusal.js';
import type { Posting } from './posting.js';

/** What an operation asks the books before it is thought out. */
export interface Questions {
  readonly customer?: string;
  readonly order?: string;
  /** Accounts that are not empty, by a name of the operation's own. */
  readonly balances?: Readonly<Record<string, Selector>>;
  /** Balances are told as if what stands in this place were taken back already. */
  readonly without?: string;
  /** Keys of postings, or places. */
  readonly postings?: readonly string[];
  /** Of this customer, those that are open or cover one of the cases. */
  readonly invoices?: { readonly customer: string; readonly cases?: readonly string[] };
}

/** A row with the word that changes when it does. */
export interface CustomerRow extends Pick<Customer, 'code' | 'currency' | 'grade' | 'limitMinor'> {
  readonly row: string;
}
export interface LineRow {
  readonly id: string;
  readonly product: string;
  readonly unitPriceMinor: number;
  /** The case that entered the line; '': the books had it before. */
  readonly caseId: string;
  readonly promisedOn?: string;
  readonly row: string;
}
export interface OrderRow {
  readonly number: string;
  readonly customer: string;
  /** The row of that customer. */
  readonly customerRow: string;
  readonly customerPo?: string;
  readonly lines: readonly LineRow[];
  readonly row: string;
}

/** An account that is not empty. `posting`: what its reference names, where that is a posting. */
export interface Balance {
  readonly account: Account;
  readonly amount: number;
  readonly posting?: Pick<Posted, 'caseId' | 'effect' | 'facts'>;
}

/** A posting that stands. */
export interface Posted {
  readonly key: string;
  readonly caseId: string;
  readonly effect: string;
  readonly facts: JsonObject;
  readonly sums: Readonly<Record<string, number>>;
}

export interface InvoiceRow {
  readonly number: string;
  readonly dueOn: string;
  /** Keys of the releases it covers, and their cases. */
  readonly releases: readonly string[];
  readonly shipments: readonly string[];
}

/** What the books answered. What they do not have is absent. */
export interface Readings {
  readonly customer?: CustomerRow;
  readonly order?: OrderRow;
  readonly balances: Readonly<Record<string, readonly Balance[]>>;
  readonly postings: Readonly<Record<string, Posted>>;
  readonly invoices: readonly InvoiceRow[];
}

/** Who posts what, under which key: the same before and after the books were asked. */
export type Identity = Pick<Posting, 'company' | 'key' | 'wish' | 'caseId' | 'effect' | 'place' | 'once'>;
export type Thought = Omit<Posting, keyof Identity>;

/**
 * Something that is done to the books: pure, so that a procedure that needs another needs no SQL. It asks, asks once more when the first answers lead to
 * it (`further`), and says what is posted, or why not. Where what it was thought out on changes meanwhile, it is asked again.
 */
export interface Operation<Request> {
  readonly identity: (request: Request) => Identity;
  readonly asks: (request: Request) => Questions;
  readonly further?: (request: Request, readings: Readings) => Questions;
  readonly think: (request: Request, readings: Readings) => Thought | BookRefusal;
}

export const isRefusal = (thought: Thought | BookRefusal): thought is BookRefusal => 'code' in thought;

/** What was thought out on a row that changed meanwhile, or an account that somebody else used, is thought out anew. */
export const stale = { code: 'STALE', values: {} } as const;
