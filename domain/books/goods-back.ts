import type { Account } from './accounts.js';
import type { BookRefusal } from './book-refusal.js';
import { type Balance, type InvoiceRow, type LineRow, type Operation, type Readings, stale } from './operation.js';
import { type Movement, transfer } from './posting.js';
import { merged, type Quantity, type ReleaseFacts } from './shipping.js';

/**
 * What becomes of goods that come back (HH-F6): where they go, and whether the line is open again for others in their place. In every case the customer
 * owes less by what they were sold for.
 */
export const treatments = {
  'back-to-furnace': { to: 'scrap', replaced: false },
  rework: { to: 'quarantine', replaced: false },
  exchange: { to: 'quarantine', replaced: true },
  restock: { to: 'on-hand', replaced: false },
} as const satisfies Readonly<Record<string, { readonly to: 'scrap' | 'quarantine' | 'on-hand'; readonly replaced: boolean }>>;
export type Treatment = keyof typeof treatments;

/** Goods that a return brings back, as they are booked. */
export interface ReturnRequest {
  readonly company: string;
  readonly caseId: string;
  /** Names the booking: asked again under the same key, nothing is booked a second time. */
  readonly key: string;
  readonly order: string;
  readonly lines: readonly Quantity[];
  /** Of cases that were posted before there were treatments: others are sent in their place. */
  readonly treatment?: Treatment;
}

export const returnPlace = (caseId: string): string => `${caseId}/return`;

/** Books goods back in, never more of a line than is with the customer. */
export const takeGoodsBack: Operation<ReturnRequest> = {
  identity: ({ company, caseId, key, order, lines, treatment = 'exchange' }) => ({
    company,
    caseId,
    key,
    effect: 'take-goods-back',
    place: returnPlace(caseId),
    wish: { order, lines: lines.map((line) => ({ ...line })), treatment },
  }),
  asks: ({ caseId, order }) => ({ order, balances: { shipped: { kinds: ['shipped'], order } }, without: returnPlace(caseId) }),
  further: ({ caseId }, { order }) =>
    order === undefined
      ? {}
      : {
          customer: order.customer,
          balances: { owed: { kinds: ['shipped-not-invoiced', 'receivable'], customer: order.customer } },
          invoices: { customer: order.customer },
          without: returnPlace(caseId),
        },
  think({ order: number, lines, treatment = 'exchange' }, readings) {
    const { customer, order } = readings;
    if (order === undefined || customer === undefined) return { code: 'ORDER_UNKNOWN', values: { order: number } };
    const portions = portionsOf(lines, order.lines, readings.balances['shipped'] ?? [], readings.balances['owed'] ?? []);
    if ('code' in portions) return portions;
    const { to, replaced } = treatments[treatment];
    const credits = portions.flatMap((portion) => creditedTo(portion, number, readings));
    return {
      facts: {
        order: number,
        customer: customer.code,
        treatment,
        lines: portions.map(({ line: { id }, unit, quantity, valueMinor }) => ({
          line: id,
          product: unit,
          quantity,
          amountMinor: valueMinor,
        })),
        amountMinor: portions.reduce((sum, { valueMinor }) => sum + valueMinor, 0),
      },
      seen: [
        { of: 'customer', id: customer.code, row: customer.row },
        { of: 'order', id: number, row: order.row },
      ],
      movements: [
        ...portions.flatMap(({ line: { id: line }, unit, quantity, from }) => [
          ...transfer(quantity, from, { kind: 'returned', unit, order: number, line }, stale),
          ...(replaced
            ? transfer(quantity, { kind: 'replacement', unit, order: number, line }, { kind: 'open', unit, order: number, line })
            : []),
          ...transfer(quantity, { kind: 'delivered', unit, customer: customer.code }, { kind: to, unit }),
        ]),
        ...creditMovements(credits, { customer: customer.code, currency: customer.currency }),
      ],
    };
  },
};

/** Pieces of a line that left together, at one price. */
interface Portion {
  readonly line: LineRow;
  readonly unit: string;
  readonly from: Account;
  /** The release they left by; '' where the books do not know. */
  readonly release: string;
  readonly quantity: number;
  readonly valueMinor: number;
}

/** Which pieces come back: first those that are not invoiced, since no invoice needs to be put right for them, then those that left last. */
function portionsOf(
  asked: readonly Quantity[],
  lines: readonly LineRow[],
  shipped: readonly Balance[],
  owed: readonly Balance[],
): readonly Portion[] | BookRefusal {
  const uninvoiced = new Set(owed.flatMap(({ account }) => (account.kind === 'shipped-not-invoiced' ? [account.reference] : [])));
  const taken: Portion[] = [];
  for (const { line: id, quantity } of merged(asked)) {
    const known = lines.find((line) => line.id === id);
    const withCustomer = shipped
      .flatMap(({ account, amount, posting }) =>
        account.kind === 'shipped' && account.line === id ? [{ account, amount, facts: posting?.facts as ReleaseFacts | undefined }] : [],
      )
      .toReversed()
      .toSorted((one, other) => Number(uninvoiced.has(other.account.reference)) - Number(uninvoiced.has(one.account.reference)));
    const most = withCustomer.reduce((sum, { amount }) => sum + amount, 0);
    if (known === undefined || quantity > most) return { code: 'RETURN_ABOVE_SHIPPED', values: { line: id, most } };
    let left = quantity;
    for (const { account, amount, facts } of withCustomer) {
      const pieces = Math.min(left, amount);
      if (pieces === 0) continue;
      const price = facts?.lines.find((line) => line.line === id)?.unitPriceMinor ?? known.unitPriceMinor;
      taken.push({
        line: known,
        unit: account.unit,
        from: account,
        release: account.reference,
        quantity: pieces,
        valueMinor: pieces * price,
      });
      left -= pieces;
    }
  }
  return taken;
}

/** What stands against the value of a portion, in the order in which it is used up. */
interface Credit {
  readonly valueMinor: number;
  readonly owed: readonly Balance[];
}

/**
 * A customer owes less where the goods stand: as shipped and not invoiced, on the invoice that they are on, or, of goods that the books do not know the way
 * of, whatever of their order is not invoiced. What is paid already comes off the oldest open invoice.
 */
function creditedTo({ release, valueMinor }: Portion, order: string, { balances, invoices }: Readings): Credit[] {
  const owed = balances['owed'] ?? [];
  const uninvoiced = owed.filter(
    ({ account, posting }) =>
      account.kind === 'shipped-not-invoiced' &&
      (account.reference === release || (release === '' && (posting?.facts as ReleaseFacts | undefined)?.order === order)),
  );
  const open = owed.flatMap((balance) =>
    balance.account.kind === 'receivable' ? [{ ...balance, reference: balance.account.reference }] : [],
  );
  const ofInvoice = (reference: string): InvoiceRow | undefined => invoices.find(({ number }) => number === reference);
  const covering = open.filter(({ reference }) => ofInvoice(reference)?.releases.includes(release));
  const others = open
    .filter((one) => !covering.includes(one))
    .toSorted((one, other) => ((ofInvoice(one.reference)?.dueOn ?? '') < (ofInvoice(other.reference)?.dueOn ?? '') ? -1 : 1));
  return [{ valueMinor, owed: [...uninvoiced, ...covering, ...others] }];
}

/** What is not owed any more is to be given back: a credit note. */
function creditMovements(
  credits: readonly Credit[],
  { customer, currency }: { readonly customer: string; readonly currency: string },
): readonly Movement[] {
  const used = new Map<Account, number>();
  const sales: Account = { kind: 'sales', unit: currency, customer };
  return credits.flatMap(({ valueMinor, owed }) => {
    let left = valueMinor;
    const movements = owed.flatMap(({ account, amount }) => {
      const part = Math.min(left, amount - (used.get(account) ?? 0));
      used.set(account, (used.get(account) ?? 0) + part);
      left -= part;
      return transfer(part, account, sales, stale);
    });
    return [...movements, ...transfer(left, { kind: 'credit-note', unit: currency, customer }, sales)];
  });
}
