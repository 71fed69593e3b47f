import * as z from 'zod';
import type { Json } from '../../domain/case/json.js';
import type { OrderBooks } from '../../ports/books.js';
import type { Outside, ReadingPort } from '../../ports/outside.js';

const codes = z.array(z.string());
const customer = z.string();
const earlier = z.object({ customer: z.string(), customerPo: z.string() });
const companyOf = (caseId: string): string => caseId.split(':')[0] ?? '';

/** The readings of order intake (HH-B2): `catalogue` by codes, `customers` by name, `earlier-orders` by customer and the customer's number. */
export function createOrderReadings(books: OrderBooks): Outside['readings'] {
  const reading =
    <Input>(schema: z.ZodType<Input>, read: (input: Input, caseId: string) => Promise<unknown>): ReadingPort =>
    async (input, { caseId }) =>
      ((await read(schema.parse(input), caseId)) ?? null) as Json;
  return {
    catalogue: reading(codes, (input, caseId) => books.catalogue(companyOf(caseId), input)),
    customers: reading(customer, (input, caseId) => books.customer(companyOf(caseId), input)),
    'earlier-orders': reading(earlier, (input, caseId) => books.earlierOrders(caseId, input)),
  };
}
