import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { type MovingDesk, takeFragile, takeOrder, takePosting } from '../moving/procedures.js';

/** The next release: one reviewer more, and the bug mended. */
export const order = caseWorkflow((desk: MovingDesk) => takeOrder(desk, ['technical']));
export const posting = caseWorkflow(takePosting);
export const fragile = caseWorkflow((desk: MovingDesk) => takeFragile(desk, true));
