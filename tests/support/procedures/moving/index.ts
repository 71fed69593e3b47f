import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { type MovingDesk, takeFragile, takeOrder, takePosting } from './procedures.js';

/** The release that cases begin with. */
export const order = caseWorkflow((desk: MovingDesk) => takeOrder(desk, []));
export const posting = caseWorkflow(takePosting);
export const fragile = caseWorkflow((desk: MovingDesk) => takeFragile(desk, false));
