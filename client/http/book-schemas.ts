import * as z from 'zod';
import { catalogueEntry } from '../../domain/books/catalogue.js';
import { words } from '../../domain/words.js';

const next = z.string().nullable().meta({ description: 'Send it as `after` for the next page; null on the last.' });
const language = z.enum(['zh', 'en', 'id']);

export const customerList = z
  .object({
    items: z.array(
      z.object({
        company: z.string(),
        code: z.string(),
        name: words,
        site: z.string().nullable(),
        contact: z.object({ name: z.string(), email: z.string() }).nullable(),
        language,
        currency: z.string(),
        grade: z.enum(['A', 'B', 'C', 'D']).nullable(),
        limitMinor: z.number().int().nullable(),
      }),
    ),
    next,
  })
  .meta({ id: 'CustomerList' });

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

export const productList = z
  .object({
    items: z.array(
      z.object({
        company: z.string(),
        code: z.string(),
        name: words,
        kind: z.string(),
        unit: z.string(),
        entry: catalogueEntry.meta({ description: 'All that the catalogue says of it.' }),
        inStock: z.number().int().nullable().meta({ description: 'On hand and not released for a shipment; null where no stock is kept.' }),
      }),
    ),
    next,
  })
  .meta({ id: 'ProductList' });
