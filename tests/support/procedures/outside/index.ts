import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import * as procedures from './procedures.js';

export const posting = caseWorkflow(procedures.posting);
export const letter = caseWorkflow(procedures.letter);
export const reservation = caseWorkflow(procedures.reservation);
