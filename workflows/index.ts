// Made by `npm run generate` from policies; `npm test` fails when it is not current.

import { caseWorkflow } from './engine/case-workflow.js';
import { procedures } from './procedures.js';

/** `order-change` of hehe. */
export const heheOrderChange = caseWorkflow(procedures.heheOrderChange);

/** `order-intake` of hehe. */
export const heheOrderIntake = caseWorkflow(procedures.heheOrderIntake);

/** `return` of hehe. */
export const heheReturn = caseWorkflow(procedures.heheReturn);

/** `shipment-emergency` of jinhui. */
export const jinhuiShipmentEmergency = caseWorkflow(procedures.jinhuiShipmentEmergency);

/** `shipment-routine` of jinhui. */
export const jinhuiShipmentRoutine = caseWorkflow(procedures.jinhuiShipmentRoutine);
