import * as z from 'zod';
import { orderChange } from '../orders/change.js';
import { order } from '../orders/order.js';
import { shipment } from '../shipments/shipment.js';

/** What a case is about, by the implementation (workflow type) that its policy names. */
export const subjects: Readonly<Record<string, z.ZodType>> = {
  heheOrderChange: orderChange,
  heheOrderIntake: order,
  jinhuiShipmentRoutine: shipment,
  jinhuiShipmentEmergency: shipment,
};

/** What each implementation asks its policy for by name (`values`), and the answers it understands. */
export const policyValues: Readonly<Record<string, z.ZodType>> = {
  /** HH-B11: which recorded moment the hours for the written reply are counted from. */
  heheOrderIntake: z.strictObject({ 'reply-clock-starts': z.enum(['pmc-reply', 'order-received']) }),
  /** JH-L2: how many calendar days a notice should be ahead of the shipment. */
  jinhuiShipmentRoutine: z.strictObject({ 'notice-days': z.int().min(0) }),
};
