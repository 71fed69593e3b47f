import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import * as procedures from './procedures.js';

export const crowd = caseWorkflow(procedures.crowd);
