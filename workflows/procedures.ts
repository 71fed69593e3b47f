// Made by `npm run generate` from policies; `npm test` fails when it is not current.

import type { Procedure } from '../domain/engine/procedure.js';
import { orderChange } from './hehe/order-change.js';
import { orderIntake } from './hehe/order-intake.js';
import { goodsReturn } from './hehe/return.js';
import { shipmentEmergency } from './jinhui/shipment-emergency.js';
import { shipmentRoutine } from './jinhui/shipment-routine.js';

/** Every procedure by its implementation name, which is also its workflow type: what policies name, and what rehearsals and explorations run without a server. */
export const procedures = {
  heheOrderChange: orderChange,
  heheOrderIntake: orderIntake,
  heheReturn: goodsReturn,
  jinhuiShipmentEmergency: shipmentEmergency,
  jinhuiShipmentRoutine: shipmentRoutine,
} satisfies Readonly<Record<string, Procedure<never, never>>>;
