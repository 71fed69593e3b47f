import { exposureOf } from './accounts.js';
import { type Operation, stale } from './operation.js';
import { transfer } from './posting.js';

/** An invoice that the company's accounting has written over whole shipments. */
export interface InvoiceRequest {
  readonly company: string;
  /** The number of the invoice. */
  readonly invoice: string;
  readonly customer: string;
  /** `YYYY-MM-DD`. */
  readonly dueOn: string;
  /** Case ids of the shipments. */
  readonly shipments: readonly string[];
}

export const invoiceKey = (company: string, invoice: string): string => `${company}/invoice/${invoice}`;

/** Turns shipped and not invoiced into a receivable, all or nothing: the exposure stays the same. */
export const enterInvoice: Operation<InvoiceRequest> = {
  identity: ({ company, invoice, customer, dueOn, shipments }) => ({
    company,
    caseId: '',
    key: invoiceKey(company, invoice),
    effect: 'invoice',
    wish: { customer, dueOn, shipments: [...new Set(shipments)].sort() },
  }),
  asks: ({ customer, shipments }) => ({
    customer,
    balances: { uninvoiced: { kinds: ['shipped-not-invoiced'], customer } },
    invoices: { customer, cases: shipments },
  }),
  think({ invoice, customer: code, dueOn, shipments }, { customer, balances, invoices }) {
    if (customer === undefined) return { code: 'CUSTOMER_UNKNOWN', values: { customer: code } };
    const cases = [...new Set(shipments)].sort();
    const uninvoiced = balances['uninvoiced'] ?? [];
    for (const shipment of cases) {
      if (uninvoiced.some(({ posting }) => posting?.caseId === shipment)) continue;
      const by = invoices.find((one) => one.shipments.includes(shipment));
      if (by === undefined) return { code: 'SHIPMENT_UNKNOWN', values: { shipment } };
      return { code: 'SHIPMENT_INVOICED', values: { shipment, invoice: by.number } };
    }
    const covered = uninvoiced.filter(({ posting }) => posting !== undefined && cases.includes(posting.caseId));
    const amountMinor = covered.reduce((sum, { amount }) => sum + amount, 0);
    const releases = covered.flatMap(({ account }) => ('reference' in account ? [account.reference] : []));
    return {
      facts: { invoice, customer: code, amountMinor, shipments: cases, releases },
      seen: [{ of: 'customer', id: code, row: customer.row }],
      movements: covered.flatMap(({ account, amount }) =>
        transfer(amount, account, { kind: 'receivable', unit: account.unit, customer: code, reference: invoice }, stale),
      ),
      registers: { invoices: [{ number: invoice, customer: code, dueOn, amountMinor }] },
      sums: { exposure: exposureOf(code) },
    };
  },
};
