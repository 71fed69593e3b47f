import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { type DigestDesk, taken, watched } from './procedures.js';

/** What the cases began with: each procedure once for each change that is tried. */
export const step = caseWorkflow((desk: DigestDesk) => watched(desk));
export const role = caseWorkflow((desk: DigestDesk) => watched(desk));
export const due = caseWorkflow((desk: DigestDesk) => watched(desk));
export const shows = caseWorkflow((desk: DigestDesk) => watched(desk));
export const firstShows = caseWorkflow((desk: DigestDesk) => watched(desk));
export const effectInput = caseWorkflow((desk: DigestDesk) => watched(desk));
export const outcome = caseWorkflow((desk: DigestDesk) => taken(desk));
export const value = caseWorkflow((desk: DigestDesk) => watched(desk));
