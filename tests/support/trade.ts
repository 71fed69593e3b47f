import type pg from 'pg';
import { createBookEffects } from '../../adapters/books/effects.js';
import { addToBooks, checkBooks, createTradeBooks, type Unsound } from '../../db/books.js';
import { createBooks } from '../../db/postings.js';
import { type TradeBook, tradeBook } from '../../domain/books/book.js';
import type { ReturnRequest } from '../../domain/books/goods-back.js';
import { transfer } from '../../domain/books/posting.js';
import type { ReleaseRequest, ShipmentRequest } from '../../domain/books/shipping.js';
import type { Json } from '../../domain/json.js';
import type { Books, TradeBooks } from '../../ports/books.js';
import type { Call, EffectPort } from '../../ports/outside.js';

export type Answered = { readonly [name: string]: Json };

/** The trade books with what procedures do to them, by the effects that do it. */
export interface TradeDesk extends TradeBooks {
  readonly books: Books;
  release(request: ReleaseRequest): Promise<Answered>;
  released(key: string): Promise<Answered | undefined>;
  giveBack(release: string): Promise<void>;
  ship(request: ShipmentRequest): Promise<Answered>;
  shipped(key: string): Promise<Answered | undefined>;
  takeBack(request: ReturnRequest): Promise<Answered>;
  giveUp(caseId: string): Promise<void>;
  /** Puts customers, products, stock, orders and invoices beside what a company has. */
  add(company: string, book: Partial<{ readonly [K in keyof TradeBook]: readonly unknown[] }>): Promise<void>;
  /** What is on hand of a product from now on. */
  counted(company: string, product: string, quantity: number): Promise<void>;
  /** An invoice is paid. */
  paid(company: string, invoice: string): Promise<void>;
  /** Whatever does not add up; empty when all is well. */
  unsound(): Promise<readonly Unsound[]>;
}

const call = (caseId: string, idempotencyKey: string): Call => ({ caseId, idempotencyKey, signal: AbortSignal.timeout(60_000) });

export function tradeDesk(pool: pg.Pool): TradeDesk {
  const books = createBooks(pool);
  const effects = createBookEffects(books);
  const run = async (effect: EffectPort, input: object, caseId: string, key: string): Promise<Answered> =>
    (await effect.do(input as Json, call(caseId, key))) as Answered;
  const found = async (effect: EffectPort, key: string): Promise<Answered | undefined> =>
    (await effect.find(call('', key))) as Answered | undefined;
  return {
    ...createTradeBooks(pool),
    books,
    release: ({ caseId, key, company: _company, ...input }) => run(effects['release-goods'], input, caseId, key),
    released: (key) => found(effects['release-goods'], key),
    giveBack: (release) => effects['release-goods'].undo({ input: {}, result: { granted: true, release } }, call('', release)),
    ship: ({ caseId, key, company: _company, ...input }) => run(effects['ship-goods'], input, caseId, key),
    shipped: (key) => found(effects['ship-goods'], key),
    takeBack: ({ caseId, key, company: _company, ...input }) => run(effects['take-goods-back'], input, caseId, key),
    giveUp: (caseId) => effects['take-goods-back'].undo({ input: {}, result: {} }, call(caseId, caseId)),
    add: (company, book) => addToBooks(pool, company, `${company}/added/${crypto.randomUUID()}`, tradeBook.parse(book)),
    async counted(company, product, quantity) {
      const [there] = await books.balances(company, { kinds: ['on-hand'], unit: product });
      await move(
        books,
        company,
        transfer(quantity - (there?.amount ?? 0), { kind: 'supply', unit: product }, { kind: 'on-hand', unit: product }),
      );
    },
    async paid(company, invoice) {
      const owed = await books.balances(company, { kinds: ['receivable'], reference: invoice });
      await move(
        books,
        company,
        owed.flatMap(({ account, amount }) =>
          'customer' in account ? transfer(amount, account, { kind: 'received', unit: account.unit, customer: account.customer }) : [],
        ),
      );
    },
    unsound: async () => (await checkBooks(pool)).wrong,
  };
}

async function move(books: Books, company: string, movements: ReturnType<typeof transfer>): Promise<void> {
  const key = `${company}/moved/${crypto.randomUUID()}`;
  const answer = await books.post({ company, key, caseId: '', effect: 'test', wish: {}, facts: {}, seen: [], movements });
  if (!answer.posted) throw new Error(`${key}: ${answer.code}`);
}
