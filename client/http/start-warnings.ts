import * as z from 'zod';
import { createOrderBooks } from '../../db/order-books.js';
import type { CaseStart } from '../../domain/engine/command.js';
import type { Locale } from '../../domain/texts/texts.js';
import type { Edge } from './edge.js';
import { findingSentence } from './findings.js';
import type { Told } from './present.js';
import type { Names } from './words.js';

const ordered = z.object({ customer: z.string(), customerPo: z.string() });

/** What may be wrong with a case that was started, and does not stop it: the same order of the customer was entered before. */
export async function startWarnings(edge: Edge, { caseId, subject }: CaseStart, names: Names, locale: Locale): Promise<Told[]> {
  const order = ordered.safeParse(subject);
  if (!order.success) return [];
  const { customer, customerPo } = order.data;
  const earlier = await createOrderBooks(edge.db).earlierOrders(caseId, { customer, customerPo });
  return earlier.map(({ caseId: earlierCase, number, startedAt: at }) => {
    const code = 'CUSTOMER_PO_REPEATED';
    const values = { customerPo, number, at, case: earlierCase };
    return { code, values, sentence: findingSentence({ id: code, code, values }, names, locale) };
  });
}
