import { caseWorkflow } from '../../../workflows/engine/case-workflow.js';
import { type OrderDesk, takeCrowd, takeOrder, takePosted, takeUrgent } from './orders.js';

/** The workflows of the editions `base` and `same`. */
export const faultOrder = caseWorkflow((desk: OrderDesk) => takeOrder(desk, []));
export const faultCrowd = caseWorkflow(takeCrowd);
export const faultUrgent = caseWorkflow(takeUrgent);
export const faultPosted = caseWorkflow(takePosted);
