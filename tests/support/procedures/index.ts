import { caseWorkflow } from '../../../workflows/engine/case-workflow.js';
import * as procedures from './procedures.js';

export const threeTasks = caseWorkflow(procedures.threeTasks);
export const sentReply = caseWorkflow(procedures.sentReply);
export const posting = caseWorkflow(procedures.posting);
export const everything = caseWorkflow(procedures.everything);
