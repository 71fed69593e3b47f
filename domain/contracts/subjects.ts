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

/** The kinds of things that cases are about: each is entered by a form of its own. */
export const subjectKinds = ['order', 'order-change', 'return', 'shipment'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** The kind of what a case is about, by its implementation. */
export const kindsOfSubjects: Readonly<Record<string, SubjectKind>> = {
  heheOrderChange: 'order-change',
  heheOrderIntake: 'order',
  heheReturn: 'return',
  jinhuiShipmentRoutine: 'shipment',
  jinhuiShipmentEmergency: 'shipment',
};
