import { caseWorkflow } from './engine/case-workflow.js';
import { procedures } from './procedures.js';

/** HH-B `order-intake`. */
export const heheOrderIntake = caseWorkflow(procedures.heheOrderIntake);

/** HH-C `order-change`. */
export const heheOrderChange = caseWorkflow(procedures.heheOrderChange);

/** JH-L `shipment-routine`. */
export const jinhuiShipmentRoutine = caseWorkflow(procedures.jinhuiShipmentRoutine);

/** JH-Q `shipment-emergency`. */
export const jinhuiShipmentEmergency = caseWorkflow(procedures.jinhuiShipmentEmergency);

/** HH-F `return`. */
export const heheReturn = caseWorkflow(procedures.heheReturn);
