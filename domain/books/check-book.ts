import type { Source } from '../policy/parse.js';
import { type Complain, listed } from '../policy/problems.js';
import type { TradeBook } from './book.js';

/** Checks the parts of a trade book against each other; empty when all is well. */
export function checkTradeBook(source: Source<TradeBook>): readonly string[] {
  const errors: string[] = [];
  const complain: Complain = (path, text, what) => void errors.push(`${source.at(path, what)}: ${text}`);
  const { value: book } = source;
  once(book.customers, 'customers', 'code', complain);
  once(book.products, 'products', 'code', complain);
  once(book.stock, 'stock', 'product', complain);
  once(book.orders, 'orders', 'number', complain);
  once(book.receivables, 'receivables', 'invoice', complain);
  checkProducts(book, complain);
  checkOrders(book, complain);
  for (const [index, { customer, amountMinor, openMinor }] of book.receivables.entries()) {
    knows(book.customers, customer, ['receivables', index, 'customer'], complain);
    if (openMinor > amountMinor)
      complain(['receivables', index, 'openMinor'], `more than the invoice itself is open; allowed: ${amountMinor} or less`);
  }
  return errors;
}

function checkProducts({ products, stock }: TradeBook, complain: Complain): void {
  for (const [index, { set = {} }] of products.entries()) {
    for (const [part, { code }] of Object.entries(set)) knows(products, code, ['products', index, 'set', part, 'code'], complain);
  }
  for (const [index, { product }] of stock.entries()) knows(products, product, ['stock', index, 'product'], complain);
}

function checkOrders({ orders, customers, products }: TradeBook, complain: Complain): void {
  for (const [index, { customer, lines }] of orders.entries()) {
    knows(customers, customer, ['orders', index, 'customer'], complain);
    for (const [place, { id, product, quantity, shipped, returned }] of lines.entries()) {
      const path = ['orders', index, 'lines', place];
      if (lines.findIndex((line) => line.id === id) !== place)
        complain([...path, 'id'], `line "${id}" is here a second time; allowed: once`);
      knows(products, product, [...path, 'product'], complain);
      if (returned > shipped) complain([...path, 'returned'], `more came back than was shipped; allowed: ${shipped} or less`);
      if (shipped - returned > quantity)
        complain([...path, 'shipped'], `more is shipped than was ordered; allowed: ${quantity + returned} or less`);
    }
  }
}

function once<T>(entries: readonly T[], list: string, key: keyof T & string, complain: Complain): void {
  const seen = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    if (seen.has(entry[key])) complain([list, index, key], `"${String(entry[key])}" is here a second time; allowed: once`);
    seen.add(entry[key]);
  }
}

function knows(entries: readonly { readonly code: string }[], code: string, path: readonly PropertyKey[], complain: Complain): void {
  if (!entries.some((entry) => entry.code === code))
    complain(path, `unknown code "${code}"; allowed: ${listed(entries.map((entry) => entry.code))}`);
}
