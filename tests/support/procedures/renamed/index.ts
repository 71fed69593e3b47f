import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { registry } from './registry.js';

export const order = caseWorkflow(registry.order);
