import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { orderIntake } from '../../../../workflows/hehe/order-intake.js';
import { impatient as takeImpatient } from './procedures.js';

export const heheOrderIntake = caseWorkflow(orderIntake);
export const impatient = caseWorkflow(takeImpatient);
