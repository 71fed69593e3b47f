import * as z from 'zod';
import { createTradeBooks, uninvoiced } from '../../../db/books.js';
import { identify } from '../http/auth.js';
import { day } from '../http/bounds.js';
import { cursorUnknown, pageQuery } from '../http/check.js';
import type { ApiContext, Caller } from '../http/context.js';
import { type ApiApp, serve } from '../http/endpoint.js';
import { iso } from '../http/message.js';
import { Problem } from '../http/problem.js';
import { companiesOf, holdsOneOf, requireScope } from '../http/scope.js';

const next = z.string().nullable().meta({ description: 'Send it as `after` for the next page; null on the last.' });

export const uninvoicedList = z
  .object({
    items: z.array(
      z.object({
        company: z.string(),
        caseId: z.string(),
        customer: z.string().meta({ description: 'Code of the customer.' }),
        order: z.string(),
        amountMinor: z.number().int(),
        currency: z.string(),
        shippedAt: z.iso.datetime(),
      }),
    ),
    next,
  })
  .meta({ id: 'ShippedNotInvoiced' });

export const invoiceEntered = z
  .object({
    invoiced: z.literal(true),
    invoice: z.string(),
    customer: z.string(),
    amountMinor: z.number().int(),
    exposureMinor: z.number().int(),
  })
  .meta({ id: 'InvoiceEntered' });

const text = z.string().min(1).max(120);

const query = z.strictObject({ company: text.optional(), customer: text.optional(), ...pageQuery });

const body = z
  .strictObject({
    company: text.meta({ example: 'jinhui' }),
    invoice: text.meta({ description: 'The number that accounting gave it. The same invoice again changes nothing.' }),
    customer: text.meta({ description: 'Code of the customer.' }),
    dueOn: day,
    shipments: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(500)
      .meta({ description: 'Case ids of the shipments it is over, each whole.' }),
  })
  .meta({ id: 'Invoice' });

/** What left on credit waits for the company's accounting to invoice it: the list, and the entry of an invoice. */
export function invoiceRoutes(app: ApiApp, api: ApiContext): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/shipped-not-invoiced',
      tag: 'Books',
      summary: 'Shipments of your companies that are not invoiced, by case',
      description: 'They are part of the exposure of their customers until an invoice over them is entered.',
      query,
      answer: { status: 200, description: 'A page of shipments.', schema: uninvoicedList },
    },
    async ({ c, query: { company, customer, limit, after } }) => {
      const caller = await identify(api, c);
      await requireScope(api, caller, { company });
      const companies = company === undefined ? companiesOf(caller.person) : [company];
      const page = await uninvoiced(api.db, companies, { customer, limit, cursor: after });
      if (page === undefined) throw cursorUnknown();
      return c.json({ items: page.items.map((item) => ({ ...item, shippedAt: iso(item.shippedAt) })), next: page.next });
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: '/api/v1/invoices',
      tag: 'Books',
      summary: 'Enter an invoice over shipments: what was shipped and not invoiced is a receivable then',
      body,
      answer: { status: 201, description: 'It is entered. The exposure is the same as before.', schema: invoiceEntered },
    },
    async ({ c, body: read }) => {
      const caller = await identify(api, c);
      const asked = await read();
      await requireScope(api, caller, { company: asked.company });
      await requireInvoicing(api, caller, asked.company);
      const entered = await createTradeBooks(api.db).invoice(asked);
      if (entered.invoiced) return c.json(entered, 201);
      const field = fields[entered.code];
      throw new Problem(entered.code, { field, values: { ...entered.values, field } });
    },
  );
}

const fields = {
  CUSTOMER_UNKNOWN: '/customer',
  INVOICE_EXISTS: '/invoice',
  SHIPMENT_UNKNOWN: '/shipments',
  SHIPMENT_INVOICED: '/shipments',
};

/** Refuses whoever is none of those that the company lets enter invoices. */
async function requireInvoicing(api: ApiContext, { person }: Caller, company: string): Promise<void> {
  const book = (await api.books.current())?.books[company];
  const roles = book?.company.invoicesEnteredBy ?? [];
  if (holdsOneOf(person, company, roles)) return;
  throw new Problem('ROLE_NEEDED', { values: { verb: 'enter-invoice', roles }, names: { book } });
}
