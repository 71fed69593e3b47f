import * as z from 'zod';
import { orderChange } from '../orders/change.js';
import { goodsReturn } from '../orders/goods-return.js';
import { order } from '../orders/order.js';
import { shipment } from '../shipments/shipment.js';

/** What a case is about, by the implementation (workflow type) that its policy names. */
export const subjects: Readonly<Record<string, z.ZodType>> = {
  heheOrderChange: orderChange,
  heheOrderIntake: order,
  heheReturn: goodsReturn,
  jinhuiShipmentRoutine: shipment,
  jinhuiShipmentEmergency: shipment,
};
