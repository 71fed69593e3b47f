import type { TradeBook } from './book.js';
import { type Movement, type Posting, type Registers, transfer } from './posting.js';

/**
 * What books begin with, or are given beside what they have: stock, orders with what has left of them, invoices with what is open. Customers and products
 * are in the books already; `currencyOf` is a customer's.
 */
export function openingPosting(
  company: string,
  key: string,
  { stock, orders, receivables }: Pick<TradeBook, 'stock' | 'orders' | 'receivables'>,
  currencyOf: (customer: string) => string,
): Posting {
  return {
    company,
    key,
    caseId: '',
    effect: 'opening',
    wish: {},
    facts: {},
    seen: [],
    movements: [
      ...stock.flatMap(({ product: unit, onHand }) => transfer(onHand, { kind: 'supply', unit }, { kind: 'on-hand', unit })),
      ...orders.flatMap(orderMovements),
      ...receivables.flatMap(({ invoice: reference, customer, amountMinor, openMinor }) => {
        const unit = currencyOf(customer);
        const owed = { kind: 'receivable', unit, customer, reference } as const;
        return [
          ...transfer(amountMinor, { kind: 'sales', unit, customer }, owed),
          ...transfer(amountMinor - openMinor, owed, { kind: 'received', unit, customer }),
        ];
      }),
    ],
    registers: registersOf({ orders, receivables }),
  };
}

function orderMovements({ number: order, customer, lines }: TradeBook['orders'][number]): readonly Movement[] {
  return lines.flatMap(({ id: line, product: unit, quantity, shipped, returned }) => {
    const open = { kind: 'open', unit, order, line } as const;
    const left = { kind: 'shipped', unit, order, line, reference: '' } as const;
    return [
      ...transfer(quantity, { kind: 'ordered', unit, order, line }, open),
      // what came back was to be sent again
      ...transfer(returned, { kind: 'replacement', unit, order, line }, open),
      ...transfer(shipped, open, left),
      ...transfer(returned, left, { kind: 'returned', unit, order, line }),
      ...transfer(shipped - returned, { kind: 'supply', unit }, { kind: 'delivered', unit, customer }),
    ];
  });
}

const registersOf = ({ orders, receivables }: Pick<TradeBook, 'orders' | 'receivables'>): Registers => ({
  orders: orders.map(({ number, customer, customerPo }) => ({ number, customer, ...(customerPo === undefined ? {} : { customerPo }) })),
  lines: orders.flatMap(({ number: order, lines }) =>
    lines.map(({ id, product, unitPriceMinor }) => ({ order, id, product, unitPriceMinor })),
  ),
  invoices: receivables.map(({ invoice: number, customer, dueOn, amountMinor }) => ({ number, customer, dueOn, amountMinor })),
});
