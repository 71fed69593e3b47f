import * as z from 'zod';
import type { Json, JsonObject } from '../../domain/json.js';
import type { PlacedOrder } from '../../domain/orders/change.js';
import type { OrderLine } from '../../domain/orders/order.js';
import { applyPatch } from '../../domain/patch.js';
import type { OrderCases } from '../../ports/order-cases.js';
import { PermanentFailure, type ReadingPort } from '../../ports/outside.js';

const asked = z.object({ orderNumber: z.string(), lines: z.array(z.string()) });

/**
 * The reading `placed-order`: an order's head, and those of the lines asked for that it has, without what the asking case itself has made of
 * them. Permanent failure: ORDER_UNKNOWN.
 */
export function createPlacedOrder(orders: OrderCases): ReadingPort {
  return async (input, { caseId }) => {
    const { orderNumber, lines } = asked.parse(input);
    const found = await orders.find(caseId.split(':')[0] ?? '', orderNumber);
    const own = new Map((await orders.latest(caseId)).map((plan) => [plan.caseId, plan.back ?? {}]));
    const parts = found.map((one) => ({ ...one, order: applyPatch(one.order as unknown as JsonObject, own.get(one.caseId) ?? {}) }));
    const [first] = found;
    if (first === undefined) throw new PermanentFailure('ORDER_UNKNOWN', orderNumber);
    const { customer, customerPo, currency, contact, language } = first.order;
    const all = parts.flatMap(({ order }) => order['lines'] as unknown as readonly OrderLine[]);
    const standing: Omit<PlacedOrder, 'read'> = {
      customer,
      customerPo,
      currency,
      ...(contact === undefined ? {} : { contact }),
      ...(language === undefined ? {} : { language }),
      orderedAt: Math.min(...found.map(({ order, startedAt }) => order.receivedAt ?? startedAt)),
      lines: Object.fromEntries(all.filter(({ id }) => lines.includes(id)).map((line) => [line.id, line])),
    };
    return standing as unknown as Json;
  };
}
