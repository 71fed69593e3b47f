import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { signing as signTogether } from './procedures.js';

export const signing = caseWorkflow(signTogether);
