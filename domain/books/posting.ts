import type { JsonObject } from '../json.js';
import { type Account, accountKinds, type Selector } from './accounts.js';
import type { BookRefusal } from './book-refusal.js';

/** What is refused when an account does not reach. `found`: the name of the value that tells what it had before. */
export interface Short extends BookRefusal {
  readonly found?: string;
}

/** A debit (above zero) or credit (below) of an account, in whole units. `short`: why it is refused when the account would come below zero. */
export interface Movement {
  readonly account: Account;
  readonly amount: number;
  readonly short?: Short;
}

/** What must hold after the movements, over a sum of accounts. */
export interface Condition {
  readonly of: Selector;
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly short: Short;
}

/** A row that a posting was thought out on, with the word that changes when the row does; null: there was none. */
export interface Seen {
  readonly of: 'customer' | 'order' | 'line';
  readonly id: string;
  readonly line?: string;
  readonly row: string | null;
}

/** Entries beside the movements. Lines belong to the case of the posting from then on. */
export interface Registers {
  readonly orders?: readonly { readonly number: string; readonly customer: string; readonly customerPo?: string }[];
  readonly lines?: readonly {
    readonly order: string;
    readonly id: string;
    readonly product: string;
    readonly unitPriceMinor: number;
    readonly promisedOn?: string;
  }[];
  readonly linesGone?: readonly { readonly order: string; readonly id: string }[];
  readonly ordersGone?: readonly string[];
  readonly invoices?: readonly {
    readonly number: string;
    readonly customer: string;
    readonly dueOn: string;
    readonly amountMinor: number;
  }[];
}

/** A change of the books: written whole or not at all, once under its key. */
export interface Posting {
  readonly company: string;
  /** Its idempotency key. */
  readonly key: string;
  /** What was asked for: the same key with another wish is refused. */
  readonly wish: JsonObject;
  /** Whose it is; '': the books' own. */
  readonly caseId: string;
  readonly effect: string;
  /** Where only one may stand at a time: what stands there is taken back first, also where this one is refused. */
  readonly place?: string;
  /** Nothing takes the place of what stands there. */
  readonly once?: true;
  /** What those who find the posting need to know. */
  readonly facts: JsonObject;
  readonly seen: readonly Seen[];
  readonly movements: readonly Movement[];
  readonly conditions?: readonly Condition[];
  /** Sums that it is answered with, right after it. */
  readonly sums?: Readonly<Record<string, Selector>>;
  readonly registers?: Registers;
}

/** From one account to another of the same unit; nothing when it is nothing. */
export function transfer(amount: number, from: Account, to: Account, short?: Short): readonly Movement[] {
  if (amount === 0) return [];
  if (amount < 0) return transfer(-amount, to, from, short);
  return [
    { account: from, amount: -amount, ...(short === undefined ? {} : { short }) },
    { account: to, amount },
  ];
}

/** Units whose debits and credits differ, or amounts that are no whole numbers; empty when all is well. */
export function unbalanced(movements: readonly Movement[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const { account, amount } of movements) {
    const unit = `${accountKinds[account.kind].measure} ${account.unit}`;
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
  }
  return [...sums].flatMap(([unit, sum]) => (sum === 0 ? [] : [unit]));
}
