import { caseWorkflow } from '../../../../workflows/engine/case-workflow.js';
import { type DigestDesk, taken, watched } from './procedures.js';

/** What is served under the same edition id: each procedure with one change, or with its policy changed. */
export const step = caseWorkflow((desk: DigestDesk) => watched(desk, 'step'));
export const role = caseWorkflow((desk: DigestDesk) => watched(desk));
export const due = caseWorkflow((desk: DigestDesk) => watched(desk));
export const shows = caseWorkflow((desk: DigestDesk) => watched(desk, 'shows'));
export const firstShows = caseWorkflow((desk: DigestDesk) => watched(desk, 'first shows'));
export const effectInput = caseWorkflow((desk: DigestDesk) => watched(desk, 'effect input'));
export const outcome = caseWorkflow((desk: DigestDesk) => taken(desk, 'outcome'));
export const value = caseWorkflow((desk: DigestDesk) => watched(desk));
