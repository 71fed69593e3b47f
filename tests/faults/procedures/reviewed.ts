import { caseWorkflow } from '../../../workflows/engine/case-workflow.js';
import { type OrderDesk, takeCrowd, takeOrder, takePosted, takeUrgent } from './orders.js';

/** The workflows of the edition `more`: one reviewer more. */
export const faultOrder = caseWorkflow((desk: OrderDesk) => takeOrder(desk, ['technical']));
export const faultCrowd = caseWorkflow(takeCrowd);
export const faultUrgent = caseWorkflow(takeUrgent);
export const faultPosted = caseWorkflow(takePosted);
