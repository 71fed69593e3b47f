import type { Selector } from '../domain/books/accounts.js';
import type { CreditPosition, Customer, OpenOrder } from '../domain/books/book.js';
import type { BookRefusal } from '../domain/books/book-refusal.js';
import type { Catalogue, EarlierOrder, KnownCustomer } from '../domain/books/catalogue.js';
import type { InvoiceRequest } from '../domain/books/invoice.js';
import type { Balance, Operation, Posted, Questions, Readings } from '../domain/books/operation.js';
import type { Posting } from '../domain/books/posting.js';

/** What came of a posting. Refused: nothing of it is written. */
export type PostingResult = ({ readonly posted: true } & Posted) | ({ readonly posted: false } & BookRefusal);

/**
 * A company's books as accounts and postings. Passing faults are thrown. Codes of its own: POSTING_DIFFERS (the key has been used for something else),
 * POSTING_UNDONE (what stood under the key has been taken back), POSTING_FOLLOWED (what is to be replaced has been gone on from, its key in `values`),
 * BELOW_ZERO, UNDO_OF_UNDO; STALE (what it was thought out on has changed) is for `post` and `revise` alone.
 */
export interface Books {
  /** Asks, thinks and posts, anew where others were faster. A refused operation still takes back what stood in its place. */
  perform<Request>(operation: Operation<Request>, request: Request): Promise<PostingResult>;
  /** Writes a posting once, whole or not at all. */
  post(posting: Posting): Promise<PostingResult>;
  /** The same in the place of what stands under a key, which is taken back in any case. */
  revise(key: string, posting: Posting): Promise<PostingResult>;
  /** Takes back what stands under a key. Again, or where nothing stands: nothing happens. Undefined: done. */
  undo(key: string): Promise<BookRefusal | undefined>;
  /** What stands under a key, */
  find(key: string): Promise<Posted | undefined>;
  /** or in a place. */
  standing(location: string): Promise<Posted | undefined>;
  /** Accounts that are not empty. */
  balances(company: string, of: Selector): Promise<readonly Balance[]>;
  read(company: string, questions: Questions): Promise<Readings>;
}

/** Exposure after it, in minor units: the same as before, since what was shipped is now owed. */
export type Invoiced =
  | {
      readonly invoiced: true;
      readonly invoice: string;
      readonly customer: string;
      readonly amountMinor: number;
      readonly exposureMinor: number;
    }
  | {
      readonly invoiced: false;
      readonly code: 'CUSTOMER_UNKNOWN' | 'INVOICE_EXISTS' | 'SHIPMENT_UNKNOWN' | 'SHIPMENT_INVOICED';
      readonly values: BookRefusal['values'];
    };

/**
 * What a company's trade books tell: who buys, what is sold, what is owed, ordered and in stock. What is unknown is undefined; passing faults are thrown.
 * `today` is an ISO date at the company's site.
 */
export interface TradeBooks {
  /** By code, or by its name in any language. */
  customer(company: string, codeOrName: string): Promise<Customer | undefined>;
  /** `forCase`: what this case has set aside counts as free, and what it brings back itself does not count as under way. */
  order(company: string, number: string, forCase?: string): Promise<OpenOrder | undefined>;
  credit(company: string, customer: string, today: string): Promise<CreditPosition | undefined>;
  /** Turns shipped and not invoiced into a receivable, all or nothing; the same invoice again changes nothing. */
  invoice(request: InvoiceRequest): Promise<Invoiced>;
}

/** The company's own books that order intake reads. */
export interface OrderBooks {
  /** Entries of the catalogue by code; codes it does not have are absent. */
  catalogue(company: string, codes: readonly string[]): Promise<Catalogue>;
  /** A customer by any name the book has of it; undefined: unknown. */
  customer(company: string, name: string): Promise<KnownCustomer | undefined>;
  /** Orders of the same customer under the same number of theirs, latest first, at most ten; without the case that asks. */
  earlierOrders(caseId: string, order: { readonly customer: string; readonly customerPo: string }): Promise<readonly EarlierOrder[]>;
}
